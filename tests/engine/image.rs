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

#[test]
#[ignore = "needs an engine"]
fn a_project_of_plain_files_keeps_what_it_may_write_and_tells_its_health() {
    let project = Project::copy_of("examples/flask-app");
    project.must_build(&["--build-arg=GREETING=Hello"]);
    let container = Container::start(&project.image);
    assert!(container.ask("/").contains("<h1>Hello</h1>"));
    let sign = "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/', data=b'name=Ada')";
    container.exec(&["python", "-c", sign]).unwrap();
    assert!(container.ask("/").contains("<li>Ada</li>"));
    let owners = container.exec(&["stat", "-c", "%U %a %n", "/app/data", "/app/app.py"]);
    assert_eq!(
        owners.unwrap().trim(),
        "app 755 /app/data\nroot 644 /app/app.py"
    );
    // What only the build and the lock need is not there.
    let files = container.exec(&["find", "/app", "-mindepth", "1", "-maxdepth", "1"]);
    let mut files: Vec<String> = files.unwrap().lines().map(str::to_owned).collect();
    files.sort();
    assert_eq!(
        files,
        [
            "/app/app.py",
            "/app/data",
            "/app/pyproject.toml",
            "/app/templates"
        ]
    );
    let format = "{{json .Config.Healthcheck}} {{json .Config.Volumes}} {{json .Config.Cmd}}";
    let config = Engine::get().must(["inspect", "-f", format, &project.image]);
    insta::assert_snapshot!(config.trim(), @r#"{"Test":["CMD","python","-c","import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz')"],"Interval":10000000000,"Timeout":3000000000} {"/app/data":{}} ["gunicorn","--bind","0.0.0.0:8000","app:app"]"#);
}
