//! Whether a lock was made from this Pipfile: `pipenv sync` itself installs what was locked, whatever the Pipfile says.
//!
//! Pipenv keeps a hash of all that bears on a resolution; it is computed here as Pipenv does.

use serde_json::{Value, json};
use toml::Table;

use crate::diagnostic::{Diagnostics, rules};
use crate::lock::pipenv::pipfile::{DEV_PACKAGES, PACKAGES, Pipfile, SECTIONS};
use crate::lock::pipenv::reader::PipfileLock;
use crate::lock::pipenv::{LOCK, RELOCK};
use crate::lock::problems::{self, first_unlocked};
use crate::lock::python_json::{of_toml, python_json};
use crate::values::{normalized_name, sha256};

/// Compares the Pipfile with the lock's hash of it.
pub(crate) fn check(lock: &PipfileLock, pipfile: &Pipfile) -> Result<(), Diagnostics> {
    let Some(hash) = lock.hash() else {
        let key = "_meta.hash.sha256";
        return Err(problems::no_key(LOCK, key, &lock.place(), RELOCK).into());
    };
    let (whole, sources) = (pipfile.table(), lock.sources());
    if [false, true]
        .iter()
        .any(|normalized| content_hash(&whole, &sources, *normalized) == hash)
    {
        return Ok(());
    }
    let locked = |name: &str| lock.packages.iter().any(|package| package.name == name);
    let error = match first_unlocked(&pipfile.packages, locked) {
        Some((name, place)) => {
            rules::OUTDATED_LOCK.report(format!("`Pipfile.lock` is out of date: it does not lock `{name}`")).at(place)
        }
        None => rules::OUTDATED_LOCK.report(
            "`Pipfile.lock` is out of date: packages, sources or `[requires]` have changed since it was made",
        )
        .at(&pipfile.place),
    };
    Err(error.hint(RELOCK).into())
}

/// The hash that Pipenv makes of a Pipfile (plette, `Pipfile.get_hash`; since 2026, with the names of packages
/// normalized).
///
/// If the Pipfile has no `[[source]]`, Pipenv adds the indexes of the machine that locks, from pip's configuration or
/// its own default (`Project.default_source`). They are part of the hash, and only the lock file has them:
/// `default_sources`.
fn content_hash(whole: &Table, default_sources: &Value, normalized: bool) -> String {
    let section = |name: &str| whole.get(name).map_or_else(|| json!({}), of_toml);
    let category = |name: &str| match section(name) {
        Value::Object(packages) if normalized => packages
            .into_iter()
            .map(|(name, package)| (normalized_name(&name), package))
            .collect(),
        other => other,
    };
    let mut content = json!({
        "_meta": {
            "sources": whole.get("source").map_or_else(|| default_sources.clone(), of_toml),
            "requires": section("requires"),
        },
        "default": category(PACKAGES),
        "develop": category(DEV_PACKAGES),
    });
    let is_own = |name: &&String| {
        !SECTIONS.contains(&name.as_str()) && !["default", "develop"].contains(&name.as_str())
    };
    for name in whole.keys().filter(is_own) {
        content[name] = category(name);
    }
    sha256(python_json(&content, (",", ":")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hashes are from Pipenv 2026.10.3 and from its copy of plette, which earlier versions use.
    #[test]
    fn hashes_are_those_of_pipenv() {
        let hash = |text: &str, sources, normalized| {
            content_hash(&text.parse().unwrap(), &sources, normalized)
        };
        let full = include_str!("variants.toml");
        assert_eq!(
            hash(full, Value::Null, true),
            "ce512c121b5285570d09df1716cf2c38417ca7f24b5d33d7f5c65af603939756"
        );
        assert_eq!(
            hash(full, Value::Null, false),
            "8453dd55ee16a07f34840e1bb16d98bccda61245072ea282d9651e6bd3cb3b51"
        );
        // `PIP_INDEX_URL=https://index.example.org/simple pipenv lock`
        let of_pip = json!([{
            "name": "pip_conf_index_:env:",
            "url": "https://index.example.org/simple",
            "verify_ssl": true,
        }]);
        for normalized in [true, false] {
            assert_eq!(
                hash("[packages]\nbottle = \"*\"\n", of_pip.clone(), normalized),
                "52705fb5a16c5179845ee25f95ecb10e4381957526a632c92d352a2351d6358e"
            );
        }
    }
}
