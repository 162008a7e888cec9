//! Projects in folders of the context: what is asked for until they are found.

use crate::bridge::{Build, LOCK, MANIFEST, Request};

/// A project in a folder, and another one beside it.
fn monorepo() -> Build {
    Build::new()
        .without_file("pyproject.toml")
        .without_file("uv.lock")
        .folder("dockerfile", "pyproject.toml", MANIFEST)
        .folder("context", "services/api/pyproject.toml", MANIFEST)
        .folder("context", "services/api/uv.lock", LOCK)
        .folder("context", "libs/core/pyproject.toml", "[project]\n")
        .folder("context", "services/api/node_modules/x/y.py", "")
}

/// The requests but for those of images, in the order of their texts.
fn asked(build: Build) -> String {
    let talk = build.run();
    let requests = talk.requests.iter().filter(|request| {
        matches!(
            request,
            Request::Solve { .. } | Request::List { .. } | Request::Read { .. }
        )
    });
    let mut lines: Vec<_> = requests.map(ToString::to_string).collect();
    lines.retain(|line| !line.contains("build/__init__.py"));
    lines.sort();
    lines.join("\n")
}

#[test]
fn a_project_is_looked_for_in_one_more_read() {
    insta::assert_snapshot!(asked(monorepo()), @"
    build
    list . of context
    list . of context
    list . of context
    list . of dockerfile
    list ENV of context
    list build of context
    list dist of context
    list env of context
    list libs of context
    list libs/core of context
    list libs/core of context
    list services of context
    list services of context
    list services/api of context
    list services/api of context
    list services/api of context
    list services/api/ENV of context
    list services/api/build of context
    list services/api/dist of context
    list services/api/env of context
    list services/api/target of context
    list services/api/test of context
    list services/api/tests of context
    list services/api/virtualenv of context
    list target of context
    list test of context
    list tests of context
    list virtualenv of context
    load context: **/pyproject.toml
    load context: services/uv.lock, services/uv.toml, services/pyproject.toml, uv.lock, uv.toml, pyproject.toml
    load dockerfile: pyproject.toml, pyproject.toml.dockerignore
    read .python-version of context
    read libs/core/pyproject.toml of context
    read pyproject.toml of dockerfile
    read services/api/pyproject.toml of context
    read services/api/pyproject.toml of context
    read services/api/uv.lock of context
    ");
}

#[test]
fn a_key_or_a_lock_spares_the_search() {
    let table = "\n[tool.wheelwright]\nproject-dir = \"services/api\"\n";
    let manifest = format!("{MANIFEST}{table}");
    let keyed = monorepo()
        .folder("dockerfile", "pyproject.toml", &manifest)
        .folder("context", "services/api/pyproject.toml", &manifest);
    assert!(!asked(keyed).contains("**"));
    let root = LOCK.replace("editable = \".\"", "editable = \"services/api\"");
    assert!(!asked(monorepo().folder("context", "uv.lock", &root)).contains("**"));
}
