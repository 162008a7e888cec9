//! What is planned and lowered for each folder in `testdata/cases`, or what the user is told, beside the
//! folder's files: `plan.snap` and `llb.snap` (with the digest that the graph has on every machine), or
//! `errors.snap`. `cargo insta test --review` writes them.
//!
//! A folder is the build context; its `case.toml` says how the build is called (`support/case.rs`). Each folder
//! is a test of its own: `cargo test --test golden uv-fastapi` runs those with that name.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the cases are files, and a test that cannot read them fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use insta::Settings;
use libtest_mimic::{Arguments, Trial};
use wheelwright::context::{Failure, MemoryContext};
use wheelwright::diagnostic::{Diagnostic, Diagnostics, one_line, to_terminal};
use wheelwright::frontend;
use wheelwright::llb::Engine;
use wheelwright::options::BuildOptions;
use wheelwright::plan::{PartKind, Plan};
use wheelwright::values::Platform;

#[path = "support/case.rs"]
mod case;
#[path = "golden/copies.rs"]
mod copies;
#[path = "golden/windows.rs"]
mod windows;

use case::{Case, is_of_the_tests};

/// The configuration of every image: one of the official Python images.
const IMAGE_CONFIG: &str = include_str!("../testdata/python-image.json");

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/cases");

fn main() {
    let arguments = Arguments::from_args();
    let folders = case_folders();
    let mut trials = Vec::new();
    for (name, check) in [
        (
            "every_folder_is_a_test",
            every_folder_is_a_test as fn(&[PathBuf]),
        ),
        (
            "no_copy_from_the_output_of_a_step_has_a_pattern",
            no_copy_from_the_output_of_a_step_has_a_pattern,
        ),
    ] {
        let folders = folders.clone();
        trials.push(trial(name, move || check(&folders)));
    }
    for folder in folders {
        for (kind, check) in [
            ("snapshots", snapshots_match as fn(&Path)),
            ("again", again_gives_the_same_bytes),
            ("crlf", windows::crlf_gives_the_same_plan),
            ("bom", windows::bom_gives_the_same_plan),
        ] {
            let name = format!("{kind}::{}", case_name(&folder));
            let folder = folder.clone();
            trials.push(trial(&name, move || check(&folder)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// A test that fails by panicking.
fn trial(name: &str, check: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        check();
        Ok(())
    })
}

/// The folders in `testdata/cases`, sorted by name.
fn case_folders() -> Vec<PathBuf> {
    let entries = fs::read_dir(CASES).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn case_name(folder: &Path) -> &str {
    folder.file_name().unwrap().to_str().unwrap()
}

/// Whether the plan of a case is expected to fail.
fn is_error_case(folder: &Path) -> bool {
    case_name(folder).starts_with("error-")
}

/// Compares the tests with what git has: an empty list of folders would pass as well as a full one.
fn every_folder_is_a_test(folders: &[PathBuf]) {
    let git = Command::new("git")
        .args(["ls-files", "-z", "."])
        .current_dir(CASES)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&git.stderr);
    assert!(git.status.success(), "git ls-files: {errors}");
    let listed = String::from_utf8(git.stdout).unwrap();
    let tracked: BTreeSet<&str> = listed
        .split_terminator('\0')
        .map(|path| {
            let folder = path.split_once('/').map(|(folder, _)| folder);
            folder.unwrap_or_else(|| panic!("{path} is not in the folder of a case"))
        })
        .collect();
    let tested: BTreeSet<&str> = folders.iter().map(|folder| case_name(folder)).collect();
    let untested: Vec<_> = tracked.difference(&tested).collect();
    assert!(untested.is_empty(), "not tested: {untested:?}");
    assert!(
        tracked.len() > 2,
        "git lists {} cases in {CASES}",
        tracked.len()
    );
}

fn snapshots_match(folder: &Path) {
    let case = Case::read(folder);
    let (context, options) = (case.context(folder), case.options());
    let name = case_name(folder);
    let written = match plan(&context, &options) {
        Ok(plan) => {
            let texts = [
                ("plan", plan_text(&plan, &context)),
                ("llb", graph_text(&plan, &options, &case.engine())),
            ];
            texts.to_vec()
        }
        Err(errors) => vec![("errors", told(errors.iter()))],
    };
    let files: BTreeSet<String> = written
        .iter()
        .map(|(name, _)| format!("{name}.snap"))
        .collect();
    assert_eq!(
        is_error_case(folder),
        files.contains("errors.snap"),
        "the name of a case starts with `error-` if and only if it fails; {name} gave {}",
        written[0].1
    );
    for (snapshot, text) in &written {
        compare(folder, snapshot, text);
    }
    assert_eq!(
        snapshots(folder),
        files,
        "{name}: remove the snapshots that no test writes any more"
    );
}

/// Anything that is not in the context would show here: an order of a hash table, a clock.
fn again_gives_the_same_bytes(folder: &Path) {
    let build = || {
        let case = Case::read(folder);
        let options = case.options();
        let plan = plan(&case.context(folder), &options).map_err(|errors| told(errors.iter()))?;
        let (_, definition) = frontend::lower(&plan, &options, &case.engine()).unwrap();
        Ok((definition.to_bytes(), plan.image.to_json()))
    };
    let first: Result<_, String> = build();
    assert_eq!(first.is_err(), is_error_case(folder));
    assert!(first == build(), "the second build gives other bytes");
}

fn no_copy_from_the_output_of_a_step_has_a_pattern(folders: &[PathBuf]) {
    let mut checked = copies::Checked::default();
    for folder in folders {
        let case = Case::read(folder);
        let options = case.options();
        if let Ok(plan) = plan(&case.context(folder), &options) {
            let (graph, _) = frontend::lower(&plan, &options, &case.engine()).unwrap();
            checked.add(case_name(folder), &graph);
        }
    }
    checked.finish();
}

impl Case {
    /// What buildx sends.
    fn options(&self) -> BuildOptions {
        let named = [
            ("filename", Some(self.file().to_owned())),
            ("target", self.target.clone()),
            ("platform", self.platform.clone()),
        ];
        let arguments = self.build_args.iter();
        let raw = named
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), value?)))
            .chain(arguments.map(|(name, value)| (format!("build-arg:{name}"), value.clone())))
            .collect();
        BuildOptions::parse(&raw, &Platform::new("linux", "amd64"))
            .unwrap_or_else(|errors| panic!("{}", told(errors.iter())))
    }

    fn context(&self, folder: &Path) -> MemoryContext {
        let mut files = BTreeMap::new();
        read_files(folder, "", &mut files);
        assert!(files.contains_key(self.file()), "no {}", self.file());
        MemoryContext {
            spec: self.file().to_owned(),
            files,
            // An image that tells of its Python is not looked into.
            image_config: match self.has_python {
                Some(_) => String::new(),
                None => IMAGE_CONFIG.to_owned(),
            },
            has_python: self.has_python,
        }
    }

    fn engine(&self) -> Engine {
        Engine {
            capabilities: self.with.iter().cloned().collect(),
            session: "session".to_owned(),
        }
    }
}

fn plan(context: &MemoryContext, options: &BuildOptions) -> Result<Plan, Diagnostics> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime
        .block_on(frontend::plan(context, options))
        .map_err(|failure| match failure {
            Failure::User(errors) => errors,
            Failure::Context(never) | Failure::Image { error: never, .. } => match never {},
        })
}

/// The plan, the files that it writes in place of the project's own, and its warnings.
fn plan_text(plan: &Plan, context: &MemoryContext) -> String {
    let mut sections = vec![plan.to_string()];
    let needed = plan.needed();
    let written = needed.iter().flat_map(|id| match &plan.part(*id).kind {
        PartKind::Files(files) => files.as_slice(),
        _ => &[],
    });
    for file in written {
        let Some(own) = context.files.get(&*file.name) else {
            continue;
        };
        let own = String::from_utf8_lossy(own);
        // A lock is long: only what is new in it.
        let (what, lines) = match &*file.name {
            "uv.lock" => ("new lines of", new_lines(&file.text, &own)),
            _ => ("all of", file.text.lines().collect()),
        };
        let title = format!("{what} the {} that is written", file.name);
        let lines = lines.into_iter().filter(|line| !line.is_empty());
        let text: Vec<_> = [title]
            .into_iter()
            .chain(lines.map(|line| format!("  {line}")))
            .collect();
        sections.push(text.join("\n") + "\n");
    }
    if !plan.warnings.is_empty() {
        sections.push(format!("warnings\n\n{}", told(plan.warnings.iter())));
    }
    sections.join("\n")
}

/// The lines that are other than those in the same place before.
fn new_lines<'t>(text: &'t str, before: &str) -> Vec<&'t str> {
    if text.lines().count() != before.lines().count() {
        // A part of the lock.
        let known: BTreeSet<&str> = before.lines().collect();
        let lines = text.lines();
        return lines
            .filter(|line| !known.contains(line) || line.starts_with("name = "))
            .collect();
    }
    text.lines()
        .zip(before.lines())
        .filter(|(line, before)| line != before)
        .map(|(line, _)| line)
        .collect()
}

fn graph_text(plan: &Plan, options: &BuildOptions, engine: &Engine) -> String {
    match frontend::lower(plan, options, engine) {
        // Two graphs with one digest are the same ops in the same bytes.
        Ok((graph, definition)) => format!("{graph}\nhead {}\n", definition.head()),
        Err(error) => panic!("the plan cannot be lowered\n{}", told([error].iter())),
    }
}

/// As an engine's message has it, a line each, then as a terminal shows it, and last the names of the rules.
fn told<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>) -> String {
    let diagnostics: Vec<&Diagnostic> = diagnostics.collect();
    let lines: Vec<_> = diagnostics.iter().map(|it| one_line(it)).collect();
    let snippets: Vec<_> = diagnostics.iter().map(|it| to_terminal(it)).collect();
    let rules: BTreeSet<_> = diagnostics.iter().map(|it| it.rule.name).collect();
    let rules: Vec<_> = rules.into_iter().collect();
    let (lines, snippets) = (lines.join("\n"), snippets.join("\n\n"));
    format!("{lines}\n\n{snippets}\n\nrules: {}\n", rules.join(", "))
}

/// Compares with `NAME.snap` in the folder; the failure is a diff.
#[track_caller]
fn compare(folder: &Path, name: &str, text: &str) {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, without_public_index(text)));
}

/// A snapshot shows the host of the public index as `INDEX`: it stands in what locks say, and is nothing
/// that a case is about.
fn without_public_index(text: &str) -> String {
    let mut parts = text.split("https://");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let host = part.split(['/', '"', ' ']).next().unwrap_or_default();
        let is_public = host
            .split('.')
            .any(|label| matches!(label, "pypi" | "pythonhosted"));
        shown += "https://";
        shown += if is_public { "INDEX" } else { host };
        shown += &part[host.len()..];
    }
    shown
}

fn is_snapshot(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|end| end == "snap")
}

fn snapshots(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| is_snapshot(name))
        .collect()
}

/// Every file that belongs to the project, by its path in the folder.
fn read_files(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        let inner = format!("{prefix}{name}");
        if path.is_dir() {
            read_files(&path, &format!("{inner}/"), files);
        } else if !is_of_the_tests(&inner) {
            files.insert(inner, fs::read(&path).unwrap());
        }
    }
}
