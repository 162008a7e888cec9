//! The verbs as a user calls them: the binary on folders, what it prints and how it ends. The environment is
//! empty but for a search path, so that nothing of this machine is in the answers.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the folders are files, and a test that cannot write them fails"
)]

use std::fs;
use std::process::Command;

use bollard_buildkit_proto::pb;
use prost::Message as _;
use wheelwright::values::sha256;

#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/folder.rs"]
mod folder;

use folder::Folder;

const VERBS: &[&str] = &[
    "check", "plan", "llb", "build", "image", "schema", "version",
];

/// A project that can be built but for its lock.
const PROJECT: &str = "[project]\nname = \"a\"\nversion = \"1\"\nrequires-python = \">=3.12\"\n\
                       [build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n";

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", sha256(bytes))
}

fn example() -> String {
    format!("{}/examples/fastapi", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn check_says_that_all_is_well() {
    let ended = Folder::of(&[]).run(&["check", "--build-arg", "VERSION=1.0.0", &example()]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    assert_eq!(ended.out, "target runtime for linux/amd64 can be built\n");
}

#[test]
fn check_tells_everything_at_once_with_snippets() {
    let spec = format!(
        "{PROJECT}[tool.wheelwright]\npyhton = \"3.13\"\nfiles = [\"../x\"]\n[tool.wheelwright.image]\nexpose = \"8000\"\n"
    );
    let folder = Folder::of(&[("pyproject.toml", &spec)]);
    insta::assert_snapshot!(folder.refused(&[]), @r#"
    error: unknown key `pyhton` in `[tool.wheelwright]`
     --> pyproject.toml:9:1
      |
    9 | pyhton = "3.13"
      | ^^^^^^
      |
      = help: did you mean `python`?

    error: `tool.wheelwright.files[0]`: `../x` leaves the build context, expected a path inside it
      --> pyproject.toml:10:10
       |
    10 | files = ["../x"]
       |          ^^^^^^

    error: `tool.wheelwright.image.expose` is a string, expected an array
      --> pyproject.toml:12:10
       |
    12 | expose = "8000"
       |          ^^^^^^
    "#);
}

#[test]
fn plan_says_what_why_and_from_which_file() {
    let ended = Folder::of(&[]).run(&["plan", "--build-arg", "VERSION=1.0.0", &example()]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let choices: Vec<_> = ended
        .out
        .lines()
        .take_while(|line| !line.is_empty())
        .collect();
    insta::assert_snapshot!(choices.join("\n"), @"
    target runtime for linux/amd64
      installer = uv (`uv.lock` is there)
      installer-version = 0.13.8 (pinned by this release of wheelwright)
      python = 3.13 (.python-version:1)
      from = python:3.13-slim (the slim variant of the official image)
    ");
    assert!(
        ended
            .out
            .contains("install dependencies from uv.lock  <- pyproject.toml:")
    );
}

#[test]
fn the_graph_is_printed_in_each_form() {
    let run = |format: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_wheelwright"))
            .args([
                "llb",
                "--build-arg",
                "VERSION=1.0.0",
                "--format",
                format,
                &example(),
            ])
            .env_clear()
            .output()
            .unwrap();
        assert!(output.status.success());
        output.stdout
    };
    let text = String::from_utf8(run("text")).unwrap();
    assert!(text.contains("python:3.13-slim"), "{text}");
    let json: serde_json::Value = serde_json::from_slice(&run("json")).unwrap();
    let ops = json["ops"].as_array().unwrap();
    assert!(ops.len() > 10, "{json:#}");
    assert_eq!(ops[ops.len() - 1]["inputs"][0]["digest"], json["head"]);
    let bytes = run("protobuf");
    assert!(bytes == run("protobuf"), "the same graph gives other bytes");
    // What `buildctl` reads holds the same ops, by the digests of their bytes.
    let definition = pb::Definition::decode(bytes.as_slice()).unwrap();
    let digests: Vec<_> = definition.def.iter().map(|op| digest(op)).collect();
    let listed: Vec<_> = ops
        .iter()
        .map(|op| op["digest"].as_str().unwrap())
        .collect();
    assert_eq!(digests, listed);
    for (op, digest) in ops.iter().zip(&digests) {
        let meta = &definition.metadata[digest];
        let name = meta.description.get("llb.customname").map(String::as_str);
        let told = &op["metadata"]["description"]["llb.customname"];
        assert_eq!(told.as_str(), name);
    }
    let last = definition.def.last().unwrap();
    let end = pb::Op::decode(last.as_slice()).unwrap();
    assert_eq!(json["head"], end.inputs[0].digest);
    assert!(
        definition
            .source
            .unwrap()
            .infos
            .iter()
            .any(|info| info.filename == "pyproject.toml")
    );
}

/// What is told when standard output is a full disk.
fn to_full_disk(arguments: &[&str]) -> String {
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_wheelwright"))
        .args(arguments)
        .stdout(full)
        .output()
        .unwrap();
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_full_disk_is_told() {
    let line = [
        "llb",
        "--format",
        "protobuf",
        "--build-arg=VERSION=1.0.0",
        &example(),
    ];
    insta::assert_snapshot!([to_full_disk(&line), to_full_disk(&["schema"])].concat(), @"
    error: cannot write the graph to standard output: No space left on device (os error 28)
    error: cannot write to standard output: No space left on device (os error 28)
    ");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = Command::new(env!("CARGO_BIN_EXE_wheelwright"))
        .arg("schema")
        .stdout(writer)
        .output()
        .unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn the_schema_is_the_published_one() {
    let ended = Folder::of(&[]).run(&["schema"]);
    assert_eq!(
        (ended.code, ended.out.as_str()),
        (0, include_str!("../testdata/schema.json"))
    );
}

#[test]
fn the_version_names_what_it_pins() {
    let ended = Folder::of(&[]).run(&["version"]);
    let start = format!(
        "wheelwright {}\nfrontend wheelwright/frontend:",
        env!("CARGO_PKG_VERSION")
    );
    assert!(ended.out.starts_with(&start), "{}", ended.out);
    assert!(
        ended
            .out
            .lines()
            .skip(2)
            .all(|line| line.starts_with("tool "))
    );
    assert!(ended.out.lines().count() > 2 && ended.code == 0);
}

#[test]
fn every_verb_has_an_example() {
    let folder = Folder::of(&[]);
    let help = folder.run(&["--help"]).out;
    for verb in VERBS {
        assert!(help.contains(&format!("\n  {verb} ")), "{help}");
        let ended = folder.run(&[verb, "--help"]);
        let example = format!("\nExample:\n  wheelwright {verb}");
        assert!(
            ended.code == 0 && ended.out.contains(&example),
            "{}",
            ended.out
        );
    }
    let listed = help
        .lines()
        .filter(|line| line.starts_with("  ") && !line.trim().starts_with('-'));
    // `help` is clap's own.
    assert_eq!(listed.count(), VERBS.len() + 1, "{help}");
}

#[test]
fn wrong_usage_is_code_2() {
    let folder = Folder::of(&[]);
    for arguments in [
        &[][..],
        &["chekc"],
        &["check", "--traget", "base"],
        &["llb", "--format", "yaml"],
        &["llb", "--with", "megreop"],
        &["build"],
        &["image", "--tag", "UPPER CASE"],
    ] {
        let ended = folder.run(arguments);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ended.err.starts_with("error: "), "{}", ended.err);
    }
    let ended = folder.run(&["llb", "--with", "megreop"]);
    insta::assert_snapshot!(ended.err, @"
    error: unknown capability `megreop`
      = help: did you mean `mergeop`?
    ");
    let ended = folder.run(&[]);
    insta::assert_snapshot!(ended.err, @"
    error: no verb, and not started by BuildKit
    help: run `wheelwright --help`
    ");
}

/// A `docker` that writes down its arguments.
///
/// Another process writes it: a file that is open for writing here, if only in what another test is just
/// starting, cannot be run ("text file busy").
fn with_docker(files: &[(&str, &str)], code: u8) -> Folder {
    let folder = Folder::of(files);
    let script = format!("#!/bin/sh\nprintf '%s\n' \"$@\" > arguments\nexit {code}\n");
    let written = Command::new("sh")
        .args(["-c", "printf '%s' \"$1\" > \"$0\" && chmod 755 \"$0\""])
        .arg(folder.path("docker"))
        .arg(script)
        .status();
    assert!(written.unwrap().success());
    folder
}

#[test]
fn build_calls_buildx_with_our_frontend_and_the_rest_of_the_line() {
    let folder = with_docker(&[("pyproject.toml", "")], 0);
    let line = [
        "build",
        "--frontend",
        "index.example.org/frontend:1",
        "--build-arg",
        "VERSION=1",
        "-t",
        "a",
        ".",
    ];
    let ended = folder.run(&line);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let arguments = fs::read_to_string(folder.path("arguments")).unwrap();
    insta::assert_snapshot!(arguments.replace('\n', " "), @"buildx build --build-arg BUILDKIT_SYNTAX=index.example.org/frontend:1 --file ./pyproject.toml --build-arg VERSION=1 -t a .");
}

#[test]
fn build_ends_as_docker_ends() {
    let folder = with_docker(&[], 17);
    assert_eq!(folder.run(&["build", "--frontend", "a", "."]).code, 17);
    let ended = folder.run(&["build", "--frontend", "UPPER CASE", "."]);
    assert_eq!(ended.code, 2, "{}", ended.err);
}
