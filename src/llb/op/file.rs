//! Changes to files without a container.

use crate::llb::capability::{self as cap, Capability};
use crate::llb::{Mode, NonEmpty, Output, Owner, Time};
use crate::values::TargetPath;

/// Changes to a tree, one after the other; all of them make one layer.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct FileOp {
    /// The tree that the first change starts from; `None` is an empty one.
    pub base: Option<Output>,
    /// The changes. Each is made to the result of the one before; that of the last is the result of the op.
    pub actions: NonEmpty<FileAction>,
}

/// A change to a tree.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum FileAction {
    /// Files of another tree.
    Copy(CopyFiles),
    /// A new file.
    MakeFile(MakeFile),
    /// A new folder.
    MakeDirectory(MakeDirectory),
    /// A new symbolic link.
    Symlink(Symlink),
    /// Files taken away.
    Remove(Remove),
}

/// A copy. The folders above the destination are made.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct CopyFiles {
    /// The tree that is copied from.
    pub from: Output,
    /// The path in it.
    pub select: TargetPath,
    /// The destination.
    pub at: Destination,
    /// The mode of everything that is copied; `None` keeps what it has.
    pub mode: Option<Mode>,
    /// The owner of everything that is copied; `None` keeps what it has.
    pub owner: Option<Owner>,
    /// The modification time of everything that is copied; `None` keeps what it has.
    pub time: Option<Time>,
    /// Patterns of what is copied; none is all.
    pub include: Vec<String>,
    /// Patterns of what is left out.
    pub exclude: Vec<String>,
    /// Whether the path is a pattern.
    pub wildcard: Wildcard,
    /// Whether an archive is unpacked instead.
    pub unpack: bool,
    /// Whether a symbolic link at the path is followed.
    pub follow_links: bool,
    /// Whether of a folder at the path the content is copied, and not the folder.
    pub contents: bool,
}

/// Where a copy goes.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Destination {
    /// This is the name of the copy.
    As(TargetPath),
    /// This is the folder that gets the copy, also where it is not there yet.
    Into(TargetPath),
}

/// Whether the path of a copy is a pattern.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Wildcard {
    /// It is a path.
    No,
    /// It is a pattern that must match something.
    Some,
    /// It is a pattern that may match nothing.
    Any,
}

/// A new file.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct MakeFile {
    /// Where.
    pub path: TargetPath,
    /// Its content.
    pub data: Vec<u8>,
    /// Its mode.
    pub mode: Mode,
    /// Its owner; `None` is root.
    pub owner: Option<Owner>,
    /// Its modification time; `None` is that of the build.
    pub time: Option<Time>,
}

/// A new folder.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct MakeDirectory {
    /// Where.
    pub path: TargetPath,
    /// Its mode.
    pub mode: Mode,
    /// Whether the folders above it are made too, and it is no error when it is there.
    pub parents: bool,
    /// Its owner; `None` is root.
    pub owner: Option<Owner>,
    /// Its modification time; `None` is that of the build.
    pub time: Option<Time>,
}

/// A new symbolic link.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Symlink {
    /// Where.
    pub path: TargetPath,
    /// What it says; may be relative.
    pub target: String,
    /// Its owner; `None` is root.
    pub owner: Option<Owner>,
    /// Its modification time; `None` is that of the build.
    pub time: Option<Time>,
}

/// Files taken away.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Remove {
    /// Which; a folder with all that is in it.
    pub path: TargetPath,
    /// Whether the path is a pattern.
    pub wildcard: bool,
    /// Whether it is no error when there are none.
    pub allow_missing: bool,
}

impl CopyFiles {
    /// A copy of a path, or of the content of a folder, that keeps modes, owners and times.
    pub fn new(from: Output, select: TargetPath, at: TargetPath) -> Self {
        Self {
            from,
            select,
            at: Destination::As(at),
            mode: None,
            owner: None,
            time: None,
            include: Vec::new(),
            exclude: Vec::new(),
            wildcard: Wildcard::No,
            unpack: false,
            follow_links: true,
            contents: true,
        }
    }
}

impl FileOp {
    /// One change to a tree.
    pub fn new(base: Option<Output>, action: FileAction) -> Self {
        Self {
            base,
            actions: NonEmpty::new(action),
        }
    }

    pub(super) fn inputs(&self) -> Vec<Output> {
        let copied = self.actions.iter().filter_map(|action| match action {
            FileAction::Copy(copy) => Some(copy.from),
            _ => None,
        });
        self.base.into_iter().chain(copied).collect()
    }

    pub(super) fn capabilities(&self) -> Vec<Capability> {
        let used = self.actions.iter().filter_map(|action| match action {
            FileAction::Copy(copy) => {
                let patterns = !copy.include.is_empty() || !copy.exclude.is_empty();
                patterns.then_some(cap::FILE_EXCLUDE)
            }
            FileAction::Remove(remove) => remove.wildcard.then_some(cap::FILE_REMOVE_WILDCARD),
            FileAction::Symlink(_) => Some(cap::FILE_SYMLINK),
            FileAction::MakeFile(_) | FileAction::MakeDirectory(_) => None,
        });
        [cap::FILE_BASE].into_iter().chain(used).collect()
    }
}
