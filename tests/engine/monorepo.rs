//! Several projects in one context.

use crate::support::{Build, Container, Engine, Project};

const API: &str = "services/api/pyproject.toml";

fn must_build(project: &Project, arguments: &[&str]) -> Build {
    let build = project.build_file(API, arguments);
    assert!(build.ok, "{}", build.text);
    build
}

/// The steps that ran, but for those that lay the layers: they are others on engines without merges.
fn ran(build: &Build) -> Vec<String> {
    let mut steps = build.ran();
    steps.retain(|step| !step.contains("] add ") && step != "[runtime] join layers");
    steps
}

#[test]
#[ignore = "needs an engine"]
fn a_change_of_a_package_builds_that_package_and_nothing_else() {
    let project = Project::copy_of("testdata/cases/uv-workspace");
    must_build(&project, &[]);
    Engine::alone();
    let second = must_build(&project, &[]);
    assert_eq!(second.ran(), [""; 0], "{}", second.text);

    let core = "libs/core/src/core/__init__.py";
    let word = project.own_word();
    project.replace(core, "hello", &word);
    let edit = must_build(&project, &[]);
    let steps = [
        "[runtime] install core",
        "[runtime] lay out core",
        "[wheel] build core 0.2.0",
        "[wheel] copy files of core",
    ];
    assert_eq!(ran(&edit), steps, "{}", edit.text);
    let container = Container::start(&project.image);
    assert_eq!(container.ask("/you"), format!("{word}, you"));

    // What the project does not need may change as it likes, down to what it needs itself.
    project.write("services/web/notes.txt", "new");
    project.replace(
        "libs/testing/src/testing/__init__.py",
        "Helpers",
        "Other helpers",
    );
    project.replace("services/web/pyproject.toml", "\"colorama\"", "");
    let lock = project.read("uv.lock");
    let (start, end) = (
        lock.find("[[package]]\nname = \"colorama\""),
        lock.find("[[package]]\nname = \"core\""),
    );
    let without = [&lock[..start.unwrap()], &lock[end.unwrap()..]].concat();
    project.write(
        "uv.lock",
        &without.replace("    { name = \"colorama\" },\n", ""),
    );
    let other = must_build(&project, &[]);
    assert_eq!(other.ran(), [""; 0], "{}", other.text);
}

fn built_apart(case: &str) {
    let project = Project::copy_of(&format!("testdata/cases/{case}"));
    must_build(&project, &[]);
    Engine::alone();
    let second = must_build(&project, &[]);
    assert_eq!(second.ran(), [""; 0], "{}", second.text);

    let core = "libs/core/src/core/__init__.py";
    let word = project.own_word();
    project.replace(core, "hello", &word);
    let edit = must_build(&project, &[]);
    let steps = [
        "[runtime] install core",
        "[runtime] lay out core",
        "[wheel] build core 0.2.0",
        "[wheel] copy files of core",
    ];
    assert_eq!(ran(&edit), steps, "{}", edit.text);
    let container = Container::start(&project.image);
    assert_eq!(container.ask("/you"), format!("{word}, you"));

    // A new version installs nothing anew, nor does what is not needed.
    project.replace("libs/core/pyproject.toml", "0.2.0", "0.2.1");
    project.replace(
        "libs/testing/src/testing/__init__.py",
        "Helpers",
        "Other helpers",
    );
    let bump = must_build(&project, &[]);
    let steps = [
        "[runtime] install core",
        "[runtime] lay out core",
        "[wheel] build core 0.2.1",
        "[wheel] copy files of core",
    ];
    assert_eq!(ran(&bump), steps, "{}", bump.text);
}

#[test]
#[ignore = "needs an engine"]
fn path_dependencies_of_pdm_are_built_apart_from_what_they_need() {
    built_apart("pdm-path-dependency");
}

#[test]
#[ignore = "needs an engine"]
fn path_dependencies_of_poetry_are_built_apart_from_what_they_need() {
    built_apart("poetry-path-dependency");
}

#[test]
#[ignore = "needs an engine"]
fn packages_of_a_repository_are_edited_in_place_with_uv() {
    edited_in_place("uv-workspace");
}

#[test]
#[ignore = "needs an engine"]
fn packages_of_a_repository_are_edited_in_place_with_pdm() {
    edited_in_place("pdm-path-dependency");
}

#[test]
#[ignore = "needs an engine"]
fn packages_of_a_repository_are_edited_in_place_with_poetry() {
    edited_in_place("poetry-path-dependency");
}

fn edited_in_place(case: &str) {
    let project = Project::copy_of(&format!("testdata/cases/{case}"));
    must_build(&project, &["--target=dev"]);
    let folder = project.path(".");
    let mounts = [
        format!("{}/services/api:/app", folder.to_string_lossy()),
        format!(
            "{}/libs/core:/workspace/libs/core",
            folder.to_string_lossy()
        ),
    ];
    let program = "import api, core, testing; print(api.__file__, core.__file__, testing.__file__, core.greeting('you'))";
    let run = || {
        let fixed = [
            "run",
            "--rm",
            "-v",
            &mounts[0],
            "-v",
            &mounts[1],
            &project.image,
        ];
        let words = ["python", "-c", program];
        Engine::get()
            .must(fixed.into_iter().chain(words))
            .trim()
            .to_owned()
    };
    let files = "/app/src/api/__init__.py /workspace/libs/core/src/core/__init__.py \
                 /workspace/libs/testing/src/testing/__init__.py";
    assert_eq!(run(), format!("{files} hello, you"));
    project.replace("libs/core/src/core/__init__.py", "hello", "welcome");
    assert_eq!(run(), format!("{files} welcome, you"));
}

#[test]
#[ignore = "needs an engine"]
fn the_example_is_built_by_one_call_of_bake_and_of_compose() {
    let project = Project::copy_of("examples/monorepo");
    let report = Project::copy_of("examples/monorepo/services/report");
    for file in ["docker-bake.hcl", "compose.yaml"] {
        project.replace(file, "prices-api", &project.image);
        project.replace(file, "prices-report", &report.image);
    }
    let bake = |file: &str| {
        let arguments = ["buildx", "bake", "-f", file, "--load"];
        let build = Engine::get().docker_in(&project.path("."), arguments);
        assert!(build.ok, "{}", build.text);
        build
    };
    let price = || Container::start(&project.image).ask("/100");
    bake("docker-bake.hcl");
    assert_eq!(price(), r#"{"price":121.0}"#);
    let told = Engine::get().must(["run", "--rm", &report.image]);
    assert!(told.contains("pears          5"), "{told}");

    // The library's edit is in the service, and installs nothing but the library.
    project.replace("libs/prices/src/prices/__init__.py", "0.21", "0.19");
    Engine::alone();
    let edit = bake("compose.yaml");
    assert_eq!(price(), r#"{"price":119.0}"#);
    let mut installs = edit.ran();
    installs.retain(|step| step.contains("] install "));
    // Bake puts the name of its target into the brackets.
    let installs: Vec<_> = installs
        .iter()
        .filter_map(|step| step.split_once("] "))
        .collect();
    let [(_, only)] = installs[..] else {
        panic!("{installs:?}\n{}", edit.text);
    };
    assert_eq!(only, "install prices");
}
