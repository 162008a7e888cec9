//! A plan: the parts of an image, what each is made from and why. Data, no behaviour but building it.

use crate::diagnostic::Location;
use crate::plan::model::{Step, StepMount};
use crate::values::{ContextPath, ImageRef, TargetPath, TextFile};

/// A part of a plan. Only [`Parts`](crate::plan::Parts) makes one, so it always names a part that is there.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct PartId(pub(crate) usize);

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
    Written(Vec<TextFile>),
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
