//! `poetry.lock`: what planning reads of it.

use std::str::FromStr;
use std::sync::Arc;

use pep440_rs::Version;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source, Spanned};
use crate::document::{Document, Table, Value};
use crate::plan::Repository;
use crate::plan::installers::poetry::{LOCK, PINNED_VERSION, RELOCK};
use crate::plan::installers::shared::{self, normal};
use crate::plan::installers::{Locked, LockedPackage};

/// The group of the project's own dependencies.
const MAIN: &str = "main";

/// A lock.
pub(super) struct PoetryLock {
    source: Arc<Source>,
    /// `metadata.lock-version`
    version: Option<Spanned<String>>,
    /// `metadata.content-hash`
    pub(super) content_hash: Option<Spanned<String>>,
    pub(super) packages: Vec<Package>,
}

/// A locked package.
pub(super) struct Package {
    /// The normalised name.
    pub(super) name: String,
    /// `groups`; `None` where Poetry finds out by the dependencies.
    groups: Option<Vec<String>>,
    /// Where the lock says that it comes from a folder or a file of the project.
    path: Option<Location>,
    /// The git repository that it comes from.
    pub(super) repository: Option<Repository>,
    /// File names of the wheels and of the source distribution.
    files: Vec<String>,
}

impl Locked for PoetryLock {
    fn packages(&self) -> Vec<LockedPackage<'_>> {
        let packages = self.packages.iter();
        packages
            .map(|package| LockedPackage {
                name: &package.name,
                // The first locks told of no files.
                files: Some(package.files.as_slice()).filter(|files| !files.is_empty()),
                repository: package.repository.as_ref(),
            })
            .collect()
    }
}

impl PoetryLock {
    /// Reads a lock.
    pub(super) fn parse(source: &Arc<Source>) -> Result<Self, Diagnostics> {
        let document = Document::parse(source)?;
        let root = document.root();
        let metadata = root.table("metadata");
        let string = |key: &str| metadata.as_ref().and_then(|table| table.string(key));
        // Until Poetry 1.3 all files were in one table.
        let files = metadata.as_ref().and_then(|table| table.table("files"));
        let packages = elements(&root, "package");
        Ok(Self {
            source: Arc::clone(source),
            version: string("lock-version"),
            content_hash: string("content-hash"),
            packages: packages
                .iter()
                .filter_map(|package| read_package(&package.as_table()?, files.as_ref()))
                .collect(),
        })
    }

    /// The text, as it is: it holds nothing of the project but its dependencies.
    pub(super) fn text(&self) -> &str {
        self.source.text()
    }

    /// Where the lock is, as a whole.
    pub(super) fn place(&self) -> Location {
        Location::top(&self.source)
    }

    /// The Poetry that made it, by its first line.
    pub(super) fn made_by(&self) -> Option<Version> {
        let line = self.text().lines().next()?;
        let (_, rest) = line.split_once("by Poetry ")?;
        Version::from_str(rest.split(' ').next()?).ok()
    }

    /// Whether the format is one that Poetry 2 reads.
    pub(super) fn check_format(&self) -> Result<(), Diagnostics> {
        let Some(version) = &self.version else {
            let error = Diagnostic::error("`poetry.lock` has no `metadata.lock-version`");
            return Err(error.at(&self.place()).hint(RELOCK).into());
        };
        match version.value.split('.').next() {
            Some("1" | "2") => Ok(()),
            _ => Err(Diagnostic::error(format!(
                "the format version of `poetry.lock` is `{}`, and Poetry {PINNED_VERSION} reads `1` and `2`",
                version.value
            ))
            .at(&version.location)
            .hint(format!("run `poetry lock` with Poetry {PINNED_VERSION} and commit `poetry.lock`"))
            .into()),
        }
    }

    /// None of the packages of the project's own dependencies and of the groups comes from a path.
    pub(super) fn check_paths(&self, groups: &[String]) -> Result<(), Diagnostics> {
        let wanted = |package: &&Package| {
            package.groups.as_ref().is_none_or(|of| {
                let wanted = |group: &String| group == MAIN || groups.contains(group);
                of.iter().any(wanted)
            })
        };
        let packages = self.packages.iter().filter(wanted);
        let told = packages.filter_map(|package| {
            let place = package.path.as_ref()?;
            Some(shared::path_dependency(&package.name, LOCK, place))
        });
        Diagnostics::split(told.collect()).map(drop)
    }
}

fn read_package(table: &Table<'_>, all_files: Option<&Table<'_>>) -> Option<Package> {
    let name = table.string("name")?.value;
    let mut files = elements(table, "files");
    if let Some(all) = all_files.filter(|_| files.is_empty()) {
        files = elements(all, &name);
    }
    let file = |file: &Value<'_>| Some(file.as_table()?.string("file")?.value);
    let source = table.table("source");
    let kind = source.as_ref().and_then(|source| source.string("type"));
    let groups = table.get("groups").map(|_| {
        let groups = table.strings("groups").into_iter();
        groups.map(|group| normal(&group.value)).collect()
    });
    let name = normal(&name);
    let repository = source.filter(|_| kind.as_ref().is_some_and(|kind| kind.value == "git"));
    let repository = repository.and_then(|source| {
        let address = source.string("url")?;
        let commit = source.string("resolved_reference");
        let commit = commit.map(|commit| commit.value);
        let repository = Repository::new(&name, &address.value, &address.location);
        Some(repository.locked(LOCK, commit.as_deref()))
    });
    Some(Package {
        name,
        groups,
        repository,
        path: kind
            .filter(|kind| ["directory", "file"].contains(&kind.value.as_str()))
            .map(|kind| kind.location),
        files: files.iter().filter_map(file).collect(),
    })
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
    fn repositories_are_known_by_their_commits() {
        let text = "[[package]]\nname = \"A\"\n[package.source]\ntype = \"git\"\nurl = \"git@git.example.org:team/a.git\"\n\
                    reference = \"main\"\nresolved_reference = \"0123456789012345678901234567890123456789\"\n\
                    [[package]]\nname = \"b\"\n[package.source]\ntype = \"git\"\nurl = \"https://git.example.org/b.git\"\nreference = \"main\"\n\
                    [[package]]\nname = \"c\"\n[package.source]\ntype = \"legacy\"\nurl = \"https://index.example.org/simple\"\n";
        let lock = PoetryLock::parse(&Source::new(LOCK, text)).unwrap();
        let packages = lock.packages.iter();
        let found = packages.filter_map(|package| Some(package.repository.as_ref()?.shown()));
        insta::assert_snapshot!(found.collect::<Vec<_>>().join("\n"), @"
        a git@git.example.org:team/a.git
        b https://git.example.org/b.git, no commit
        ");
    }
}
