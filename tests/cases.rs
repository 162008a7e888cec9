//! Each folder of `testdata/cases` with a `run.toml`, built as its `case.toml` says, started and asked: a test of its
//! own, with the name of the folder. So is each guide of `testdata/guides` (`cases/guides.rs`).

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the cases are files, and a test that cannot read them fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;

mod support;

#[path = "cases/guides.rs"]
mod guides;

use support::{Build, Case, Container, Engine, Image, Project, RUN, layers};

/// The base of the cases that run on every engine.
const BASE: &str = "python:3.13-slim";

/// How many cases have a `run.toml`, and how many guides there are. Change it with the folders: a file with a
/// misspelt name would be no test, and nobody would see it.
const CASES: usize = 45;
const GUIDES: usize = 5;

/// What the image of a case must do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct Expected {
    /// Whether the case runs on every engine, and not only on the one that runs all tests. One case of each
    /// installer does; it holds the layers of the engines against each other.
    every_engine: bool,
    /// Images that the lab must have besides.
    needs: Vec<String>,
    /// The port that the server of the image listens on.
    port: u16,
    /// What the server answers, by the path of the question.
    ask: BTreeMap<String, String>,
    /// Commands in the container of the server; in one that sleeps where nothing is asked.
    exec: Vec<Command>,
    /// Commands in a container each, handed to the entrypoint.
    run: Vec<Command>,
}

/// A command, and how it ends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Command {
    command: Vec<String>,
    /// What it prints, but for space around it; without it the command must fail.
    prints: Option<String>,
}

impl Default for Expected {
    fn default() -> Self {
        Self {
            every_engine: false,
            needs: Vec::new(),
            port: 8000,
            ask: BTreeMap::new(),
            exec: Vec::new(),
            run: Vec::new(),
        }
    }
}

/// Lists the lock files that uv left where packages are installed. Everybody may write to them.
const LOCK_FILE: &str = "import os, sys; \
     print([name for name in {sys.prefix, sys.base_prefix} if '.lock' in os.listdir(name)])";

/// Lists what somebody beside the owner may write to where packages are installed.
const WRITABLE: &str = "import os, stat, sys; found = ((os.path.join(folder, name), os.lstat(os.path.join(folder, name)).st_mode) \
     for folder, folders, files in os.walk(sys.prefix) for name in [*folders, *files]); \
     print([path for path, mode in found if not stat.S_ISLNK(mode) and mode & 0o022])";

fn main() -> ExitCode {
    let mut trials: Vec<Trial> = names()
        .into_iter()
        .map(|name| {
            let module = if Expected::read(&name).every_engine {
                // By this name `tests/engines` picks what runs on every engine.
                "each::"
            } else {
                ""
            };
            on_an_engine(format!("{module}{name}"), move || check(&name))
        })
        .collect();
    trials.extend(
        guides::names()
            .into_iter()
            .map(|name| on_an_engine(format!("guide::{name}"), move || guides::follow(&name))),
    );
    trials.push(Trial::test("every_case_is_found", || {
        every_case_is_found();
        Ok(())
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// A test in a thread of its own, as the standard harness has it: `support::turn` counts on that. The thread itself
/// prints why it fails.
fn on_an_engine(name: String, test: impl FnOnce() + Send + 'static) -> Trial {
    let thread = thread::Builder::new().name(name.clone());
    let run = move || {
        let ended = thread.spawn(test).unwrap().join();
        ended.map_err(|_printed| Failed::without_message())
    };
    Trial::test(name, run).with_ignored_flag(true)
}

/// The folders with a `run.toml`, by their names.
fn names() -> BTreeSet<String> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cases");
    let folders = fs::read_dir(cases)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    folders
        .filter(|folder| folder.join(RUN).exists())
        .map(|folder| folder.file_name().unwrap().to_string_lossy().into_owned())
        .collect()
}

fn every_case_is_found() {
    let names = names();
    assert_eq!(names.len(), CASES, "{names:?}");
    assert_eq!(guides::names().len(), GUIDES, "{:?}", guides::names());
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../testdata/schema.json")).unwrap();
    let installers = schema["properties"]["installer"]["enum"].as_array();
    for installer in installers.unwrap() {
        let prefix = format!("{}-", installer.as_str().unwrap());
        let own = names.iter().filter(|name| name.starts_with(&prefix));
        let on_every_engine: Vec<_> = own
            .filter(|name| Expected::read(name).every_engine)
            .collect();
        assert_eq!(on_every_engine.len(), 1, "{prefix} {on_every_engine:?}");
    }
}

impl Expected {
    fn read(name: &str) -> Self {
        let path = folder(name).join(RUN);
        toml::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/cases")
        .join(name)
}

fn check(name: &str) {
    let expected = Expected::read(name);
    assert!(
        !(expected.ask.is_empty() && expected.exec.is_empty() && expected.run.is_empty()),
        "{RUN} asks for nothing"
    );
    for image in &expected.needs {
        Engine::need(image);
    }
    let case = Case::read(&folder(name));
    let project = Project::copy_of(&format!("testdata/cases/{name}"));
    let build = project.build_file(case.file(), &arguments(&case));
    assert!(build.ok, "{}", build.text);

    let image = project.image.as_str();
    if expected.every_engine {
        layers::keep(name, &Image::read(image), &Image::read(BASE));
    }
    if !(expected.ask.is_empty() && expected.exec.is_empty()) {
        let container = if expected.ask.is_empty() {
            Container::sleeping(image)
        } else {
            Container::start_on(image, expected.port)
        };
        for (path, answer) in &expected.ask {
            assert_eq!(container.ask(path), *answer, "{path}");
        }
        for command in &expected.exec {
            command.check(|words| container.command(words));
        }
        for list in [LOCK_FILE, WRITABLE] {
            let left = container.exec(&["python", "-c", list]);
            assert_eq!(left.as_deref().map(str::trim), Some("[]"), "{name}");
        }
    }
    for command in &expected.run {
        command.check(|words| {
            let fixed = ["run", "--rm", image];
            Engine::get().docker(fixed.into_iter().chain(words.iter().copied()))
        });
    }
}

/// What comes between `docker buildx build -f FILE` and the context.
fn arguments(case: &Case) -> Vec<String> {
    let named = [("--target", &case.target), ("--platform", &case.platform)];
    let named = named
        .into_iter()
        .filter_map(|(flag, value)| Some(format!("{flag}={}", value.as_ref()?)));
    let values = case.build_args.iter();
    named
        .chain(values.map(|(name, value)| format!("--build-arg={name}={value}")))
        .collect()
}

impl Command {
    fn check(&self, run: impl FnOnce(&[&str]) -> Build) {
        let words: Vec<&str> = self.command.iter().map(String::as_str).collect();
        let ended = run(&words);
        match &self.prints {
            Some(prints) => {
                assert!(ended.ok, "{words:?}: {}", ended.text);
                assert_eq!(ended.text.trim(), prints.trim(), "{words:?}");
            }
            None => assert!(!ended.ok, "{words:?} went well: {}", ended.text),
        }
    }
}
