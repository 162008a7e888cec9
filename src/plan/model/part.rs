//! The parts of a plan: trees of files, and what each is made from.

use crate::diagnostic::Location;
use crate::plan::model::{Step, StepMount, StepName};
use crate::values::{ContextPath, ImageRef, Platform, TargetPath, TextFile};

/// A part of a plan. Only a [`PlanBuilder`](crate::plan::PlanBuilder) makes one, so the part exists.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct PartId(pub(crate) usize);

impl PartId {
    /// Place of the part in its plan, counted from zero.
    pub fn index(self) -> usize {
        self.0
    }
}

/// A tree of files, and how it is made.
#[derive(Clone, Debug)]
pub struct Part {
    /// What the engine shows while it is made.
    pub name: StepName,
    /// How it is made.
    pub kind: PartKind,
    /// The lines of the user's text that ask for it.
    pub origin: Option<Location>,
    /// Whether every build runs it: it depends on more than its inputs.
    pub always_run: bool,
}

/// How a part is made.
#[derive(Clone, Debug)]
pub enum PartKind {
    /// The file system of an image.
    Image {
        /// The image.
        reference: ImageRef,
        /// The client's OCI layout that holds it, where no registry does ([`ResolvedImage::layout`]).
        layout: Option<String>,
        /// The platform.
        platform: Platform,
    },
    /// The files of the main context, less those that match. `.dockerignore` syntax, the last match wins.
    Context {
        /// The folder that alone is sent, with all that is in it.
        folder: ContextPath,
        /// Patterns of what is left out.
        exclude: Vec<String>,
    },
    /// Files that the planner writes.
    Files(Vec<TextFile>),
    /// What a command leaves behind in its output folder.
    Step(Box<Step>),
    /// Paths of a part at their final places in an otherwise empty tree, with every time set to
    /// [`NORMAL_TIME`]. Joined to a base, such a tree is the same layer wherever it was built.
    Tree(Tree),
    /// A base with trees over it, a layer each.
    Merge {
        /// What lies below.
        base: PartId,
        /// What is laid over it, in order.
        layers: Vec<Layer>,
    },
}

/// A tree that is laid over a base.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Layer {
    /// What the engine shows while it is copied over the base.
    pub name: StepName,
    /// The tree.
    pub tree: PartId,
}

/// Modification time, in seconds, of all files that we bring into an image: 1980-01-01, the first date that
/// a zip file, and so a wheel, can hold.
pub const NORMAL_TIME: i64 = 315_532_800;

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

impl PartKind {
    /// The parts that it is made from.
    pub fn inputs(&self) -> Vec<PartId> {
        match self {
            Self::Image { .. } | Self::Context { .. } | Self::Files(_) => Vec::new(),
            Self::Tree(tree) => vec![tree.of],
            Self::Merge { base, layers } => [*base]
                .into_iter()
                .chain(layers.iter().map(|layer| layer.tree))
                .collect(),
            Self::Step(step) => {
                let mounted = step.mounts.iter().filter_map(|mount| match mount {
                    StepMount::Bind { part, .. } | StepMount::BindWritable { part, .. } => {
                        Some(*part)
                    }
                    StepMount::Cache { .. }
                    | StepMount::Secret { .. }
                    | StepMount::Tmpfs { .. }
                    | StepMount::Ssh { .. } => None,
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

/// An environment: parts that are layers of their own, and all of them in one tree, which steps run on.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    /// The parts; each holds its files at the place of the environment. Today there is one.
    pub(crate) parts: Vec<PartId>,
    /// All of it.
    pub(crate) whole: PartId,
}

impl Environment {
    /// An environment that is one part.
    pub(crate) fn single(part: PartId) -> Self {
        Self {
            parts: vec![part],
            whole: part,
        }
    }

    /// The environment after another step for each part, and for the whole.
    pub(crate) fn map(&self, mut step: impl FnMut(PartId) -> PartId) -> Self {
        if let [only] = self.parts[..] {
            return Self::single(step(only));
        }
        Self {
            parts: self.parts.iter().map(|part| step(*part)).collect(),
            whole: step(self.whole),
        }
    }
}
