//! Whether a lock was made from this manifest: PDM itself would only warn, and install what was locked.
//!
//! PDM keeps a hash of all that bears on a resolution; it is computed here as PDM does. What goes into it has changed
//! twice, and a lock of an older PDM is as good as it was.

use serde_json::{Value, json};
use toml::Table;

use crate::diagnostic::{Diagnostics, rules};
use crate::lock::pdm::reader::PdmLock;
use crate::lock::pdm::{LOCK, RELOCK};
use crate::lock::problems::{self, first_unlocked};
use crate::lock::python_json::{of_toml, python_json};
use crate::project::Facts;
use crate::values::sha256;

/// Compares the manifest with the lock's hash of it.
pub(crate) fn check(lock: &PdmLock, facts: &Facts) -> Result<(), Diagnostics> {
    let project = &facts.pyproject;
    project.named()?;
    if lock.records_inputs {
        // PDM compares them in a step before the installation.
        return Ok(());
    }
    let whole: Table = project.source.text().parse().unwrap_or_default();
    let Some(hash) = &lock.content_hash else {
        let key = "metadata.content_hash";
        return Err(problems::no_key(LOCK, key, &lock.place(), RELOCK).into());
    };
    let hashes = content_hashes(&whole);
    if hashes
        .iter()
        .any(|known| format!("sha256:{known}") == hash.value)
    {
        return Ok(());
    }
    let locked = |name: &str| lock.packages.iter().any(|package| package.name == name);
    let unlocked = first_unlocked(&project.dependencies, locked);
    let error = match unlocked {
        Some((name, place)) => {
            rules::OUTDATED_LOCK.report(format!("`pdm.lock` is out of date: it does not lock `{name}`")).at(place)
        }
        None => rules::OUTDATED_LOCK.report(
            "`pdm.lock` is out of date: dependencies, groups, sources or `requires-python` have changed since it was made",
        )
        .at(&project.dependencies_location),
    };
    Err(error.hint(RELOCK).into())
}

/// The hash of a manifest that was made of the project's, by the PDM that made the lock of that.
pub(crate) fn hash_of(lock: &PdmLock, facts: &Facts, made: &Table) -> Option<String> {
    let whole: Table = facts.pyproject.source.text().parse().ok()?;
    let hash = lock.content_hash.as_ref()?;
    let mut hashes = content_hashes(&whole).into_iter();
    let at = hashes.position(|known| format!("sha256:{known}") == hash.value)?;
    content_hashes(made).into_iter().nth(at)
}

/// The hashes that one PDM or another makes of a manifest.
fn content_hashes(whole: &Table) -> Vec<String> {
    let project = whole.get("project");
    let of_project = |key: &str| project.and_then(|project| project.get(key)).map(of_toml);
    let pdm = whole.get("tool").and_then(|tool| tool.get("pdm"));
    let of_pdm = |key: &str| pdm.and_then(|pdm| pdm.get(key)).map(of_toml);
    let none = || json!({});
    let resolution = of_pdm("resolution").unwrap_or_else(none);
    let overrides = resolution.get("overrides").cloned();
    let dev = of_pdm("dev-dependencies").unwrap_or_else(none);
    let groups = whole.get("dependency-groups").map(of_toml);
    let mut hashes = Vec::new();
    // Until 2.17 only the overrides counted; until 2.20 only PDM's own groups, by the names as they are written.
    for (key, resolution) in [
        ("resolution", resolution.clone()),
        ("overrides", overrides.unwrap_or_else(none)),
    ] {
        for dev in [all_groups(groups.as_ref(), &dev), dev.clone()] {
            let content = json!({
                "sources": of_pdm("source").unwrap_or_else(|| json!([])),
                "dependencies": of_project("dependencies").unwrap_or_else(|| json!([])),
                "dev-dependencies": dev,
                "optional-dependencies": of_project("optional-dependencies").unwrap_or_else(none),
                "requires-python": of_project("requires-python").unwrap_or_else(|| json!("")),
                key: resolution,
            });
            hashes.push(sha256(python_json(&content, (", ", ": "))));
        }
    }
    hashes
}

/// The groups of both tables by their names in PDM's form, one list behind the other.
fn all_groups(groups: Option<&Value>, dev: &Value) -> Value {
    let mut all = serde_json::Map::new();
    let tables = [groups, Some(dev)];
    for (name, list) in tables
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flatten()
    {
        let known = all.entry(normalized(name)).or_insert_with(|| json!([]));
        if let (Some(known), Some(list)) = (known.as_array_mut(), list.as_array()) {
            known.extend(list.iter().cloned());
        }
    }
    Value::Object(all)
}

/// As PDM's `normalize_name`: what is no letter or digit is one dash.
fn normalized(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() {
            text.push(letter.to_ascii_lowercase());
        } else if !text.ends_with('-') {
            text.push('-');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Source;
    use crate::lock::pdm::manifest;
    use crate::project::Pyproject;

    use super::*;

    /// The hashes that PDM 2.8.2, 2.15.4, 2.17.3, 2.20.1, 2.26.9 and 2.29.3 make of the two manifests.
    #[test]
    fn hashes_are_those_of_pdm() {
        let of = |text: &str| content_hashes(&text.parse().unwrap());
        let full = of(include_str!("variants.toml"));
        for (versions, expected) in [
            (
                "2.8 and 2.15",
                "c8131d878a80babb0abe07d58b8dfeb7f418cb4521fa3c7648be9ffe30d4a71f",
            ),
            (
                "2.17",
                "87eb811968a170c3b6e1bcd8b225399f290b487ae77f01472d8d8824bd0b29e2",
            ),
            (
                "2.20 and later",
                "3d5614ba62fa5cad588871849614ad066470522f752458de1094dafb46600d9f",
            ),
        ] {
            assert!(full.iter().any(|hash| hash == expected), "{versions}");
        }
        let bare = of("[project]\nname = \"bare\"\nversion = \"1.0\"\n");
        for expected in [
            "0e5e7f1f284ed380237e3d9cc5c957e6b4610bdc77e9a59f6d82bfd77c791cd5",
            "ece479d1fc26bbc1091a4114e084312c6b77c8f8fc20195e68cc6393ef0b33d9",
        ] {
            assert!(bare.iter().any(|hash| hash == expected));
        }
    }

    #[test]
    fn what_the_dependency_step_sees_has_the_same_hash() {
        let text = include_str!("variants.toml");
        let project = Pyproject::read(&Source::new("pyproject.toml", text)).unwrap();
        let kept = manifest::of_project(&project);
        assert_eq!(
            content_hashes(&kept),
            content_hashes(&text.parse().unwrap())
        );
        insta::assert_snapshot!(kept, @r#"
        [dependency-groups]
        Test_One = ["pytest", { include-group = "lint.x" }]
        "lint.x" = ["ruff"]

        [project]
        dependencies = ["flask>=3", "idna[all]>=1; python_version < '3.14'"]
        name = "shop"
        requires-python = ">=3.10"
        version = "0.0.0"

        [project.optional-dependencies]
        Money_Tools = ["babel"]

        [tool.pdm.dev-dependencies]
        docs = ["mkdocs", "-e file:///${PROJECT_ROOT}/sub#egg=sub"]
        test-one = ["tox"]

        [tool.pdm.resolution]
        allow-prereleases = true
        respect-source-order = true

        [tool.pdm.resolution.overrides]
        idna = ">=3"

        [[tool.pdm.source]]
        name = "pypi"
        url = "https://index.example.org/simple"
        verify_ssl = true

        [[tool.pdm.source]]
        include_packages = ["own-*"]
        name = "own"
        url = "https://index.example.org/é"
        "#);
    }
}
