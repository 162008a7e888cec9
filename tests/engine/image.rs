//! What the images hold.

use crate::VERSION;
use crate::support::{Container, Engine, Project};

#[test]
#[ignore = "needs an engine"]
fn a_project_with_nothing_but_its_pyproject_is_built_and_answers() {
    let project = Project::copy_of("examples/fastapi");
    project.must_build(&[VERSION, "--label=team=web"]);
    let container = Container::start(&project.image);
    assert_eq!(container.ask("/?name=you"), r#"{"message":"hello, you"}"#);
    assert_eq!(container.ask("/version"), r#"{"version":"1.4.0"}"#);
    let format =
        "{{.Config.User}} {{.Config.Entrypoint}} {{.Config.ExposedPorts}} {{json .Config.Labels}}";
    let config = Engine::get().must(["inspect", "-f", format, &project.image]);
    insta::assert_snapshot!(config.trim(), @r#"10001:10001 [/opt/venv/bin/greeter] map[8000/tcp:{}] {"org.opencontainers.image.description":"Says hello over HTTP","org.opencontainers.image.licenses":"Apache-2.0","org.opencontainers.image.title":"greeter","org.opencontainers.image.version":"1.4.0","team":"web"}"#);
}

#[test]
#[ignore = "needs an engine"]
fn base_and_builder_are_targets_of_their_own() {
    let project = Project::copy_of("examples/fastapi");
    // Neither needs a version: neither holds the project.
    project.must_build(&["--target=base"]);
    let run = |command: &str| {
        Engine::get()
            .must([
                "run",
                "--rm",
                "--entrypoint",
                "sh",
                &project.image,
                "-c",
                command,
            ])
            .trim()
            .to_owned()
    };
    assert_eq!(run("id -un && pwd && ls /opt"), "app\n/app");
    project.must_build(&["--target=builder"]);
    assert_eq!(
        run("python -c 'import fastapi; print(fastapi.__name__)' && id -un"),
        "fastapi\nroot"
    );
    assert!(run("uv --version").starts_with("uv "));
}
