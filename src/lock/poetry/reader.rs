//! `poetry.lock`: what planning reads of it.

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::Arc;

use pep440_rs::Version;

use crate::diagnostic::{Diagnostics, Location, Source, Spanned};
use crate::lock::expect::Expect;
use crate::lock::locked::{self, File, PackageOrigin};
use crate::lock::poetry::{LOCK, PINNED_VERSION, RELOCK};
use crate::lock::tree::{Table, Tree, Value};
use crate::lock::{Lock, LockedPackage, MarkerEnvironment, Repository, problems, toml_text};
use crate::project::NEUTRAL_VERSION;
use crate::values::normalized_name;

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
    /// `extras`: the packages of each of the project's extras; the names are normalized.
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
    /// The normalized name.
    pub(crate) name: String,
    /// `version`
    pub(crate) version: Option<String>,
    /// `groups`; `None` where Poetry finds out by the dependencies.
    groups: Option<Vec<String>>,
    /// `markers`, each with the group that it is of; `None` for all of them.
    markers: Vec<(Option<String>, String)>,
    /// The normalized names of what it depends on, with its extras.
    pub(crate) needs: Vec<String>,
    /// The folder or the file of the project that it comes from.
    pub(crate) path: Option<Path>,
    /// The git repository that it comes from.
    pub(crate) repository: Option<Repository>,
    /// Where it comes from.
    origin: PackageOrigin,
    /// The wheels and the source distribution.
    files: Vec<File>,
}

impl Lock for PoetryLock {
    fn packages(&self) -> Vec<LockedPackage<'_>> {
        let (packages, text) = (self.packages.iter(), self.source.text());
        packages
            .map(|package| LockedPackage {
                name: &package.name,
                version: package.version.as_deref(),
                source: package.origin.of(text),
                // The first lock files list no files.
                files: locked::listed_files(&package.files, text),
                repository: package.repository.as_ref(),
            })
            .collect()
    }
}

impl PoetryLock {
    /// Reads a lock.
    pub(crate) fn parse(source: &Arc<Source>) -> Result<Self, Diagnostics> {
        let tree = Tree::parse(source)?;
        let expect = Expect::new(LOCK, RELOCK);
        let root = tree.root();
        let metadata = expect.table(root, "metadata");
        let string = |key: &str| expect.string(metadata?, key);
        // Until Poetry 1.3 all files were in one table.
        let files = metadata.and_then(|metadata| expect.table(metadata, "files"));
        let packages = expect.tables(root, "package").into_iter();
        let extras = expect.table(root, "extras");
        let lock = Self {
            source: Arc::clone(source),
            version: string("lock-version"),
            content_hash: string("content-hash"),
            packages: packages
                .filter_map(|package| read_package(package, files, source.text(), &expect))
                .collect(),
            extras: extras
                .map(|table| read_extras(table, &expect))
                .unwrap_or_default(),
        };
        expect.finish(lock)
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
            let key = "metadata.lock-version";
            return Err(problems::no_key(LOCK, key, &self.place(), RELOCK).into());
        };
        match version.value.split('.').next() {
            Some("1" | "2") => Ok(()),
            _ => Err(problems::other_format(
                LOCK,
                &version.value,
                &format!("Poetry {PINNED_VERSION} reads `1` and `2`"),
                &version.location,
            )
            .hint(format!(
                "run `poetry lock` with Poetry {PINNED_VERSION} and commit `poetry.lock`"
            ))
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
        toml_text::write(&whole)
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

/// The kinds of sources that are paths.
const PATHS: &[&str] = &["directory", "file"];

/// `None` without the name of the package.
fn read_package(
    table: Table<'_>,
    all_files: Option<Table<'_>>,
    text: &str,
    expect: &Expect,
) -> Option<Package> {
    let given = expect.needed_text(table, "name");
    let written = given.as_deref().unwrap_or_default();
    let mut files = expect.tables(table, "files");
    if let Some(all) = all_files.filter(|_| files.is_empty()) {
        files = expect.tables(all, written);
    }
    let files = files.into_iter();
    let files = files.filter_map(|file| File::read(file, &["file"], text, expect));
    let groups = table.get("groups").map(|_| {
        let groups = expect.texts(table, "groups");
        groups.iter().map(|group| normalized_name(group)).collect()
    });
    let name = normalized_name(written);
    let source = expect.table(table, "source");
    let kind = source.and_then(|source| expect.needed_string(source, "type"));
    let url = source.and_then(|source| expect.needed_string(source, "url"));
    let commit = source.and_then(|source| expect.string(source, "resolved_reference"));
    let place = |key: &str| expect.place(source?, key);
    let is = |word: &str| kind.as_ref().is_some_and(|kind| kind.value == word);
    let origin = match place("url") {
        Some(url) if is("git") => PackageOrigin::Git(url, place("resolved_reference")),
        Some(url) if is("directory") => PackageOrigin::Folder(url),
        Some(url) if is("file") => PackageOrigin::Archive(url),
        Some(url) if is("url") => PackageOrigin::Url(url),
        Some(url) if is("legacy") => PackageOrigin::Registry(Some(url)),
        Some(_) => PackageOrigin::Other,
        None => PackageOrigin::Registry(None),
    };
    let repository = url.as_ref().filter(|_| is("git")).map(|url| {
        let commit = commit.as_ref().map(|commit| commit.value.as_str());
        Repository::new(&name, &url.value, &url.location).locked(LOCK, commit)
    });
    let path = kind
        .as_ref()
        .filter(|kind| PATHS.contains(&kind.value.as_str()));
    let path = path.zip(url).map(|(kind, url)| Path {
        url: url.value,
        is_archive: kind.value == "file",
        place: kind.location.clone(),
    });
    let needs = expect.table(table, "dependencies");
    let needs = needs.map(Table::entries).unwrap_or_default();
    Some(Package {
        version: expect.text(table, "version").map(Cow::into_owned),
        groups,
        markers: markers(table.get("markers"), expect),
        needs: needs
            .iter()
            .map(|(name, _)| normalized_name(name))
            .collect(),
        repository,
        path,
        origin,
        files: files.collect(),
        name: given.map(|_| name)?,
    })
}

fn read_extras(table: Table<'_>, expect: &Expect) -> Vec<(String, Vec<String>)> {
    let of = |packages: Value<'_>| {
        // The first lock files have them with their versions.
        let packages = expect.texts_in(Some(packages)).into_iter();
        packages
            .filter_map(|text| Some(normalized_name(text.split([' ', '(']).next()?)))
            .collect()
    };
    let extras = table.entries().into_iter();
    extras
        .map(|(name, packages)| (normalized_name(&name), of(packages)))
        .collect()
}

/// One marker for all groups, or one for each.
fn markers(markers: Option<Value<'_>>, expect: &Expect) -> Vec<(Option<String>, String)> {
    let Some(markers) = markers else {
        return Vec::new();
    };
    let Some(table) = markers.as_table() else {
        let text = expect.read(Some(markers), "a string or a table", Value::as_str);
        return text
            .map(|text| (None, text.into_owned()))
            .into_iter()
            .collect();
    };
    let of = |(group, marker): (Cow<'_, str>, Value<'_>)| {
        let text = expect.read(Some(marker), "a string", Value::as_str)?;
        Some((Some(normalized_name(&group)), text.into_owned()))
    };
    table.entries().into_iter().filter_map(of).collect()
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
