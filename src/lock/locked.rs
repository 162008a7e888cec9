//! A package of a lock file, as far as all formats record the same.

use crate::lock::Repository;
use crate::lock::expect::Expect;
use crate::lock::tree::{Table, Value};

/// A package of a lock file.
#[derive(Clone, Copy, Debug)]
pub struct LockedPackage<'a> {
    /// The normalized name.
    pub name: &'a str,
    /// The version, where one is recorded.
    pub version: Option<&'a str>,
    /// Where it comes from.
    pub source: LockedSource<'a>,
    /// Its wheels, source distributions and archives; `None` where the lock file does not list them.
    pub files: Option<LockedFiles<'a>>,
    /// The git repository that it comes from.
    pub repository: Option<&'a Repository>,
}

/// Where a package comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LockedSource<'a> {
    /// A package index, with its address where that is recorded.
    Registry(Option<&'a str>),
    /// A file at an address of its own.
    Url(&'a str),
    /// A git repository.
    Git {
        /// Its address, as the lock file has it.
        address: &'a str,
        /// The commit, where one is recorded.
        commit: Option<&'a str>,
    },
    /// A folder.
    Folder(&'a str),
    /// A file in a folder.
    Archive(&'a str),
    /// Something else, such as a repository of another kind.
    Other,
}

/// A file of a package.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LockedFile<'a> {
    /// Its name; `None` where only hashes are recorded.
    pub name: Option<&'a str>,
    /// Its hash.
    pub hash: Option<LockedHash<'a>>,
    /// Its size in bytes.
    pub size: Option<u64>,
}

/// A hash of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LockedHash<'a> {
    /// The algorithm, such as `sha256`.
    pub algorithm: &'a str,
    /// The digest, in hexadecimal digits.
    pub digest: &'a str,
}

/// The files of a package.
#[derive(Clone, Copy, Debug)]
pub struct LockedFiles<'a> {
    text: &'a str,
    files: &'a [File],
}

impl<'a> LockedPackage<'a> {
    /// The names of its files; `None` where they are not recorded.
    pub fn file_names(&self) -> Option<impl Iterator<Item = &'a str> + Clone> {
        let files = self.files?;
        let has_names = files.files.is_empty() || files.iter().any(|file| file.name.is_some());
        has_names.then(|| files.iter().filter_map(|file| file.name))
    }
}

impl<'a> LockedFiles<'a> {
    /// Each of them, in the order of the lock file.
    pub fn iter(self) -> impl Iterator<Item = LockedFile<'a>> + Clone {
        let Self { text, files } = self;
        files.iter().map(move |file| LockedFile {
            name: file.name.as_ref().map(|name| name.of(text)),
            hash: file.hash.as_ref().map(|(algorithm, digest)| LockedHash {
                algorithm: algorithm.of(text),
                digest: digest.of(text),
            }),
            size: file.size,
        })
    }
}

/// A text of a lock file: from where to where it is there, in bytes, or the text itself where that has escapes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Text {
    At(u32, u32),
    Own(Box<str>),
}

impl Text {
    /// The text, in the lock file.
    pub(crate) fn of<'l>(&'l self, file: &'l str) -> &'l str {
        match self {
            Self::At(start, end) => {
                let place = *start as usize..*end as usize;
                file.get(place).unwrap_or_default()
            }
            Self::Own(text) => text,
        }
    }

    /// The text behind a prefix that it may have.
    pub(crate) fn without_prefix(&self, prefix: &str, file: &str) -> Self {
        let text = self.of(file);
        let start = if text.starts_with(prefix) {
            prefix.len()
        } else {
            0
        };
        self.part(start, text.len())
    }

    /// A part of it, in bytes.
    fn part(&self, from: usize, to: usize) -> Self {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        match self {
            Self::At(start, _) => Self::At(start + offset(from), start + offset(to)),
            Self::Own(text) => Self::Own(text.get(from..to).unwrap_or_default().into()),
        }
    }
}

/// A file of a package, as a reader keeps it.
#[derive(Debug)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct File {
    name: Option<Text>,
    /// The algorithm and the digest.
    hash: Option<(Text, Text)>,
    size: Option<u64>,
}

/// Where a package comes from, as a reader keeps it.
#[derive(Debug, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) enum PackageOrigin {
    Registry(Option<Text>),
    Url(Text),
    /// The address and the commit.
    Git(Text, Option<Text>),
    Folder(Text),
    Archive(Text),
    #[default]
    Other,
}

impl PackageOrigin {
    /// This source with the texts of the lock file in place.
    pub(crate) fn of<'l>(&'l self, file: &'l str) -> LockedSource<'l> {
        match self {
            Self::Registry(address) => {
                LockedSource::Registry(address.as_ref().map(|it| it.of(file)))
            }
            Self::Url(address) => LockedSource::Url(address.of(file)),
            Self::Git(address, commit) => LockedSource::Git {
                address: address.of(file),
                commit: commit.as_ref().map(|commit| commit.of(file)),
            },
            Self::Folder(path) => LockedSource::Folder(path.of(file)),
            Self::Archive(path) => LockedSource::Archive(path.of(file)),
            Self::Other => LockedSource::Other,
        }
    }

    /// The repository of an address that has the commit behind a `#`.
    pub(crate) fn git(address: Text, file: &str) -> Self {
        let text = address.of(file);
        match text.split_once('#') {
            Some((before, _)) => {
                let (at, end) = (before.len(), text.len());
                Self::Git(address.part(0, at), Some(address.part(at + 1, end)))
            }
            None => Self::Git(address, None),
        }
    }
}

impl File {
    /// A file of a table: its name is the end of the first of the keys that is there, one of which must be.
    pub(crate) fn read(
        table: Table<'_>,
        keys: &[&'static str],
        file: &str,
        expect: &Expect,
    ) -> Option<Self> {
        Self::of_two(table, table, keys, file, expect)
    }

    /// A file whose name or address may be in another table than its hash.
    pub(crate) fn of_two(
        table: Table<'_>,
        named: Table<'_>,
        keys: &[&'static str],
        file: &str,
        expect: &Expect,
    ) -> Option<Self> {
        let mut given = keys.iter().filter(|key| named.get(key).is_some());
        let key = given.next().or(keys.first())?;
        let address = expect.needed_place(named, key);
        let hash = expect.place(table, "hash");
        let size = expect.integer(table, "size");
        Some(Self {
            name: Some(last_part(&address?, file)),
            hash: hash.and_then(|hash| split_hash(&hash, file)),
            size: size.and_then(|size| size.parse().ok()),
        })
    }

    /// A file with hashes in a table, by their algorithms.
    pub(crate) fn with_hashes(
        table: Table<'_>,
        keys: &[&'static str],
        file: &str,
        expect: &Expect,
    ) -> Option<Self> {
        let hashes = expect.table(table, "hashes");
        let hashes = hashes.map(Table::entries).unwrap_or_default();
        let digest = |value| expect.read(Some(value), "a string", Value::as_text);
        let hashes = hashes.into_iter();
        let hashes = hashes.map(|(algorithm, value)| (algorithm, digest(value)));
        let hashes: Vec<_> = hashes.collect();
        let best = hashes.iter().find(|(algorithm, _)| algorithm == "sha256");
        let hash = best.or(hashes.first()).and_then(|(algorithm, digest)| {
            let algorithm = Text::Own((**algorithm).into());
            Some((algorithm, digest.clone()?))
        });
        Some(Self {
            hash,
            ..Self::read(table, keys, file, expect)?
        })
    }

    /// A file of which only the hash is known.
    pub(crate) fn of_hash(hash: Value<'_>, file: &str, expect: &Expect) -> Option<Self> {
        let hash = expect.read(Some(hash), "a string", Value::as_text)?;
        Some(Self {
            name: None,
            hash: split_hash(&hash, file),
            size: None,
        })
    }
}

/// The files, as the lock file has them.
pub(crate) fn files<'l>(files: &'l [File], text: &'l str) -> LockedFiles<'l> {
    LockedFiles { text, files }
}

/// The files, in a format where a package may list none; `None` if it does not.
pub(crate) fn listed_files<'l>(list: &'l [File], text: &'l str) -> Option<LockedFiles<'l>> {
    (!list.is_empty()).then(|| files(list, text))
}

/// What is behind the last slash of an address or a path.
fn last_part(address: &Text, file: &str) -> Text {
    let text = address.of(file);
    let start = text.rfind('/').map_or(0, |slash| slash + 1);
    address.part(start, text.len())
}

/// The algorithm and the digest of `sha256:…`.
fn split_hash(hash: &Text, file: &str) -> Option<(Text, Text)> {
    let text = hash.of(file);
    let colon = text.find(':')?;
    Some((hash.part(0, colon), hash.part(colon + 1, text.len())))
}
