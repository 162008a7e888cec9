//! Planning: from facts to the parts of an image. Pure: no file, no clock, no environment, no engine.

mod application;
mod choose;
mod image;
pub mod installers;
mod model;
mod python;
mod root;
mod target;
mod text;
mod version;

use std::collections::BTreeMap;

pub use choose::{Images, NeededImage, Selection, choose};
pub use model::{
    Choice, Layer, NORMAL_TIME, OutputFolder, Part, PartId, PartKind, Parts, Plan, Step, StepMount,
    StepNetwork, Tree, WrittenFile,
};
pub use target::Target;

use crate::context::ResolvedImage;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::options::{BuildOptions, unknown_word};
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
    /// What was asked for.
    pub options: &'a BuildOptions,
    /// What was chosen from these.
    pub selection: &'a Selection,
    images: &'a BTreeMap<ImageRef, ResolvedImage>,
}

impl<'a> Site<'a> {
    /// The site of a build. `images` holds what [`Selection::images`] asked for, by the reference asked.
    pub fn new(
        spec: &'a Spec,
        facts: &'a Facts,
        options: &'a BuildOptions,
        selection: &'a Selection,
        images: &'a BTreeMap<ImageRef, ResolvedImage>,
    ) -> Self {
        Self {
            spec,
            facts,
            options,
            selection,
            images,
        }
    }

    /// An image that was asked for.
    pub fn image(&self, reference: &ImageRef) -> Result<&'a ResolvedImage, Diagnostics> {
        let missing = || {
            Diagnostic::error(format!(
                "`{}` was not resolved; this is a bug",
                reference.familiar()
            ))
        };
        Ok(self.images.get(reference).ok_or_else(missing)?)
    }
}

/// Plans the target that was asked for.
pub fn plan(site: Site<'_>) -> Result<Plan, Diagnostics> {
    let target = Target::parse(site.options.target.as_deref())?;
    let mut parts = Parts::default();
    check_platforms(site)?;
    python::check_bases(site)?;
    let mut warnings = [site.options.warnings.as_slice(), &site.selection.warnings].concat();
    warnings.extend(unused_arguments(site));
    let (result, image) = target.build(site, &mut parts, &mut warnings)?;
    let mut plan = Plan::new(
        target.name(),
        site.options.platform.clone(),
        parts,
        result,
        image,
    );
    plan.choices.clone_from(&site.selection.choices);
    plan.warnings = warnings;
    Ok(plan)
}

/// Every image is for the platform asked for: an engine with its own image store may hand out another one.
fn check_platforms(site: Site<'_>) -> Result<(), Diagnostics> {
    let wanted = &site.options.platform;
    let mut problems = Vec::new();
    for image in site.selection.images() {
        let Some(actual) = site.image(&image.reference)?.config.stated_platform() else {
            continue;
        };
        if (&actual.os, &actual.architecture) != (&wanted.os, &wanted.architecture) {
            let name = image.reference.familiar();
            let mut error = Diagnostic::error(format!(
                "the image `{name}` is for `{actual}`, expected `{wanted}`"
            ));
            error.location.clone_from(&image.origin);
            problems
                .push(error.hint("pull the image for that platform, or leave `--platform` out"));
        }
    }
    Diagnostics::split(problems).map(drop)
}

/// Arguments that the engine or the exporters read, and that no project declares.
const ENGINE_ARGUMENTS: &[&str] = &["SOURCE_DATE_EPOCH"];

/// A build argument that nobody reads is most often a misspelt one.
fn unused_arguments(site: Site<'_>) -> Vec<Diagnostic> {
    let known: Vec<&str> = [site.spec.model.version.argument.as_str()]
        .iter()
        .chain(ENGINE_ARGUMENTS)
        .copied()
        .collect();
    let unused = site
        .options
        .build_args
        .keys()
        .filter(|name| !known.contains(&name.as_str()));
    unused
        .map(|name| {
            let error = unknown_word("build argument", name, &known);
            Diagnostic {
                severity: crate::diagnostic::Severity::Warning,
                ..error
            }
        })
        .collect()
}
