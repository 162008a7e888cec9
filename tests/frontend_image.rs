//! The frontend image by `frontend.Dockerfile`, for those who have an engine and no Rust toolchain.

mod support;

use support::{Container, Engine, Project};

/// The toolchain of `rust-toolchain.toml`, as an image.
const RUST: &str = "rust:1.95-slim";

#[test]
#[ignore = "needs an engine"]
fn the_image_of_the_dockerfile_is_a_frontend_too() {
    let engine = Engine::get();
    Engine::need(RUST);
    let image = "wheelwright-test-frontend";
    let root = env!("CARGO_MANIFEST_DIR");
    let file = format!("{root}/frontend.Dockerfile");
    engine.must([
        "buildx",
        "build",
        "--progress=plain",
        "--load",
        "-f",
        &file,
        "-t",
        image,
        root,
    ]);
    let labels = engine.must([
        "inspect",
        "-f",
        "{{json .Config.Labels}} {{.Config.Entrypoint}}",
        image,
    ]);
    // Those of the image that the binary makes of itself.
    let made = engine.must([
        "inspect",
        "-f",
        "{{json .Config.Labels}}",
        "wheelwright/frontend:0.1",
    ]);
    for label in [
        "moby.buildkit.frontend.network.none",
        "moby.buildkit.frontend.caps",
    ] {
        let value = |text: &str| {
            let (_, rest) = text
                .split_once(label)
                .unwrap_or_else(|| panic!("no {label} in {text}"));
            rest.split('"').nth(2).unwrap_or_default().to_owned()
        };
        assert_eq!(value(&labels), value(&made), "{label}");
    }
    assert!(labels.trim().ends_with("[/wheelwright]"), "{labels}");

    let project = Project::copy_of("examples/fastapi");
    project.must_build(&[
        "--build-arg=VERSION=2.0.0",
        &format!("--build-arg=BUILDKIT_SYNTAX={image}"),
    ]);
    assert_eq!(
        Container::start(&project.image).ask("/version"),
        r#"{"version":"2.0.0"}"#
    );
}
