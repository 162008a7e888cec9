//! The ways to call a build.

use std::fs;
use std::process::Command;

use crate::VERSION;
use crate::support::{Container, Engine, Project};

#[test]
#[ignore = "needs an engine"]
fn a_client_without_buildx_builds_too() {
    let project = Project::copy_of("examples/fastapi");
    let (file, folder) = (project.path("pyproject.toml"), project.path(""));
    let engine = Engine::get();
    let version = engine.plain_client(&["version", "--format", "{{.Client.Version}}"]);
    // Newer clients build with buildx: only this one proves anything. A machine's own engine has the client of its
    // users, whose short form must work too.
    assert_eq!(
        version.text.starts_with("20.10."),
        engine.is_of_the_lab(),
        "{}",
        version.text
    );
    let build = engine.plain_client(&[
        "build",
        "-f",
        &file.to_string_lossy(),
        VERSION,
        "-t",
        &project.image,
        &folder.to_string_lossy(),
    ]);
    assert!(build.ok, "{}", build.text);
    // buildx prints its builder first, the old client does not know of builders.
    let by_buildx = build.text.contains("building with \"");
    assert_eq!(by_buildx, !engine.is_of_the_lab(), "{}", build.text);
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

#[test]
#[ignore = "needs an engine"]
fn an_image_in_an_oci_layout_of_the_client_stands_for_the_base_image() {
    let project = Project::copy_of("examples/fastapi");
    let layout_of = |digest: &str, other: &Project| {
        let layout = other.path("layout").to_string_lossy().into_owned();
        format!("--build-context=python:3.13-slim=oci-layout://{layout}@{digest}")
    };
    let engine = Engine::get();
    let other = Project::copy_of("examples/fastapi");
    let layout = other.path("layout");
    fs::create_dir(&layout).unwrap();
    let nothing = format!("sha256:{}", "0".repeat(64));
    let refused = project.must_fail(&[VERSION, &layout_of(&nothing, &other)]);
    if engine.is_docker_20() {
        // Its BuildKit has no layouts, and the image of that name in a registry is another one.
        assert!(
            refused.contains("`source.ocilayout`, which BuildKit has since 0.11"),
            "{refused}"
        );
        return;
    }
    assert!(
        refused.contains("`--build-context python:3.13-slim`: "),
        "{refused}"
    );
    if !engine.has_containerd_store() {
        assert!(
            refused.contains("this engine reads no OCI layouts"),
            "{refused}"
        );
        return;
    }
    other.write("Dockerfile", "FROM python:3.13-slim\nENV MARK=layout\n");
    let image = format!("{}-base:1", project.image);
    let built = other.build_file("Dockerfile", &["-t", &image]);
    assert!(built.ok, "{}", built.text);
    // What Docker saves is a layout.
    let archive = other.path("saved.tar");
    engine.must(["save", "-o", &archive.to_string_lossy(), &image]);
    engine.must(["image", "rm", "-f", &image]);
    let unpacked = Command::new("tar")
        .arg("-xf")
        .arg(&archive)
        .arg("-C")
        .arg(&layout)
        .status();
    assert!(unpacked.unwrap().success());
    let index: serde_json::Value =
        serde_json::from_slice(&fs::read(layout.join("index.json")).unwrap()).unwrap();
    let digest = index["manifests"][0]["digest"].as_str().unwrap();
    project.must_build(&[VERSION, &layout_of(digest, &other)]);
    let env = engine.must(["inspect", "-f", "{{.Config.Env}}", &project.image]);
    assert!(env.contains("MARK=layout"), "{env}");
}
