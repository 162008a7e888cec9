//! `uv.lock`: what planning reads of it, and whether it fits the manifest.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::Arc;

use pep440_rs::VersionSpecifiers;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source, Spanned};
use crate::document::{Document, Table, Value};
use crate::project::Facts;
use crate::values::{PackageName, Platform, PythonVersion, requirement_name};

/// The version of the format that is known (uv's `uv-resolver`, `VERSION`); revisions are compatible.
const FORMAT_VERSION: &str = "1";
const NEUTRAL_VERSION: &str = "0.0.0";

/// A lock.
pub(super) struct UvLock {
    source: Arc<Source>,
    packages: Vec<Package>,
}

struct Package {
    name: String,
    /// The version, where the lock records one.
    version: Option<Location>,
    /// A package of the workspace: its source is a folder.
    local: bool,
    /// File names of the wheels.
    wheels: Vec<String>,
    /// What the manifest asked for when the lock was made; `None` where it is no local package.
    requires: Vec<Requirement>,
}

/// A requirement as both sides can be brought to it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Requirement {
    name: String,
    /// Normalised and sorted; `None` where a source other than an index decides the version.
    specifiers: Option<Vec<String>>,
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

    /// The lock was made from this manifest: uv would notice only when the step runs, and in words about
    /// build backends.
    pub(super) fn check_fit(&self, facts: &Facts) -> Result<(), Diagnostics> {
        let project = &facts.pyproject;
        let own = project.name.value.normalized();
        let Some(package) = self
            .packages
            .iter()
            .find(|package| package.local && package.name == own)
        else {
            let message = format!("`uv.lock` does not lock `{}`", project.name.value);
            return Err(Diagnostic::error(message)
                .at(&project.name.location)
                .hint(RELOCK)
                .into());
        };
        let extras = project
            .extras
            .iter()
            .flat_map(|(_, requirements)| requirements);
        let wanted: Vec<(Requirement, &Spanned<String>)> = project
            .dependencies
            .iter()
            .chain(extras)
            .filter_map(|text| Some((Requirement::parse(&text.value)?, text)))
            .collect();
        let mut problems = Vec::new();
        for (requirement, text) in &wanted {
            let same = |locked: &&Requirement| locked.name == requirement.name;
            let locked: Vec<_> = package.requires.iter().filter(same).collect();
            if locked.is_empty() {
                let message = format!(
                    "`uv.lock` is stale: it does not know the dependency `{}`",
                    text.value
                );
                problems.push(Diagnostic::error(message).at(&text.location).hint(RELOCK));
            } else if !locked.iter().any(|locked| locked.fits(requirement)) {
                let message = format!(
                    "`uv.lock` is stale: `{}` is not what it was made from",
                    text.value
                );
                problems.push(Diagnostic::error(message).at(&text.location).hint(RELOCK));
            }
        }
        let names: BTreeSet<&str> = wanted
            .iter()
            .map(|(requirement, _)| requirement.name.as_str())
            .collect();
        for locked in package
            .requires
            .iter()
            .filter(|locked| !names.contains(locked.name.as_str()))
        {
            let message = format!(
                "`uv.lock` is stale: it was made with the dependency `{}`, which is gone",
                locked.name
            );
            problems.push(
                Diagnostic::error(message)
                    .at(&project.dependencies_location)
                    .hint(RELOCK),
            );
        }
        Diagnostics::split(problems).map(drop)
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

const RELOCK: &str = "run `uv lock` and commit `uv.lock`";

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
    let requires = metadata
        .map(|metadata| {
            elements(&metadata, "requires-dist")
                .iter()
                .filter_map(|entry| Requirement::of_lock(&entry.as_table()?))
                .collect()
        })
        .unwrap_or_default();
    Some(Package {
        name: table.string("name")?.value,
        version: table.string("version").map(|version| version.location),
        local,
        wheels,
        requires,
    })
}

fn elements<'d>(table: &Table<'d>, key: &str) -> Vec<Value<'d>> {
    table
        .get(key)
        .and_then(|array| array.as_array())
        .unwrap_or_default()
}

impl Requirement {
    /// Of a PEP 508 text; `None` for one that is none (the installer will tell).
    fn parse(text: &str) -> Option<Self> {
        let name = requirement_name(text)?;
        let rest = text.trim_start().get(name.as_str().len()..)?;
        let rest = rest.split(';').next().unwrap_or_default().trim();
        let rest = match rest.strip_prefix('[') {
            Some(extras) => extras.split_once(']')?.1.trim(),
            None => rest,
        };
        let specifiers = if rest.starts_with('@') {
            None
        } else {
            specifiers(rest.trim_matches(['(', ')']))
        };
        Some(Self {
            name: name.normalized().to_owned(),
            specifiers,
        })
    }

    /// Of the lock's own record.
    fn of_lock(entry: &Table<'_>) -> Option<Self> {
        let name = PackageName::from_str(&entry.string("name")?.value).ok()?;
        let elsewhere = ["git", "url", "path", "directory", "editable", "virtual"]
            .iter()
            .any(|source| entry.get(source).is_some());
        let text = entry
            .string("specifier")
            .map(|text| text.value)
            .unwrap_or_default();
        let specifiers = if elsewhere { None } else { specifiers(&text) };
        Some(Self {
            name: name.normalized().to_owned(),
            specifiers,
        })
    }

    fn fits(&self, other: &Self) -> bool {
        match (&self.specifiers, &other.specifiers) {
            (Some(one), Some(other)) => one == other,
            // A source decides: the lock records it in its own words.
            _ => true,
        }
    }
}

fn specifiers(text: &str) -> Option<Vec<String>> {
    let parsed = VersionSpecifiers::from_str(text).ok()?;
    let mut words: Vec<String> = parsed.iter().map(ToString::to_string).collect();
    words.sort();
    Some(words)
}

/// Whether a wheel's file name says that it fits (binary distribution format, PEP 427 and PEP 425).
fn wheel_fits(file_name: &str, platform: &Platform, python: PythonVersion) -> bool {
    let Some(stem) = file_name.strip_suffix(".whl") else {
        return false;
    };
    let mut tags = stem.rsplitn(4, '-');
    let (Some(platforms), Some(abis), Some(pythons)) = (tags.next(), tags.next(), tags.next())
    else {
        return false;
    };
    let machine = match platform.architecture.as_str() {
        "amd64" => "x86_64",
        "arm64" => "aarch64",
        other => other,
    };
    let on_platform = platforms
        .split('.')
        .any(|tag| tag == "any" || (tag.contains("linux") && tag.ends_with(machine)));
    let with_python = pythons.split('.').any(|tag| {
        let stable = abis.split('.').any(|abi| abi == "abi3");
        match tag
            .strip_prefix("cp3")
            .and_then(|minor| minor.parse::<u8>().ok())
        {
            // The stable ABI holds for later versions too.
            Some(minor) if stable => python.minor >= minor,
            Some(minor) => python.minor == minor,
            None => tag.strip_prefix("py3").is_some_and(|rest| {
                rest.is_empty() || rest.parse::<u8>().is_ok_and(|minor| python.minor >= minor)
            }),
        }
    });
    on_platform && with_python
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python(text: &str) -> PythonVersion {
        text.parse().unwrap()
    }

    #[test]
    fn wheels_fit_by_their_names() {
        let amd64 = Platform::new("linux", "amd64");
        let check = |name: &str, version: &str, expected: bool| {
            assert_eq!(
                wheel_fits(name, &amd64, python(version)),
                expected,
                "{name} on {version}"
            );
        };
        check("anyio-4.0-py3-none-any.whl", "3.15", true);
        check("six-1.0-py2.py3-none-any.whl", "3.13", true);
        check(
            "pydantic_core-2.0-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "3.13",
            true,
        );
        check(
            "pydantic_core-2.0-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "3.14",
            false,
        );
        check(
            "pydantic_core-2.0-cp313-cp313-macosx_11_0_arm64.whl",
            "3.13",
            false,
        );
        check(
            "cryptography-45-cp311-abi3-manylinux_2_34_x86_64.whl",
            "3.14",
            true,
        );
        check(
            "cryptography-45-cp311-abi3-manylinux_2_34_x86_64.whl",
            "3.10",
            false,
        );
        check("x-1-cp313-cp313-musllinux_1_1_aarch64.whl", "3.13", false);
        check("not-a-wheel.tar.gz", "3.13", false);
    }

    #[test]
    fn requirements_compare_by_meaning() {
        let same = |one: &str, other: &str| {
            Requirement::parse(one)
                .unwrap()
                .fits(&Requirement::parse(other).unwrap())
        };
        assert!(same("a>=1,<2", "a <2, >=1"));
        assert!(same("a[x]>=1.0 ; python_version < '3.13'", "a>=1.0"));
        assert!(!same("a>=1", "a>=2"));
        assert!(same("a @ git+https://example.org/a", "a>=2"));
        assert_eq!(
            Requirement::parse("Foo_Bar (>=1)").unwrap(),
            Requirement::parse("foo-bar>=1").unwrap()
        );
    }

    #[test]
    fn an_unknown_format_is_told() {
        let error = UvLock::parse(&Source::new("uv.lock", "version = 2\n"))
            .err()
            .unwrap();
        let text: Vec<_> = error.iter().map(crate::diagnostic::one_line).collect();
        insta::assert_snapshot!(text.join("\n"), @"uv.lock:1:1: the format version of `uv.lock` is `2`, expected `1`; run `uv lock` with the uv that is pinned");
    }
}
