//! What `tests/tidy.rs` checks, as functions of a text; at the end, proof that none of them finds nothing.

const MAX_LINES: usize = 400;

/// Macros of work that is not done.
const UNFINISHED: &[&str] = &["todo", "unimplemented", "dbg"];

/// Folders of the machines that this was written on, in two halves: this file has no such path either.
const MACHINE_PATHS: &[&str] = &[concat!("/wo", "rk/"), concat!("/fa", "rm/")];

/// A line, counted from one, and what is wrong with it.
pub(crate) type Problem = (usize, String);

/// The rooms of the table in the documentation of the crate.
pub(crate) fn mapped_rooms(map: &str) -> Vec<&str> {
    map.lines()
        .filter_map(|line| line.strip_prefix("//! | [`")?.split_once("`]"))
        .map(|(room, _)| room)
        .collect()
}

pub(crate) fn length_problem(text: &str) -> Option<Problem> {
    let lines = text.lines().count();
    (lines > MAX_LINES).then(|| {
        let problem =
            format!("{lines} lines, at most {MAX_LINES}: move a concept to a file of its own");
        (MAX_LINES + 1, problem)
    })
}

pub(crate) fn unfinished(text: &str) -> Vec<Problem> {
    lines_with(text, |line| {
        let found = UNFINISHED
            .iter()
            .find(|word| line.contains(&format!("{word}!(")))?;
        (!line.starts_with("//"))
            .then(|| format!("`{found}!`: finish it, or give an error that says so"))
    })
}

pub(crate) fn bare_ignores(text: &str) -> Vec<Problem> {
    lines_with(text, |line| {
        let rest = line.strip_prefix("#[ignore")?;
        let reason = rest
            .strip_prefix(" = \"")
            .is_some_and(|reason| !reason.starts_with('"'));
        (!reason).then(|| "say why: `#[ignore = \"needs an engine\"]`".to_owned())
    })
}

pub(crate) fn marked_tests(text: &str) -> Vec<Problem> {
    lines_with(text, |line| {
        line.starts_with("#[test]").then(|| {
            "this test is never run: its target has `harness = false`; add it to the list in `main`"
                .to_owned()
        })
    })
}

pub(crate) fn machine_paths(text: &str) -> Vec<Problem> {
    lines_with(text, |line| {
        let path = MACHINE_PATHS.iter().find(|path| line.contains(**path))?;
        Some(format!(
            "`{path}` is a folder of one machine: write a path that all have"
        ))
    })
}

/// The labels by which hosts of the public package index are known.
const INDEX_LABELS: &[&str] = &["pypi", "pythonhosted"];

pub(crate) fn index_hosts(text: &str) -> Vec<Problem> {
    lines_with(text, |line| {
        let hosts = line.split("://").skip(1);
        let mut hosts = hosts.map(|rest| rest.split(['/', '"', ' ']).next().unwrap_or_default());
        let host = hosts.find(|host| host.split('.').any(|label| INDEX_LABELS.contains(&label)))?;
        Some(format!(
            "`{host}` is a package index: write `index.example.org`"
        ))
    })
}

/// A doc comment that refers to the item above it is wrong as soon as that item moves.
pub(crate) fn dangling_docs(text: &str) -> Vec<Problem> {
    lines_with(text, |line| {
        let doc = line.strip_prefix("/// ")?;
        let starts = doc.starts_with("The same,") || doc.starts_with("The same ");
        starts.then(|| {
            "say what the item is: `The same …` breaks when the item above moves".to_owned()
        })
    })
}

fn lines_with(text: &str, problem: impl Fn(&str) -> Option<String>) -> Vec<Problem> {
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(index, line)| Some((index + 1, problem(line.trim_start())?)))
        .collect()
}

pub(crate) fn has_case(installer: &str, cases: &[String]) -> bool {
    cases
        .iter()
        .filter_map(|case| case.strip_prefix(installer))
        .any(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Whether a row of a table begins with the name, whatever marks it up.
pub(crate) fn has_row(installer: &str, readme: &str) -> bool {
    let first_cells = readme
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix('|')?.split('|').next());
    first_cells
        .map(|cell| cell.trim_start_matches([' ', '`', '[', '*']))
        .filter_map(|cell| cell.strip_prefix(installer))
        .any(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_'))
}

pub(crate) fn has_section(version: &str, changelog: &str) -> bool {
    let titles = changelog
        .lines()
        .filter_map(|line| line.strip_prefix("## "));
    titles
        .filter_map(|title| title.split_whitespace().next())
        .any(|word| word.trim_matches(['[', ']']) == version)
}

#[test]
fn docs_that_refer_to_the_item_above_are_found() {
    assert_eq!(
        dangling_docs("a\n    /// The same, without a cache.\n")[0].0,
        2
    );
    assert!(dangling_docs("/// The name.\n// The same as above\n").is_empty());
}

#[test]
fn the_map_is_read() {
    let map =
        "//! | module | holds |\n//! | --- | --- |\n//! | [`values`] | x |\n//! | [`llb`] | y |\n";
    assert_eq!(mapped_rooms(map), ["values", "llb"]);
}

#[test]
fn long_files_are_found() {
    assert_eq!(length_problem(&"x\n".repeat(MAX_LINES)), None);
    assert!(length_problem(&"x\n".repeat(MAX_LINES + 1)).is_some());
}

#[test]
fn unfinished_work_is_found() {
    for word in UNFINISHED {
        assert_eq!(
            unfinished(&format!("fn f() {{\n    {word}!()\n}}\n"))[0].0,
            2
        );
        assert!(unfinished(&format!("// {word}!() is not used here\n{word}\n")).is_empty());
    }
}

#[test]
fn hosts_of_the_package_index_are_found() {
    let named = |line: &str| !index_hosts(line).is_empty();
    for label in INDEX_LABELS {
        assert!(named(&format!("url = \"https://{label}.example/simple/\"")));
        assert!(named(&format!(
            "http://a.example, https://files.{label}.example"
        )));
        assert!(!named(&format!(
            "{label} = \"https://index.example.org/{label}/simple\""
        )));
    }
}

#[test]
fn ignored_tests_without_a_reason_are_found() {
    let bare = |line: &str| !bare_ignores(&format!("    {line}\n")).is_empty();
    // In two words, so that no checker takes this line for one.
    assert!(bare(concat!("#[", "ignore]")));
    assert!(bare("#[ignore = \"\"]"));
    assert!(!bare("#[ignore = \"needs an engine\"]"));
    assert!(!bare("#[test]"));
}

#[test]
fn tests_that_nothing_runs_are_found() {
    assert_eq!(
        marked_tests("fn f() {}\n\n    #[test]\nfn g() {}\n")[0].0,
        3
    );
    assert!(marked_tests("// #[test]\nfn f() {}\n").is_empty());
}

#[test]
fn paths_of_one_machine_are_found() {
    for path in MACHINE_PATHS {
        assert_eq!(machine_paths(&format!("a\ncd {path}main\n"))[0].0, 2);
    }
    assert!(machine_paths("/root/.cache/uv /workdir/x\n").is_empty());
}

#[test]
fn cases_rows_and_sections_are_found_by_their_names() {
    let cases = ["uv-fastapi", "poetry", "pipenv2-x"].map(str::to_owned);
    assert!(has_case("uv", &cases));
    assert!(has_case("poetry", &cases));
    assert!(!has_case("pipenv", &cases));

    let readme = "uv is fast\n| Installer | Files |\n| --- | --- |\n| [`uv`](x) | `uv.lock` |\n| pip-tools | y |\n";
    assert!(has_row("uv", readme));
    assert!(has_row("pip-tools", readme));
    assert!(!has_row("pip", readme));
    assert!(!has_row("poetry", readme));

    let changelog = "# Changelog\n\n## [0.2.0] - 2026-12-01\n\n## 0.1.0 - unreleased\n\n1.0.0\n";
    assert!(has_section("0.2.0", changelog));
    assert!(has_section("0.1.0", changelog));
    assert!(!has_section("1.0.0", changelog));
    assert!(!has_section("0.1", changelog));
}
