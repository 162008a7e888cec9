//! The ops of LLB (BuildKit `solver/pb/ops.proto`) as types in which a half op cannot be written.
//!
//! Of what BuildKit has, a build inside a build (`BuildOp`) and what only orders (`PassthroughOp`) are left out. There
//! is more than a plan of today is made of: [`Diff`], [`Symlink`], secrets and agents, and of the sources git and HTTP.
//! `tests/conformance.rs` holds all of it to the bytes of BuildKit's own client.

mod attributes;
mod combine;
mod exec;
mod file;
mod mount;

use crate::llb::capability as cap;
use crate::llb::{Capability, Output, Source};

pub use attributes::{Mode, Owner, Time};
pub use combine::{Diff, Merge};
pub(crate) use exec::Laid;
pub use exec::{Exec, ExecResult, Network, SecretVariable};
pub use file::{
    CopyFiles, Destination, FileAction, FileOp, MakeDirectory, MakeFile, Remove, Symlink, Wildcard,
};
pub use mount::{CacheSharing, Mount, MountPoint, SecretFile, SshAgent, Subtree};

/// An op.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Op {
    /// Files from outside.
    Source(Source),
    /// A command in a container.
    Exec(Box<Exec>),
    /// Changes to files without a container.
    File(FileOp),
    /// Trees laid over one another.
    Merge(Merge),
    /// What one tree has over another.
    Diff(Diff),
}

impl Op {
    /// Which of the outputs is the result.
    pub(super) fn result_index(&self) -> usize {
        match self {
            Self::Exec(exec) => exec.result_index(),
            Self::Source(_) | Self::File(_) | Self::Merge(_) | Self::Diff(_) => 0,
        }
    }

    /// The trees that the op uses, in the order of use; one that is used twice is there twice.
    pub fn inputs(&self) -> Vec<Output> {
        match self {
            Self::Source(_) => Vec::new(),
            Self::Exec(exec) => exec.inputs(),
            Self::File(file) => file.inputs(),
            Self::Merge(merge) => merge.inputs().collect(),
            Self::Diff(diff) => diff.inputs(),
        }
    }

    /// The capabilities that it uses.
    pub fn capabilities(&self) -> Vec<Capability> {
        let mut capabilities = match self {
            Self::Source(source) => source.capabilities(),
            Self::Exec(exec) => exec.capabilities(),
            Self::File(file) => file.capabilities(),
            Self::Merge(_) => vec![cap::MERGE],
            Self::Diff(_) => vec![cap::DIFF],
        };
        capabilities.push(cap::CONSTRAINTS);
        capabilities
    }
}
