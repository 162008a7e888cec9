//! Wheels to publish: for several Pythons, from the source distribution, with the libraries that they need.

use std::collections::BTreeSet;
use std::fs;

use crate::each::targets::exported;
use crate::support::{Engine, Project};

const OLDER: &str = "python:3.11-slim";
const NEWER: &str = "python:3.13-slim";

/// A package whose module asks a library of the system for its version.
fn with_library() -> Project {
    Project::from_files(&[
        (
            "pyproject.toml",
            "# syntax=wheelwright/frontend:0.1\n\
             [project]\nname = \"still\"\nversion = \"1.0\"\nrequires-python = \">=3.11\"\n\
             [build-system]\nrequires = [\"setuptools==80.9.0\"]\nbuild-backend = \"setuptools.build_meta\"\n\
             [tool.setuptools]\npackages = [\"still\"]\n\
             ext-modules = [{ name = \"still._yaml\", sources = [\"still/_yaml.c\"], libraries = [\"yaml\"] }]\n\
             [tool.wheelwright]\npython = \"3.13\"\n\
             [tool.wheelwright.system]\nbuild = [\"gcc\", \"libc6-dev\", \"libyaml-dev\", \"python3-dev\"]\n\
             [tool.wheelwright.wheel]\nrepair = true\n",
        ),
        ("still/__init__.py", ""),
        (
            "still/_yaml.c",
            "#include <Python.h>\n#include <stdlib.h>\n#include <yaml.h>\n\
             static PyObject *version(PyObject *self, PyObject *none) {\n\
             \treturn PyUnicode_FromString(yaml_get_version_string());\n}\n\
             static PyMethodDef methods[] = {{\"version\", version, METH_NOARGS, \"\"}, {0}};\n\
             static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, \"_yaml\", \"\", -1, methods};\n\
             PyMODINIT_FUNC PyInit__yaml(void) { return PyModule_Create(&module); }\n",
        ),
    ])
}

/// What a command of the shell prints in an image of Python alone, which sees a folder of the project.
fn run_beside(project: &Project, folder: &str, image: &str, command: &str) -> String {
    let mount = format!("{}:/wheels:ro", project.path(folder).to_string_lossy());
    let fixed = ["run", "--rm", "--network=none", "-v", &mount, image];
    Engine::get().must(fixed.into_iter().chain(["sh", "-euc", command]))
}

#[test]
#[ignore = "needs an engine"]
fn repaired_wheels_run_where_the_library_is_not() {
    let project = with_library();
    Engine::need(OLDER);
    let several = "pythons = [\"3.13\", \"3.11\"]\nsdist = true\nrepair = true";
    project.replace("pyproject.toml", "repair = true", several);
    let build = project.export("wheel", "dist/one", &[]);
    assert!(build.ok, "{}", build.text);
    let names = exported(&project, "dist/one");
    let mut kinds = BTreeSet::new();
    for name in &names {
        let tags = name.strip_prefix("still-1.0-").unwrap_or(name);
        let (python, _) = tags.split_once("-manylinux").unwrap_or((tags, ""));
        kinds.insert(python.to_owned());
    }
    let expected = ["cp311-cp311", "cp313-cp313", "still-1.0.tar.gz"];
    assert_eq!(kinds, expected.map(str::to_owned).into(), "{names:?}");

    for (image, tag) in [(NEWER, "cp313"), (OLDER, "cp311")] {
        let libraries = run_beside(&project, "dist/one", image, "ldconfig -p");
        assert!(!libraries.contains("libyaml"), "{libraries}");
        let list = format!("python -m zipfile -l /wheels/*{tag}*.whl");
        let holds = run_beside(&project, "dist/one", image, &list);
        assert!(holds.contains("still.libs/libyaml-0-"), "{holds}");
        let command = format!(
            "pip install -q --no-index --root-user-action=ignore /wheels/*{tag}*.whl\n\
             python -c 'from still import _yaml; print(_yaml.version())'"
        );
        let printed = run_beside(&project, "dist/one", image, &command);
        assert!(printed.trim().starts_with("0.2."), "{printed}");
    }
    // Published is what the wheels were made of.
    let list = "python -m tarfile -l /wheels/*.tar.gz";
    let holds = run_beside(&project, "dist/one", NEWER, list);
    assert!(holds.contains("still-1.0/still/_yaml.c"), "{holds}");

    // All but the system packages, which are proven to be equal by `tests/cold.rs`.
    let afresh = "--no-cache-filter=wheel,sdist";
    let again = project.export("wheel", "dist/two", &[afresh]);
    assert!(again.ok, "{}", again.text);
    assert_eq!(exported(&project, "dist/two"), names);
    for name in names.iter().filter(|name| name.contains("-manylinux")) {
        let read = |folder: &str| fs::read(project.path(folder).join(name)).unwrap();
        assert!(read("dist/one") == read("dist/two"), "{name} differs");
    }
}

#[test]
#[ignore = "needs an engine"]
fn one_wheel_is_built_where_it_is_for_all() {
    let project = Project::copy_of("testdata/cases/uv-hatch-vcs");
    Engine::need(OLDER);
    let pythons =
        "[tool.wheelwright.wheel]\npythons = [\"3.11\", \"3.13\"]\nrepair = true\nsdist = true\n";
    let text = project.read("pyproject.toml");
    project.write("pyproject.toml", &format!("{text}\n{pythons}"));
    // What another run of this test built would print nothing.
    let arguments = ["--build-arg=RELEASE=2.0rc1", "--no-cache-filter=wheel"];
    let build = project.export("wheel", "dist", &arguments);
    assert!(build.ok, "{}", build.text);
    let names = ["clock-2.0rc1-py3-none-any.whl", "clock-2.0rc1.tar.gz"];
    let names = names.map(str::to_owned);
    assert_eq!(exported(&project, "dist"), names.clone().into());
    for said in [
        format!("{} is for Python 3.13 too, no other is built", names[0]),
        format!("{} needs no repair", names[0]),
    ] {
        assert!(build.text.contains(&said), "{said}\n{}", build.text);
    }
}

#[test]
#[ignore = "needs an engine"]
fn a_wheel_that_cannot_be_repaired_is_told() {
    let project = with_library();
    // Debian 13 has it since its C library 2.36.
    let newer = "arc4random() ? yaml_get_version_string() : 0";
    project.replace("still/_yaml.c", "yaml_get_version_string()", newer);
    let tag = "repair = true\nplatform-tag = \"manylinux2014\"";
    project.replace("pyproject.toml", "repair = true", tag);
    let failed = project.export("wheel", "dist", &[]);
    assert!(!failed.ok, "{}", failed.text);
    let mut expected = vec![
        "too-recent versioned symbols",
        "auditwheel cannot repair still-1.0-cp313-cp313-linux_",
        "or leave `platform-tag` out",
    ];
    // Its interface drops the places of an error.
    if !Engine::get().is_docker_20() {
        expected.push("pyproject.toml:18");
    }
    for said in expected {
        assert!(failed.text.contains(said), "{said}\n{}", failed.text);
    }
}
