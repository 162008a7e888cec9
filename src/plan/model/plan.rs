//! A plan: the parts of an image, what each is made from and why.

use std::collections::BTreeSet;

use crate::context::ImageConfig;
use crate::diagnostic::Diagnostic;
use crate::options::NoCache;
use crate::plan::model::{Choice, Part, PartId, PlanBuilder};
use crate::values::Platform;

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
    /// The warnings.
    pub warnings: Vec<Diagnostic>,
}

impl Plan {
    /// Closes a plan over its parts.
    pub(crate) fn new(
        target: String,
        platform: Platform,
        parts: PlanBuilder,
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
