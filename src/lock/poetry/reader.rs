//! `poetry.lock`: what planning reads of it.

use std::str::FromStr;
use std::sync::Arc;

use pep440_rs::Version;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source, Spanned};
use crate::document::{Document, Table, Value};
use crate::lock::poetry::{LOCK, PINNED_VERSION, RELOCK};
use crate::lock::problems::normal;
use crate::lock::{Lock, LockedPackage, MarkerEnvironment, Repository};
use crate::project::NEUTRAL_VERSION;

/// The group of the project's own dependencies.
const MAIN: &str = "main";

/// `Provider.UNSAFE_PACKAGES` of Poetry before 1.3.
const UNSAFE: &[&str] = &["distribute", "pip", "setuptools", "wheel"];

/// A lock.
pub(crate) struct PoetryLock {
    source: Arc<Source>,
    /// `metadata.lock-version`
    version: Option<Spanned<String>>,
    /// `metadata.content-hash`
    pub(crate) content_hash: Option<Spanned<String>>,
    pub(crate) packages: Vec<Package>,
    /// `extras`: the packages of each of the project's extras; the names are normalised.
    pub(crate) extras: Vec<(String, Vec<String>)>,
}

/// A folder or a file that a package comes from.
pub(crate) struct Path {
    /// Its path, seen from the project's folder.
    pub(crate) url: String,
    /// Whether it is a file.
    pub(crate) is_archive: bool,
    /// Where the lock says so.
    pub(crate) place: Location,
}

/// A locked package.
pub(crate) struct Package {
    /// The normalised name.
    pub(crate) name: String,
    /// `version`
    pub(crate) version: Option<String>,
    /// `groups`; `None` where Poetry finds out by the dependencies.
    groups: Option<Vec<String>>,
    /// `markers`, each with the group that it is of; `None` for all of them.
    markers: Vec<(Option<String>, String)>,
    /// The normalised names of what it depends on, with its extras.
    pub(crate) needs: Vec<String>,
    /// The folder or the file of the project that it comes from.
    pub(crate) path: Option<Path>,
    /// The git repository that it comes from.
    pub(crate) repository: Option<Repository>,
    /// File names of the wheels and of the source distribution.
    files: Vec<String>,
}

impl Lock for PoetryLock {
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
    pub(crate) fn parse(source: &Arc<Source>) -> Result<Self, Diagnostics> {
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
            extras: root
                .table("extras")
                .map(|table| extras(&table))
                .unwrap_or_default(),
        })
    }

    /// The names of packages that it does not have though they are needed: Poetry 1 took these for no concern of a lock.
    pub(crate) fn unsafe_packages(&self) -> Vec<String> {
        let mut packages = self.packages.iter();
        let of_poetry_2 = packages.any(|package| package.groups.is_some());
        let names = UNSAFE.iter().filter(|_| !of_poetry_2);
        names.map(|name| (*name).to_owned()).collect()
    }

    /// The text, as it is: it holds nothing of the project but its dependencies.
    pub(crate) fn text(&self) -> &str {
        self.source.text()
    }

    /// Where the lock is, as a whole.
    pub(crate) fn place(&self) -> Location {
        Location::top(&self.source)
    }

    /// The Poetry that made it, by its first line.
    pub(crate) fn made_by(&self) -> Option<Version> {
        let line = self.text().lines().next()?;
        let (_, rest) = line.split_once("by Poetry ")?;
        Version::from_str(rest.split(' ').next()?).ok()
    }

    /// Whether the format is one that Poetry 2 reads.
    pub(crate) fn check_format(&self) -> Result<(), Diagnostics> {
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

    /// The text with neutral versions and descriptions of the packages in folders, where each package tells its groups:
    /// then nothing asks for them.
    pub(crate) fn neutral_text(&self) -> String {
        let is_told = |package: &Package| package.path.is_some() && package.groups.is_some();
        if !self.packages.iter().any(is_told) {
            return self.text().to_owned();
        }
        let mut whole: toml::Table = self.text().parse().unwrap_or_default();
        let packages = whole.get_mut("package").and_then(toml::Value::as_array_mut);
        let packages = packages.into_iter().flatten();
        for package in packages.filter_map(toml::Value::as_table_mut) {
            let source = package.get("source").and_then(|source| source.get("type"));
            if source.and_then(toml::Value::as_str) == Some("directory") {
                for (key, text) in [("version", NEUTRAL_VERSION), ("description", "")] {
                    let text = toml::Value::String(text.to_owned());
                    package.insert(key.to_owned(), text);
                }
            }
        }
        whole.to_string()
    }
}

impl Package {
    /// Whether the project's own dependencies or one of the groups bring it, with some extras of the project; `None` where
    /// the lock does not tell.
    pub(crate) fn is_in(
        &self,
        groups: &[String],
        extras: &[String],
        here: MarkerEnvironment,
    ) -> Option<bool> {
        let of = self.groups.as_ref()?;
        let wanted = |group: &&String| *group == MAIN || groups.contains(group);
        let brings = |group: &String| {
            let mut markers = self.markers.iter();
            !markers.any(|(of, marker)| {
                let is_own = of.as_ref().is_none_or(|of| of == group);
                is_own && here.meets(marker, extras) == Some(false)
            })
        };
        Some(of.iter().filter(wanted).any(brings))
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
    let path = source.as_ref().and_then(|source| {
        let kind = kind.as_ref()?;
        let is_path = ["directory", "file"].contains(&kind.value.as_str());
        is_path.then_some(Path {
            url: source.string("url")?.value,
            is_archive: kind.value == "file",
            place: kind.location.clone(),
        })
    });
    let repository = source.filter(|_| kind.as_ref().is_some_and(|kind| kind.value == "git"));
    let repository = repository.and_then(|source| {
        let address = source.string("url")?;
        let commit = source.string("resolved_reference");
        let commit = commit.map(|commit| commit.value);
        let repository = Repository::new(&name, &address.value, &address.location);
        Some(repository.locked(LOCK, commit.as_deref()))
    });
    let dependencies = table.table("dependencies");
    let needs = dependencies.as_ref().map(Table::keys).unwrap_or_default();
    Some(Package {
        name,
        version: table.string("version").map(|version| version.value),
        groups,
        markers: table
            .get("markers")
            .map(|it| markers(&it))
            .unwrap_or_default(),
        needs: needs.iter().map(|name| normal(name.value)).collect(),
        repository,
        path,
        files: files.iter().filter_map(file).collect(),
    })
}

fn extras(table: &Table<'_>) -> Vec<(String, Vec<String>)> {
    let of = |name: &str| {
        // With the versions, as the first locks had them.
        let packages = table.strings(name).into_iter();
        packages
            .filter_map(|text| Some(normal(text.value.split([' ', '(']).next()?)))
            .collect()
    };
    let keys = table.keys().into_iter();
    keys.map(|key| (normal(key.value), of(key.value))).collect()
}

/// One marker for all groups, or one for each.
fn markers(markers: &Value<'_>) -> Vec<(Option<String>, String)> {
    let Some(table) = markers.as_table() else {
        let text = markers.as_string().into_iter();
        return text.map(|text| (None, text.value)).collect();
    };
    let of = |group: Spanned<&str>| {
        let text = table.string(group.value)?.value;
        Some((Some(normal(group.value)), text))
    };
    table.keys().into_iter().filter_map(of).collect()
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
