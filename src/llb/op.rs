//! The ops of LLB (BuildKit `solver/pb/ops.proto`), as far as the product needs them.

use std::collections::BTreeMap;

use crate::llb::capability as cap;
use crate::llb::{Capability, Output};
use crate::options::Proxies;
use crate::values::Platform;

/// An op.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// Files from outside.
    Source(Source),
    /// A command in a container.
    Exec(Box<Exec>),
    /// Changes to files without a container.
    File(FileOp),
    /// Trees laid over one another, each keeping its layers; the first lies lowest. At least two.
    Merge(Vec<Output>),
}

/// Files from outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The file system of an image.
    Image {
        /// `docker.io/library/python:3.13-slim@sha256:…`
        reference: String,
        /// For which platform.
        platform: Platform,
        /// How the tag is looked up (`image.resolvemode`).
        resolve_mode: &'static str,
    },
    /// A folder of the client.
    Local {
        /// `context` or `dockerfile`.
        name: String,
        /// The attributes (`local.session`, `local.excludepatterns`, …). None is empty: Go's encoder writes
        /// empty map values and prost does not, so an empty one would give the op another digest.
        attributes: BTreeMap<&'static str, String>,
    },
}

/// A command in a container.
#[derive(Clone, Debug, PartialEq)]
pub struct Exec {
    /// The arguments; at least one.
    pub arguments: Vec<String>,
    /// `NAME=value`, in order.
    pub env: Vec<String>,
    /// The working directory; absolute.
    pub directory: String,
    /// The root file system: its changes are thrown away.
    pub root: Output,
    /// Everything else that is mounted, the result among it.
    pub mounts: Vec<Mount>,
    /// Where the folder is mounted that becomes the result.
    pub result: ResultMount,
    /// The network.
    pub network: Network,
    /// Proxies, which are no part of the cache key.
    pub proxies: Option<Proxies>,
    /// More names for addresses.
    pub extra_hosts: Vec<(String, String)>,
    /// The platform that the command is for.
    pub platform: Platform,
}

/// The folder of a command that becomes its result.
#[derive(Clone, Debug, PartialEq)]
pub struct ResultMount {
    /// Where it is mounted.
    pub at: String,
    /// What is in it at the start; `None` is empty.
    pub from: Option<Output>,
}

/// A mount that gives no output. (The one that does is [`Exec::result`].)
#[derive(Clone, Debug, PartialEq)]
pub struct Mount {
    /// Where.
    pub at: String,
    /// What.
    pub kind: MountKind,
}

/// What is mounted.
#[derive(Clone, Debug, PartialEq)]
pub enum MountKind {
    /// A tree, or one path of it.
    Tree {
        /// The tree.
        from: Output,
        /// The path in it; empty is all of it.
        select: String,
        /// Whether it can be written to.
        access: Access,
    },
    /// A folder that outlives the build.
    Cache {
        /// Its name on the engine.
        id: String,
        /// Who else may use it at the same time.
        sharing: CacheSharing,
    },
}

/// Whether a mounted tree can be written to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Access {
    /// No.
    Read,
    /// Yes, and what is written is thrown away.
    Scratch,
}

/// Who may use a cache at the same time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CacheSharing {
    /// Anybody: the tool locks by itself.
    Shared,
    /// One step after the other.
    Locked,
}

/// The network of a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Network {
    /// One of its own behind the engine.
    Sandbox,
    /// The engine's.
    Host,
    /// None.
    None,
}

/// Changes to files; all of them make one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct FileOp {
    /// The changes; at least one. The result of the last is the result of the op.
    pub steps: Vec<FileStep>,
}

/// A change to a tree.
#[derive(Clone, Debug, PartialEq)]
pub struct FileStep {
    /// The tree that is changed.
    pub base: FileBase,
    /// The change.
    pub action: FileAction,
}

/// The tree that a change starts from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FileBase {
    /// An empty one.
    Empty,
    /// One of another op.
    Output(Output),
    /// The result of the step before; in the first step, an empty one.
    Previous,
}

/// A change.
#[derive(Clone, Debug, PartialEq)]
pub enum FileAction {
    /// Files of another tree.
    Copy(CopyAction),
    /// A new file, mode 0644.
    MakeFile {
        /// Where; absolute.
        path: String,
        /// Its content.
        data: Vec<u8>,
        /// Its modification time in nanoseconds.
        time: i64,
    },
}

/// A copy. Symbolic links are followed in the source path, the content of a folder is copied, the folders
/// above the destination are made, and modes are kept.
#[derive(Clone, Debug, PartialEq)]
pub struct CopyAction {
    /// The tree that is copied from.
    pub from: Output,
    /// The path in it.
    pub select: String,
    /// The destination.
    pub at: String,
    /// Modification time of everything that is copied, in nanoseconds.
    pub time: i64,
    /// What is left out.
    pub exclude: Vec<String>,
}

impl Op {
    /// Which of the outputs is the result.
    pub(super) fn result_index(&self) -> usize {
        match self {
            Self::Exec(exec) => exec
                .output_paths()
                .iter()
                .position(|path| *path == exec.result.at)
                .unwrap_or(0),
            Self::Source(_) | Self::File(_) | Self::Merge(_) => 0,
        }
    }

    /// The trees that the op needs, each once, in the order of their first use.
    pub fn inputs(&self) -> Vec<Output> {
        let all: Vec<Output> = match self {
            Self::Source(_) => Vec::new(),
            Self::Merge(inputs) => inputs.clone(),
            Self::File(file) => file.inputs(),
            Self::Exec(exec) => exec
                .sorted_mounts()
                .into_iter()
                .filter_map(|mount| mount.from)
                .collect(),
        };
        let mut unique: Vec<Output> = Vec::new();
        for input in all {
            if !unique.contains(&input) {
                unique.push(input);
            }
        }
        unique
    }

    /// The capabilities that it uses.
    pub fn capabilities(&self) -> Vec<Capability> {
        let mut capabilities = match self {
            Self::Source(Source::Image { resolve_mode, .. }) => {
                // Only a pull must not be ignored in silence; the other modes are wishes.
                let pull = (*resolve_mode == "pull").then_some(cap::SOURCE_IMAGE_RESOLVE_MODE);
                [cap::SOURCE_IMAGE, cap::PLATFORM]
                    .into_iter()
                    .chain(pull)
                    .collect()
            }
            Self::Source(Source::Local { attributes, .. }) => {
                let uses = |attribute: &str, capability| {
                    attributes.contains_key(attribute).then_some(capability)
                };
                [
                    Some(cap::SOURCE_LOCAL),
                    uses("local.session", cap::SOURCE_LOCAL_SESSION),
                    uses("local.excludepatterns", cap::SOURCE_LOCAL_EXCLUDE),
                    uses("local.followpaths", cap::SOURCE_LOCAL_FOLLOW),
                    uses("local.sharedkeyhint", cap::SOURCE_LOCAL_HINT),
                ]
                .into_iter()
                .flatten()
                .collect()
            }
            Self::Merge(_) => vec![cap::MERGE],
            Self::File(file) => {
                let excludes = file.steps.iter().any(|step| match &step.action {
                    FileAction::Copy(copy) => !copy.exclude.is_empty(),
                    FileAction::MakeFile { .. } => false,
                });
                if excludes {
                    vec![cap::FILE_BASE, cap::FILE_EXCLUDE]
                } else {
                    vec![cap::FILE_BASE]
                }
            }
            Self::Exec(exec) => exec.capabilities(),
        };
        capabilities.push(cap::CONSTRAINTS);
        capabilities
    }
}

impl FileOp {
    fn inputs(&self) -> Vec<Output> {
        let mut inputs = Vec::new();
        for step in &self.steps {
            if let FileBase::Output(output) = step.base {
                inputs.push(output);
            }
            if let FileAction::Copy(copy) = &step.action {
                inputs.push(copy.from);
            }
        }
        inputs
    }
}

/// A mount of a command as the wire has it: the root, the result and the others are one list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WireMount<'a> {
    pub(crate) at: &'a str,
    pub(crate) from: Option<Output>,
    pub(crate) select: &'a str,
    pub(crate) readonly: bool,
    pub(crate) has_output: bool,
    pub(crate) cache: Option<(&'a str, CacheSharing)>,
}

impl Exec {
    /// All mounts in the order in which Go's client writes them: by destination.
    pub(crate) fn sorted_mounts(&self) -> Vec<WireMount<'_>> {
        // The engine writes to the root (`/etc/hosts`), so a writable one needs an output, even if nobody
        // uses it.
        let plain = WireMount {
            at: "/",
            from: None,
            select: "",
            readonly: false,
            has_output: true,
            cache: None,
        };
        let root = WireMount {
            from: Some(self.root),
            ..plain.clone()
        };
        let result = WireMount {
            at: &self.result.at,
            from: self.result.from,
            ..plain.clone()
        };
        let others = self.mounts.iter().map(|mount| {
            let plain = WireMount {
                at: &mount.at,
                has_output: false,
                ..plain.clone()
            };
            match &mount.kind {
                MountKind::Tree {
                    from,
                    select,
                    access,
                } => WireMount {
                    from: Some(*from),
                    select,
                    readonly: *access == Access::Read,
                    ..plain
                },
                MountKind::Cache { id, sharing } => WireMount {
                    cache: Some((id, *sharing)),
                    ..plain
                },
            }
        });
        let mut mounts: Vec<_> = [root, result].into_iter().chain(others).collect();
        mounts.sort_by(|one, other| one.at.cmp(other.at));
        mounts
    }

    /// Destinations of the mounts that have an output, in the order of the outputs.
    fn output_paths(&self) -> Vec<&str> {
        self.sorted_mounts()
            .iter()
            .filter(|mount| mount.has_output)
            .map(|mount| mount.at)
            .collect()
    }

    fn capabilities(&self) -> Vec<Capability> {
        let mut capabilities = vec![cap::EXEC_META, cap::EXEC_BIND, cap::PLATFORM];
        if self.proxies.is_some() {
            capabilities.push(cap::EXEC_PROXY);
        }
        if self.network != Network::Sandbox {
            capabilities.push(cap::EXEC_NETWORK);
        }
        for mount in &self.mounts {
            match &mount.kind {
                MountKind::Tree { select, access, .. } => {
                    capabilities.extend((!select.is_empty()).then_some(cap::EXEC_SELECTOR));
                    capabilities.extend(
                        (*access == Access::Scratch).then_some(cap::EXEC_BIND_RW_NO_OUTPUT),
                    );
                }
                MountKind::Cache { .. } => {
                    capabilities.extend([cap::EXEC_CACHE, cap::EXEC_CACHE_SHARING]);
                }
            }
        }
        capabilities
    }
}
