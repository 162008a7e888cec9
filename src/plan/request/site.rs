//! All that planning looks at.

use crate::context::{Images, ResolvedImage};
use crate::diagnostic::{Diagnostics, rules};
use crate::lock::MarkerEnvironment;
use crate::options::BuildOptions;
use crate::plan::request::selection::Selection;
use crate::project::Facts;
use crate::spec::Spec;
use crate::values::ImageRef;

/// All that planning looks at.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// What the user wrote.
    pub spec: &'a Spec,
    /// What the project is.
    pub facts: &'a Facts,
    /// The options of the build.
    pub options: &'a BuildOptions,
    /// What was chosen from these.
    pub selection: &'a Selection,
    pub(crate) images: &'a Images,
}

impl<'a> Site<'a> {
    /// The site of a build. `images` holds what [`Selection::images`] requires, by its reference.
    pub fn new(
        spec: &'a Spec,
        facts: &'a Facts,
        options: &'a BuildOptions,
        selection: &'a Selection,
        images: &'a Images,
    ) -> Self {
        Self {
            spec,
            facts,
            options,
            selection,
            images,
        }
    }

    /// A required image.
    pub fn image(&self, reference: &ImageRef) -> Result<&'a ResolvedImage, Diagnostics> {
        let missing = || rules::bug(format!("`{}` was not resolved", reference.familiar()));
        Ok(self.images.get(reference).ok_or_else(missing)?)
    }

    /// What is known of the environment that markers are evaluated in.
    pub(crate) fn marker_environment(&self) -> MarkerEnvironment {
        MarkerEnvironment::new(&self.options.platform, self.selection.python)
    }

    /// Whether the project is built to a wheel and installed; else its files are copied as they are. The spec says
    /// it, or the installer's own settings, or `[build-system]` by being there.
    pub fn is_package(&self) -> Result<bool, Diagnostics> {
        is_package(self.spec, self.facts, self.selection)
    }
}

pub(crate) fn is_package(
    spec: &Spec,
    facts: &Facts,
    selection: &Selection,
) -> Result<bool, Diagnostics> {
    if let Some(package) = &spec.model.package {
        return Ok(package.value);
    }
    let told = selection.installer.package(facts)?;
    let stated = facts.pyproject.build_system.is_some();
    Ok(told.map_or(stated, |package| package.value))
}
