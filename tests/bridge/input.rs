//! Files that are too large, no text, elsewhere, or links.

use crate::bridge::{Build, File, MANIFEST, sources};

fn told(build: Build) -> String {
    let talk = build.run();
    let error = talk.error();
    let lines = [format!("{}: {}", error.code, error.message)].into_iter();
    lines
        .chain(sources(error))
        .collect::<Vec<_>>()
        .join("\n   ")
}

/// Each of the files that planning reads.
const FILES: [&str; 3] = ["pyproject.toml", "uv.lock", ".python-version"];

#[test]
fn a_file_that_is_too_large_is_never_read() {
    // The fake engine complains when it is.
    let huge = |name: &str| told(Build::new().with(name, &File::Size(52_428_800)));
    insta::assert_snapshot!(FILES.map(huge).join("\n"), @"
    2: `pyproject.toml` has 52428800 bytes, which is more than a file of its kind ever needs (8388608 at most); check that it is the right file, and remove what does not belong in it
    2: `uv.lock` has 52428800 bytes, which is more than a file of its kind ever needs (8388608 at most); check that it is the right file, and remove what does not belong in it
    2: `.python-version` has 52428800 bytes, which is more than a file of its kind ever needs (8388608 at most); check that it is the right file, and remove what does not belong in it
    ");
    let linked = |name: &str| {
        let build = Build::new().with("far", &File::Size(52_428_800));
        told(build.with(name, &File::Link("far".to_owned())))
    };
    assert_eq!(FILES.map(linked), FILES.map(huge));
}

#[test]
fn a_file_that_is_no_text_is_told_with_its_line() {
    let broken = |name: &str| {
        let bytes = b"# one\n# two \xff\n".to_vec();
        told(Build::new().with(name, &File::Bytes(bytes)))
    };
    insta::assert_snapshot!(FILES.map(broken).join("\n"), @"
    2: pyproject.toml:2:7: not valid UTF-8; save `pyproject.toml` as UTF-8
       pyproject.toml (TOML) 2: # two �
    2: uv.lock:2:7: not valid UTF-8; save `uv.lock` as UTF-8
       uv.lock (TOML) 2: # two �
    2: .python-version:2:7: not valid UTF-8; save `.python-version` as UTF-8
       .python-version (Text) 2: # two �
    ");
}

#[test]
fn links_are_followed_inside_the_context() {
    let build = Build::new().file("elsewhere/manifest", MANIFEST);
    let build = build.with(
        "pyproject.toml",
        &File::Link("elsewhere/manifest".to_owned()),
    );
    build.run().result();
    let link =
        |name: &str, target: &str| told(Build::new().with(name, &File::Link(target.to_owned())));
    insta::assert_snapshot!([
        FILES.map(|name| link(name, name)).join("\n"),
        FILES.map(|name| link(name, "../outside")).join("\n"),
    ].join("\n"), @"
    2: `pyproject.toml` is a symbolic link to `pyproject.toml`, which leads round in a circle; put the file itself there, or a link to a file inside the build context
    2: `uv.lock` is a symbolic link to `uv.lock`, which leads round in a circle; put the file itself there, or a link to a file inside the build context
    2: `.python-version` is a symbolic link to `.python-version`, which leads round in a circle; put the file itself there, or a link to a file inside the build context
    2: `pyproject.toml` is a symbolic link to `../outside`, which is not in the build context; put the file itself there, or a link to a file inside the build context
    2: `uv.lock` is a symbolic link to `../outside`, which is not in the build context; put the file itself there, or a link to a file inside the build context
    2: `.python-version` is a symbolic link to `../outside`, which is not in the build context; put the file itself there, or a link to a file inside the build context
    ");
}

#[test]
fn a_path_may_not_leave_the_context() {
    let paths = [
        "../x",
        "a/../../x",
        "/etc/passwd",
        ".",
        "..",
        "a\nb",
        "a\0b",
    ];
    let named = |path: &str| told(Build::new().option("filename", path));
    insta::assert_snapshot!(paths.map(named).join("\n"), @r"
    2: `--file`: `../x` leaves the build context, expected a path inside it
    2: `--file`: `a/../../x` leaves the build context, expected a path inside it
    2: `--file`: `/etc/passwd` is an absolute path, expected one relative to the build context
    2: there is no file `.`; build in the folder of the project, or name the spec with `-f`, for example `-f pyproject.toml`
    2: `--file`: `..` leaves the build context, expected a path inside it
    2: `--file`: `a\nb` holds a control character, expected printable text
    2: `--file`: `a\0b` holds a control character, expected printable text
    ");
}
