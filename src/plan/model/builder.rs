//! The parts of a plan in the making.

use crate::context::ResolvedImage;
use crate::diagnostic::Location;
use crate::plan::model::{Layer, Part, PartId, PartKind, Step, Tree};
use crate::values::PythonVersion;

/// The parts of a plan in the making.
#[derive(Clone, Debug, Default)]
pub struct Parts(Vec<Part>);

impl Parts {
    /// Adds a part. It can name only parts that are there already, so there are no cycles.
    pub fn add(
        &mut self,
        title: impl Into<String>,
        origin: Option<&Location>,
        kind: PartKind,
    ) -> PartId {
        self.0.push(Part {
            title: title.into(),
            kind,
            origin: origin.cloned(),
            always_anew: false,
        });
        PartId(self.0.len() - 1)
    }

    /// Adds a part that no cache answers for.
    pub fn add_always_anew(
        &mut self,
        title: impl Into<String>,
        origin: Option<&Location>,
        kind: PartKind,
    ) -> PartId {
        let id = self.add(title, origin, kind);
        self.0[id.0].always_anew = true;
        id
    }

    /// A part that was added under a title.
    pub(crate) fn titled(&self, title: &str) -> Option<PartId> {
        let index = self.0.iter().position(|part| part.title == title)?;
        Some(PartId(index))
    }

    /// Adds the file system of an image; one part an image.
    pub fn image(
        &mut self,
        image: &ResolvedImage,
        title: &str,
        origin: Option<&Location>,
    ) -> PartId {
        let ResolvedImage {
            reference, layout, ..
        } = image.clone();
        let wanted = (&reference, &layout);
        let same = |part: &Part| matches!(&part.kind, PartKind::Image { reference, layout } if (reference, layout) == wanted);
        match self.0.iter().position(same) {
            Some(index) => PartId(index),
            None => self.add(title, origin, PartKind::Image { reference, layout }),
        }
    }

    /// Adds a layer of a tree. `what` names it in the user's words, behind the name of the target; `origin` is
    /// the line that asked for what may be missing in it.
    pub fn layer(
        &mut self,
        target: &str,
        what: &str,
        origin: Option<&Location>,
        tree: Tree,
    ) -> Layer {
        let tree = self.add(
            format!("[{target}] lay out {what}"),
            origin,
            PartKind::Tree(tree),
        );
        Layer {
            title: format!("[{target}] add {what}"),
            tree,
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Puts the version of Python into the titles of the steps behind the first so many: others do the same for another.
    pub(crate) fn say_of_steps(&mut self, behind: usize, python: PythonVersion) {
        let python = format!("Python {python}");
        for part in &mut self.0[behind..] {
            if matches!(part.kind, PartKind::Step(_)) && !part.title.ends_with(&python) {
                part.title = format!("{} for {python}", part.title);
            }
        }
    }

    /// All steps, to give them what the site of the build asks for.
    pub(crate) fn steps_mut(&mut self) -> impl Iterator<Item = &mut Step> {
        self.0.iter_mut().filter_map(|part| match &mut part.kind {
            PartKind::Step(step) => Some(&mut **step),
            _ => None,
        })
    }

    /// Closes the list.
    pub(crate) fn finish(self) -> Vec<Part> {
        self.0
    }
}
