//! Whether a lock was made from this manifest: Poetry itself tells only when the step runs.
//!
//! Poetry keeps a hash of all that bears on a resolution; it is computed here as Poetry does.

use std::str::FromStr;

use pep440_rs::Version;
use serde_json::{Map, Value, json};
use toml::Table;

use crate::diagnostic::{Diagnostics, rules};
use crate::lock::poetry::manifest::Manifest;
use crate::lock::poetry::reader::PoetryLock;
use crate::lock::poetry::{LOCK, RELOCK};
use crate::lock::problems::{self, first_unlocked};
use crate::lock::python_json::{of_toml, python_json};
use crate::project::Facts;
use crate::values::sha256;

/// The first Poetry whose hash is of `[dependency-groups]` too.
const FIRST_WITH_GROUPS: &str = "2.3.0";

/// Compares the manifest with the lock's hash of it.
pub(crate) fn check(
    lock: &PoetryLock,
    manifest: &Manifest,
    facts: &Facts,
) -> Result<(), Diagnostics> {
    let project = &facts.pyproject;
    let Some(hash) = &lock.content_hash else {
        let key = "metadata.content-hash";
        return Err(problems::no_key(LOCK, key, &lock.place(), RELOCK).into());
    };
    let whole: Table = project.source.text().parse().unwrap_or_default();
    let first = Version::from_str(FIRST_WITH_GROUPS).ok();
    let is_older = lock.made_by().is_some_and(|version| Some(version) < first);
    if content_hash(&whole, true) == hash.value
        || (is_older && content_hash(&whole, false) == hash.value)
    {
        return Ok(());
    }
    let locked = |name: &str| lock.packages.iter().any(|package| package.name == name);
    let error = match first_unlocked(&manifest.dependencies, locked) {
        Some((name, place)) => {
            rules::OUTDATED_LOCK.report(format!("`poetry.lock` is out of date: it does not lock `{name}`")).at(place)
        }
        None => rules::OUTDATED_LOCK.report(
            "`poetry.lock` is out of date: dependencies, groups, sources or the Python that is required have changed since it was made",
        )
        .at(&project.dependencies_location),
    };
    Err(error.hint(RELOCK).into())
}

/// The hash that Poetry makes of a manifest (`Locker._get_content_hash`).
fn content_hash(whole: &Table, with_groups: bool) -> String {
    let of = |table: Option<&toml::Value>, key: &str| {
        table.and_then(|table| table.get(key)).map(of_toml)
    };
    let project = whole.get("project");
    let keys = ["requires-python", "dependencies", "optional-dependencies"];
    let keys = keys.into_iter();
    let project: Map<String, Value> = keys
        .filter_map(|key| Some((key.to_owned(), of(project, key)?)))
        .collect();
    let groups = whole
        .get("dependency-groups")
        .filter(|_| with_groups)
        .map(of_toml);
    let groups =
        groups.filter(|groups| groups.as_object().is_some_and(|groups| !groups.is_empty()));
    let is_legacy = project.is_empty() && groups.is_none();
    let own = whole.get("tool").and_then(|tool| tool.get("poetry"));
    let mut poetry = Map::new();
    for key in ["dependencies", "source", "extras", "dev-dependencies"] {
        let value = of(own, key);
        // Poetry 1 wrote what is missing, too.
        let value = value.or_else(|| is_legacy.then_some(Value::Null));
        poetry.extend(value.map(|value| (key.to_owned(), value)));
    }
    poetry.extend(of(own, "group").map(|group| ("group".to_owned(), group)));
    let mut content = Map::new();
    if !project.is_empty() {
        content.insert("project".to_owned(), Value::Object(project));
    }
    content.extend(groups.map(|groups| ("dependency-groups".to_owned(), groups)));
    if is_legacy {
        content = poetry;
    } else {
        content.insert("tool".to_owned(), json!({ "poetry": poetry }));
    }
    sha256(python_json(&Value::Object(content), (", ", ": ")))
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Source;
    use crate::lock::poetry::manifest;
    use crate::project::Pyproject;

    use super::*;

    const FULL: &str = include_str!("variants.toml");
    const OF_POETRY_1: &str = include_str!("variants1.toml");

    /// Each was put to the `Locker` of Poetry 2.5.1, those without groups to that of 1.8.5 too.
    #[test]
    fn hashes_are_those_of_poetry() {
        let hash = |text: &str, with_groups| content_hash(&text.parse().unwrap(), with_groups);
        assert_eq!(
            hash(FULL, true),
            "2273d196411e1c1858909b1c061417e99d2bb10ba66b89f18f966e9da9b1fcce"
        );
        assert_eq!(
            hash(FULL, false),
            "d7bfae209b1d5e2b8c84d674f03beb32dbc9a7ee2fdc1ae062b8687e9cf41145"
        );
        assert_eq!(
            hash(OF_POETRY_1, true),
            "75b1fd7aee5cf154db504eb5c8256d9596464483c5d67f4a60897b3e20ea40d6"
        );
        assert_eq!(
            hash("[tool.poetry]\nname = \"a\"\n", true),
            "115cf985d932e9bf5f540555bbdd75decbb62cac81e399375fc19f6277f8c1d8"
        );
        let groups = "[project]\nname = \"a\"\n[dependency-groups]\na = [\"b\"]\n";
        assert_eq!(
            hash(groups, true),
            "65c6f176b24a18a30b71a1c55ad0fd321ab74ba1f0c7c3cd10d0840261b3adfe"
        );
        assert_eq!(
            hash(groups, false),
            "115cf985d932e9bf5f540555bbdd75decbb62cac81e399375fc19f6277f8c1d8"
        );
    }

    #[test]
    fn what_the_dependency_step_sees_has_the_same_hash() {
        let kept = |text: &str| {
            let project = Pyproject::read(&Source::new("pyproject.toml", text)).unwrap();
            let kept = manifest::of_project(&project);
            let whole = text.parse().unwrap();
            for with_groups in [true, false] {
                assert_eq!(
                    content_hash(&kept, with_groups),
                    content_hash(&whole, with_groups)
                );
            }
            kept.to_string()
        };
        insta::assert_snapshot!(kept(FULL), @r#"
        [dependency-groups]
        Test_One = ["pytest", { include-group = "lint" }]
        lint = ["ruff"]

        [project]
        dynamic = ["dependencies"]
        name = "shop"
        requires-python = ">=3.10"
        version = "0.0.0"

        [project.optional-dependencies]
        Money = ["babel"]

        [tool.poetry]
        requires-poetry = ">=2.0"
        version = "0.0.0"

        [tool.poetry.dependencies]
        flask = "^3"

        [tool.poetry.dependencies.idna]
        extras = ["all"]
        python = "<3.14"
        source = "own"
        version = ">=3"

        [tool.poetry.group.docs]
        optional = true

        [tool.poetry.group.docs.dependencies]
        mkdocs = "*"

        [[tool.poetry.source]]
        name = "own"
        priority = "explicit"
        url = "https://index.example.org/é"
        "#);
        insta::assert_snapshot!(kept(OF_POETRY_1), @r#"
        [tool.poetry]
        authors = []
        description = ""
        name = "shop"
        version = "0.0.0"

        [tool.poetry.dependencies]
        flask = "^3"
        python = "^3.10"

        [tool.poetry.dependencies.Babel]
        optional = true
        version = "*"

        [tool.poetry.dev-dependencies]
        pytest = "*"

        [tool.poetry.extras]
        Money = ["Babel"]

        [tool.poetry.group.test.dependencies]
        tox = "*"
        "#);
    }
}
