//! `Pipfile.lock`: what planning reads of it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::diagnostic::{Diagnostics, Location, Source, rules};
use crate::lock::expect::Expect;
use crate::lock::locked::{self, File, PackageOrigin, Text};
use crate::lock::pipenv::pipfile::{DEV_PACKAGES, PACKAGES, is_own};
use crate::lock::pipenv::{LOCK, PINNED_VERSION, RELOCK};
use crate::lock::tree::{Table, Tree, Value};
use crate::lock::{Lock, LockedPackage, Repository};
use crate::values::normalized_name;

/// The version of the format (plette, `PIPFILE_SPEC_CURRENT`), the same since 2017.
const FORMAT: &str = "6";
/// The one table that is no category.
const META: &str = "_meta";

/// A lock.
pub(crate) struct PipfileLock {
    source: Arc<Source>,
    /// The version of the format, as it is written, and where its key is.
    format: Option<(String, Location)>,
    /// `_meta.hash.sha256`: Pipenv's hash of the Pipfile.
    hash: Option<String>,
    /// Where the hash is, else the top.
    place: Location,
    /// Where `_meta.sources` is in the text.
    sources: Option<Range<usize>>,
    pub(crate) packages: Vec<Package>,
}

/// A locked package.
pub(crate) struct Package {
    /// The normalized name.
    pub(crate) name: String,
    /// The category, by its name in the Pipfile.
    category: String,
    /// The git repository that it comes from.
    pub(crate) repository: Option<Repository>,
    /// The path of the folder or the file that it comes from.
    path: Option<String>,
    /// The texts among its values: addresses, where it comes from one.
    pub(crate) addresses: Vec<String>,
    /// Where it is in the lock.
    pub(crate) location: Location,
    /// `version`, without the `==` before it.
    version: Option<Text>,
    origin: PackageOrigin,
    files: Vec<File>,
}

impl Package {
    /// Whether it belongs to the project's own dependencies or to one of the categories.
    pub(crate) fn is_in(&self, categories: &[String]) -> bool {
        self.category == PACKAGES || categories.contains(&self.category)
    }

    /// Whether it is the project itself.
    pub(crate) fn is_own(&self) -> bool {
        self.path.is_some() && is_own(self.path.as_deref())
    }

    /// Whether it comes from a folder or a file of another package.
    pub(crate) fn is_path(&self) -> bool {
        self.path.is_some() && !self.is_own()
    }
}

impl Lock for PipfileLock {
    fn packages(&self) -> Vec<LockedPackage<'_>> {
        let (packages, text) = (self.packages.iter(), self.source.text());
        packages
            .map(|package| LockedPackage {
                name: &package.name,
                version: package.version.as_ref().map(|version| version.of(text)),
                source: package.origin.of(text),
                // Hashes without the names of the files.
                files: locked::listed_files(&package.files, text),
                repository: package.repository.as_ref(),
            })
            .collect()
    }
}

impl PipfileLock {
    /// Reads a lock.
    pub(crate) fn parse(source: &Arc<Source>) -> Result<Self, Diagnostics> {
        let tree = Tree::parse_json(source).map_err(|errors| errors.hint_last(RELOCK))?;
        let expect = Expect::new(LOCK, RELOCK);
        let root = tree.root();
        let meta = expect.needed_table(root, META);
        let format = meta.and_then(|meta| meta.get("pipfile-spec"));
        let hash = meta.and_then(|meta| expect.table(meta, "hash"));
        let sources = meta.map(|meta| expect.tables(meta, "sources"));
        let sources = sources.unwrap_or_default().into_iter();
        let sources = sources.filter_map(|source| {
            let name = expect.needed_text(source, "name");
            let url = expect.needed_place(source, "url");
            name.zip(url)
        });
        let sources: Vec<(Cow<'_, str>, Text)> = sources.collect();
        let mut packages = Vec::new();
        for (category, value) in root.entries() {
            if category == META {
                continue;
            }
            let table = expect.read(Some(value), "a table", Value::as_table);
            for (name, value) in table.map(Table::entries).unwrap_or_default() {
                let table = expect.read(Some(value), "a table", Value::as_table);
                packages.extend(table.map(|table| {
                    let package = (in_pipfile(&category), &*name);
                    read_package(package, table, &sources, (source, &expect))
                }));
            }
        }
        let lock = Self {
            source: Arc::clone(source),
            format: format.map(|format| {
                let written = source.text().get(format.span()).unwrap_or_default();
                (written.to_owned(), format.key_location())
            }),
            hash: hash.and_then(|hash| Some(expect.text(hash, "sha256")?.into_owned())),
            place: hash.map_or_else(|| Location::top(source), |hash| hash.value().key_location()),
            sources: meta.and_then(|meta| Some(meta.get("sources")?.span())),
            packages,
        };
        expect.finish(lock)
    }

    /// `_meta.hash.sha256`: Pipenv's hash of the Pipfile.
    pub(crate) fn hash(&self) -> Option<&str> {
        self.hash.as_deref()
    }

    /// Where its hash is, else the top.
    pub(crate) fn place(&self) -> Location {
        self.place.clone()
    }

    /// `_meta.sources`: the package indexes, as Pipenv wrote them; null if the lock file has none.
    pub(crate) fn sources(&self) -> Json {
        let text = self.sources.clone();
        let text = text.and_then(|span| self.source.text().get(span));
        text.and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    /// Whether the format is one that Pipenv reads.
    pub(crate) fn check_format(&self) -> Result<(), Diagnostics> {
        let format = self.format.as_ref();
        let found = match format {
            Some((version, _)) if version == FORMAT => return Ok(()),
            Some((version, _)) => format!("`{version}`"),
            None => "none".to_owned(),
        };
        let message = format!(
            "the format version of `Pipfile.lock` (`pipfile-spec`) is {found}, and Pipenv {PINNED_VERSION} reads `{FORMAT}`"
        );
        let place = format.map_or_else(|| Location::top(&self.source), |(_, place)| place.clone());
        Err(rules::LOCK_FORMAT
            .report(message)
            .at(&place)
            .hint(RELOCK)
            .into())
    }

    /// The text without the project itself, which is a wheel of its own.
    pub(crate) fn normalized(&self) -> String {
        let text = self.source.text();
        if !self.packages.iter().any(Package::is_own) {
            return text.to_owned();
        }
        let mut root: Map<String, Json> = serde_json::from_str(text).unwrap_or_default();
        for (_, category) in root.iter_mut().filter(|(name, _)| *name != META) {
            if let Some(packages) = category.as_object_mut() {
                packages.retain(|_, package| !is_own(package.get("path").and_then(Json::as_str)));
            }
        }
        format!("{:#}\n", Json::Object(root))
    }
}

/// A package of a category; `sources` are the indexes of the lock file by their names.
fn read_package(
    (category, written): (&str, &str),
    table: Table<'_>,
    sources: &[(Cow<'_, str>, Text)],
    (source, expect): (&Source, &Expect),
) -> Package {
    let text = source.text();
    let (name, location) = (normalized_name(written), table.value().key_location());
    let git = expect.text(table, "git");
    let commit = expect.text(table, "ref");
    let repository = git
        .as_ref()
        .map(|address| Repository::new(&name, address, &location).locked(LOCK, commit.as_deref()));
    let place = |key| expect.place(table, key);
    let index = expect.text(table, "index");
    let index = sources
        .iter()
        .find(|(name, _)| Some(name) == index.as_ref());
    let origin = match (place("git"), place("file"), place("path")) {
        (Some(address), ..) => PackageOrigin::Git(address, place("ref")),
        (None, Some(url), _) if url.of(text).contains("://") => PackageOrigin::Url(url),
        (None, Some(path), _) => PackageOrigin::Archive(path),
        (None, None, Some(path)) => PackageOrigin::Folder(path),
        (None, None, None) => PackageOrigin::Registry(index.map(|(_, url)| url.clone())),
    };
    expect.text(table, "markers");
    let hashes = expect.read(table.get("hashes"), "an array of strings", Value::as_array);
    let hashes = hashes.into_iter().flatten();
    let values = table.entries().into_iter();
    let texts = values.filter_map(|(_, value)| Some(value.as_str()?.into_owned()));
    Package {
        addresses: texts.collect(),
        name,
        category: category.to_owned(),
        repository,
        path: expect.text(table, "path").map(Cow::into_owned),
        location,
        version: place("version").map(|version| version.without_prefix("==", text)),
        origin,
        files: hashes
            .filter_map(|hash| File::of_hash(hash, text, expect))
            .collect(),
    }
}

/// The Pipfile's name of a category of the lock.
fn in_pipfile(category: &str) -> &str {
    match category {
        "default" => PACKAGES,
        "develop" => DEV_PACKAGES,
        own => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_known_by_their_commits() {
        let text = r#"{ "_meta": {}, "default": { "A": { "git": "https://git.example.org/a.git", "ref": "0123456789012345678901234567890123456789" }, "c": { "version": "==1" } },
                        "develop": { "b": { "git": "ssh://git@git.example.org/b.git", "ref": "main" } } }"#;
        let lock = PipfileLock::parse(&Source::new(LOCK, text)).unwrap();
        let packages = lock.packages.iter();
        let found = packages.filter_map(|package| Some(package.repository.as_ref()?.shown()));
        insta::assert_snapshot!(found.collect::<Vec<_>>().join("\n"), @"
        a https://git.example.org/a.git
        b ssh://git@git.example.org/b.git, no commit
        ");
    }
}
