//! Each folder of `testdata/cases` with a `run.toml`, built as its `case.toml` says, started and asked. A new
//! installer needs such a folder and no code here.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::support::{Build, Case, Container, Engine, Project, RUN};

/// What the image of a case must do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Expected {
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

#[test]
#[ignore = "needs an engine"]
fn every_case_with_a_run_file_is_built_started_and_asked() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cases");
    let mut done = 0;
    for entry in fs::read_dir(&cases).unwrap() {
        let folder = entry.unwrap().path();
        if folder.join(RUN).exists() {
            println!("{}", folder.display());
            check(&folder);
            done += 1;
        }
    }
    assert!(done > 1, "only {done} cases have a {RUN}");
}

fn check(folder: &Path) {
    let expected: Expected = toml::from_str(&fs::read_to_string(folder.join(RUN)).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", folder.join(RUN).display()));
    assert!(
        !(expected.ask.is_empty() && expected.exec.is_empty() && expected.run.is_empty()),
        "{RUN} asks for nothing"
    );
    let case = Case::read(folder);
    let name = folder.file_name().unwrap().to_string_lossy();
    let project = Project::copy_of(&format!("testdata/cases/{name}"));
    let build = project.build_file(case.file(), &arguments(&case));
    assert!(build.ok, "{}", build.text);

    let image = project.image.as_str();
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
        let left = container.exec(&["python", "-c", LOCK_FILE]);
        assert_eq!(left.as_deref().map(str::trim), Some("[]"), "{name}");
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
