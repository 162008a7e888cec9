//! The one door to the world: what planning may ask of the outside.
//!
//! Three implementers: `gateway` (a build), [`FolderContext`] (the command line, no engine) and
//! [`MemoryContext`] (tests).

mod failure;
mod folder;
mod image;
mod memory;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::str::Utf8Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use crate::diagnostic::{Diagnostic, Location, Source, rules};
use crate::values::{ContextPath, ImageRef, Platform, TargetPath};
pub use failure::Failure;
pub use folder::FolderContext;
pub use image::{ImageConfig, Images, NeededImage, ResolvedImage};
pub use memory::MemoryContext;

/// What planning may ask of the outside. All the rest of planning is pure.
pub trait Context {
    /// What can go wrong in asking, apart from what is the user's to mend.
    type Error;

    /// The spec file and the ignore file beside it; `None` where there is no such file.
    fn spec(&self) -> impl Future<Output = Result<Option<SpecFile>, Self::Error>>;

    /// The files of the main context among `wanted` that exist, in one read. `.dockerignore` does not
    /// hide them: a lock file that it excludes still decides what is installed.
    fn files(&self, wanted: &[ContextPath]) -> impl Future<Output = Result<Files, Self::Error>>;

    /// All files of a base name in the main context, in one read; but for those in folders that hold no sources
    /// ([`UNSEARCHED`]).
    fn everywhere(&self, name: &str) -> impl Future<Output = Result<Files, Self::Error>>;

    /// The digest and the configuration of an image, named contexts first.
    fn resolve(
        &self,
        image: &ImageRef,
        platform: &Platform,
    ) -> impl Future<Output = Result<ResolvedImage, Self::Error>>;

    /// Whether an image has one of the files; `None` where no image can be looked into. The engine pulls the image
    /// for it.
    fn has_any(
        &self,
        image: &ResolvedImage,
        platform: &Platform,
        files: &[TargetPath],
    ) -> impl Future<Output = Result<Option<bool>, Self::Error>>;
}

/// Names of folders in which no project is looked for: what tools leave behind, and what others wrote.
pub const UNSEARCHED: &[&str] = &[
    ".git",
    ".hg",
    ".nox",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "node_modules",
    "site-packages",
    "venv",
];

/// How many files of a name are looked at in one context.
pub const MAX_FOUND: usize = 1000;

/// The file that the user named with `-f`, or the default one.
#[derive(Clone, Debug)]
pub struct SpecFile {
    /// Its base name.
    pub name: String,
    /// Its content.
    pub content: FileContent,
    /// `<spec>.dockerignore`, which replaces `.dockerignore`.
    pub ignore_file: Option<(String, FileContent)>,
}

/// Content of a file, or why there is none.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FileContent {
    /// What it holds.
    Bytes(FileBytes),
    /// Not read: larger than [`MAX_FILE_BYTES`]; the size in bytes.
    TooLarge(u64),
    /// Not read: all files together are larger than [`MAX_TOTAL_BYTES`].
    TooMany,
}

/// The largest file that planning reads: above that a manifest is a mistake. Locks of 1,000 packages have
/// 2 to 3 MB, and one gRPC message to older engines holds 4 MiB.
pub const MAX_FILE_BYTES: u64 = 8 * 1024 * 1024;

/// How much planning reads of all files: manifests and locks of 1,000 members have less.
pub const MAX_TOTAL_BYTES: u64 = 64 * 1024 * 1024;

/// How much was read of a context.
#[derive(Clone, Debug, Default)]
pub struct BytesRead(Arc<AtomicU64>);

impl BytesRead {
    /// Counts a file that is to be read; or says why it is not.
    pub fn add(&self, size: u64) -> Option<FileContent> {
        if size > MAX_FILE_BYTES {
            return Some(FileContent::TooLarge(size));
        }
        let before = self.0.fetch_add(size, Ordering::Relaxed);
        (before.saturating_add(size) > MAX_TOTAL_BYTES).then_some(FileContent::TooMany)
    }
}

impl FileContent {
    /// The text under the name that the user knows it by; an error where it is none.
    pub fn source(&self, name: &str) -> Result<Arc<Source>, Diagnostic> {
        match self {
            Self::TooLarge(size) => Err(rules::FILE_TOO_LARGE.report(format!(
                "`{name}` has {size} bytes, which is more than a file of its kind ever needs ({MAX_FILE_BYTES} at most)"
            ))
            .hint("check that it is the right file, and remove what does not belong in it")),
            Self::TooMany => Err(rules::FILE_TOO_LARGE.report(format!(
                "`{name}` was not read: the files that are read for planning are larger than {MAX_TOTAL_BYTES} bytes together"
            ))
            .hint("check that the files that name others (requirements files, lock files) name the right ones")),
            Self::Bytes(bytes) => bytes.source(name),
        }
    }

    /// Whether this is the text of a source that was read from a file, under whatever name.
    pub fn is_text_of(&self, source: &Source) -> bool {
        match self {
            Self::Bytes(FileBytes(file)) => {
                plain_text(&file.bytes).is_ok_and(|text| text == source.text())
            }
            Self::TooLarge(_) | Self::TooMany => false,
        }
    }
}

/// The bytes of a file, and its text once that was asked for: a lock file has megabytes and many readers.
#[derive(Clone)]
pub struct FileBytes(Arc<ReadFile>);

struct ReadFile {
    bytes: Vec<u8>,
    source: OnceLock<Arc<Source>>,
}

impl fmt::Debug for FileBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.bytes.fmt(f)
    }
}

impl PartialEq for FileBytes {
    fn eq(&self, other: &Self) -> bool {
        self.0.bytes == other.0.bytes
    }
}

impl Eq for FileBytes {}

impl<B: Into<Vec<u8>>> From<B> for FileContent {
    fn from(bytes: B) -> Self {
        Self::Bytes(FileBytes(Arc::new(ReadFile {
            bytes: bytes.into(),
            source: OnceLock::new(),
        })))
    }
}

impl FileBytes {
    fn source(&self, name: &str) -> Result<Arc<Source>, Diagnostic> {
        let Self(file) = self;
        if let Some(source) = file.source.get().filter(|source| source.name() == name) {
            return Ok(Arc::clone(source));
        }
        let source = read_source(name, &file.bytes)?;
        // Another name for the same file is rare, and keeps a text of its own.
        file.source.set(Arc::clone(&source)).ok();
        Ok(source)
    }
}

fn read_source(name: &str, bytes: &[u8]) -> Result<Arc<Source>, Diagnostic> {
    let error = match plain_text(bytes) {
        Ok(text) => return Ok(Source::new(name, text)),
        Err(error) => error,
    };
    // What can be shown of it; before the first wrong byte it is the text.
    let before = plain_text(&bytes[..error.valid_up_to()]).unwrap_or_default();
    let rest = String::from_utf8_lossy(&bytes[error.valid_up_to()..]);
    let start = before.len();
    let source = Source::new(name, before + &*plain_line_ends(&rest));
    let place = Location::new(&source, start..start + '\u{fffd}'.len_utf8());
    Err(rules::INVALID_ENCODING
        .report("not valid UTF-8")
        .at(&place)
        .hint(format!("save `{name}` as UTF-8")))
}

/// The text of a file without what editors on Windows add: the byte order mark and the carriage returns at the ends
/// of lines. Lines keep their numbers.
fn plain_text(bytes: &[u8]) -> Result<Cow<'_, str>, Utf8Error> {
    let text = std::str::from_utf8(bytes)?;
    Ok(plain_line_ends(
        text.strip_prefix('\u{feff}').unwrap_or(text),
    ))
}

fn plain_line_ends(text: &str) -> Cow<'_, str> {
    if text.contains("\r\n") {
        Cow::Owned(text.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Files of the context by path.
pub type Files = BTreeMap<ContextPath, FileContent>;

#[cfg(test)]
mod tests {
    use crate::diagnostic::one_line;

    use super::*;

    #[test]
    fn content_that_is_no_text_is_told_with_its_line() {
        let error = FileContent::from(b"a\n\xff".to_vec())
            .source("pyproject.toml")
            .unwrap_err();
        assert_eq!(
            one_line(&error),
            "pyproject.toml:2:1: not valid UTF-8; save `pyproject.toml` as UTF-8"
        );
        let error = FileContent::TooLarge(52_428_800)
            .source("uv.lock")
            .unwrap_err();
        assert_eq!(
            one_line(&error),
            "`uv.lock` has 52428800 bytes, which is more than a file of its kind ever needs (8388608 at most); \
             check that it is the right file, and remove what does not belong in it"
        );
        let read = BytesRead::default();
        assert_eq!(
            read.add(MAX_FILE_BYTES + 1),
            Some(FileContent::TooLarge(MAX_FILE_BYTES + 1))
        );
        for _ in 0..MAX_TOTAL_BYTES / MAX_FILE_BYTES {
            assert_eq!(read.add(MAX_FILE_BYTES), None);
        }
        let error = read.add(1).unwrap().source("uv.lock").unwrap_err();
        assert_eq!(
            one_line(&error),
            "`uv.lock` was not read: the files that are read for planning are larger than 67108864 bytes together; \
             check that the files that name others (requirements files, lock files) name the right ones"
        );
    }

    #[test]
    fn windows_line_ends_and_a_byte_order_mark_are_not_part_of_the_text() {
        let content = FileContent::from("\u{feff}x\r\n\r\n\ry\r");
        let source = content.source("a").unwrap();
        assert_eq!(source.text(), "x\n\n\ry\r");
        assert!(content.is_text_of(&source));
        assert!(FileContent::from("x\n\n\ry\r").is_text_of(&source));
        assert!(!FileContent::from("x\n\ry\r").is_text_of(&source));
        assert!(!FileContent::from(b"x\xff".to_vec()).is_text_of(&source));

        let error = FileContent::from(b"\xef\xbb\xbfa\r\nb \xff\r\nc\r\n".to_vec())
            .source("pyproject.toml")
            .unwrap_err();
        let place = error.location.unwrap();
        assert_eq!(place.to_string(), "pyproject.toml:2:3");
        assert_eq!(place.source.text(), "a\nb \u{fffd}\nc\n");
    }
}
