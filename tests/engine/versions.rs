//! The version by a build argument, with the schemes of version control themselves and no `.git`. Those that have a
//! case folder of their own (`testdata/cases`, `hatch-vcs` and what takes no variable) are built there.

use crate::VERSION;
use crate::support::{Engine, Project};

/// What the container prints: the version that is installed, and the one that the scheme wrote into the package.
const MODULE: &str = "from importlib.metadata import version\n\n\
                      from ship._version import __version__\n\n\n\
                      def main():\n    print(version(\"ship\"), __version__)\n";

/// A project named `ship` that has no dependencies.
fn project(requires: &str, backend: &str, settings: &str) -> Project {
    let manifest = format!(
        "# syntax=wheelwright/frontend:0.1\n\
         [project]\nname = \"ship\"\ndescription = \"A ship\"\nrequires-python = \">=3.11\"\n\
         dynamic = [\"version\"]\nscripts = {{ ship = \"ship:main\" }}\n\n\
         [build-system]\nrequires = [{requires}]\nbuild-backend = \"{backend}\"\n\n\
         {settings}\n[tool.wheelwright]\npython = \"3.13\"\n"
    );
    let lock = "version = 1\nrevision = 5\nrequires-python = \">=3.11\"\n\n\
                [[package]]\nname = \"ship\"\nsource = { editable = \".\" }\n";
    Project::from_files(&[
        ("pyproject.toml", &manifest),
        ("uv.lock", lock),
        ("src/ship/__init__.py", MODULE),
    ])
}

#[test]
#[ignore = "needs an engine"]
fn each_scheme_gives_the_version_of_the_argument() {
    let schemes = [
        (
            "\"setuptools>=77\", \"setuptools-scm>=8\"",
            "setuptools.build_meta",
            "[tool.setuptools_scm]\nversion_file = \"src/ship/_version.py\"\n",
        ),
        (
            "\"flit_scm>=1.7\"",
            "flit_scm:buildapi",
            "[tool.setuptools_scm]\nwrite_to = \"src/ship/_version.py\"\n",
        ),
        (
            "\"pdm-backend>=2.4\"",
            "pdm.backend",
            "[tool.pdm.version]\nsource = \"scm\"\nwrite_to = \"ship/_version.py\"\n\
             write_template = \"__version__ = '{}'\"\n",
        ),
        (
            "\"hatchling>=1.27\", \"uv-dynamic-versioning>=0.8\"",
            "hatchling.build",
            "[tool.hatch.version]\nsource = \"uv-dynamic-versioning\"\n\
             [tool.hatch.build.hooks.version]\npath = \"src/ship/_version.py\"\n",
        ),
        (
            "\"poetry-core>=2\", \"poetry-dynamic-versioning>=1.7\"",
            "poetry_dynamic_versioning.backend",
            "[tool.poetry]\nversion = \"0.0.0\"\n\
             [tool.poetry-dynamic-versioning]\nenable = true\n\
             [tool.poetry-dynamic-versioning.files.\"src/ship/_version.py\"]\n\
             initial-content-jinja = \"__version__ = '{{ formatted_version }}'\"\n",
        ),
    ];
    for (requires, backend, settings) in schemes {
        let project = project(requires, backend, settings);
        if backend == "flit_scm:buildapi" {
            // flit reads the version off the module.
            let module = format!("from ._version import __version__\n{MODULE}");
            project.write("src/ship/__init__.py", &module);
        }
        project.must_build(&[VERSION]);
        let printed = Engine::get().must(["run", "--rm", &project.image]);
        assert_eq!(printed.trim(), "1.4.0 1.4.0", "{requires}");
    }
}

#[test]
#[ignore = "needs an engine"]
fn a_wheel_of_another_version_fails_the_build() {
    // The plugin is there, and the settings do not ask it for the version.
    let ignored = project(
        "\"setuptools>=77\", \"setuptools-scm>=8\"",
        "setuptools.build_meta",
        "",
    );
    ignored.write("src/ship/_version.py", "__version__ = \"0.0.0\"\n");
    let printed = ignored.must_fail(&[VERSION]);
    let told = "ship-0.0.0-py3-none-any.whl has the version 0.0.0, expected 1.4.0; see why setuptools-scm does not take the version from \
                SETUPTOOLS_SCM_PRETEND_VERSION_FOR_SHIP";
    assert!(printed.contains(told), "no {told:?} in:\n{printed}");

    // The sources tell another one.
    let stated = project(
        "\"hatchling>=1.27\"",
        "hatchling.build",
        "[tool.hatch.version]\npath = \"src/ship/_version.py\"\n",
    );
    stated.write("src/ship/_version.py", "__version__ = \"1.4.0+local\"\n");
    let printed = stated.must_fail(&[VERSION]);
    let told = "has the version 1.4.0+local, expected 1.4.0; change the version in the sources, or the build argument VERSION";
    assert!(printed.contains(told), "no {told:?} in:\n{printed}");
    stated.must_build(&[]);
}
