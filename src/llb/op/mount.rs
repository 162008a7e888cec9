//! What a command finds in its file system beside the root and its result.

use std::fmt;

use crate::llb::capability::{self as cap, Capability};
use crate::llb::{Mode, Output, Owner};
use crate::values::TargetPath;

/// Where something is mounted: anywhere but at `/`, which is the root's place.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MountPoint(TargetPath);

impl MountPoint {
    /// A path as a mount point; `None` for `/`.
    pub fn new(path: TargetPath) -> Option<Self> {
        (path != TargetPath::root()).then_some(Self(path))
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for MountPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A tree, or one path of it.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Subtree {
    /// The tree.
    pub of: Output,
    /// The path in it; `/` is all of it.
    pub select: TargetPath,
}

impl Subtree {
    /// All of a tree.
    pub fn all(of: Output) -> Self {
        Self {
            of,
            select: TargetPath::root(),
        }
    }

    /// The path as a selector, which is empty for all of the tree.
    pub(crate) fn selector(&self) -> &str {
        match self.select.as_str() {
            "/" => "",
            path => path,
        }
    }
}

/// What is mounted. None of these gives an output.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Mount {
    /// A tree that cannot be written to.
    Read(Subtree),
    /// A tree that can be written to; what is written is thrown away.
    Scratch(Subtree),
    /// A folder that outlives the build.
    Cache {
        /// Its name, one for all builds of the engine.
        id: String,
        /// Who else may use it at the same time.
        sharing: CacheSharing,
        /// What is in it when it is new; `None` is nothing.
        from: Option<Subtree>,
    },
    /// A folder in memory.
    Tmpfs {
        /// How many bytes it can hold; 0 for as many as the engine lets it.
        size: u64,
    },
    /// A secret of the client as a file.
    Secret(SecretFile),
    /// The socket of an ssh agent of the client.
    Ssh(SshAgent),
}

/// Who may use a cache at the same time.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CacheSharing {
    /// Anybody: the tool locks by itself.
    Shared,
    /// Nobody: each step at the same time gets a folder of its own.
    Private,
    /// One step after the other.
    Locked,
}

/// A secret of the client as a file. Its content is no part of the cache key.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct SecretFile {
    /// Its name at the client.
    pub id: String,
    /// The mode of the file.
    pub mode: Mode,
    /// The owner of the file.
    pub owner: Owner,
    /// Whether the command runs without it where the client has none; otherwise the step fails.
    pub optional: bool,
}

impl SecretFile {
    /// A secret that must be there and that only root reads.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            mode: Mode::new(0o400),
            owner: Owner::ROOT,
            optional: false,
        }
    }
}

/// The socket of an ssh agent of the client.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct SshAgent {
    /// Its name at the client; empty is `default`.
    pub id: String,
    /// The mode of the socket.
    pub mode: Mode,
    /// The owner of the socket.
    pub owner: Owner,
    /// Whether the command runs without it where the client has none; otherwise the step fails.
    pub optional: bool,
}

impl SshAgent {
    /// An agent that must be there and that only root uses.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            mode: Mode::new(0o600),
            owner: Owner::ROOT,
            optional: false,
        }
    }
}

impl Mount {
    /// The tree that it needs.
    pub(crate) fn tree(&self) -> Option<&Subtree> {
        match self {
            Self::Read(tree) | Self::Scratch(tree) => Some(tree),
            Self::Cache { from, .. } => from.as_ref(),
            Self::Tmpfs { .. } | Self::Secret(_) | Self::Ssh(_) => None,
        }
    }

    pub(super) fn capabilities(&self) -> Vec<Capability> {
        let mut capabilities = match self {
            Self::Read(_) => vec![cap::EXEC_BIND],
            Self::Scratch(_) => vec![cap::EXEC_BIND, cap::EXEC_BIND_RW_NO_OUTPUT],
            Self::Cache { .. } => vec![cap::EXEC_CACHE, cap::EXEC_CACHE_SHARING],
            Self::Tmpfs { size: 0 } => vec![cap::EXEC_TMPFS],
            Self::Tmpfs { .. } => vec![cap::EXEC_TMPFS, cap::EXEC_TMPFS_SIZE],
            Self::Secret(_) => vec![cap::EXEC_SECRET],
            Self::Ssh(_) => vec![cap::EXEC_SSH],
        };
        if self.tree().is_some_and(|tree| !tree.selector().is_empty()) {
            capabilities.push(cap::EXEC_SELECTOR);
        }
        capabilities
    }
}
