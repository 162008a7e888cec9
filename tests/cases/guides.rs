//! The guides that teams copy from repository to repository: what each has its readers type, and what does the same
//! here (`testdata/guides/*/guide.toml`), step by step on one project.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::support::{Build, Engine, Project};

/// What is done to a guide's project, in order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Guide {
    /// Names of the images that the steps make.
    images: Vec<String>,
    /// Images that the lab must have besides.
    #[serde(default)]
    needs: Vec<String>,
    step: Vec<Step>,
}

/// One thing that a guide has its readers do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Step {
    /// What it is for.
    what: String,
    /// What is changed in the project before.
    edit: Option<Edit>,
    /// The words behind `docker`, in the folder of the project.
    docker: Vec<String>,
    /// What a step that runs has in its name.
    #[serde(default)]
    runs: Vec<String>,
    /// What no step that runs has in its name.
    #[serde(default)]
    runs_not: Vec<String>,
    /// What is printed.
    #[serde(default)]
    prints: Vec<String>,
    /// Files that are then in the folder of the project.
    #[serde(default)]
    files: Vec<String>,
    /// What a container of an image then does.
    #[serde(default)]
    then: Vec<Then>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    file: String,
    old: String,
    new: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Then {
    image: String,
    /// In place of the image's own.
    entrypoint: Option<String>,
    command: Vec<String>,
    /// Without it the command must fail.
    prints: Option<String>,
}

/// The guides, by the names of their folders.
pub(crate) fn names() -> Vec<String> {
    let guides = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/guides");
    let mut names: Vec<_> = fs::read_dir(guides)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Does what a guide has its readers do.
pub(crate) fn follow(name: &str) {
    let folder = format!("testdata/guides/{name}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(&folder)
        .join("guide.toml");
    let guide: Guide = toml::from_str(&fs::read_to_string(path).unwrap())
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let project = Project::copy_of(&folder);
    project.remove("guide.toml");
    let engine = Engine::get();
    for image in &guide.needs {
        Engine::need(image);
    }
    for step in &guide.step {
        let what = format!("{name}: {}", step.what);
        if let Some(edit) = &step.edit {
            project.replace(&edit.file, &edit.old, &edit.new);
        }
        if !(step.runs.is_empty() && step.runs_not.is_empty()) {
            Engine::alone();
        }
        let words = step.docker.iter().map(String::as_str);
        let built = engine.docker_in(&project.path(""), words);
        assert!(built.ok, "{what}\n{}", built.text);
        check(step, &what, &built);
        for file in &step.files {
            assert!(project.path(file).is_file(), "{what}: {file}");
        }
        for then in &step.then {
            let mut words = vec!["run", "--rm"];
            if let Some(entrypoint) = &then.entrypoint {
                words.extend(["--entrypoint", entrypoint]);
            }
            words.push(&then.image);
            words.extend(then.command.iter().map(String::as_str));
            let ended = engine.docker(words);
            match &then.prints {
                Some(prints) => assert_eq!(
                    (ended.ok, ended.text.trim()),
                    (true, prints.as_str()),
                    "{what}"
                ),
                None => assert!(
                    !ended.ok,
                    "{what}: {:?} went well\n{}",
                    then.command, ended.text
                ),
            }
        }
    }
    for image in &guide.images {
        drop(engine.docker(["image", "rm", "-f", image]));
    }
}

fn check(step: &Step, what: &str, built: &Build) {
    let some_step_has = |words: &String| {
        let ran = built.ran();
        (ran.iter().any(|name| name.contains(words)), ran)
    };
    for words in &step.runs {
        let (found, ran) = some_step_has(words);
        assert!(found, "{what}: {words}\n{ran:#?}");
    }
    for words in &step.runs_not {
        let (found, ran) = some_step_has(words);
        assert!(!found, "{what}: {words}\n{ran:#?}");
    }
    for words in &step.prints {
        assert!(
            built.text.contains(words),
            "{what}: {words}\n{}",
            built.text
        );
    }
}
