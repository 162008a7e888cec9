//! Planning: from facts to the parts of an image. Pure: no file, no clock, no environment, no engine.

mod access;
mod application;
mod arguments;
mod base_view;
mod bench;
mod choose;
mod copies;
mod git;
mod image;
mod installer;
pub mod installers;
mod interpreter;
mod managed;
mod model;
mod offline;
mod parts;
mod python;
mod root;
mod runs;
mod scripts;
mod sources;
mod start;
mod system;
mod targets;
mod text;
mod version;
mod well_known;
mod wheel;
mod writable;

use std::collections::BTreeMap;

pub use access::{IndexLogin, LoginVariables};
pub use bench::Bench;
pub use choose::{Images, NeededImage, Selection, choose};
pub use git::Repository;
pub use installer::local_packages;
pub use managed::look;
pub use model::{
    Choice, Layer, NORMAL_TIME, OutputFolder, Part, PartId, PartKind, Placed, Plan, Sharing, Step,
    StepMount, StepNetwork, Tree, WrittenFile,
};
pub use parts::Parts;
use targets::Notes;
pub use targets::own::settle;
pub use targets::worker::settle as settle_worker;
pub use targets::{Target, stage};
pub use wheel::WheelPython;

use crate::context::ResolvedImage;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::options::BuildOptions;
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

    /// Whether the project is built to a wheel and installed; else its files are copied as they are. The spec says
    /// it, or the installer's own settings, or `[build-system]` by being there.
    pub fn is_package(&self) -> Result<bool, Diagnostics> {
        is_package(self.spec, self.facts, self.selection)
    }
}

fn is_package(spec: &Spec, facts: &Facts, selection: &Selection) -> Result<bool, Diagnostics> {
    if let Some(package) = &spec.model.package {
        return Ok(package.value);
    }
    let told = selection.installer.package(facts)?;
    let stated = facts.pyproject.build_system.is_some();
    Ok(told.map_or(stated, |package| package.value))
}

/// Plans the target that was asked for; all that stands against it is told at once.
pub fn plan(site: Site<'_>) -> Result<Plan, Diagnostics> {
    let mut problems = Vec::new();
    Diagnostics::gather(check_platforms(site), &mut problems);
    Diagnostics::gather(python::check_bases(site), &mut problems);
    let target = match Target::parse(site) {
        Ok(target) => target,
        Err(errors) => return Err(errors.with(problems)),
    };
    if let Err(errors) = arguments::check_lengths(site) {
        return Err(errors.with(problems));
    }
    let mut parts = Parts::default();
    let mut notes = Notes {
        choices: site.selection.choices.clone(),
        warnings: [
            site.options.warnings.as_slice(),
            &site.spec.warnings,
            &site.selection.warnings,
        ]
        .concat(),
        ..Notes::default()
    };
    Diagnostics::gather(managed::check(site, &mut notes), &mut problems);
    notes.warnings.extend(arguments::unused(site));
    notes.warnings.extend(hidden_lock(site));
    if target.installs() || target == Target::Lock {
        Diagnostics::gather(git::check(site), &mut problems);
    }
    Diagnostics::gather(offline::check(site, target), &mut problems);
    let wheels = offline::prepare(site, &mut parts);
    let access = access::prepare(site, &mut parts);
    let (result, image) = match target.build(site, &mut parts, &mut notes) {
        Ok(built) => built,
        // The first that stood in the way, and beside it what else would.
        Err(errors) => return Err(errors.with(problems).with(target.problems(site))),
    };
    if target.installs() {
        let installer = site.selection.installer;
        let told = installer.warnings(site.spec, site.facts)?;
        notes.warnings.extend(told);
        notes.warnings.extend(access::warnings(site));
    }
    Diagnostics::split(problems)?;
    if let Some(wheels) = wheels {
        offline::give(&mut parts, wheels);
    }
    if let Some(access) = access {
        access::give(site, &mut parts, access);
    }
    let mut plan = Plan::new(
        target.title(site).to_owned(),
        site.options.platform.clone(),
        parts,
        result,
        image,
    );
    plan.no_cache = site.options.no_cache.clone();
    plan.choices = notes.choices;
    plan.warnings = notes.warnings;
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

/// A lock that the ignore file hides still says what is installed: planning reads it by its name.
fn hidden_lock(site: Site<'_>) -> Option<Diagnostic> {
    let mut locks = site.selection.installer.lock_files().iter();
    let lock = locks.find(|name| site.facts.text(name).is_some())?;
    let pattern = site.facts.hidden(lock)?;
    let file = pattern.location.source.name();
    let message =
        format!("`{file}` hides `{lock}`, which is read all the same: it says what is installed");
    let hint = format!("remove `{}`, or write `!{lock}` below it", pattern.value);
    Some(
        Diagnostic::warning(message)
            .at(&pattern.location)
            .hint(hint),
    )
}
