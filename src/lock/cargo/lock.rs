//! `Cargo.lock`, with the versions of the project's own crates neutral where others are compiled.

use std::collections::BTreeSet;
use std::sync::Arc;

use toml::{Table, Value};

use crate::diagnostic::{Diagnostics, Location, Source, rules};
use crate::lock::cargo::crates::{Crates, DEPENDENCIES};
use crate::lock::cargo::stub::NEUTRAL_CRATE_VERSION;
use crate::lock::cargo::{LOCK, RELOCK};
use crate::lock::toml_text;
use crate::toml_document::Document;

/// A lock file.
pub(crate) struct CargoLock {
    table: Table,
    /// The names of all packages.
    names: BTreeSet<String>,
}

impl CargoLock {
    pub(crate) fn read(source: &Arc<Source>) -> Result<Self, Diagnostics> {
        // Errors of the syntax with their places.
        Document::parse(source)?;
        let table: Table = source.text().parse().unwrap_or_default();
        let mut names = BTreeSet::new();
        for package in packages(&table) {
            let text = |key: &str| package.get(key).and_then(Value::as_str);
            let (Some(name), Some(_)) = (text("name"), text("version")) else {
                let message =
                    format!("a `[[package]]` in `{LOCK}` has no `name` and `version` as strings");
                let error = rules::MALFORMED_LOCK.report(message);
                return Err(error.at(&Location::top(source)).hint(RELOCK).into());
            };
            names.insert(name.to_owned());
        }
        Ok(Self { table, names })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Compares the lock file with the manifests, as far as names tell: cargo itself refuses all the rest, and says less of
    /// it.
    pub(crate) fn check(&self, crates: &Crates) -> Result<(), Diagnostics> {
        let mut problems = Vec::new();
        for found in crates.all.values() {
            let Some(name) = found.name() else {
                continue;
            };
            let place = Location::top(&found.source);
            let outdated = |message: String, place: &Location| {
                rules::OUTDATED_LOCK
                    .report(format!("`{LOCK}` is out of date: {message}"))
                    .at(place)
                    .hint(RELOCK)
            };
            let mut own = packages(&self.table);
            let own = own.find(|package| {
                package.get("name").and_then(Value::as_str) == Some(name)
                    && package.get("source").is_none()
            });
            let Some(own) = own else {
                // A crate beside the workspace that only a patch names may be unused.
                if crates.is_member(found) {
                    let message = format!("it does not have the crate `{name}`");
                    problems.push(outdated(message, &place));
                }
                continue;
            };
            let list = own.get("dependencies").and_then(Value::as_array);
            let locked = list.into_iter().flatten().filter_map(Value::as_str);
            let locked: BTreeSet<&str> = locked
                .map(|text| text.split(' ').next().unwrap_or_default())
                .collect();
            for (key, value) in found.needed() {
                let renamed = value.get("package").and_then(Value::as_str);
                // A dependency of the whole workspace may be renamed there.
                let shared = value.get("workspace").and_then(Value::as_bool) == Some(true);
                let shared = shared.then(|| crates.shared_name(key)).flatten();
                let wanted = renamed.or(shared).unwrap_or(key);
                if !locked.contains(wanted) {
                    let message = format!("`{name}` depends on `{wanted}`, which is not in it");
                    problems.push(outdated(message, &found.place_of(key)));
                }
            }
        }
        Diagnostics::split(problems).map(drop)
    }

    /// The text with a neutral version of each of the crates, so that it stays equal when theirs change.
    pub(crate) fn neutral_text(&self, names: &[String]) -> String {
        let mut table = self.table.clone();
        let list = table.get_mut("package").and_then(Value::as_array_mut);
        let neutral = Value::String(NEUTRAL_CRATE_VERSION.to_owned());
        for package in list.into_iter().flatten().filter_map(Value::as_table_mut) {
            let name = package.get("name").and_then(Value::as_str);
            let is_own = name.is_some_and(|name| names.iter().any(|own| own == name));
            if is_own && package.get("source").is_none() {
                package.insert("version".to_owned(), neutral.clone());
            }
            // A version behind a name says which of several packages of that name is meant.
            let needs = package.get_mut("dependencies");
            let needs = needs.and_then(Value::as_array_mut).into_iter().flatten();
            for need in needs {
                let Some((name, rest)) = need.as_str().and_then(|need| need.split_once(' ')) else {
                    continue;
                };
                let is_own = self.is_own(names, name, rest);
                if is_own {
                    *need = Value::String(format!("{name} {NEUTRAL_CRATE_VERSION}"));
                }
            }
        }
        toml_text::write(&table)
    }

    /// Whether a name with a version is that of a crate of the project.
    fn is_own(&self, names: &[String], name: &str, rest: &str) -> bool {
        let is_named = names.iter().any(|own| own == name);
        is_named
            && packages(&self.table).any(|package| {
                let text = |key: &str| package.get(key).and_then(Value::as_str);
                text("name") == Some(name)
                    && text("version") == Some(rest)
                    && package.get("source").is_none()
            })
    }
}

fn packages(table: &Table) -> impl Iterator<Item = &Table> {
    let list = table.get("package").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_table)
}

impl crate::lock::cargo::crates::Crate {
    /// The dependencies of the crate itself, by their keys.
    fn needed(&self) -> impl Iterator<Item = (&str, &Value)> {
        let targets = self.table.get("target").and_then(Value::as_table);
        let targets = targets.into_iter().flat_map(Table::values);
        let tables = targets.filter_map(Value::as_table);
        let tables = [&self.table].into_iter().chain(tables);
        let kinds = tables.flat_map(|table| {
            let kinds = DEPENDENCIES.iter();
            kinds.filter_map(|kind| table.get(*kind)?.as_table())
        });
        kinds.flatten().map(|(key, value)| (key.as_str(), value))
    }
}
