//! A plan: the parts of an image, what each is made from and why. Data, no behaviour but building it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::context::ImageConfig;
use crate::diagnostic::{Diagnostic, Location};
use crate::options::NoCache;
use crate::plan::Parts;
use crate::values::{ContextPath, ImageRef, Platform, SecretId, TargetPath};

/// What will be built for one target.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The target.
    pub target: String,
    /// The platform.
    pub platform: Platform,
    parts: Vec<Part>,
    /// The part that is the file system of the image.
    pub result: PartId,
    /// The configuration of the image.
    pub image: ImageConfig,
    /// `--no-cache` and `--no-cache-filter`, by the names of built-in targets.
    pub no_cache: NoCache,
    /// What was picked where the user said nothing, and from which file.
    pub choices: Vec<Choice>,
    /// What the user is told though it stops nothing.
    pub warnings: Vec<Diagnostic>,
}

/// Something that was decided for the user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Choice {
    /// What was decided, in the words of the spec (`python`, `installer`).
    pub what: &'static str,
    /// What it is.
    pub value: String,
    /// From which file or rule.
    pub why: String,
}

/// A part of a plan. Only [`Parts`](crate::plan::Parts) makes one, so it always names a part that is there.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct PartId(pub(super) usize);

impl PartId {
    /// Place of the part in its plan, counted from zero.
    pub fn index(self) -> usize {
        self.0
    }
}

/// A tree of files, and how it comes about.
#[derive(Clone, Debug)]
pub struct Part {
    /// What the user sees while it is made.
    pub title: String,
    /// How it comes about.
    pub kind: PartKind,
    /// The lines of the user's text that asked for it.
    pub origin: Option<Location>,
    /// Whether it is made again by each build: what it is made from is not all that it depends on.
    pub always_anew: bool,
}

/// How a part comes about.
#[derive(Clone, Debug)]
pub enum PartKind {
    /// The file system of an image.
    Image {
        /// The image.
        reference: ImageRef,
        /// The client's OCI layout that holds it, where no registry does ([`ResolvedImage::layout`]).
        layout: Option<String>,
    },
    /// The files of the main context, less those that match. `.dockerignore` syntax, the last match wins.
    Context {
        /// The folder that alone is sent, with all that is in it.
        folder: ContextPath,
        /// Patterns of what is left out.
        exclude: Vec<String>,
    },
    /// Files that the planner writes.
    Written(Vec<WrittenFile>),
    /// What a command leaves behind in its output folder.
    Step(Box<Step>),
    /// Paths of a part at their final places in an otherwise empty tree, with every time set to
    /// [`NORMAL_TIME`]. Joined to a base, such a tree is the same layer wherever it was built.
    Tree(Tree),
    /// A base with trees over it, a layer each.
    Join {
        /// What lies below.
        base: PartId,
        /// What is laid over it, in order.
        layers: Vec<Layer>,
    },
}

/// A tree that is laid over a base.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Layer {
    /// What the user sees while it is laid.
    pub title: String,
    /// The tree.
    pub tree: PartId,
}

/// Modification time, in seconds, of all files that we bring into an image: 1980-01-01, the first date that
/// a zip file, and so a wheel, can hold.
pub const NORMAL_TIME: i64 = 315_532_800;

/// A file that the planner writes; mode 0644, owned by root.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WrittenFile {
    /// Its path in the part.
    pub name: Cow<'static, str>,
    /// Its text.
    pub text: String,
}

/// What of a part goes where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tree {
    /// The part.
    pub of: PartId,
    /// The paths in it, one after the other; what lacks one of them fails.
    pub paths: Vec<Placed>,
    /// User and group that all of it is given to; `None` keeps those that it has.
    pub owner: Option<(u32, u32)>,
}

/// A path of a part at its final place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Placed {
    /// The path in the part; `/` takes its content, and `*` in the last name takes whatever fits, at least one.
    pub select: TargetPath,
    /// Where it goes; where `select` has a `*`, the folder that it goes to.
    pub at: TargetPath,
    /// Whether `at` is the folder that a file goes into. The content of a folder goes there all the same.
    pub into: bool,
}

impl Tree {
    /// The whole part at a path.
    pub fn whole(of: PartId, at: &TargetPath) -> Self {
        Self::path(of, &TargetPath::root(), at)
    }

    /// One path of the part at another.
    pub fn path(of: PartId, select: &TargetPath, at: &TargetPath) -> Self {
        let placed = Placed {
            select: select.clone(),
            at: at.clone(),
            into: false,
        };
        Self {
            of,
            paths: vec![placed],
            owner: None,
        }
    }
}

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

impl PartKind {
    /// The parts that it is made from.
    pub fn inputs(&self) -> Vec<PartId> {
        match self {
            Self::Image { .. } | Self::Context { .. } | Self::Written(_) => Vec::new(),
            Self::Tree(tree) => vec![tree.of],
            Self::Join { base, layers } => [*base]
                .into_iter()
                .chain(layers.iter().map(|layer| layer.tree))
                .collect(),
            Self::Step(step) => {
                let mounted = step.mounts.iter().filter_map(|mount| match mount {
                    StepMount::Read { part, .. } | StepMount::Scratch { part, .. } => Some(*part),
                    StepMount::Cache { .. }
                    | StepMount::Secret { .. }
                    | StepMount::Memory { .. }
                    | StepMount::Agent { .. } => None,
                });
                [step.root]
                    .into_iter()
                    .chain(step.output.from)
                    .chain(mounted)
                    .collect()
            }
        }
    }
}

impl Plan {
    /// Closes a plan over its parts.
    pub(super) fn new(
        target: String,
        platform: Platform,
        parts: Parts,
        result: PartId,
        image: ImageConfig,
    ) -> Self {
        Self {
            target,
            platform,
            parts: parts.finish(),
            result,
            image,
            no_cache: NoCache::Off,
            choices: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// A part.
    pub fn part(&self, id: PartId) -> &Part {
        &self.parts[id.0]
    }

    /// The parts that the result is made from, in an order in which each follows what it needs.
    pub fn needed(&self) -> Vec<PartId> {
        let mut needed = BTreeSet::from([self.result]);
        // Inputs always precede, so one pass from the end reaches all of them.
        for index in (0..self.parts.len()).rev() {
            if needed.contains(&PartId(index)) {
                needed.extend(self.parts[index].kind.inputs());
            }
        }
        needed.into_iter().collect()
    }
}
