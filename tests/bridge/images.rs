//! How images are resolved, and what stands for them.

use crate::bridge::{Build, PYTHON};

const PYTHON_CONTEXT: &str = "context:python:3.13-slim";
const OTHER_PYTHON: &str = "example.org/py:1";
const CONFIG: &str =
    r#"{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/usr/bin","MARK=here"]}}"#;

#[test]
fn images_are_taken_by_their_digest_where_the_engine_tells_one() {
    let images = |build: Build| {
        let talk = build.option("image-resolve-mode", "local").run();
        assert_eq!(talk.beginning("resolve ").len(), 2, "{talk}");
        assert!(
            talk.beginning("resolve ")
                .iter()
                .all(|line| line.ends_with(", local")),
            "{talk}"
        );
        let images = talk.image().images().into_iter();
        images
            .map(|image| format!("{} {:?}", image.identifier, image.attrs))
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!(images(Build::new()), @r#"
    docker-image://docker.io/library/python:3.13-slim@sha256:0000000000000000000000000000000000000000000000000000000000000001 {"image.resolvemode": "local"}
    docker-image://ghcr.io/astral-sh/uv:0.13.8@sha256:0000000000000000000000000000000000000000000000000000000000000002 {"image.resolvemode": "local"}
    "#);
    insta::assert_snapshot!(images(Build::new().without_digests()), @r#"
    docker-image://docker.io/library/python:3.13-slim {"image.resolvemode": "local"}
    docker-image://ghcr.io/astral-sh/uv:0.13.8 {"image.resolvemode": "local"}
    "#);
}

#[test]
fn pulling_is_asked_of_the_engine_in_both_places() {
    let talk = Build::new().option("image-resolve-mode", "pull").run();
    assert!(
        talk.beginning("resolve ")
            .iter()
            .all(|line| line.ends_with(", pull")),
        "{talk}"
    );
    for image in talk.image().images() {
        assert_eq!(
            image.attrs["image.resolvemode"], "pull",
            "{}",
            image.identifier
        );
    }
}

#[test]
fn a_named_context_stands_for_an_image_and_its_platform_decides() {
    let used = |build: Build| {
        let talk = build.image(OTHER_PYTHON, CONFIG).run();
        let env = talk.config()["config"]["Env"].to_string();
        assert!(env.contains("MARK=here"), "{env}");
        let images = talk.image().images();
        let other = images.iter().filter(|image| {
            image
                .identifier
                .starts_with("docker-image://example.org/py:1@sha256:")
        });
        assert_eq!(other.count(), 1, "{images:?}");
        assert_eq!(talk.beginning("resolve docker.io/library/python"), [""; 0]);
    };
    let other = format!("docker-image://{OTHER_PYTHON}");
    used(Build::new().option(PYTHON_CONTEXT, &other));
    let for_platform = format!("{PYTHON_CONTEXT}::linux/amd64");
    let wrong = "docker-image://example.org/wrong:1";
    used(
        Build::new()
            .option(PYTHON_CONTEXT, wrong)
            .option(&for_platform, &other),
    );
    let for_another = format!("{PYTHON_CONTEXT}::linux/arm64");
    used(
        Build::new()
            .option(PYTHON_CONTEXT, &other)
            .option(&for_another, wrong),
    );
}

#[test]
fn a_named_context_stands_for_the_latest_tag_under_the_bare_name() {
    let build = Build::new().manifest(
        "[tool.wheelwright.image]",
        "[tool.wheelwright]\nfrom = \"example.org/base:latest\"\n[tool.wheelwright.image]",
    );
    let other = format!("docker-image://{OTHER_PYTHON}");
    let talk = build
        .image(OTHER_PYTHON, CONFIG)
        .option("context:example.org/base", &other)
        .run();
    assert_eq!(talk.beginning("resolve example.org/").len(), 1, "{talk}");
}

#[test]
fn engines_before_0_13_are_asked_by_the_older_call() {
    let lines = |build: Build| build.run().beginning("resolve docker.io");
    insta::assert_snapshot!([
        lines(Build::new()),
        lines(Build::new().incapable("source.metaresolver")),
    ].concat().join("\n"), @"
    resolve docker.io/library/python:3.13-slim for linux/amd64, default
    resolve docker.io/library/python:3.13-slim for linux/amd64, default (old)
    ");
    let image = |build: Build| build.run().image().raw.clone();
    assert_eq!(
        image(Build::new()),
        image(Build::new().incapable("source.metaresolver"))
    );
}

#[test]
fn a_policy_may_put_another_image_in_the_place_of_one_and_nothing_else() {
    // The third image of the registry.
    let pinned = format!("{PYTHON}@sha256:{:064x}", 3);
    for (other, found) in [
        (OTHER_PYTHON, "example.org/py:1@sha256:"),
        (&pinned, &pinned),
    ] {
        for new in [true, false] {
            let build = Build::new().image(other, CONFIG).policy(PYTHON, other);
            let build = if new {
                build
            } else {
                build.incapable("source.metaresolver")
            };
            let talk = build.run();
            let images = talk.image().images();
            let expected = format!("docker-image://{found}");
            assert!(
                images
                    .iter()
                    .any(|image| image.identifier.starts_with(&expected)),
                "{images:?}"
            );
            assert!(
                talk.config()["config"]["Env"]
                    .to_string()
                    .contains("MARK=here")
            );
        }
    }
    let talk = Build::new()
        .policy(PYTHON, "https://example.org/python.tar")
        .run();
    insta::assert_snapshot!(talk.error().message, @"a source policy of the engine puts a source of the kind `https` in place of the image `python:3.13-slim`, expected an image; change the policy, or name another image");
    let talk = Build::new()
        .image("NO IMAGE", CONFIG)
        .policy(PYTHON, "NO IMAGE")
        .run();
    insta::assert_snapshot!(talk.error().message, @"unexpected answer of the engine: an image reference that is none");
}
