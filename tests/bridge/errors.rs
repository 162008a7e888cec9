//! What the user is told when there is no image.

use bollard_buildkit_proto::google::protobuf::Any;

use crate::bridge::{Build, MANIFEST, sources};

/// The error that a build ends in: code, message, and the lines that the client shows.
fn told(build: Build) -> String {
    let talk = build.run();
    let error = talk.error();
    let lines = [format!("{}: {}", error.code, error.message)].into_iter();
    lines
        .chain(sources(error))
        .collect::<Vec<_>>()
        .join("\n   ")
}

fn detail(name: &str, value: Vec<u8>) -> Any {
    Any {
        type_url: format!("github.com/moby/buildkit/{name}+json"),
        value,
    }
}

#[test]
fn mistakes_in_the_project_are_told_with_their_lines() {
    let one = MANIFEST.replace("expose", "expoze");
    let two_mistakes = one.replace("[tool.setuptools_scm]", "[tool.wheelwright]\ngroups = 1");
    insta::assert_snapshot!([
        told(Build::new().manifest("expose", "expoze")),
        told(Build::new().manifest("name = \"greeter\"", "name = = 1")),
        told(Build::new().file("pyproject.toml", &two_mistakes)),
        told(Build::new().file("pyproject.toml", "[tool.ruff]\n").without_file("uv.lock").file("uv.lock/file", "")),
        told(Build::new().without_option("build-arg:VERSION")),
        told(Build::new().file(".python-version", "\n# ours\n2.7\n")),
        told(Build::new().file("uv.lock", &" ".repeat(9 * 1024 * 1024))),
    ].join("\n"), @r#"
    2: pyproject.toml:20:1: unknown key `expoze` in `[tool.wheelwright.image]`; did you mean `expose`?
       pyproject.toml (TOML) 20: expoze = [8000]
    2: pyproject.toml:3:8: not valid TOML: extra `=`, expected nothing
    pyproject.toml:3:10: not valid TOML: unexpected key or value, expected newline, `#`
       pyproject.toml (TOML) 3: name = = 1
    2: pyproject.toml:18:10: `tool.wheelwright.groups` is an integer, expected an array
    pyproject.toml:21:1: unknown key `expoze` in `[tool.wheelwright.image]`; did you mean `expose`?
       pyproject.toml (TOML) 18: groups = 1
       pyproject.toml (TOML) 21: expoze = [8000]
    2: pyproject.toml:1:1: there is no `[project]` table, no lock file and no requirements file in the build context; write `[project]` with `name`, `version` and `dependencies`, or add a `requirements.txt`
       pyproject.toml (TOML) 1: [tool.ruff]
    2: pyproject.toml:4:12: the version comes from version control (setuptools-scm), which is not in the build context, and `VERSION` is not given; add `--build-arg VERSION=1.0.0` with the version to build
       pyproject.toml (TOML) 4: dynamic = ["version"]
    2: .python-version:3:1: Python 2.7 is asked for, and `requires-python` at pyproject.toml:5:19 allows `>=3.11`; change one of the two
       .python-version (Text) 3: 2.7
    2: `uv.lock` has 9437184 bytes, which is more than a file of its kind ever needs (8388608 at most); check that it is the right file, and remove what does not belong in it
    "#);
}

#[test]
fn a_missing_spec_is_told_by_its_name() {
    insta::assert_snapshot!([
        told(Build::new().without_file("pyproject.toml")),
        told(Build::new().option("filename", "nowhere/build.toml")),
        told(Build::new().option("filename", "../build.toml")),
        told(Build::new().without_option("filename")),
    ].join("\n"), @"
    2: there is no file `pyproject.toml`; build in the folder of the project, or name the spec with `-f`, for example `-f pyproject.toml`
    2: there is no file `nowhere/build.toml`; build in the folder of the project, or name the spec with `-f`, for example `-f pyproject.toml`
    2: `--file`: `../build.toml` leaves the build context, expected a path inside it
    2: there is no file `Dockerfile`; build in the folder of the project, or name the spec with `-f`, for example `-f pyproject.toml`
    ");
}

#[test]
fn mistakes_in_options_are_told_without_asking_the_engine() {
    let build = Build::new()
        .option("platform", "linux/amd64/v9/x")
        .option("image-resolve-mode", "never");
    let talk = build.option("add-hosts", "here").run();
    assert_eq!(talk.lines().len(), 1, "{talk}");
    insta::assert_snapshot!(talk.lines()[0], @"
    return an error: `--platform linux/amd64/v9/x`: `linux/amd64/v9/x` is not a platform, expected `os/arch[/variant]` such as `linux/arm64`; leave `--platform` out to build for the default one
    option `image-resolve-mode` is `never`, expected `default`, `pull`, `local`
    `--add-host here`: expected `NAME=ADDRESS` with an IP address
    ");
    insta::assert_snapshot!([
        told(Build::new().option("platform", "linux/amd64,linux/arm64")),
        told(Build::new().option("target", "runtme")),
        told(Build::new().option("context", "https://example.org/a.git")),
    ].join("\n"), @"
    2: `--platform linux/amd64,linux/arm64`: several platforms in one build are not supported yet; build one platform at a time and join the tags with `docker buildx imagetools create`
    2: unknown target `runtme`, expected one of `base`, `builder`, `wheel`, `sdist`, `runtime`, `final`, `production`, `dev`, `development`, `test`, `test-reports`, `lock`; did you mean `runtime`?
    2: remote contexts are not supported yet, expected a local folder; check the project out and build from its folder
    ");
}

#[test]
fn a_capability_that_the_frontend_lacks_is_refused_with_its_name() {
    let caps = "moby.buildkit.frontend.contexts+forward,moby.buildkit.frontend.inputs+forward";
    let talk = Build::new().option("frontend.caps", caps).run();
    assert_eq!(
        talk.lines(),
        ["return an error: unsupported frontend capability moby.buildkit.frontend.inputs"]
    );
    let name = br#"{"name":"moby.buildkit.frontend.inputs"}"#.to_vec();
    assert_eq!(talk.error().code, 12);
    assert_eq!(talk.error().details, [detail("errdefs.FrontendCap", name)]);
    let known = "moby.buildkit.frontend.contexts+forward";
    Build::new().option("frontend.caps", known).run().result();
}

#[test]
fn a_subrequest_is_refused_in_the_words_that_buildx_looks_for() {
    let talk = Build::new().option("requestid", "frontend.outline").run();
    assert_eq!(
        talk.lines(),
        ["return an error: unsupported request frontend.outline"]
    );
    let name = br#"{"name":"frontend.outline"}"#.to_vec();
    assert_eq!(talk.error().code, 12);
    assert_eq!(talk.error().details, [detail("errdefs.Subrequest", name)]);
}

#[test]
fn named_contexts_of_other_kinds_are_refused_by_name() {
    let with = |value: &str| told(Build::new().option("context:python:3.13-slim", value));
    let values = [
        "input:python",
        "local:python",
        "oci-layout://store@sha256:0",
        "oci-layout://store:latest",
        "oci-layout://@sha256:0000000000000000000000000000000000000000000000000000000000000000",
        "target:python",
        "https://user:token@example.org/a.git#main",
        "https://user:token@example.org/a.tar",
        "git@example.org:a",
        "whatever",
        "",
        "docker-image://UPPER",
        "docker-image://",
        "docker-image://scratch",
    ];
    insta::assert_snapshot!(values.map(with).join("\n"), @"
    2: `--build-context python:3.13-slim`: the result of another target cannot stand for an image yet, expected `docker-image://NAME` or `oci-layout://PATH@DIGEST`
       .python-version (Text) 1: 3.13
    2: `--build-context python:3.13-slim`: a folder of the client cannot stand for an image yet, expected `docker-image://NAME` or `oci-layout://PATH@DIGEST`
       .python-version (Text) 1: 3.13
    2: `--build-context python:3.13-slim`: `sha256:0` is not a digest, expected `sha256:` and 64 lower-case hexadecimal digits
       .python-version (Text) 1: 3.13
    2: `--build-context python:3.13-slim`: an OCI layout is read by a digest, expected `oci-layout://PATH@sha256:…`
       .python-version (Text) 1: 3.13
    2: `--build-context python:3.13-slim`: an OCI layout has no name, expected `oci-layout://PATH@sha256:…`
       .python-version (Text) 1: 3.13
    2: `--build-context python:3.13-slim`: a target that the client did not build (`target:`) cannot stand for an image yet, expected `docker-image://NAME` or `oci-layout://PATH@DIGEST`
       .python-version (Text) 1: 3.13
    2: `--build-context python:3.13-slim`: a git repository cannot stand for an image yet, expected `docker-image://NAME` or `oci-layout://PATH@DIGEST`
       .python-version (Text) 1: 3.13
    2: `--build-context python:3.13-slim`: a file of a web server cannot stand for an image yet, expected `docker-image://NAME` or `oci-layout://PATH@DIGEST`
       .python-version (Text) 1: 3.13
    2: `--build-context python:3.13-slim`: a git repository cannot stand for an image yet, expected `docker-image://NAME` or `oci-layout://PATH@DIGEST`
       .python-version (Text) 1: 3.13
    2: `--build-context python:3.13-slim`: no kind of build context that is known, expected `docker-image://NAME` or `oci-layout://PATH@DIGEST`
       .python-version (Text) 1: 3.13
    2: `--build-context python:3.13-slim`: no kind of build context that is known, expected `docker-image://NAME` or `oci-layout://PATH@DIGEST`
       .python-version (Text) 1: 3.13
    2: `--build-context python:3.13-slim`: `UPPER` has upper-case letters in its repository name, expected lower case
       .python-version (Text) 1: 3.13
    2: `--build-context python:3.13-slim`: `` is not an image reference, expected `[registry/]name[:tag][@digest]`
       .python-version (Text) 1: 3.13
    2: `--build-context python:3.13-slim`: the empty image `scratch` cannot stand for an image with programs, expected the name of one
       .python-version (Text) 1: 3.13
    ");
}

#[test]
fn an_image_that_does_not_resolve_is_told_with_the_line_that_asked() {
    let reference = "example.org/team/base:1";
    let from = format!("[tool.wheelwright]\nfrom = \"{reference}\"\n[tool.wheelwright.image]");
    let detail = detail("errdefs.Vertex", b"{}".to_vec());
    let build = || Build::new().manifest("[tool.wheelwright.image]", &from);
    let talk = build()
        .fails(
            "resolve example.org",
            "pull access denied",
            std::slice::from_ref(&detail),
        )
        .run();
    assert_eq!(talk.error().details.first(), Some(&detail));
    insta::assert_snapshot!([
        told(build().fails("resolve example.org", "pull access denied", &[detail])),
        // Nobody wrote the line of the default image, but one that decides it.
        told(Build::new().fails("resolve docker.io", "no route to host", &[])),
        told(Build::new().fails("resolve ghcr.io", "no route to host", &[])),
        told(build().image(reference, "no json")),
    ].join("\n"), @r#"
    2: pyproject.toml:20:8: cannot resolve the image `example.org/team/base:1`: pull access denied; check the name and the tag, and that the engine can reach the registry
       pyproject.toml (TOML) 20: from = "example.org/team/base:1"
    2: .python-version:1:1: cannot resolve the image `python:3.13-slim`: no route to host; pin another version in `.python-version`, or name an image in `from` of `[tool.wheelwright]`
       .python-version (Text) 1: 3.13
    2: cannot resolve the image `ghcr.io/astral-sh/uv:0.13.8`: no route to host; check `installer-version`, and that the engine can reach the registry
    2: pyproject.toml:20:8: cannot resolve the image `example.org/team/base:1`: the engine sent an image configuration that is no JSON: expected ident at line 1 column 2; check the name and the tag, and that the engine can reach the registry
       pyproject.toml (TOML) 20: from = "example.org/team/base:1"
    "#);
}

#[test]
fn what_the_engine_says_is_passed_on_whole() {
    // hyper drops or dies over headers of more than 16 KiB, unless it is told otherwise.
    for size in [1, 20 * 1024, 1024 * 1024] {
        let details = [
            detail("errdefs.Vertex", br#"{"digest":"sha256:0"}"#.to_vec()),
            detail("errdefs.Solve", vec![b'x'; size]),
        ];
        for request in ["ping", "load context", "list", "read uv.lock", "build"] {
            let talk = Build::new()
                .fails(request, "exit code: 1 \u{2014} \u{fc}\n%", &details)
                .run();
            assert_eq!(
                talk.error().message,
                "exit code: 1 \u{2014} \u{fc}\n%",
                "{request}"
            );
            assert_eq!(
                (talk.error().code, &talk.error().details[..]),
                (2, &details[..]),
                "{request}"
            );
        }
    }
}

#[test]
fn an_image_that_the_engine_does_not_take_is_an_error_in_the_end() {
    let talk = Build::new()
        .fails("return an image", "no such ref", &[])
        .run_to_any_end();
    assert_eq!(
        talk.beginning("return"),
        ["return an image", "return an error: no such ref"]
    );
    let talk = Build::new()
        .fails("return", "result is already set", &[])
        .run_to_any_end();
    assert_eq!(talk.outcome, Err("result is already set".to_owned()));
}

#[test]
fn an_engine_that_lacks_something_is_told_what() {
    let lacking = |capability: &str| told(Build::new().incapable(capability));
    let capabilities = [
        "file.base",
        "exec.mount.bind.readwrite-nooutput",
        "exec.mount.cache",
        "source.local.followpaths",
    ];
    insta::assert_snapshot!(capabilities.map(lacking).join("\n"), @"
    12: this engine lacks the capability `file.base`, which BuildKit has since 0.5 (Docker 20.10 has 0.8); update the engine
    12: this engine lacks the capability `exec.mount.bind.readwrite-nooutput`, which BuildKit has since 0.7 (Docker 20.10 has 0.8); update the engine
    12: this engine lacks the capability `exec.mount.cache`, which BuildKit has since 0.3 (Docker 20.10 has 0.8); update the engine
    12: this engine lacks the capability `source.local.followpaths`, which BuildKit has since 0.3 (Docker 20.10 has 0.8); update the engine
    ");
}

#[test]
fn images_of_another_platform_are_refused() {
    // An engine with its own image store hands out what it has.
    insta::assert_snapshot!(told(Build::new().option("platform", "linux/arm64")), @"
    2: the image `ghcr.io/astral-sh/uv:0.13.8` is for `linux/amd64`, expected `linux/arm64`; pull the image for that platform, or leave `--platform` out
    .python-version:1:1: the image `python:3.13-slim` is for `linux/amd64`, expected `linux/arm64`; pull the image for that platform, or leave `--platform` out
       .python-version (Text) 1: 3.13
    ");
}
