//! What is built again after a change, and what is not.

use crate::VERSION;
use crate::support::{Container, Engine, Project};

#[test]
#[ignore = "needs an engine"]
fn only_what_changed_is_built_and_code_is_never_stale() {
    let project = Project::copy_of("examples/fastapi");
    let token = project.greet_in_its_own_words();
    project.must_build(&[VERSION]);

    Engine::alone();
    let second = project.must_build(&[VERSION]);
    assert_eq!(second.ran(), [""; 0], "{}", second.text);
    assert!(second.steps().len() >= 10, "{}", second.text);

    let own_steps = |version: &str| {
        [
            "[runtime] add project".to_owned(),
            "[runtime] install greeter".to_owned(),
            "[runtime] lay out project".to_owned(),
            format!("[wheel] build greeter {version}"),
        ]
    };
    let merges = Engine::get().has_containerd_store();
    let without_join = |steps: Vec<String>| -> Vec<String> {
        // An engine with merges joins all layers in one step, the others add one at a time.
        let joins = [
            "[runtime] add project",
            "[base] add user and directories",
            "[runtime] join layers",
        ];
        steps
            .into_iter()
            .filter(|step| !joins.contains(&step.as_str()))
            .collect()
    };
    let version = project.must_build(&["--build-arg=VERSION=1.5.0"]);
    assert_eq!(
        without_join(version.ran()),
        own_steps("1.5.0")[1..],
        "merges: {merges}\n{}",
        version.text
    );

    project.replace("src/greeter/main.py", &token, &format!("{token}, again"));
    let edit = project.must_build(&["--build-arg=VERSION=1.5.0"]);
    let mut expected = own_steps("1.5.0")[1..].to_vec();
    expected.push("[wheel] copy project files".to_owned());
    assert_eq!(without_join(edit.ran()), expected, "{}", edit.text);
    let container = Container::start(&project.image);
    assert_eq!(
        container.ask("/?name=you"),
        format!(r#"{{"message":"{token}, again, you"}}"#)
    );
    assert_eq!(container.ask("/version"), r#"{"version":"1.5.0"}"#);
}

#[test]
#[ignore = "needs an engine"]
fn a_version_bump_in_the_manifest_and_the_lock_installs_no_dependency() {
    let project = Project::copy_of("examples/fastapi");
    project.greet_in_its_own_words();
    project.replace(
        "pyproject.toml",
        "dynamic = [\"version\"]",
        "version = \"1.0.0\"",
    );
    project.replace(
        "uv.lock",
        "name = \"greeter\"\n",
        "name = \"greeter\"\nversion = \"1.0.0\"\n",
    );
    project.must_build(&[]);
    for file in ["pyproject.toml", "uv.lock"] {
        project.replace(file, "version = \"1.0.0\"", "version = \"1.0.1\"");
    }
    Engine::alone();
    let bump = project.must_build(&[]);
    let ran = bump.ran();
    assert!(
        ran.contains(&"[wheel] build greeter 1.0.1".to_owned()),
        "{}",
        bump.text
    );
    assert!(
        ran.iter()
            .all(|step| !step.contains("install dependencies")),
        "{}",
        bump.text
    );
    assert!(
        ran.iter().all(|step| !step.contains("requirements")),
        "{}",
        bump.text
    );
    assert_eq!(
        Container::start(&project.image).ask("/version"),
        r#"{"version":"1.0.1"}"#
    );
}

#[test]
#[ignore = "needs an engine"]
fn another_system_package_installs_no_dependency() {
    let project = Project::copy_of("testdata/cases/uv-system-packages");
    project.must_build(&[]);
    project.replace(
        "pyproject.toml",
        "runtime = [\"libpq5\"]",
        "runtime = [\"libpq5\", \"time\"]",
    );
    Engine::alone();
    // Another run of this test may have left the packages.
    let ran = project.must_build(&["--no-cache-filter=base"]).ran();
    assert!(
        ran.contains(&"[base] install system packages libpq5, time".to_owned()),
        "{ran:?}"
    );
    // The file that says so is part of the project, so its own part is made again; nothing else is.
    let others: Vec<_> = ran
        .iter()
        .filter(|step| {
            step.contains("install dependencies") || step.contains("install build requirements")
        })
        .collect();
    assert!(others.is_empty(), "{others:?} of {ran:?}");
    // A package that no index has is told at the line that asks for it.
    project.replace("pyproject.toml", "\"time\"]", "\"no-such-package\"]");
    let text = project.must_fail(&[]);
    assert!(text.contains("no-such-package"), "{text}");
    if !Engine::get().is_docker_20() {
        assert!(text.contains("pyproject.toml:20"), "{text}");
    }
}

#[test]
#[ignore = "needs an engine"]
fn files_that_ship_as_they_are_are_never_stale() {
    let project = Project::copy_of("examples/flask-app");
    project.must_build(&[]);
    Engine::alone();
    assert_eq!(project.must_build(&[]).ran(), [""; 0]);
    let word = project.own_word();
    project.replace(
        "app.py",
        "{\"ok\": True}",
        &format!("{{\"ok\": \"{word}\"}}"),
    );
    let edit = project.must_build(&[]);
    assert!(
        // The user's layer lies above the project's.
        edit.ran()
            .iter()
            .all(|step| step.starts_with("[runtime]") || step == "[base] add user and directories"),
        "{}",
        edit.text
    );
    let container = Container::start(&project.image);
    assert_eq!(container.ask("/healthz"), format!("{{\"ok\":\"{word}\"}}"));

    let project = Project::copy_of("testdata/cases/uv-files-beside");
    project.must_build(&[]);
    project.replace("manage.py", "print", &format!("print('{word}'); print"));
    let edit = project.must_build(&[]);
    assert!(
        edit.ran().iter().all(|step| !step.contains("dependencies")),
        "{}",
        edit.text
    );
    let fixed = ["run", "--rm", "--entrypoint", "python", &project.image];
    let printed = Engine::get().must(fixed.into_iter().chain(["manage.py"]));
    assert!(printed.contains(&word), "{printed}");
}
