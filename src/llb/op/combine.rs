//! Trees put together and taken apart. Engines without these ops copy instead (`llb::lower`).

use crate::llb::{NonEmpty, Output};

/// Trees laid over one another, each keeping its layers. At least two, for that is what the engine takes.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Merge {
    /// What lies lowest.
    pub lowest: Output,
    /// What is laid over it, in order.
    pub above: NonEmpty<Output>,
}

impl Merge {
    /// All trees, the lowest first.
    pub fn inputs(&self) -> impl Iterator<Item = Output> {
        [self.lowest].into_iter().chain(self.above.iter().copied())
    }
}

/// What one tree has over another: files that are new or changed, and marks of those that are gone. Of two
/// empty trees there is none.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Diff {
    /// From one tree to another.
    Between {
        /// The tree before.
        lower: Output,
        /// The tree after.
        upper: Output,
    },
    /// From nothing to a tree.
    FromEmpty {
        /// The tree after.
        upper: Output,
    },
    /// From a tree to nothing: all of it is gone.
    ToEmpty {
        /// The tree before.
        lower: Output,
    },
}

impl Diff {
    /// The tree before, if it is not empty.
    pub fn lower(self) -> Option<Output> {
        match self {
            Self::Between { lower, .. } | Self::ToEmpty { lower } => Some(lower),
            Self::FromEmpty { .. } => None,
        }
    }

    /// The tree after, if it is not empty.
    pub fn upper(self) -> Option<Output> {
        match self {
            Self::Between { upper, .. } | Self::FromEmpty { upper } => Some(upper),
            Self::ToEmpty { .. } => None,
        }
    }

    pub(super) fn inputs(self) -> Vec<Output> {
        self.lower().into_iter().chain(self.upper()).collect()
    }
}
