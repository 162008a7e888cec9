//! A command in a container, and what it sees.

use crate::plan::model::PartId;
use crate::values::{SecretId, TargetPath};

/// A command in a container.
#[derive(Clone, Debug)]
pub struct Step {
    /// The root file system; what the command changes in it is thrown away.
    pub root: PartId,
    /// The command as arguments; no shell.
    pub command: Vec<String>,
    /// The environment, in order.
    pub env: Vec<(String, String)>,
    /// The working directory.
    pub directory: TargetPath,
    /// Whether the command reaches a network.
    pub network: StepNetwork,
    /// The folder that becomes the part.
    pub output: OutputFolder,
    /// What else it sees.
    pub mounts: Vec<StepMount>,
}

/// Whether a step reaches a network.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StepNetwork {
    /// The network of the build.
    Build,
    /// The same, without what the spec says of it: there is no interpreter yet, which would see to that.
    Direct,
    /// The same, with the credentials of the spec's package indexes: for what a lock names by address.
    Locked,
    /// The same, with these indexes themselves: for what is looked up by name.
    Indexes,
    /// None.
    None,
}

/// The folder of a step that becomes its part.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OutputFolder {
    /// Where the command sees it.
    pub at: TargetPath,
    /// What is in it at the start; `None` is empty.
    pub from: Option<PartId>,
}

/// Something that a step sees beside its root and its output.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum StepMount {
    /// A part, or one path of it, to read.
    Read {
        /// The part.
        part: PartId,
        /// The path in it; `/` is all of it.
        select: TargetPath,
        /// Where the command sees it.
        at: TargetPath,
    },
    /// A part that the command may write to; what it writes is thrown away.
    Scratch {
        /// The part.
        part: PartId,
        /// Where the command sees it.
        at: TargetPath,
    },
    /// A folder that outlives the build and only makes it faster.
    Cache {
        /// Its name on the engine, which all projects share: it carries what makes content incompatible.
        id: String,
        /// Where the command sees it.
        at: TargetPath,
        /// Who else may use it at the same time.
        sharing: Sharing,
    },
    /// A secret of the client as a file, where the client has it. It is no part of any key.
    Secret {
        /// Its id.
        id: SecretId,
        /// Where the command sees it.
        at: TargetPath,
    },
    /// A folder in memory, of which nothing stays.
    Memory {
        /// Where the command sees it.
        at: TargetPath,
    },
    /// The socket of the client's SSH agent, where the client has one: for a command that may fetch from a git
    /// repository over SSH.
    Agent {
        /// Where the command sees it.
        at: TargetPath,
    },
}

/// Who may use a cache at the same time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sharing {
    /// Anybody: the tool locks by itself.
    Shared,
    /// One step after the other.
    Locked,
}
