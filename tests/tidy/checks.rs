//! What `tests/tidy.rs` checks, as functions of a text; at the end, proof that none of them finds nothing.

/// The rooms, lowest first: a file uses rooms before its own, and its own.
pub(crate) const LAYERS: &[&str] = &[
    "diagnostic",
    "values",
    "document",
    "options",
    "context",
    "spec",
    "project",
    "plan",
    "llb",
    "pb",
    "definition",
    "gateway",
    "frontend",
    "cli",
];

/// The rooms that may name the wire types.
const NAME_PB: &[&str] = &["pb", "definition", "gateway"];

/// The rooms that know Python, which the conversation with BuildKit does not.
const ABOUT_PYTHON: &[&str] = &["spec", "project", "plan"];

const MAX_LINES: usize = 400;

/// Macros of work that is not done.
const UNFINISHED: &[&str] = &["todo", "unimplemented", "dbg"];

/// Folders of the machines that this was written on, in two halves: this file has no such path either.
const MACHINE_PATHS: &[&str] = &[concat!("/wo", "rk/"), concat!("/fa", "rm/")];

/// A line, counted from one, and what is wrong with it.
pub(crate) type Problem = (usize, String);

/// What stands against the layers in a file, given its path below `src`.
pub(crate) fn layer_problems(file: &str, text: &str) -> Vec<Problem> {
    let modules = module_path(file);
    let Some(room) = modules.first() else {
        // `lib.rs` is the map and `main.rs` the door: both see all rooms.
        return Vec::new();
    };
    let Some(rank) = rank(room) else {
        return vec![(1, format!("`{room}` has no place in LAYERS: add it"))];
    };
    let mut problems = Vec::new();
    for (number, line) in production_lines(text) {
        for used in names_after(line, "crate::") {
            let problem = match LAYERS.iter().position(|layer| *layer == used) {
                _ if used.is_empty() => {
                    "write one `use crate::room::…` for each room, so that arrows are seen"
                        .to_owned()
                }
                None => format!("`crate::{used}` is no room of LAYERS: add it, or name its room"),
                Some(other) if other > rank => format!(
                    "`{room}` lies below `{used}` and may not use it: move what is shared down, or hand it over as a value"
                ),
                Some(_) if used == "pb" && !NAME_PB.contains(&room.as_str()) => {
                    "only `definition` and `gateway` know the wire types: convert there".to_owned()
                }
                Some(_) if room == "gateway" && ABOUT_PYTHON.contains(&used) => {
                    "`gateway` is for any frontend: hand it over as a value".to_owned()
                }
                Some(_) => continue,
            };
            problems.push((number, problem));
        }
        if line.contains(&"super::".repeat(modules.len())) {
            let problem = "this `super::` is the root: write `crate::room::…`";
            problems.push((number, problem.to_owned()));
        }
        if line.contains("bollard_buildkit_proto") && room != "pb" {
            let problem =
                "the crate of the wire types is named in src/pb.rs alone: use `crate::pb`";
            problems.push((number, problem.to_owned()));
        }
    }
    problems
}

fn rank(room: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| *layer == room)
}

/// `plan/installers/uv/mod.rs` is `plan`, `installers`, `uv`; the two roots are nothing.
fn module_path(file: &str) -> Vec<String> {
    let path = file.strip_suffix(".rs").unwrap_or(file);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    match path {
        "lib" | "main" => Vec::new(),
        path => path.split('/').map(str::to_owned).collect(),
    }
}

/// The lines that are neither comments nor of an item under `#[cfg(test)]`, with their numbers. Such an item
/// ends where the formatter puts its end: at a `;`, or at a `}` as far in as it began.
fn production_lines(text: &str) -> Vec<(usize, &str)> {
    let mut lines = Vec::new();
    let mut skipped: Option<&str> = None;
    for (index, line) in text.lines().enumerate() {
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        if let Some(began) = skipped {
            let at_its_margin = indent == began && !code.is_empty() && !code.starts_with("#[");
            if at_its_margin && (code.ends_with(';') || code.ends_with('}')) {
                skipped = None;
            }
        } else if code.starts_with("#[cfg(test)]") {
            skipped = Some(indent);
        } else if !code.starts_with("//") {
            lines.push((index + 1, line));
        }
    }
    lines
}

/// The names that follow a prefix in a line; empty where something else does.
fn names_after<'l>(line: &'l str, prefix: &str) -> Vec<&'l str> {
    let end = |rest: &str| {
        rest.find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len())
    };
    let inside =
        |start: &usize| line[..*start].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    line.match_indices(prefix)
        .filter(|(start, _)| !inside(start))
        .map(|(start, _)| &line[start + prefix.len()..])
        .map(|rest| &rest[..end(rest)])
        .collect()
}

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

pub(crate) fn machine_paths(text: &str) -> Vec<Problem> {
    lines_with(text, |line| {
        let path = MACHINE_PATHS.iter().find(|path| line.contains(**path))?;
        Some(format!(
            "`{path}` is a folder of one machine: write a path that all have"
        ))
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
fn layers_are_told_apart() {
    let check = |file: &str, text: &str, expected: &[&str]| {
        let problems = layer_problems(file, text);
        let found: Vec<_> = problems
            .iter()
            .map(|(line, problem)| format!("{line}: {problem}"))
            .collect();
        assert_eq!(found.len(), expected.len(), "{file} {text:?}: {found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found}");
        }
    };
    check(
        "plan/mod.rs",
        "use crate::spec::Spec;\nuse crate::plan::Site;\n",
        &[],
    );
    check("plan/text.rs", "pub(in crate::plan) fn f() {}\n", &[]);
    check(
        "llb/op.rs",
        "\nuse crate::gateway::Gateway;\n",
        &["2: `llb` lies below `gateway`"],
    );
    check(
        "spec/mod.rs",
        "let x = crate::plan::f(crate::llb::g());\n",
        &["1: `spec` lies below `plan`", "1: `spec` lies below `llb`"],
    );
    check(
        "options.rs",
        "use crate::{spec, plan};\n",
        &["1: write one `use"],
    );
    check("cli/llb.rs", "use crate::pb;\n", &["1: only `definition`"]);
    check("definition/mod.rs", "use crate::pb::Op;\n", &[]);
    check(
        "gateway/warn.rs",
        "use crate::plan::TIME;\n",
        &["1: `gateway` is for any frontend"],
    );
    check(
        "cli/serve.rs",
        "use crate::nowhere::X;\n",
        &["1: `crate::nowhere` is no room"],
    );
    check("attic/mod.rs", "", &["1: `attic` has no place"]);
    check(
        "frontend.rs",
        "use super::cli;\n",
        &["1: this `super::` is the root"],
    );
    check(
        "plan/choose.rs",
        "use super::super::cli;\n",
        &["1: this `super::` is the root"],
    );
    check("plan/choose.rs", "use super::Site;\n", &[]);
    check(
        "llb/op.rs",
        "use bollard_buildkit_proto::pb;\n",
        &["1: the crate of the wire types"],
    );
    check("main.rs", "fn main() { crate::cli::run() }\n", &[]);
    // Links in comments are no arrows, and tests may use anything.
    check(
        "values/mod.rs",
        "//! See [`crate::cli`].\n// crate::cli\n",
        &[],
    );
    let tests = "#[cfg(test)]\nmod tests {\n    use crate::cli;\n\n    fn f() {\n    }\n}\nuse crate::cli;\n";
    check("values/mod.rs", tests, &["8: `values` lies below `cli`"]);
    let item = "#[cfg(test)]\nuse crate::cli;\nuse crate::llb;\n";
    check("values/mod.rs", item, &["3: `values` lies below `llb`"]);
    check("values/mod.rs", "my_crate::cli()\n", &[]);
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
fn ignored_tests_without_a_reason_are_found() {
    let bare = |line: &str| !bare_ignores(&format!("    {line}\n")).is_empty();
    // In two words, so that no checker takes this line for one.
    assert!(bare(concat!("#[", "ignore]")));
    assert!(bare("#[ignore = \"\"]"));
    assert!(!bare("#[ignore = \"needs an engine\"]"));
    assert!(!bare("#[test]"));
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
