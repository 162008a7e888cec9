//! The checks of the layers: which room may use which.

use crate::checks::Problem;

/// The rooms, lowest first: a file uses rooms before its own, and its own.
pub(crate) const LAYERS: &[&str] = &[
    "diagnostic",
    "values",
    "toml_document",
    "options",
    "context",
    "spec",
    "project",
    "lock",
    "plan",
    "llb",
    "pb",
    "definition",
    "gateway",
    "frontend",
    "cli",
];

/// The rooms inside `plan`, lowest first, under the same rule.
pub(crate) const PLAN_LAYERS: &[&str] = &[
    "model",
    "scripts",
    "request",
    "select",
    "base",
    "uv",
    "rust",
    "installers",
    "image",
    "project",
    "targets",
    "network",
];

/// The rooms that may name the wire types.
const NAME_PB: &[&str] = &["pb", "definition", "gateway"];

/// The rooms that know Python, which the conversation with BuildKit does not.
const ABOUT_PYTHON: &[&str] = &["spec", "project", "lock", "plan"];

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

/// Imports inside `plan` that point upward, or past the rooms, given the path of the file below `src`.
pub(crate) fn plan_layer_problems(file: &str, text: &str) -> Vec<Problem> {
    let modules = module_path(file);
    let (Some("plan"), Some(room)) = (modules.first().map(String::as_str), modules.get(1)) else {
        // `plan/mod.rs` is the story: it uses all rooms.
        return Vec::new();
    };
    if file == "plan/tests.rs" {
        return Vec::new();
    }
    let Some(rank) = PLAN_LAYERS.iter().position(|layer| layer == room) else {
        let problem = format!(
            "`plan::{room}` is not in PLAN_LAYERS: put the file in a room, or add the room"
        );
        return vec![(1, problem)];
    };
    let mut problems = Vec::new();
    for (number, line) in production_lines(text) {
        for used in names_after(line, "crate::plan::") {
            match PLAN_LAYERS.iter().position(|layer| *layer == used) {
                None => problems.push((
                    number,
                    "write `use crate::plan::room::…` inside `plan`, one for each room, so that the arrows can be seen"
                        .to_owned(),
                )),
                Some(other) if other > rank => problems.push((
                    number,
                    format!(
                        "`plan::{room}` lies below `plan::{used}` and may not use it: move what is shared down, or pass it as a value"
                    ),
                )),
                Some(_) => {}
            }
        }
        if line.contains(&"super::".repeat(modules.len() - 1)) {
            let problem = "this `super::` is `plan` itself: write `crate::plan::room::…`";
            problems.push((number, problem.to_owned()));
        }
    }
    problems
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
fn layers_inside_plan_are_distinguished() {
    let check = |file: &str, text: &str| -> Vec<String> {
        let problems = plan_layer_problems(file, text).into_iter();
        problems
            .map(|(line, problem)| format!("{line}: {problem}"))
            .collect()
    };
    let down = "use crate::plan::model::Part;\nuse crate::plan::uv::UvRunner;\n";
    assert_eq!(check("plan/targets/dev/mod.rs", down), [""; 0]);
    let up = check(
        "plan/select/python.rs",
        "use crate::lock;\nuse crate::plan::targets::dev;\n",
    );
    assert!(
        up[0].starts_with("2: `plan::select` lies below `plan::targets`"),
        "{up:?}"
    );
    for past in [
        "use crate::plan::{Part, Site};\n",
        "use crate::plan::Site;\n",
        "use crate::plan;\n",
    ] {
        let told = check("plan/image/copy.rs", past);
        let expected = usize::from(past != "use crate::plan;\n");
        assert_eq!(told.len(), expected, "{past} {told:?}");
    }
    let root = check("plan/image/copy.rs", "use super::super::targets;\n");
    assert!(
        root[0].starts_with("1: this `super::` is `plan` itself"),
        "{root:?}"
    );
    let flat = check("plan/attic.rs", "");
    assert!(
        flat[0].starts_with("1: `plan::attic` is not in PLAN_LAYERS"),
        "{flat:?}"
    );
    assert_eq!(
        check("plan/mod.rs", "use crate::plan::targets::build;\n"),
        [""; 0]
    );
    assert_eq!(
        check("llb/lower.rs", "use crate::plan::{Part, Plan};\n"),
        [""; 0]
    );
    let tests = "#[cfg(test)]\nmod tests {\n    use crate::plan::targets::build;\n}\n";
    assert_eq!(check("plan/model/part.rs", tests), [""; 0]);
}
