//! Wheels with libraries of Rust: what is compiled after a change, and what is in the image.

use std::fs::File;
use std::time::{Duration, SystemTime};

use crate::support::{Engine, Project};

/// The image of the toolchain that is the default.
const TOOLCHAIN: &str = "rust:1.95-slim";

/// The steps that need no code of the project.
const CRATES: [&str; 2] = ["[wheel] download crates", "[wheel] compile crates"];

/// The crates that a build compiled, in the words of cargo.
fn compiled(text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .filter_map(|line| line.split_once(" Compiling "));
    lines
        .map(|(_, named)| named.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .collect()
}

fn counted(project: &Project, words: &str) -> String {
    let command = ["run", "--rm", &project.image, words];
    Engine::get().docker(command).text.trim().to_owned()
}

#[test]
#[ignore = "needs an engine"]
fn a_change_compiles_the_crates_of_the_project_alone() {
    let project = Project::copy_of("testdata/cases/uv-maturin");
    Engine::need(TOOLCHAIN);
    // A key that no other run has: the first build is one of everything.
    let word = project.own_word();
    project.replace(
        "Cargo.toml",
        "[dependencies]",
        &format!("[features]\n{word} = []\n\n[dependencies]"),
    );
    let first = project.must_build(&[]);
    let all = compiled(&first.text);
    assert!(all.len() > 20, "{all:?}\n{}", first.text);
    let own = all.iter().filter(|named| named.starts_with("counting "));
    let own: Vec<_> = own.collect();
    // The stub has a version of its own, so it is never taken for the crate.
    assert_eq!(own, ["counting v0.0.0+wheelwright", "counting v1.2.0"]);

    assert_eq!(counted(&project, "b a b"), r#"{"words":{"a":1,"b":2}}"#);

    // Another text of the same size, and older than anything that was compiled. (BuildKit itself does not see an edit that
    // keeps size and time: it compares these when files are sent.)
    project.replace("src/lib.rs", r"\w+", "[a]");
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    File::open(project.path("src/lib.rs"))
        .and_then(|file| file.set_modified(old))
        .unwrap();
    Engine::alone();
    let change = |expected: &str| {
        let build = project.must_build(&[]);
        let ran = build.ran();
        for step in CRATES {
            assert!(!ran.contains(&step.to_owned()), "{}", build.text);
        }
        assert_eq!(compiled(&build.text), [expected], "{}", build.text);
    };
    change("counting v1.2.0");
    for file in ["Cargo.toml", "Cargo.lock", "pyproject.toml", "uv.lock"] {
        project.replace(file, "version = \"1.2.0\"", "version = \"1.3.0\"");
    }
    change("counting v1.3.0");
    assert_eq!(counted(&project, "b a"), r#"{"words":{"a":1}}"#);

    let tools = "import os, sys; print([path for path in ('/usr/local/rustup', '/usr/local/cargo', '/mnt/cargo', '/mnt/target') \
         if os.path.exists(path)], os.listdir('/src') if os.path.exists('/src') else [])";
    let list = [
        "run",
        "--rm",
        "--entrypoint=python",
        &project.image,
        "-c",
        tools,
    ];
    assert_eq!(Engine::get().docker(list).text.trim(), "[] []");
}
