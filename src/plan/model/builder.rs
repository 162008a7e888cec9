//! A plan in the making.

use std::collections::BTreeMap;

use crate::context::ResolvedImage;
use crate::diagnostic::Location;
use crate::plan::model::{Layer, Part, PartId, PartKind, Step, StepName, Tree};
use crate::values::{Platform, PythonVersion};

/// What a part is, where the same part may be needed in several places and is made once.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum PartKey {
    /// The folder with a script, by the script's name.
    Script(&'static str),
    /// The interpreter that uv brings.
    ManagedPython(PythonVersion),
}

/// The parts of a plan in the making. A part names only parts that exist already, so a plan has no cycles.
#[derive(Clone, Debug, Default)]
pub struct PlanBuilder {
    parts: Vec<Part>,
    keyed: BTreeMap<PartKey, PartId>,
}

impl PlanBuilder {
    /// Adds a part; `origin` is the line that asks for it.
    pub fn add(&mut self, name: StepName, origin: Option<&Location>, kind: PartKind) -> PartId {
        self.parts.push(Part {
            name,
            kind,
            origin: origin.cloned(),
            always_run: false,
        });
        PartId(self.parts.len() - 1)
    }

    /// Adds what a step leaves in its output folder.
    pub fn add_step(&mut self, name: StepName, origin: Option<&Location>, step: Step) -> PartId {
        self.add(name, origin, PartKind::Step(Box::new(step)))
    }

    /// As [`PlanBuilder::add_step`], for a step that no cache may answer for.
    pub fn add_always_run_step(
        &mut self,
        name: StepName,
        origin: Option<&Location>,
        step: Step,
    ) -> PartId {
        let id = self.add_step(name, origin, step);
        self.parts[id.0].always_run = true;
        id
    }

    /// The part that was added under a key ([`PlanBuilder::remember`]).
    pub(crate) fn known(&self, key: &PartKey) -> Option<PartId> {
        self.keyed.get(key).copied()
    }

    /// Keeps a part under a key, so that it is added once.
    pub(crate) fn remember(&mut self, key: PartKey, part: PartId) -> PartId {
        self.keyed.insert(key, part);
        part
    }

    /// Adds the file system of an image; one part for each image.
    pub fn image(
        &mut self,
        image: &ResolvedImage,
        platform: &Platform,
        name: StepName,
        origin: Option<&Location>,
    ) -> PartId {
        let ResolvedImage {
            reference, layout, ..
        } = image.clone();
        let kind = PartKind::Image {
            reference,
            layout,
            platform: platform.clone(),
        };
        let is_image = |part: &Part| match (&part.kind, &kind) {
            (
                PartKind::Image {
                    reference,
                    layout,
                    platform,
                },
                PartKind::Image {
                    reference: other_reference,
                    layout: other_layout,
                    platform: other_platform,
                },
            ) => (reference, layout, platform) == (other_reference, other_layout, other_platform),
            _ => false,
        };
        match self.parts.iter().position(is_image) {
            Some(index) => PartId(index),
            None => self.add(name, origin, kind),
        }
    }

    /// Adds a layer of a tree. `what` names it in the user's words; `origin` is the line that asks for what may be
    /// missing in it.
    pub fn layer(
        &mut self,
        stage: &str,
        what: &str,
        origin: Option<&Location>,
        tree: Tree,
    ) -> Layer {
        let name = StepName::new(stage, format!("lay out {what}"));
        let tree = self.add(name, origin, PartKind::Tree(tree));
        Layer {
            name: StepName::new(stage, format!("add {what}")),
            tree,
        }
    }

    /// How many parts there are.
    pub(crate) fn count(&self) -> usize {
        self.parts.len()
    }

    /// Names the Python version of the steps after the first `count` parts: others do the same for another version.
    pub(crate) fn name_python(&mut self, count: usize, python: PythonVersion) {
        let stated = format!("Python {python}");
        for part in &mut self.parts[count..] {
            if matches!(part.kind, PartKind::Step(_)) && !part.name.what.ends_with(&stated) {
                part.name.python = Some(python);
            }
        }
    }

    /// All steps, so that a pass over them can add what the whole build gives them.
    pub(crate) fn steps_mut(&mut self) -> impl Iterator<Item = &mut Step> {
        self.parts
            .iter_mut()
            .filter_map(|part| match &mut part.kind {
                PartKind::Step(step) => Some(&mut **step),
                _ => None,
            })
    }

    /// Closes the list.
    pub(crate) fn finish(self) -> Vec<Part> {
        self.parts
    }
}
