//! `[network] offline`: what is installed comes from a folder of wheels, and no step has a network.

use std::fs;

use wheelwright::values::sha256;

use crate::support::{Container, Engine, Project};

const SPEC: &str = "[network]\noffline = \"wheels\"\n[image]\ncmd = [\"python\", \"-c\", \"import click; print(click.__name__)\"]\n";
const CLICK: &str = "click-8.1.8-py3-none-any.whl";

/// Fills the folder of a project, with a network.
fn download(project: &Project, packages: &[&str]) {
    let container = Container::sleeping("python:3.13-slim");
    let pip = ["pip", "download", "--quiet", "--dest", "/wheels"];
    let ended = container.command(&[&pip, packages].concat());
    assert!(ended.ok, "{}", ended.text);
    container.copy_out("/wheels", &project.path("wheels"));
}

fn says_click(project: &Project) {
    let answer = Engine::get().must(["run", "--rm", &project.image]);
    assert_eq!(answer.trim(), "click");
}

#[test]
#[ignore = "needs an engine"]
fn a_lock_is_installed_from_a_folder_with_its_hashes() {
    let own = SPEC.replace("[network]", "[tool.wheelwright.network]");
    let own = own.replace("[image]", "[tool.wheelwright.image]");
    let manifest = format!(
        "# syntax=wheelwright/frontend:0.1\n\
         [project]\nname = \"asker\"\nversion = \"1.0\"\nrequires-python = \"==3.13.*\"\ndependencies = [\"click\"]\n\
         [build-system]\nrequires = [\"setuptools>=77\"]\nbuild-backend = \"setuptools.build_meta\"\n\
         [tool.setuptools]\npy-modules = [\"asker\"]\n{own}"
    );
    let project = Project::from_files(&[
        ("pyproject.toml", &manifest),
        ("asker.py", "import click\n"),
    ]);
    download(&project, &["click==8.1.8", "setuptools>=77"]);
    let wheel = fs::read(project.path(&format!("wheels/{CLICK}"))).unwrap();
    let digits = sha256(wheel);
    let lock = |digest: &str| {
        let index = "https://index.example.org";
        format!(
            "version = 1\nrevision = 3\nrequires-python = \"==3.13.*\"\n\n\
             [[package]]\nname = \"asker\"\nversion = \"1.0\"\nsource = {{ editable = \".\" }}\n\
             dependencies = [\n    {{ name = \"click\" }},\n]\n\n\
             [package.metadata]\nrequires-dist = [{{ name = \"click\" }}]\n\n\
             [[package]]\nname = \"click\"\nversion = \"8.1.8\"\nsource = {{ registry = \"{index}/simple\" }}\n\
             wheels = [\n    {{ url = \"{index}/files/{CLICK}\", hash = \"sha256:{digest}\" }},\n]\n"
        )
    };
    project.write("uv.lock", &lock(&"0".repeat(64)));
    let wrong = project.must_fail(&["--network=none"]);
    assert!(wrong.contains("Hash mismatch for"), "{wrong}");
    project.write("uv.lock", &lock(&digits));
    project.must_build(&["--network=none"]);
    says_click(&project);
    Engine::alone();
    assert_eq!(project.must_build(&[]).ran(), [""; 0]);
    // A package that is not in the folder is asked of nobody.
    fs::remove_file(project.path(&format!("wheels/{CLICK}"))).unwrap();
    let missing = project.must_fail(&[]);
    let told = "click was not found in the cache and you require click==8.1.8";
    assert!(missing.contains(told), "{missing}");
}

#[test]
#[ignore = "needs an engine"]
fn requirements_are_installed_from_a_folder_by_pip_and_by_uv() {
    let pinned = include_str!("../../src/lock/pip/tool.txt");
    let pip = pinned.split_whitespace().next().unwrap();
    let spec = |installer: &str| {
        format!(
            "# syntax=wheelwright/frontend:0.1\npython = \"3.13\"\ninstaller = \"{installer}\"\n{SPEC}"
        )
    };
    let project = Project::from_files(&[
        ("Dockerfile", &spec("uv")),
        ("requirements.txt", "click==8.1.8\n"),
        ("app.py", "import click\n"),
    ]);
    download(&project, &["click==8.1.8", pip]);
    for installer in ["uv", "pip"] {
        project.write("Dockerfile", &spec(installer));
        let built = project.build_file("Dockerfile", &["--network=none"]);
        assert!(built.ok, "{installer}: {}", built.text);
        says_click(&project);
    }
    let list = ["run", "--rm", "--entrypoint=ls", &project.image, "/app"];
    let shipped = Engine::get().must(list);
    assert_eq!(shipped.trim(), "app.py");
}
