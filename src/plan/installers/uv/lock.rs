//! `uv.lock`: what planning reads of it.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source, Spanned};
use crate::document::{Document, Table, Value};
use crate::plan::installers::uv::fit::{Requirement, normal};
use crate::plan::installers::uv::wheel::wheel_fits;
use crate::values::{Platform, PythonVersion};

/// The version of the format that is known (uv's `uv-resolver`, `VERSION`); revisions are compatible.
const FORMAT_VERSION: &str = "1";
const NEUTRAL_VERSION: &str = "0.0.0";

/// A lock.
pub(super) struct UvLock {
    source: Arc<Source>,
    /// `requires-python`, in uv's words.
    pub(super) requires_python: Option<String>,
    pub(super) packages: Vec<Package>,
}

/// A locked package.
pub(super) struct Package {
    /// The normalised name.
    pub(super) name: String,
    /// The version, where the lock records one.
    version: Option<Location>,
    /// A package of the workspace: its source is a folder.
    pub(super) local: bool,
    /// File names of the wheels.
    wheels: Vec<String>,
    /// What the manifest asked for when the lock was made; empty where the package is not local.
    pub(super) requires: Vec<Requirement>,
    /// The same by dependency group, with normalised names.
    pub(super) groups: Vec<(String, Vec<Requirement>)>,
}

impl UvLock {
    /// Reads a lock.
    pub(super) fn parse(source: &Arc<Source>) -> Result<Self, Diagnostics> {
        let document = Document::parse(source)?;
        let root = document.root();
        let version = root.get("version").and_then(|version| version.as_integer());
        if version.as_deref() != Some(FORMAT_VERSION) {
            let found = version.map_or_else(|| "none".to_owned(), |version| format!("`{version}`"));
            let place = root
                .get("version")
                .map_or_else(|| Location::top(source), |value| value.with_key());
            let message =
                format!("the format version of `uv.lock` is {found}, expected `{FORMAT_VERSION}`");
            return Err(Diagnostic::error(message)
                .at(&place)
                .hint("run `uv lock` with the uv that is pinned")
                .into());
        }
        let elements = root
            .get("package")
            .and_then(|packages| packages.as_array())
            .unwrap_or_default();
        let packages = elements
            .iter()
            .filter_map(|element| read_package(&element.as_table()?))
            .collect();
        Ok(Self {
            source: Arc::clone(source),
            requires_python: root.string("requires-python").map(|text| text.value),
            packages,
        })
    }

    /// The text with the version of the project itself neutral, as it is in the normalised manifest.
    pub(super) fn neutral_text(&self) -> String {
        let mut text = self.source.text().to_owned();
        // From the end, so that earlier places stay right.
        for package in self.packages.iter().rev().filter(|package| package.local) {
            if let Some(place) = &package.version {
                text.replace_range(place.start..place.end, &format!("\"{NEUTRAL_VERSION}\""));
            }
        }
        text
    }

    /// Those of `candidates` for which every package that has wheels has one that fits.
    pub(super) fn python_fit(
        &self,
        platform: &Platform,
        candidates: &[PythonVersion],
    ) -> Vec<PythonVersion> {
        let fits = |package: &Package, python: &PythonVersion| {
            package
                .wheels
                .iter()
                .any(|wheel| wheel_fits(wheel, platform, *python))
        };
        // A package without a wheel for any of them is for another platform, or has none at all: it says
        // nothing about Python versions.
        let telling: Vec<&Package> = self
            .packages
            .iter()
            .filter(|package| candidates.iter().any(|python| fits(package, python)))
            .collect();
        candidates
            .iter()
            .copied()
            .filter(|python| telling.iter().all(|package| fits(package, python)))
            .collect()
    }
}

fn read_package(table: &Table<'_>) -> Option<Package> {
    let source = table.table("source");
    let local = source.is_some_and(|source| {
        ["editable", "virtual", "directory"]
            .iter()
            .any(|kind| source.get(kind).is_some())
    });
    let wheels = elements(table, "wheels")
        .iter()
        .filter_map(|wheel| {
            let wheel = wheel.as_table()?;
            let address = wheel
                .string("url")
                .or_else(|| wheel.string("filename"))
                .or_else(|| wheel.string("path"))?;
            Some(address.value.rsplit('/').next()?.to_owned())
        })
        .collect();
    let metadata = table.table("metadata");
    let groups = metadata
        .as_ref()
        .and_then(|metadata| metadata.table("requires-dev"));
    Some(Package {
        name: table.string("name")?.value,
        version: table.string("version").map(|version| version.location),
        local,
        wheels,
        requires: metadata
            .map(|metadata| requirements(&metadata, "requires-dist"))
            .unwrap_or_default(),
        groups: groups
            .map(|groups| {
                let group =
                    |key: Spanned<&str>| (normal(key.value), requirements(&groups, key.value));
                groups.keys().into_iter().map(group).collect()
            })
            .unwrap_or_default(),
    })
}

fn requirements(table: &Table<'_>, key: &str) -> Vec<Requirement> {
    elements(table, key)
        .iter()
        .filter_map(|entry| Requirement::of_lock(&entry.as_table()?))
        .collect()
}

fn elements<'d>(table: &Table<'d>, key: &str) -> Vec<Value<'d>> {
    table
        .get(key)
        .and_then(|array| array.as_array())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_format_is_told() {
        let error = UvLock::parse(&Source::new("uv.lock", "version = 2\n"))
            .err()
            .unwrap();
        let text: Vec<_> = error.iter().map(crate::diagnostic::one_line).collect();
        insta::assert_snapshot!(text.join("\n"), @"uv.lock:1:1: the format version of `uv.lock` is `2`, expected `1`; run `uv lock` with the uv that is pinned");
    }
}
