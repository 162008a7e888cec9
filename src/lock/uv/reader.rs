//! `uv.lock`: what planning reads of it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostics, Location, Source, Spanned, rules};
use crate::lock::expect::Expect;
use crate::lock::locked::{self, File, PackageOrigin, Text};
use crate::lock::tree::{Table, Tree, Value};
use crate::lock::uv::needs::Needs;
use crate::lock::uv::requirement::Requirement;
use crate::lock::uv::{LOCK, RELOCK};
use crate::lock::{Lock, LockedPackage, Repository};
use crate::project::NEUTRAL_VERSION;
use crate::values::normalized_name;

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
    /// Where in the text each package is; empty if packages have no headers, or something follows them.
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
    /// The normalized name.
    pub(crate) name: String,
    /// The version, where the lock records one.
    pub(crate) version: Option<Spanned<String>>,
    /// Its source is a folder, or an archive in one.
    pub(crate) local: bool,
    /// The folder that is its source.
    pub(crate) folder: Option<String>,
    /// Its source is an archive in a folder.
    pub(crate) is_archive: bool,
    /// Its source says that it is no package.
    pub(crate) is_virtual: bool,
    /// What its source is, where that is no index and no folder.
    pub(crate) direct: Option<Direct>,
    /// The address of its git repository, with the commit behind a `#`.
    repository: Option<String>,
    /// Where it comes from.
    origin: PackageOrigin,
    /// The wheels, and the source distribution behind them.
    files: Vec<File>,
    /// The packages that it needs.
    pub(crate) needs: Needs,
    /// What the manifest said when the lock was made; `None` where the package is not local, or nothing is recorded.
    pub(crate) record: Option<Record>,
}

/// What a lock records of a manifest.
#[derive(Default)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) struct Record {
    /// Names of the extras, normalized.
    pub(crate) extras: Vec<String>,
    /// The requirements of the project and, with a marker, those of its extras.
    pub(crate) requires: Vec<Requirement>,
    /// The requirements by dependency group, with normalized names.
    pub(crate) groups: Vec<(String, Vec<Requirement>)>,
}

impl UvLock {
    /// Reads a lock file.
    pub(crate) fn parse(source: &Arc<Source>) -> Result<Self, Diagnostics> {
        let tree = Tree::parse(source)?;
        let expect = Expect::new(LOCK, RELOCK);
        if let Some(version) = tree.root().get("version")
            && let Some(found) = version.as_integer()
            && found != FORMAT_VERSION
        {
            let message = format!(
                "the format version of `uv.lock` is `{found}`, expected `{FORMAT_VERSION}`"
            );
            let error = rules::LOCK_FORMAT.report(message).at(&version.with_key());
            return Err(error
                .hint("run `uv lock` with the uv that is pinned")
                .into());
        }
        let lock = Self::read(source, &tree, &expect);
        expect.finish(lock)
    }

    /// Reads what can be read of a lock file; with the problems in it, if there are any.
    pub(crate) fn recover(source: &Arc<Source>) -> (Self, Option<Diagnostics>) {
        match Self::parse(source) {
            Ok(lock) => (lock, None),
            Err(problems) => {
                let (tree, _) = Tree::recover(source);
                let lock = Self::read(source, &tree, &Expect::new(LOCK, RELOCK));
                (lock, Some(problems))
            }
        }
    }

    fn read(source: &Arc<Source>, tree: &Tree, expect: &Expect) -> Self {
        let root = tree.root();
        expect.needed_integer(root, "version");
        // The first lock files have no revision.
        let revision = expect.integer(root, "revision");
        let manifest = expect.table(root, "manifest");
        let members = manifest.map(|manifest| expect.texts(manifest, "members"));
        let members = members.into_iter().flatten();
        let packages = expect.tables(root, "package").into_iter();
        Self {
            source: Arc::clone(source),
            revision: revision
                .and_then(|revision| revision.parse().ok())
                .unwrap_or_default(),
            requires_python: expect.text(root, "requires-python").map(Cow::into_owned),
            packages: packages
                .filter_map(|package| read_package(package, source.text(), expect))
                .collect(),
            members: members.map(Cow::into_owned).collect(),
            spans: spans(root, source.text().len()),
            parted: None,
        }
    }

    /// The text with the versions of the packages that are folders neutral, as they are in the normalized manifests.
    pub(crate) fn neutral_text(&self) -> String {
        if let Some(start) = self.parted {
            return self.neutral_parts(start);
        }
        let mut text = self.source.text().to_owned();
        // From the end, so that earlier places stay right.
        for package in self.packages.iter().rev().filter(|package| package.local) {
            if let Some(version) = &package.version {
                let place = version.location.start..version.location.end;
                text.replace_range(place, &format!("\"{NEUTRAL_VERSION}\""));
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
        let (packages, text) = (self.packages.iter(), self.source.text());
        packages
            .map(|package| LockedPackage {
                name: &package.name,
                version: package.version.as_ref().map(|it| it.value.as_str()),
                source: package.origin.of(text),
                files: Some(locked::files(&package.files, text)),
                // Their places are the manifest's, which a lock does not know.
                repository: None,
            })
            .collect()
    }
}

/// Where in the text each package is, with the tables below its header.
fn spans(root: Table<'_>, end: usize) -> Vec<Range<usize>> {
    let Some(packages) = root.get("package").filter(|array| array.has_headers()) else {
        return Vec::new();
    };
    let elements = packages.as_array().into_iter().flatten();
    let starts: Vec<usize> = elements.map(|package| package.span().start).collect();
    let others = root.entries().into_iter().map(|(_, value)| value);
    let mut others = others.filter(|value| !value.is(packages));
    if others.any(|value| starts.first() < Some(&value.last_place())) {
        return Vec::new();
    }
    let ends = starts.iter().skip(1).copied().chain([end]);
    let spans = starts.iter().copied().zip(ends);
    spans.map(|(start, end)| start..end).collect()
}

/// The kinds of folders that a source may be.
const FOLDERS: &[&str] = &["editable", "virtual", "directory"];

/// Keys of a file that end with its name.
const FILE_KEYS: &[&str] = &["url", "filename", "path"];

/// `None` without the name of the package.
fn read_package(table: Table<'_>, text: &str, expect: &Expect) -> Option<Package> {
    let source = expect.needed_table(table, "source");
    let of = |kind: &str| expect.place(source?, kind);
    let folder = FOLDERS.iter().find_map(|kind| of(kind));
    let owned = |it: &Text| it.of(text).to_owned();
    let folder_path = folder.as_ref().map(owned);
    let repository = of("git");
    let address = repository.as_ref().map(owned);
    let (registry, url, archive) = (of("registry"), of("url"), of("path"));
    let direct = match (&repository, &url) {
        (Some(_), _) => Some(Direct::Git),
        (None, Some(_)) => Some(Direct::Url),
        (None, None) => None,
    };
    let is_archive = archive.is_some();
    let git = repository.map(|address| PackageOrigin::git(address, text));
    let origin = git.or(url.map(PackageOrigin::Url));
    let origin = origin.or(folder.map(PackageOrigin::Folder));
    let origin = origin.or(archive.map(PackageOrigin::Archive));
    let origin = origin.or(registry.map(|it| PackageOrigin::Registry(Some(it))));
    let wheels = expect.tables(table, "wheels").into_iter();
    let wheels = wheels.filter_map(|file| File::read(file, FILE_KEYS, text, expect));
    let mut files: Vec<File> = wheels.collect();
    // That of a source that is a file itself has no name of its own.
    let sdist = expect.table(table, "sdist");
    files.extend(sdist.and_then(|sdist| {
        let has_name = FILE_KEYS.iter().any(|key| sdist.get(key).is_some());
        let named = source.filter(|_| !has_name).unwrap_or(sdist);
        File::of_two(sdist, named, FILE_KEYS, text, expect)
    }));
    let metadata = expect.table(table, "metadata");
    Some(Package {
        version: expect.string(table, "version"),
        local: folder_path.is_some() || is_archive,
        is_virtual: source.is_some_and(|source| source.get("virtual").is_some()),
        is_archive,
        folder: folder_path,
        origin: origin.unwrap_or_default(),
        needs: Needs::read(table, expect),
        direct,
        repository: address,
        files,
        record: metadata.map(|metadata| read_record(metadata, expect)),
        name: expect.needed_text(table, "name")?.into_owned(),
    })
}

fn read_record(metadata: Table<'_>, expect: &Expect) -> Record {
    let groups = expect.table(metadata, "requires-dev");
    let groups = groups.map(Table::entries).unwrap_or_default().into_iter();
    let extras = expect.texts(metadata, "provides-extras");
    Record {
        extras: extras.iter().map(|extra| normalized_name(extra)).collect(),
        requires: requirements(metadata.get("requires-dist"), expect),
        groups: groups
            .map(|(name, list)| (normalized_name(&name), requirements(Some(list), expect)))
            .collect(),
    }
}

fn requirements(list: Option<Value<'_>>, expect: &Expect) -> Vec<Requirement> {
    let entries = expect.tables_in(list).into_iter();
    entries
        .filter_map(|entry| Requirement::of_lock(entry, expect))
        .collect()
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
                "[[package]]\nname = \"{name}\"\nsource = {{ registry = \"x\" }}\nwheels = [{{ url = \"https://x/{wheel}.whl\" }}]\n"
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
    fn a_version_below_the_wheels_is_found_where_it_is() {
        let text = "version = 1\n\n[[package]]\nname = \"a\"\nsource = { editable = \".\" }\nwheels = [\n    { url = \"https://x/a-1-py3-none-any.whl\" },\n]\nversion = \"2\"\n";
        let neutral = |text: &str| {
            UvLock::parse(&Source::new("uv.lock", text))
                .unwrap()
                .neutral_text()
        };
        let expected = text.replace("\"2\"", "\"0.0.0\"");
        assert_eq!(neutral(text), expected);
        let windows = text.replace('\n', "\r\n");
        assert_eq!(neutral(&windows), expected.replace('\n', "\r\n"));
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
