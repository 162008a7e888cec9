//! `uv.lock`: what planning reads of it.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source, Spanned};
use crate::document::{Document, Table, Value};
use crate::lock::problems::normal;
use crate::lock::uv::needs::Needs;
use crate::lock::uv::requirement::Requirement;
use crate::lock::uv::{LOCK, pieces};
use crate::lock::{Lock, LockedPackage, Repository};
use crate::project::NEUTRAL_VERSION;

/// The version of the format that is known (uv's `uv-resolver`, `VERSION`); revisions are compatible.
const FORMAT_VERSION: &str = "1";

/// A lock.
pub(crate) struct UvLock {
    pub(crate) source: Arc<Source>,
    /// `revision`: what uv added to the format, compatibly.
    pub(crate) revision: u32,
    /// `requires-python`, in uv's words.
    pub(crate) requires_python: Option<String>,
    pub(crate) packages: Vec<Package>,
    /// The names of the members of the workspace.
    pub(crate) members: Vec<String>,
    /// Where in the text each package is; none of a lock that was read as a whole.
    pub(crate) spans: Vec<Range<usize>>,
    /// Where the first package begins, of a lock that has lost some; the others are then the text.
    pub(crate) parted: Option<usize>,
}

/// A source outside of any index.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Direct {
    /// A git repository.
    Git,
    /// A file at an address of its own.
    Url,
}

/// A locked package.
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) struct Package {
    /// The normalised name.
    pub(crate) name: String,
    /// The place of the version, where the lock records one.
    pub(crate) version: Option<Location>,
    /// Its source is a folder, or an archive in one.
    pub(crate) local: bool,
    /// Its source is an archive in a folder.
    pub(crate) is_archive: bool,
    /// Its source says that it is no package.
    pub(crate) is_virtual: bool,
    /// What its source is, where that is no index and no folder.
    pub(crate) direct: Option<Direct>,
    /// The address of its git repository, with the commit behind a `#`.
    repository: Option<String>,
    /// File names of the wheels.
    wheels: Vec<String>,
    /// The packages that it needs.
    pub(crate) needs: Needs,
    /// What the manifest said when the lock was made; `None` where the package is not local, or nothing is recorded.
    pub(crate) record: Option<Record>,
}

/// What a lock records of a manifest.
#[derive(Default)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) struct Record {
    /// Names of the extras, normalised.
    pub(crate) extras: Vec<String>,
    /// The requirements of the project and, with a marker, those of its extras.
    pub(crate) requires: Vec<Requirement>,
    /// The requirements by dependency group, with normalised names.
    pub(crate) groups: Vec<(String, Vec<Requirement>)>,
}

impl Package {
    /// The version, where the lock records one.
    pub(crate) fn version(&self) -> Option<&str> {
        let place = self.version.as_ref()?;
        let text = place.source.text().get(place.start..place.end)?;
        Some(text.trim_matches(['"', '\'']))
    }
}

impl UvLock {
    /// Reads a lock.
    pub(crate) fn parse(source: &Arc<Source>) -> Result<Self, Diagnostics> {
        match Self::parse_pieces(source) {
            Some(lock) => Ok(lock),
            // Told with the right places, or read after all.
            None => Self::parse_whole(source),
        }
    }

    /// Reads a lock package by package, which is fast; `None` where anything is in the way.
    fn parse_pieces(source: &Arc<Source>) -> Option<Self> {
        let (head, pieces) = pieces::pieces(source.text())?;
        let head = Source::new(source.name(), head);
        let document = Document::parse(&head).ok()?;
        let root = document.root();
        let version = root.get("version")?.as_integer()?;
        if version != FORMAT_VERSION || root.get("package").is_some() {
            return None;
        }
        let mut packages = Vec::new();
        let ends = pieces.iter().skip(1).map(|piece| piece.start);
        let ends = ends.chain([source.text().len()]);
        let spans = pieces.iter().map(|piece| piece.start).zip(ends);
        let spans = spans.map(|(start, end)| start..end).collect();
        for piece in pieces {
            let text = Source::new(source.name(), piece.text);
            let document = Document::parse(&text).ok()?;
            let mut read = read_packages(&document.root());
            let package = read.pop()?;
            let version = match package.version {
                Some(place) => Some(moved(&place, source, piece.start)?),
                None => None,
            };
            let wheels = piece.wheels.into_iter().map(str::to_owned);
            packages.push(Package {
                version,
                wheels: wheels.chain(package.wheels).collect(),
                ..package
            });
        }
        Some(Self {
            source: Arc::clone(source),
            revision: revision(&root),
            requires_python: root.string("requires-python").map(|text| text.value),
            packages,
            members: members(&root),
            spans,
            parted: None,
        })
    }

    fn parse_whole(source: &Arc<Source>) -> Result<Self, Diagnostics> {
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
        Ok(Self {
            source: Arc::clone(source),
            revision: revision(&root),
            requires_python: root.string("requires-python").map(|text| text.value),
            packages: read_packages(&root),
            members: members(&root),
            spans: Vec::new(),
            parted: None,
        })
    }

    /// The text with the versions of the packages that are folders neutral, as they are in the normalised manifests.
    pub(crate) fn neutral_text(&self) -> String {
        if let Some(start) = self.parted {
            return self.neutral_parts(start);
        }
        let mut text = self.source.text().to_owned();
        // From the end, so that earlier places stay right.
        for package in self.packages.iter().rev().filter(|package| package.local) {
            if let Some(place) = &package.version {
                text.replace_range(place.start..place.end, &format!("\"{NEUTRAL_VERSION}\""));
            }
        }
        text
    }

    /// The git repositories that packages come from; `place` asks for them.
    pub(crate) fn repositories(&self, place: &Location) -> Vec<Repository> {
        let packages = self.packages.iter();
        let found = packages.filter_map(|package| {
            let address = package.repository.as_ref()?;
            let commit = address.split_once('#').map(|(_, commit)| commit);
            let repository = Repository::new(&package.name, address, place);
            Some(repository.locked(LOCK, commit))
        });
        found.collect()
    }
}

impl Lock for UvLock {
    fn packages(&self) -> Vec<LockedPackage<'_>> {
        let packages = self.packages.iter();
        packages
            .map(|package| LockedPackage {
                name: &package.name,
                files: Some(&package.wheels),
                // Their places are the manifest's, which a lock does not know.
                repository: None,
            })
            .collect()
    }
}

/// The names in `[manifest]`.
fn members(root: &Table<'_>) -> Vec<String> {
    let manifest = root.table("manifest");
    let members = manifest.map(|manifest| manifest.strings("members"));
    let members = members.into_iter().flatten();
    members.map(|member| member.value).collect()
}

/// The place in the lock of a place in a piece that begins at `start`; `None` below the wheels that were taken
/// out.
fn moved(place: &Location, lock: &Arc<Source>, start: usize) -> Option<Location> {
    let span = start + place.start..start + place.end;
    let same = lock.text().get(span.clone())? == place.source.text().get(place.start..place.end)?;
    same.then(|| Location::new(lock, span))
}

/// None in the first locks.
fn revision(root: &Table<'_>) -> u32 {
    let revision = root
        .get("revision")
        .and_then(|revision| revision.as_integer());
    revision
        .and_then(|revision| revision.parse().ok())
        .unwrap_or_default()
}

fn read_packages(root: &Table<'_>) -> Vec<Package> {
    elements(root, "package")
        .iter()
        .filter_map(|element| read_package(&element.as_table()?))
        .collect()
}

fn read_package(table: &Table<'_>) -> Option<Package> {
    let source = table.table("source");
    let from = |kind: &str| {
        let source = source.as_ref();
        source.is_some_and(|source| source.get(kind).is_some())
    };
    let direct = [("git", Direct::Git), ("url", Direct::Url)]
        .into_iter()
        .find_map(|(kind, direct)| from(kind).then_some(direct));
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
    Some(Package {
        name: table.string("name")?.value,
        version: table.string("version").map(|version| version.location),
        local: ["editable", "virtual", "directory", "path"]
            .into_iter()
            .any(from),
        is_virtual: from("virtual"),
        is_archive: from("path"),
        needs: Needs::read(table),
        direct,
        repository: source
            .as_ref()
            .and_then(|source| source.string("git"))
            .map(|address| address.value),
        wheels,
        record: table.table("metadata").as_ref().map(read_record),
    })
}

fn read_record(metadata: &Table<'_>) -> Record {
    let groups = metadata.table("requires-dev").map(|groups| {
        let group = |key: Spanned<&str>| (normal(key.value), requirements(&groups, key.value));
        groups.keys().into_iter().map(group).collect()
    });
    let extras = metadata.strings("provides-extras");
    Record {
        extras: extras.iter().map(|extra| normal(&extra.value)).collect(),
        requires: requirements(metadata, "requires-dist"),
        groups: groups.unwrap_or_default(),
    }
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
    use crate::lock::wheel_tags;
    use crate::values::Platform;

    use super::*;

    #[test]
    fn one_fork_with_a_wheel_is_enough() {
        let package = |name: &str, wheel: &str| {
            format!(
                "[[package]]\nname = \"{name}\"\nwheels = [{{ url = \"https://x/{wheel}.whl\" }}]\n"
            )
        };
        let text = format!(
            "version = 1\n{}{}{}{}",
            package("numpy", "numpy-1-cp312-cp312-manylinux_2_17_x86_64"),
            package("numpy", "numpy-2-cp313-cp313-manylinux_2_17_x86_64"),
            package("pywin32", "pywin32-1-cp312-cp312-win_amd64"),
            package(
                "audioop-lts",
                "audioop_lts-1-cp313-abi3-manylinux_2_17_x86_64"
            ),
        );
        let lock = UvLock::parse(&Source::new("uv.lock", text)).unwrap();
        let without = |python: &str| {
            let platform = Platform::new("linux", "amd64");
            wheel_tags::without_wheel(&Lock::packages(&lock), &platform, python.parse().unwrap())
        };
        assert_eq!(without("3.13"), [""; 0]);
        assert_eq!(without("3.12"), ["audioop-lts"]);
        assert_eq!(without("3.14"), ["numpy"]);
    }

    #[test]
    fn a_lock_in_pieces_is_the_same_lock() {
        let locks = [
            include_str!("../../../examples/fastapi/uv.lock"),
            include_str!("../../../benches/projects/forecast/uv.lock"),
            include_str!("../../../testdata/cases/uv-builder-merge/uv.lock"),
        ];
        for text in locks {
            let source = Source::new("uv.lock", text);
            let pieces = UvLock::parse_pieces(&source).unwrap();
            let whole = UvLock::parse_whole(&source).unwrap();
            assert_eq!(pieces.packages, whole.packages);
            assert_eq!(pieces.requires_python, whole.requires_python);
            assert!(whole.packages.iter().any(|package| package.local));
        }
    }

    #[test]
    fn a_version_below_the_wheels_is_found_where_it_is() {
        let wheel = "    { url = \"https://x/a-1-py3-none-any.whl\" },\n";
        let text = format!(
            "version = 1\n\n[[package]]\nname = \"a\"\nsource = {{ editable = \".\" }}\nwheels = [\n{wheel}]\nversion = \"2\"\n"
        );
        let source = Source::new("uv.lock", text.as_str());
        assert!(UvLock::parse_pieces(&source).is_none());
        let neutral = UvLock::parse(&source).unwrap().neutral_text();
        assert_eq!(neutral, text.replace("\"2\"", "\"0.0.0\""));
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
