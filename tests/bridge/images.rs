//! How images are resolved, and what stands for them.

use crate::bridge::{Build, PYTHON, Talk, pinned_uv};

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

const DIGEST: &str = "sha256:00000000000000000000000000000000000000000000000000000000000000aa";

/// The images of a build, and the resolve requests that went before.
fn resolved(build: Build) -> String {
    let talk = build.run();
    let images = talk.image().images().into_iter();
    let images = images.map(|image| format!("{} {:?}", image.identifier, image.attrs));
    let mut lines = talk.beginning("resolve ");
    lines.sort();
    lines
        .into_iter()
        .chain(images)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn every_image_may_come_from_an_oci_layout_of_the_client() {
    // buildx names the layout itself, and the folder that the user wrote stays with it.
    let layout = format!("oci-layout://k3s8:latest@{DIGEST}");
    let tool = pinned_uv();
    let runtime = "example.org/team/runtime:1";
    let build = || {
        Build::new()
            .manifest(
                "[tool.wheelwright.image]",
                &format!(
                    "[tool.wheelwright]\nruntime-from = \"{runtime}\"\n[tool.wheelwright.image]"
                ),
            )
            .layout(&format!("k3s8@{DIGEST}"), CONFIG)
            .option(PYTHON_CONTEXT, &layout)
            .option(&format!("context:{runtime}"), &layout)
            .option(&format!("context:{tool}"), &layout)
    };
    insta::assert_snapshot!(resolved(build()), @r#"
    resolve oci-layout://docker.io/library/python:3.13-slim@sha256:00000000000000000000000000000000000000000000000000000000000000aa for linux/amd64 from k3s8
    resolve oci-layout://example.org/team/runtime:1@sha256:00000000000000000000000000000000000000000000000000000000000000aa for linux/amd64 from k3s8
    resolve oci-layout://ghcr.io/astral-sh/uv:0.13.8@sha256:00000000000000000000000000000000000000000000000000000000000000aa for linux/amd64 from k3s8
    oci-layout://example.org/team/runtime:1@sha256:00000000000000000000000000000000000000000000000000000000000000aa {"oci.session": "session-1", "oci.store": "k3s8"}
    oci-layout://docker.io/library/python:3.13-slim@sha256:00000000000000000000000000000000000000000000000000000000000000aa {"oci.session": "session-1", "oci.store": "k3s8"}
    oci-layout://ghcr.io/astral-sh/uv:0.13.8@sha256:00000000000000000000000000000000000000000000000000000000000000aa {"oci.session": "session-1", "oci.store": "k3s8"}
    "#);
    let old = build().incapable("source.metaresolver");
    insta::assert_snapshot!(resolved(old), @r#"
    resolve docker.io/library/python:3.13-slim@sha256:00000000000000000000000000000000000000000000000000000000000000aa for linux/amd64 from k3s8 (old)
    resolve example.org/team/runtime:1@sha256:00000000000000000000000000000000000000000000000000000000000000aa for linux/amd64 from k3s8 (old)
    resolve ghcr.io/astral-sh/uv:0.13.8@sha256:00000000000000000000000000000000000000000000000000000000000000aa for linux/amd64 from k3s8 (old)
    oci-layout://example.org/team/runtime:1@sha256:00000000000000000000000000000000000000000000000000000000000000aa {"oci.session": "session-1", "oci.store": "k3s8"}
    oci-layout://docker.io/library/python:3.13-slim@sha256:00000000000000000000000000000000000000000000000000000000000000aa {"oci.session": "session-1", "oci.store": "k3s8"}
    oci-layout://ghcr.io/astral-sh/uv:0.13.8@sha256:00000000000000000000000000000000000000000000000000000000000000aa {"oci.session": "session-1", "oci.store": "k3s8"}
    "#);
    // Its configuration is that of the image that it stands for.
    let env = build().run().config()["config"]["Env"].to_string();
    assert!(env.contains("MARK=here"), "{env}");
    // For one platform alone, as with any named context.
    let arm = Build::new().option(&format!("{PYTHON_CONTEXT}::linux/arm64"), &layout);
    assert!(!resolved(arm).contains("oci-layout"));
}

#[test]
fn an_oci_layout_is_for_engines_that_know_it() {
    let layout = || Build::new().option(PYTHON_CONTEXT, &format!("oci-layout://store@{DIGEST}"));
    let talk = layout().incapable("source.ocilayout").run();
    assert_eq!(talk.beginning("resolve docker.io"), [""; 0]);
    let missing = layout().run();
    // Docker's classic store lists what it does not have.
    let classic = layout()
        .fails(
            "resolve oci-layout",
            "unknown scheme oci-layout: not found",
            &[],
        )
        .run();
    // An image that is not there is told by the name that the user wrote too.
    let other = Build::new()
        .option(PYTHON_CONTEXT, "docker-image://nowhere")
        .run();
    insta::assert_snapshot!([talk, missing, classic, other].map(|talk| talk.error().message.clone()).join("\n"), @"
    this engine lacks the capability `source.ocilayout`, which BuildKit has since 0.11 (Docker 20.10 has 0.8); update the engine
    `--build-context python:3.13-slim`: docker.io/library/python:3.13-slim@sha256:00000000000000000000000000000000000000000000000000000000000000aa: no such blob in store
    `--build-context python:3.13-slim`: this engine reads no OCI layouts, as Docker does with its classic image store; load the image into the engine and write `docker-image://NAME`, or build with the containerd image store
    `--build-context python:3.13-slim`: docker.io/library/nowhere:latest: not found
    ");
}

#[test]
fn the_tool_and_the_runtime_may_be_other_images_too() {
    let runtime = "example.org/team/runtime:1";
    let from =
        format!("[tool.wheelwright]\nruntime-from = \"{runtime}\"\n[tool.wheelwright.image]");
    let other = format!("docker-image://{OTHER_PYTHON}");
    let build = Build::new()
        .manifest("[tool.wheelwright.image]", &from)
        .image(OTHER_PYTHON, CONFIG)
        .image("example.org/uv:2", "{}")
        .option(&format!("context:{runtime}"), &other)
        .option(
            &format!("context:{}", pinned_uv()),
            "docker-image://example.org/uv:2",
        );
    insta::assert_snapshot!(resolved(build), @"
    resolve docker.io/library/python:3.13-slim for linux/amd64, default
    resolve example.org/py:1 for linux/amd64, default
    resolve example.org/uv:2 for linux/amd64, default
    docker-image://example.org/py:1@sha256:0000000000000000000000000000000000000000000000000000000000000003 {}
    docker-image://docker.io/library/python:3.13-slim@sha256:0000000000000000000000000000000000000000000000000000000000000001 {}
    docker-image://example.org/uv:2@sha256:0000000000000000000000000000000000000000000000000000000000000004 {}
    ");
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
fn an_image_that_tells_nothing_of_its_python_is_looked_into_once() {
    let bare = "example.org/bare:1";
    let from = format!("[tool.wheelwright]\nfrom = \"{bare}\"\n[tool.wheelwright.image]");
    let talk = Build::new()
        .manifest("[tool.wheelwright.image]", &from)
        .bare_image(bare)
        .run();
    let looks = talk.beginning("list ").into_iter();
    let looks: Vec<_> = looks.filter(|line| line.contains("example.org")).collect();
    insta::assert_snapshot!(looks.join("\n"), @"
    list bin of example.org/bare:1
    list sbin of example.org/bare:1
    list usr/bin of example.org/bare:1
    list usr/local/bin of example.org/bare:1
    list usr/local/sbin of example.org/bare:1
    list usr/sbin of example.org/bare:1
    ");
    let titles = |talk: &Talk| {
        let execs = talk.image().execs().into_iter();
        let titles: Vec<String> = execs.map(|(vertex, _)| vertex.title().to_owned()).collect();
        titles
            .iter()
            .filter(|title| title.contains("Python"))
            .count()
    };
    assert_eq!(titles(&talk), 1, "{talk}");

    // The same image with the interpreter on its search path: in the fake registry all others have it.
    let talk = Build::new()
        .manifest("[tool.wheelwright.image]", &from)
        .image(bare, "{}")
        .run();
    assert_eq!(titles(&talk), 0, "{talk}");
    // Whoever says it has nothing looked for.
    let said = from.replace("from =", "managed-python = true\nfrom =");
    let talk = Build::new()
        .manifest("[tool.wheelwright.image]", &said)
        .image(bare, "{}")
        .run();
    let looks = talk.beginning("list ").into_iter();
    assert_eq!(looks.filter(|line| line.contains("example.org")).count(), 0);
    assert_eq!(titles(&talk), 1, "{talk}");
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
