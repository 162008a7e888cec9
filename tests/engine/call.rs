//! The ways to call a build.

use crate::VERSION;
use crate::support::{Container, Engine, Project};

#[test]
#[ignore = "needs an engine"]
fn a_client_without_buildx_builds_too() {
    let project = Project::copy_of("examples/fastapi");
    let (file, folder) = (project.path("pyproject.toml"), project.path(""));
    let build = Engine::get().plain_client(&[
        "build",
        "-f",
        &file.to_string_lossy(),
        VERSION,
        "-t",
        &project.image,
        &folder.to_string_lossy(),
    ]);
    assert!(build.ok, "{}", build.text);
    assert_eq!(
        Container::start(&project.image).ask("/version"),
        r#"{"version":"1.4.0"}"#
    );
}

#[test]
#[ignore = "needs an engine"]
fn a_named_context_stands_for_the_base_image() {
    let project = Project::copy_of("examples/fastapi");
    let other = format!("{}-base:1", project.image);
    let dockerfile = Project::copy_of("examples/fastapi");
    dockerfile.write("Dockerfile", "FROM python:3.13-slim\nENV MARK=here\n");
    let built = dockerfile.build_file("Dockerfile", &["-t", &other]);
    assert!(built.ok, "{}", built.text);
    project.must_build(&[
        VERSION,
        &format!("--build-context=python:3.13-slim=docker-image://{other}"),
    ]);
    let env = Engine::get().must(["inspect", "-f", "{{.Config.Env}}", &project.image]);
    assert!(env.contains("MARK=here"), "{env}");
    Engine::get().must(["image", "rm", "-f", &other]);
}
