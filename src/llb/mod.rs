//! LLB, BuildKit's build graph, as types in which a cycle, a dangling input or a half-set mount cannot be
//! written; and the lowering of a plan to it.
//!
//! - **No cycle**: [`Graph::add`] is the only way to an [`Output`], and an op names outputs; so an op can name
//!   only ops that were added before.
//! - **No dangling input**: a graph loses no op, and an output of another graph is refused (by what the op is,
//!   [`Graph::holds`]).
//! - **No half-set op**: what excludes each other is an enum ([`Mount`], [`ExecResult`], [`Diff`]), what must
//!   not be empty is a [`NonEmpty`], what is not said is not written.

mod always_run;
mod capability;
mod graph;
mod limits;
mod lower;
mod mkfile;
mod non_empty;
mod op;
mod source;
mod text;

pub use capability::{Capabilities, Capability, since};
pub use graph::{Graph, Node, NodeMeta, OpId, Output, ProgressGroup};
pub use lower::{Engine, lower};
pub use non_empty::NonEmpty;
pub(crate) use op::Laid;
pub use op::{
    CacheSharing, CopyFiles, Destination, Diff, Exec, ExecResult, FileAction, FileOp,
    MakeDirectory, MakeFile, Merge, Mode, Mount, MountPoint, Network, Op, Owner, Remove,
    SecretFile, SecretVariable, SshAgent, Subtree, Symlink, Time, Wildcard,
};
pub use source::{
    Differ, GitAccess, GitCommit, GitRemote, GitSource, HttpSource, HttpUrl, ImageSource,
    LocalSource, OciLayoutSource, Source,
};
