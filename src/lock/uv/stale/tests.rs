use super::*;
use crate::diagnostic::{Source, one_line};

/// Of a project that has its lock for itself.
fn check_alone(lock: &UvLock, project: &Pyproject) -> Result<(), Diagnostics> {
    check_one(lock, project, &*settings::read(project)?, false)
}

const LOCK: &str = r#"
version = 1
revision = 3
requires-python = ">=3.12"

[[package]]
name = "a"
version = "1.0"
source = { editable = "." }

[package.metadata]
requires-dist = [
    { name = "b", specifier = ">=1" },
    { name = "d", marker = "python_full_version < '3.14'" },
    { name = "t", marker = "extra == 'tables'", specifier = ">=2" },
]
provides-extras = ["tables", "none"]

[package.metadata.requires-dev]
dev-tools = [{ name = "c", specifier = ">=2" }]
test = [
    { name = "c", specifier = ">=2" },
    { name = "e" },
]
"#;

/// A manifest that fits.
const MANIFEST: &str = r#"
[project]
name = "A"
version = "1.0.0"
requires-python = ">=3.12"
dependencies = ["b>=1.0", "d ; python_version < '3.14'"]

[project.optional-dependencies]
Tables = ["t>=2"]
none = []

[dependency-groups]
dev_tools = ["c>=2"]
test = [{ include-group = "dev-tools" }, "e"]

[build-system]
requires = []
"#;

/// The errors about the manifest with each first text replaced by the second one.
#[track_caller]
fn with(changes: &[(&str, &str)]) -> String {
    let manifest = changes
        .iter()
        .fold(MANIFEST.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "no {from} in {text}");
            text.replace(from, to)
        });
    told(LOCK, &manifest)
}

fn told(lock: &str, manifest: &str) -> String {
    let project = Pyproject::read(&Source::new("pyproject.toml", manifest)).unwrap();
    let lock = UvLock::parse(&Source::new("uv.lock", lock)).unwrap();
    match check_alone(&lock, &project) {
        Ok(()) => "fits".to_owned(),
        Err(errors) => {
            let lines: Vec<_> = errors.iter().map(one_line).collect();
            let hint = format!("; {RELOCK}");
            assert!(lines.iter().all(|line| line.ends_with(&hint)), "{lines:?}");
            lines.join("\n").replace(&hint, "")
        }
    }
}

#[test]
fn what_the_lock_was_made_from_fits_however_it_is_written() {
    for changes in [
        &[][..],
        &[("1.0.0", "1")],
        &[(">=3.12", ">=3.12.0")],
        &[("b>=1.0", "B (>=1)"), ("Tables", "tables")],
        &[("{ include-group = \"dev-tools\" }", "\"c>=2\"")],
        &[(
            "python_version < '3.14'",
            "python_version <= '3.13' and python_version >= '3.9'",
        )],
    ] {
        assert_eq!(with(changes), "fits", "{changes:?}");
    }
}

#[test]
fn versions_are_compared() {
    let dynamic = ("version = \"1.0.0\"", "dynamic = [\"version\"]");
    let all = [with(&[("1.0.0", "1.1")]), with(&[dynamic])];
    insta::assert_snapshot!(all.join("\n"), @"
    pyproject.toml:4:11: `uv.lock` is out of date: `project.version` is `1.1`, and it was made for `1.0`
    pyproject.toml:4:12: `uv.lock` is out of date: `project.version` is dynamic, and it was made for the version `1.0`
    ");
    let lock = LOCK.replace("version = \"1.0\"\n", "");
    insta::assert_snapshot!(told(&lock, MANIFEST), @"pyproject.toml:4:11: `uv.lock` is out of date: `project.version` is static, and it was made for a dynamic one");
    assert_eq!(told(&lock, &MANIFEST.replace(dynamic.0, dynamic.1)), "fits");
}

#[test]
fn the_pythons_are_compared_both_ways() {
    let all = [">=3.11", ">=3.13", ">=3.12,<4", "~=3.12"].map(|other| with(&[(">=3.12", other)]));
    insta::assert_snapshot!(all.join("\n"), @"
    pyproject.toml:5:19: `uv.lock` is out of date: `requires-python` is `>=3.11`, and it was made for `>=3.12`
    pyproject.toml:5:19: `uv.lock` is out of date: `requires-python` is `>=3.13`, and it was made for `>=3.12`
    pyproject.toml:5:19: `uv.lock` is out of date: `requires-python` is `>=3.12, <4`, and it was made for `>=3.12`
    pyproject.toml:5:19: `uv.lock` is out of date: `requires-python` is `~=3.12`, and it was made for `>=3.12`
    ");
    // uv looks at the ends alone, and what lies at an end is not told for certain.
    for other in [">=3.12,!=3.13.1", ">=3.12,!=3.12.*"] {
        assert_eq!(with(&[(">=3.12", other)]), "fits");
    }
}

#[test]
fn requirements_are_compared_list_by_list() {
    let all = [
        with(&[("b>=1.0", "b>=2")]),
        with(&[("b>=1.0", "b[x]>=1")]),
        with(&[("3.14", "3.13")]),
        with(&[("\"b>=1.0\", ", "")]),
        with(&[("\"b>=1.0\", ", "\"b>=1.0\", \"n\", ")]),
        with(&[("\"b>=1.0\", ", ""), ("none = []", "none = [\"b>=1.0\"]")]),
        with(&[
            ("\"b>=1.0\", ", "\"b>=1.0\", \"t>=2\", "),
            ("Tables = [\"t>=2\"]", "Tables = []"),
        ]),
        with(&[("\"b>=1.0\", ", "\"b>=1\", \"b<9\", ")]),
    ];
    insta::assert_snapshot!(all.join("\n\n"), @"
    pyproject.toml:6:17: `uv.lock` is out of date: `b>=2` is not what it was made from

    pyproject.toml:6:17: `uv.lock` is out of date: `b[x]>=1` is not what it was made from

    pyproject.toml:6:27: `uv.lock` is out of date: `d ; python_version < '3.13'` is not what it was made from

    pyproject.toml:6:1: `uv.lock` is out of date: it was made with the dependency `b`, which is gone

    pyproject.toml:6:27: `uv.lock` is out of date: it does not know the dependency `n`

    pyproject.toml:6:1: `uv.lock` is out of date: it was made with the dependency `b`, which is gone
    pyproject.toml:10:9: `uv.lock` is out of date: it does not know the dependency `b>=1.0`

    pyproject.toml:6:27: `uv.lock` is out of date: it does not know the dependency `t>=2`
    pyproject.toml:9:1: `uv.lock` is out of date: it was made with the dependency `t`, which is gone

    pyproject.toml:6:25: `uv.lock` is out of date: `b<9` is not what it was made from
    ");
    let more = LOCK.replace(
        "{ name = \"b\", specifier = \">=1\" },",
        "{ name = \"b\", specifier = \">=1\" }, { name = \"b\", specifier = \"<9\" },",
    );
    insta::assert_snapshot!(told(&more, MANIFEST), @"pyproject.toml:6:1: `uv.lock` is out of date: it was made with one more requirement of `b`, which is gone");
}

#[test]
fn extras_are_compared() {
    let all = [
        with(&[("none = []\n", "")]),
        with(&[("none = []", "none = []\nmore = []")]),
        with(&[("Tables", "sheets")]),
    ];
    insta::assert_snapshot!(all.join("\n\n"), @"
    pyproject.toml:6:1: `uv.lock` is out of date: it was made with the extra `none`, which is gone

    pyproject.toml:11:1: `uv.lock` is out of date: it does not know the extra `more`

    pyproject.toml:6:1: `uv.lock` is out of date: it was made with the extra `tables`, which is gone
    pyproject.toml:9:1: `uv.lock` is out of date: it does not know the extra `sheets`
    ");
    // The first locks record no extras.
    let first = LOCK
        .replace("revision = 3\n", "")
        .replace("provides-extras = [\"tables\", \"none\"]\n", "");
    assert_eq!(told(&first, MANIFEST), "fits");
    insta::assert_snapshot!(told(&first, &MANIFEST.replace("Tables", "sheets")), @"
    pyproject.toml:6:1: `uv.lock` is out of date: it was made with the extra `tables`, which is gone
    pyproject.toml:9:11: `uv.lock` is out of date: it does not know the dependency `t>=2`
    ");
}

#[test]
fn groups_are_compared_with_what_they_include() {
    let all = [
        with(&[("c>=2", "c>=3")]),
        with(&[(", \"e\"]", ", \"e\", \"f\"]")]),
        with(&[(", \"e\"]", "]")]),
        with(&[("{ include-group = \"dev-tools\" }, ", "")]),
        with(&[("test = [", "tests = [")]),
        with(&[("test = [", "more = []\ntest = [")]),
    ];
    insta::assert_snapshot!(all.join("\n\n"), @"
    pyproject.toml:13:14: `uv.lock` is out of date: `c>=3` is not what it was made from

    pyproject.toml:14:47: `uv.lock` is out of date: it does not know the dependency `f`

    pyproject.toml:14:1: `uv.lock` is out of date: it was made with the dependency `e`, which is gone

    pyproject.toml:14:1: `uv.lock` is out of date: it was made with the dependency `c`, which is gone

    pyproject.toml:13:1: `uv.lock` is out of date: it was made with the dependency group `test`, which is gone
    pyproject.toml:14:1: `uv.lock` is out of date: it does not know the dependency group `tests`

    pyproject.toml:14:1: `uv.lock` is out of date: it does not know the dependency group `more`
    ");
    // A group that includes nothing known, or itself, is uv's to tell; so is one of several requirements.
    for other in ["none", "test"] {
        let include = format!("include-group = \"{other}\"");
        assert_eq!(with(&[("include-group = \"dev-tools\"", &include)]), "fits");
    }
    assert_eq!(with(&[(", \"e\"]", ", \"e\", \"c\"]")]), "fits");
}

#[test]
fn dev_dependencies_are_the_group_dev() {
    let uv = |text: &str| {
        with(&[(
            "[build-system]",
            &format!("[tool.uv]\n{text}\n[build-system]"),
        )])
    };
    insta::assert_snapshot!(uv("dev-dependencies = [\"x\"]"), @"pyproject.toml:17:21: `uv.lock` is out of date: it does not know the dependency `x`");
    assert_eq!(uv("dev-dependencies = []"), "fits");
    let lock = LOCK.replace("dev-tools = [", "dev = [{ name = \"x\" }]\ndev-tools = [");
    insta::assert_snapshot!(told(&lock, MANIFEST), @"pyproject.toml:13:1: `uv.lock` is out of date: it was made with the dependency group `dev`, which is gone");
    let manifest = format!("{MANIFEST}[tool.uv]\ndev-dependencies = [\"x\"]\n");
    assert_eq!(told(&lock, &manifest), "fits");
}

#[test]
fn a_source_that_came_or_went_is_told() {
    let uv = |text: &str| {
        with(&[(
            "[build-system]",
            &format!("[tool.uv.sources]\n{text}\n[build-system]"),
        )])
    };
    insta::assert_snapshot!(uv("b = { git = \"https://git.example.org/b\" }"), @"pyproject.toml:6:17: `uv.lock` is out of date: `b>=1.0` is not what it was made from");
    for unsure in [
        "b = { index = \"own\" }",
        "b = [{ git = \"https://git.example.org/b\", marker = \"os_name == 'nt'\" }]",
    ] {
        assert_eq!(uv(unsure), "fits");
    }
}

#[test]
fn whether_it_is_a_package_is_compared() {
    let all = [
        with(&[("[build-system]\nrequires = []\n", "")]),
        told(&LOCK.replace("editable", "virtual"), MANIFEST),
        with(&[("name = \"A\"", "name = \"b\"")]),
    ];
    insta::assert_snapshot!(all.join("\n"), @"
    pyproject.toml:3:8: `uv.lock` is out of date: it was made for a package
    pyproject.toml:16:2: `uv.lock` is out of date: it was made for a project that is no package
    pyproject.toml:3:8: `uv.lock` does not lock `b`
    ");
}

#[test]
fn a_lock_that_records_nothing_of_the_manifest_is_left_to_uv() {
    let (head, _) = LOCK.split_once("[package.metadata]").unwrap();
    assert_eq!(
        told(&head.replace("revision = 3", "revision = 4"), MANIFEST),
        "fits"
    );
    assert_ne!(told(head, MANIFEST), "fits");
}
