//! A command in a container, and what it sees.

use crate::plan::model::PartId;
use crate::values::{Platform, SecretId, TargetPath};

/// A command in a container.
#[derive(Clone, Debug)]
pub struct Step {
    /// The root file system; what the command changes in it is thrown away.
    pub root: PartId,
    /// The platform that the command runs on.
    pub platform: Platform,
    /// Commands that are put in front, the outermost first: each runs what follows it.
    pub wrappers: Vec<Vec<String>>,
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

impl Step {
    /// A command without a network, an environment and mounts, in the root folder.
    pub fn new(
        platform: &Platform,
        root: PartId,
        command: Vec<String>,
        output: OutputFolder,
    ) -> Self {
        Self {
            root,
            platform: platform.clone(),
            wrappers: Vec::new(),
            command,
            env: Vec::new(),
            directory: TargetPath::root(),
            network: StepNetwork::None,
            output,
            mounts: Vec::new(),
        }
    }

    /// Puts a command in front of all others; it runs them.
    pub fn wrap(&mut self, wrapper: impl IntoIterator<Item = String>) {
        self.wrappers.insert(0, wrapper.into_iter().collect());
    }

    /// The whole command line.
    pub fn arguments(&self) -> Vec<String> {
        let wrappers = self.wrappers.iter().flatten();
        wrappers.chain(&self.command).cloned().collect()
    }
}

/// The network of a step, by what it sees of the spec's `[network]` and `[[index]]`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StepNetwork {
    /// No network.
    None,
    /// A network, and nothing of the spec: no interpreter exists yet that could run the script which gives it.
    Bare,
    /// A network, and the certificate authority.
    Authority,
    /// The authority, and the credentials of package indexes: for what a lock names by address.
    IndexCredentials,
    /// The authority, and the package indexes with their credentials: for what is looked up by name.
    Indexes,
}

/// The folder of a step that becomes its part.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OutputFolder {
    /// Where the command sees it.
    pub at: TargetPath,
    /// What is in it at the start; `None` is empty.
    pub from: Option<PartId>,
}

impl OutputFolder {
    /// A folder that is empty at the start.
    pub fn empty(at: TargetPath) -> Self {
        Self { at, from: None }
    }

    /// A folder that holds a part at the start.
    pub fn of(part: PartId, at: TargetPath) -> Self {
        Self {
            at,
            from: Some(part),
        }
    }
}

/// Something that a step sees beside its root and its output.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum StepMount {
    /// A part, or one path of it, read-only.
    Bind {
        /// The part.
        part: PartId,
        /// The path in it; `/` is all of it.
        select: TargetPath,
        /// Where the command sees it.
        at: TargetPath,
    },
    /// A part that the command may write to; what it writes is thrown away.
    BindWritable {
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
    Tmpfs {
        /// Where the command sees it.
        at: TargetPath,
    },
    /// The socket of the client's SSH agent, where the client has one: for a command that may fetch from a git
    /// repository over SSH.
    Ssh {
        /// Where the command sees it.
        at: TargetPath,
    },
}

impl StepMount {
    /// Where the command sees it.
    pub fn at(&self) -> &TargetPath {
        match self {
            Self::Bind { at, .. }
            | Self::BindWritable { at, .. }
            | Self::Cache { at, .. }
            | Self::Secret { at, .. }
            | Self::Tmpfs { at }
            | Self::Ssh { at } => at,
        }
    }

    /// All of a part, read-only.
    pub fn bind(part: PartId, at: TargetPath) -> Self {
        Self::bind_path(part, TargetPath::root(), at)
    }

    /// One path of a part, read-only.
    pub fn bind_path(part: PartId, select: TargetPath, at: TargetPath) -> Self {
        Self::Bind { part, select, at }
    }
}

/// Who may use a cache at the same time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sharing {
    /// Anybody: the tool locks by itself.
    Shared,
    /// One step after the other.
    Locked,
}
