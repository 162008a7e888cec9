//! What the spec adds to images: `[[copy]]`, `[[run]]` and `[target.NAME]`.

use crate::support::{Container, Engine, Project};

#[test]
#[ignore = "needs an engine"]
fn copies_are_made_once_and_what_is_not_there_is_told() {
    let project = Project::copy_of("testdata/cases/uv-copies");
    let word = project.own_word();
    project.write("conf/app.ini", &word);
    project.must_build(&[]);
    Engine::alone();
    assert_eq!(project.must_build(&[]).ran(), [""; 0]);
    let container = Container::sleeping(&project.image);
    let told = container.exec(&["cat", "/etc/plain/app.ini", "/bin/app.ini"]);
    assert_eq!(told.unwrap().replace('\n', ""), word.repeat(2));

    // Code copies no file again but what is made from it.
    let code = project.read("src/plain/__init__.py");
    project.write(
        "src/plain/__init__.py",
        &format!("{code}\nWORD = {word:?}\n"),
    );
    let ran = project.must_build(&[]).ran();
    let copies = ran.iter().filter(|step| step.starts_with("[runtime] copy"));
    assert_eq!(
        copies.collect::<Vec<_>>(),
        ["[runtime] copy *.whl from wheel"]
    );

    project.replace(
        "pyproject.toml",
        "src = \"conf/app.ini\"",
        "src = \"conf/ap.ini\"",
    );
    let told = project.must_fail(&[]);
    if Engine::get().is_docker_20() {
        // Its interface drops the places of an error.
        assert!(told.contains("\"/conf/ap.ini\" not found"), "{told}");
    } else {
        assert!(told.contains("\"/conf/ap.ini\": not found"), "{told}");
        assert!(told.contains(">>> src = \"conf/ap.ini\""), "{told}");
    }
    project.replace(
        "pyproject.toml",
        "src = \"conf/ap.ini\"",
        "src = \"conf/app.ini\"",
    );
    project.replace(
        "pyproject.toml",
        "from = \"wheel\"",
        "from = \"weel-of-nobody:0\"",
    );
    let told = project.must_fail(&[]);
    assert!(
        told.contains("or an image that the engine can pull"),
        "{told}"
    );
}

#[test]
#[ignore = "needs an engine"]
fn a_target_of_ones_own_starts_another_command_and_shares_what_it_can() {
    let project = Project::copy_of("testdata/cases/uv-target-own");
    let word = project.own_word();
    let code = project.read("src/plain/__init__.py");
    project.write(
        "src/plain/__init__.py",
        &format!("{code}\nWORD = {word:?}\n"),
    );
    project.write(
        "src/plain/__main__.py",
        "import os, plain\nprint(plain.WORD, os.environ['MODE'])\n",
    );
    project.replace("pyproject.toml", "platform = \"linux/arm64\"\n", "");
    project.replace("pyproject.toml", "\"gdb\"", "\"tree\"");
    project.must_build(&[]);
    Engine::alone();
    let ran = project.must_build(&["--target=Worker"]).ran();
    assert_eq!(ran, [""; 0]);
    let run = |arguments: &[&str]| {
        let fixed = ["run", "--rm"].into_iter().chain(arguments.iter().copied());
        Engine::get().must(fixed).trim().to_owned()
    };
    assert_eq!(run(&[&project.image]), format!("{word} worker"));

    let debug = project.must_build(&["--target=debug"]);
    let ran = debug.ran();
    // It ran here or in a build before, on an engine that has known this test.
    let steps = debug.steps();
    assert!(
        steps.contains_key("[base] install system packages tree"),
        "{steps:?}"
    );
    assert!(
        ran.iter().all(|step| !step.starts_with("[builder]")),
        "{ran:?}"
    );
    assert_eq!(project.must_build(&["--target=debug"]).ran(), [""; 0]);
    let printed = run(&[
        "--entrypoint=sh",
        &project.image,
        "-c",
        "command -v tree; echo $LEVEL $TIER; tail -1 /srv/passwd | cut -d: -f1",
    ]);
    assert_eq!(printed, "/usr/bin/tree\ndebug production\napp");
    // By the name of the user's own.
    let ran = project
        .must_build(&["--target=debug", "--no-cache-filter=debug"])
        .ran();
    assert!(
        ran.iter().any(|step| step == "[runtime] install plain"),
        "{ran:?}"
    );
}
