//! The checks that hold the shape of the house: which room may use which, how long a file may be, and what
//! belongs to a new installer. Each failure names the line and what to do. The checks themselves are in
//! `tidy/checks.rs`.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "these tests read the sources, and fail where they cannot"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wheelwright::diagnostic::RULES;
use wheelwright::lock::PACKAGE_MANAGERS;
use wheelwright::spec::{self, Kind};

#[path = "tidy/checks.rs"]
mod checks;
#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/licences.rs"]
mod licences;

use checks::{
    Problem, bare_ignores, dangling_docs, has_case, has_row, has_section, index_hosts,
    length_problem, machine_paths, mapped_rooms, marked_tests, unfinished,
};
use layers::{LAYERS, PLAN_LAYERS, layer_problems, plan_layer_problems};
use licences::{Metadata, Rules, licence_problems};

#[test]
fn a_room_uses_only_those_below_it() {
    none(&each_file("src", &["rs"], layer_problems));
}

#[test]
fn a_room_inside_plan_uses_only_those_below_it() {
    none(&each_file("src", &["rs"], plan_layer_problems));
    let map = read(&root().join("src/plan/mod.rs"));
    let rooms: Vec<&str> = map
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `")?.split('`').next())
        .collect();
    assert_eq!(
        rooms, PLAN_LAYERS,
        "the table in src/plan/mod.rs and PLAN_LAYERS must be the same list: change the wrong one"
    );
}

#[test]
fn the_map_in_lib_rs_shows_the_rooms_as_they_are() {
    let map = read(&root().join("src/lib.rs"));
    assert_eq!(
        mapped_rooms(&map),
        LAYERS,
        "the table in src/lib.rs and LAYERS in tests/tidy.rs must be the same list: change the wrong one"
    );
    let modules: BTreeSet<_> = map
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    assert_eq!(
        modules,
        LAYERS.iter().copied().collect(),
        "give a new module of src/lib.rs its place in LAYERS, and in the table"
    );
}

#[test]
fn no_file_is_too_long_to_hold_in_mind() {
    let mut problems = Vec::new();
    for folder in ["src", "tests", "benches"] {
        // Shell scripts have no ending.
        problems.extend(each_file(folder, &["rs", "sh", "py", ""], |_, text| {
            length_problem(text).into_iter().collect()
        }));
    }
    none(&problems);
}

#[test]
fn nothing_is_left_unfinished() {
    for folder in ["src", "tests", "benches"] {
        none(&each_file(folder, &["rs"], |_, text| unfinished(text)));
    }
}

#[test]
fn no_doc_comment_refers_to_the_item_above() {
    none(&each_file("src", &["rs"], |_, text| dangling_docs(text)));
}

#[test]
fn every_ignored_test_says_why() {
    for folder in ["src", "tests", "benches"] {
        none(&each_file(folder, &["rs"], |_, text| bare_ignores(text)));
    }
}

/// Where a test target has its own `main`, the compiler drops functions that are marked as tests without a word.
#[test]
fn no_test_is_marked_where_nothing_runs_it() {
    let manifest: toml::Table = toml::from_str(&read(&root().join("Cargo.toml"))).unwrap();
    let targets = manifest["test"].as_array().unwrap().iter();
    let own_main = targets.filter(|target| target["harness"].as_bool() == Some(false));
    let names: Vec<&str> = own_main
        .map(|target| target["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"golden"), "{names:?}");
    none(&each_file("tests", &["rs"], |file, text| {
        let target = file.split(['/', '.']).next().unwrap_or_default();
        if names.contains(&target) {
            marked_tests(text)
        } else {
            Vec::new()
        }
    }));
}

#[test]
fn every_installer_has_a_case() {
    let cases: Vec<String> = fs::read_dir(root().join("testdata/cases"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    for manager in PACKAGE_MANAGERS {
        let name = manager.name();
        assert!(
            has_case(name, &cases),
            "`{name}` has no case: make a folder testdata/cases/{name}-… (tests/golden.rs says what is in it)"
        );
    }
}

#[test]
fn every_installer_is_in_the_readme() {
    let path = root().join("README.md");
    if !path.exists() {
        return;
    }
    let readme = read(&path);
    for manager in PACKAGE_MANAGERS {
        let name = manager.name();
        assert!(
            has_row(name, &readme),
            "README.md: the table of installers has no row that begins with `{name}`: write one"
        );
    }
}

#[test]
fn the_published_schema_is_the_one_of_the_keys() {
    let names: Vec<_> = PACKAGE_MANAGERS
        .iter()
        .map(|manager| manager.name())
        .collect();
    assert!(
        format!("{:#}\n", spec::schema(&names)) == read(&root().join("testdata/schema.json")),
        "testdata/schema.json is of other keys: write it with `cargo run -- schema > testdata/schema.json`"
    );
}

#[test]
fn every_supported_key_is_in_the_readme() {
    let path = root().join("README.md");
    if !path.exists() {
        return;
    }
    let readme = read(&path);
    let keys = readme.split("\n## Keys\n").nth(1).unwrap_or_default();
    let section = keys.split("\n## ").next().unwrap_or_default();
    for key in spec::KEYS.iter().filter(|key| key.supported) {
        for name in key_names(key) {
            let word = ["`NAME`", "`[NAME]`", "`[[NAME]]`"].map(|word| word.replace("NAME", name));
            assert!(
                word.iter().any(|word| section.contains(word)),
                "README.md: the section Keys says nothing of `{name}`: write a row"
            );
        }
    }
}

/// The name of a key, and of those in it where it is a table.
fn key_names(key: &spec::Key) -> Vec<&'static str> {
    let inner: &[spec::Key] = match key.kind {
        // One row shows its value whole.
        Kind::Table(keys) if key.name != "version" => keys,
        _ => &[],
    };
    let inner = inner.iter().filter(|key| key.supported);
    [key.name]
        .into_iter()
        .chain(inner.map(|key| key.name))
        .collect()
}

#[test]
fn every_rule_is_in_the_documentation() {
    let names: BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), RULES.len(), "two rules have one name");
    let sections = RULES.iter().map(|rule| {
        let is_kebab = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(rule.name.chars().all(is_kebab), "{}", rule.name);
        let (name, summary) = (rule.name, rule.summary);
        format!("## {name}\n\n{:?}. {summary}.\n", rule.severity)
    });
    let expected: Vec<String> = sections.collect();
    let page = read(&root().join("docs/rules.md"));
    let start = page.find("## ").unwrap();
    assert_eq!(
        page[start..],
        expected.join("\n"),
        "docs/rules.md and src/diagnostic/rules.rs must have the same rules: change the wrong one"
    );
}

#[test]
fn the_changelog_tells_of_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        has_section(version, &read(&root().join("CHANGELOG.md"))),
        "CHANGELOG.md: there is no section for the version in Cargo.toml: write `## {version}`"
    );
}

#[test]
fn no_file_names_a_folder_of_one_machine() {
    none(&each_tracked_text(machine_paths));
}

/// Poetry reads its default source through an API that mirrors of the index do not have. These projects are built on
/// an engine, so each has a source with the address of the index, and `poetry.lock` has the hash of it.
const WITH_INDEX: &[&str] = &[
    "testdata/cases/poetry-1-app/pyproject.toml",
    "testdata/cases/poetry-app/pyproject.toml",
    "testdata/cases/poetry-path-dependency-dev/services/api/pyproject.toml",
    "testdata/cases/poetry-path-dependency/services/api/pyproject.toml",
];

#[test]
fn no_file_names_the_package_index() {
    let found = each_tracked_text(index_hosts);
    let (known, problems): (Vec<_>, Vec<_>) = found.into_iter().partition(|problem| {
        let file = problem.split(':').next().unwrap_or_default();
        WITH_INDEX.contains(&file)
    });
    none(&problems);
    assert_eq!(known.len(), WITH_INDEX.len(), "{known:?}");
}

#[test]
fn every_package_has_a_licence_that_we_allow() {
    let rules: Rules = toml::from_str(&read(&root().join(".deny.toml"))).unwrap();
    let targets = rules.graph.targets.iter();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked"])
        .args(targets.map(|target| format!("--filter-platform={target}")))
        .current_dir(root())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata: {errors}");
    let metadata: Metadata = serde_json::from_slice(&output.stdout).unwrap();
    none(&licence_problems(&rules, &metadata));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The problems of all files with one of the endings in a folder; the check is given the path in it.
fn each_file(
    folder: &str,
    endings: &[&str],
    check: impl Fn(&str, &str) -> Vec<Problem>,
) -> Vec<String> {
    let base = root().join(folder);
    let mut files = Vec::new();
    list_files(&base, &mut files);
    files.retain(|path| {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        endings.contains(&&*ending)
    });
    assert!(files.len() > 2, "{folder}: only {} files", files.len());
    files.sort();
    files
        .iter()
        .flat_map(|path| {
            let inner = path.strip_prefix(&base).unwrap().to_string_lossy();
            located(&format!("{folder}/{inner}"), check(&inner, &read(path)))
        })
        .collect()
}

fn list_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list_files(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// The problems of all text files of the repository. Lock files are left out: tools write them.
fn each_tracked_text(check: impl Fn(&str) -> Vec<Problem>) -> Vec<String> {
    let mut problems = Vec::new();
    for name in tracked_files() {
        let path = root().join(&name);
        let is_lock = path.extension().is_some_and(|end| end == "lock");
        if is_lock || name.ends_with("pylock.toml") {
            continue;
        }
        // Not a text file, or removed and not committed yet.
        if let Ok(text) = fs::read_to_string(&path) {
            problems.extend(located(&name, check(&text)));
        }
    }
    problems
}

fn tracked_files() -> Vec<String> {
    let git = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&git.stderr);
    assert!(git.status.success(), "git ls-files: {errors}");
    let names = String::from_utf8(git.stdout).unwrap();
    let names = names.split_terminator('\0').map(str::to_owned);
    names.collect()
}

fn located(file: &str, problems: Vec<Problem>) -> Vec<String> {
    let place = |(line, problem)| format!("{file}:{line}: {problem}");
    problems.into_iter().map(place).collect()
}

#[track_caller]
fn none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
