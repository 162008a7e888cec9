//! `pdm.lock`: what planning reads of it.

use std::borrow::Cow;
use std::sync::Arc;

use crate::diagnostic::{Diagnostics, Location, Source, Spanned};
use crate::lock::expect::Expect;
use crate::lock::locked::{self, File, PackageOrigin};
use crate::lock::pdm::{LOCK, PINNED_VERSION, RELOCK};
use crate::lock::tree::{Table, Tree, Value};
use crate::lock::{Lock, LockedPackage, MarkerEnvironment, Repository, problems, toml_text};
use crate::spec::Spec;
use crate::values::normalized_name;

/// The version of the format that the pinned PDM writes: it reads those with the same first number and no later second
/// one (`PDMLock.compatibility`).
const FORMAT: (u32, u32) = (4, 5);

/// How the names of archives of packages end.
const ARCHIVES: &[&str] = &[".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"];

/// A lock.
pub(crate) struct PdmLock {
    source: Arc<Source>,
    /// `metadata.lock_version`
    version: Option<Spanned<String>>,
    /// `metadata.content_hash`
    pub(crate) content_hash: Option<Spanned<String>>,
    /// Whether it records its inputs, which PDM compares in place of the hash.
    pub(crate) records_inputs: bool,
    /// `metadata.groups`; `None` in the first locks.
    groups: Option<Vec<String>>,
    pub(crate) packages: Vec<Package>,
}

/// A locked package.
pub(crate) struct Package {
    /// The normalized name.
    pub(crate) name: String,
    /// `groups`, with `default` for the project's own dependencies; `None` where PDM finds out by the dependencies.
    groups: Option<Vec<String>>,
    /// `marker`
    marker: Option<String>,
    /// The git repository that it comes from.
    pub(crate) repository: Option<Repository>,
    /// `version`
    pub(crate) version: Option<String>,
    /// Where the lock says that it comes from a folder or a file of the project, and from which.
    pub(crate) path: Option<Spanned<String>>,
    /// Where it comes from.
    origin: PackageOrigin,
    /// The wheels and the source distribution.
    files: Vec<File>,
}

impl Package {
    /// The folder that it is in, seen from the project's, and where the lock says so.
    pub(crate) fn folder(&self) -> Option<&Spanned<String>> {
        let path = self.path.as_ref();
        path.filter(|path| !is_archive(&path.value))
    }

    /// Whether the lock says who needs it.
    pub(crate) fn has_groups(&self) -> bool {
        self.groups.is_some()
    }

    /// Whether it belongs to the project's own dependencies or to one of the groups, and is not for other systems.
    pub(crate) fn is_in(&self, groups: &[String], here: MarkerEnvironment) -> bool {
        let marker = self.marker.as_ref();
        if marker.is_some_and(|marker| here.meets(marker, &[]) == Some(false)) {
            return false;
        }
        self.groups.as_ref().is_none_or(|of| {
            let wanted = |group: &String| group == "default" || groups.contains(group);
            of.iter().any(wanted)
        })
    }
}

impl Lock for PdmLock {
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

impl PdmLock {
    /// Reads a lock.
    pub(crate) fn parse(source: &Arc<Source>) -> Result<Self, Diagnostics> {
        let tree = Tree::parse(source)?;
        let expect = Expect::new(LOCK, RELOCK);
        let root = tree.root();
        let metadata = expect.table(root, "metadata");
        let string = |key: &str| expect.string(metadata?, key);
        let groups = metadata.filter(|table| table.get("groups").is_some());
        let packages = expect.tables(root, "package").into_iter();
        let lock = Self {
            source: Arc::clone(source),
            version: string("lock_version"),
            content_hash: string("content_hash"),
            records_inputs: metadata.is_some_and(|table| table.get("lock_inputs").is_some()),
            groups: groups.map(|table| names(table, &expect)),
            packages: packages
                .filter_map(|package| read_package(package, source.text(), &expect))
                .collect(),
        };
        expect.finish(lock)
    }

    /// Whether the group or extra is locked.
    pub(crate) fn has_group(&self, name: &str) -> bool {
        let groups = self.groups.as_ref();
        groups.is_none_or(|groups| groups.contains(&normalized_name(name)))
    }

    /// The text, as it is: it holds nothing of the project but its dependencies.
    pub(crate) fn text(&self) -> &str {
        self.source.text()
    }

    /// The text without the packages that come from paths, with another hash of the manifest.
    pub(crate) fn text_without_paths(&self, hash: &str) -> String {
        let mut whole: toml::Table = self.text().parse().unwrap_or_default();
        if let Some(toml::Value::Array(packages)) = whole.get_mut("package") {
            packages.retain(|package| package.get("path").is_none());
        }
        if let Some(toml::Value::Table(metadata)) = whole.get_mut("metadata") {
            let hash = toml::Value::String(format!("sha256:{hash}"));
            metadata.insert("content_hash".to_owned(), hash);
        }
        toml_text::write(&whole)
    }

    /// Where the lock is, as a whole.
    pub(crate) fn place(&self) -> Location {
        Location::top(&self.source)
    }

    /// Whether the format is one that PDM reads.
    pub(crate) fn check_format(&self, spec: &Spec) -> Result<(), Diagnostics> {
        let Some(version) = &self.version else {
            let key = "metadata.lock_version";
            return Err(problems::no_key(LOCK, key, &self.place(), RELOCK).into());
        };
        let mut numbers = version.value.split('.').map(str::parse::<u32>);
        let (major, minor) = (numbers.next(), numbers.next());
        let (known_major, known_minor) = FORMAT;
        // Another PDM than ours may read later ones.
        let later = spec.model.installer_version.is_some();
        match (major, minor) {
            (Some(Ok(major)), Some(Ok(minor)))
                if later || (major == known_major && minor <= known_minor) =>
            {
                Ok(())
            }
            _ => Err(problems::other_format(
                LOCK,
                &version.value,
                &format!("PDM {PINNED_VERSION} reads `4.0` to `{known_major}.{known_minor}`"),
                &version.location,
            )
            .hint(format!(
                "run `pdm lock` with PDM {PINNED_VERSION}, or set `installer-version` in `[tool.wheelwright]` to the PDM that made it"
            ))
            .into()),
        }
    }
}

fn names(table: Table<'_>, expect: &Expect) -> Vec<String> {
    let names = expect.texts(table, "groups");
    names.iter().map(|name| normalized_name(name)).collect()
}

/// `None` without the name of the package.
fn read_package(table: Table<'_>, text: &str, expect: &Expect) -> Option<Package> {
    let name = expect
        .needed_text(table, "name")
        .map(|name| normalized_name(&name));
    let git = expect.string(table, "git");
    let commit = expect.text(table, "revision");
    let repository = git.as_ref().map(|git| {
        let name = name.as_deref().unwrap_or_default();
        Repository::new(name, &git.value, &git.location).locked(LOCK, commit.as_deref())
    });
    let path = expect.string(table, "path").map(|path| Spanned {
        location: table.get("path").map_or(path.location, Value::with_key),
        value: path.value,
    });
    let place = |key| expect.place(table, key);
    let is_archive = path.as_ref().is_some_and(|path| is_archive(&path.value));
    let origin = match (place("git"), place("url"), place("path")) {
        (Some(address), ..) => PackageOrigin::Git(address, place("revision")),
        (None, Some(url), _) => PackageOrigin::Url(url),
        (None, None, Some(path)) if is_archive => PackageOrigin::Archive(path),
        (None, None, Some(path)) => PackageOrigin::Folder(path),
        (None, None, None) => PackageOrigin::Registry(None),
    };
    // With the strategy `static_urls` the address stands in the place of the name.
    let files = expect.tables(table, "files").into_iter();
    let files = files.filter_map(|file| File::read(file, &["file", "url"], text, expect));
    Some(Package {
        groups: table.get("groups").map(|_| names(table, expect)),
        marker: expect.text(table, "marker").map(Cow::into_owned),
        repository,
        version: expect.text(table, "version").map(Cow::into_owned),
        path,
        origin,
        files: files.collect(),
        name: name?,
    })
}

/// Whether a path is that of an archive of a package.
fn is_archive(path: &str) -> bool {
    ARCHIVES.iter().any(|ending| path.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_known_by_their_commits() {
        let text = "[[package]]\nname = \"A\"\ngit = \"https://git.example.org/a.git\"\nref = \"main\"\nrevision = \"0123456789012345678901234567890123456789\"\n\
                    [[package]]\nname = \"b\"\ngit = \"ssh://git@git.example.org/b.git\"\n\
                    [[package]]\nname = \"c\"\n";
        let lock = PdmLock::parse(&Source::new(LOCK, text)).unwrap();
        let packages = lock.packages.iter();
        let found = packages.filter_map(|package| Some(package.repository.as_ref()?.shown()));
        insta::assert_snapshot!(found.collect::<Vec<_>>().join("\n"), @"
        a https://git.example.org/a.git
        b ssh://git@git.example.org/b.git, no commit
        ");
    }
}
