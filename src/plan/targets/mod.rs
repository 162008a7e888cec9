//! The targets: a file for each. Dispatch, and what they share.

mod added;
mod base;
mod builder;
mod dev;
mod dist;
mod lock;
mod runtime;
mod test;

use crate::context::ImageConfig;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::options::BuildOptions;
use crate::plan::image::config;
use crate::plan::installers;
use crate::plan::model::{
    Environment, Layer, Notes, PartId, PartKind, PlanBuilder, StepName, Tree,
};
use crate::plan::project::wheel::Dist;
use crate::plan::request::site::Site;
use crate::plan::request::target::Target;
use crate::plan::request::version;
use crate::plan::select;
use crate::plan::select::{own_targets, target_index};
use crate::spec::Spec;

/// The file system of a target, and its configuration.
pub(crate) type Built = (PartId, ImageConfig);

/// Every problem of the target that is known without adding its parts.
pub(crate) fn problems(site: Site<'_>) -> Vec<Diagnostic> {
    let target = site.selection.target;
    let (mut problems, mut notes) = (Vec::new(), Notes::default());
    if target.installs() {
        let checked = installers::of(site.selection.installer)
            .and_then(|installer| installer.check_site(site));
        Diagnostics::gather(checked, &mut problems);
    }
    let is_package = || site.is_package().is_ok_and(|package| package);
    let has_wheel = match target {
        Target::Base => {
            Diagnostics::gather(config::base(site), &mut problems);
            false
        }
        Target::Builder => {
            Diagnostics::gather(config::builder(site), &mut problems);
            false
        }
        Target::Wheel | Target::Sdist => is_package(),
        Target::Lock => {
            Diagnostics::gather(lock::upgrade(site.options), &mut problems);
            false
        }
        Target::Dev => {
            Diagnostics::gather(dev::config(site), &mut problems);
            is_package()
        }
        Target::Test | Target::TestReports => {
            Diagnostics::gather(test::config(site), &mut problems);
            is_package()
        }
        Target::Runtime => {
            let config = config::runtime(site, &mut notes);
            Diagnostics::gather(config, &mut problems);
            is_package()
        }
    };
    if has_wheel {
        let version = version::of_wheel(site, &mut notes.warnings);
        Diagnostics::gather(version, &mut problems);
    }
    problems
}

/// Adds the parts of the selected target, and returns its file system and configuration.
pub(crate) fn build(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    notes: &mut Notes,
) -> Result<Built, Diagnostics> {
    match site.selection.target {
        Target::Base => base::build(site, plan),
        Target::Builder => builder::build(site, plan),
        Target::Wheel => dist::build(site, plan, Dist::Wheel, notes),
        Target::Sdist => dist::build(site, plan, Dist::Sdist, notes),
        Target::Runtime => runtime::build(site, plan, notes),
        Target::Dev => dev::build(site, plan, notes),
        Target::Test => test::build(site, plan, notes),
        Target::TestReports => test::reports(site, plan, notes),
        Target::Lock => lock::build(site, plan),
    }
}

/// A base with layers over it, in order.
fn join(
    plan: &mut PlanBuilder,
    target: &str,
    base: PartId,
    layers: impl IntoIterator<Item = Layer>,
) -> PartId {
    let layers = layers.into_iter().collect();
    let title = StepName::new(target, "join layers");
    plan.add(title, None, PartKind::Merge { base, layers })
}

/// The environment with every third-party dependency, at its place: a layer for each part.
fn dependencies(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    target: &str,
    environment: &Environment,
) -> Vec<Layer> {
    let venv = &site.spec.model.venv;
    let parts = environment.parts.iter();
    parts
        .map(|part| plan.layer(target, "dependencies", None, Tree::whole(*part, venv)))
        .collect()
}

/// Adds another target, to copy from; once for all copies.
fn copied_target(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    name: &str,
    notes: &mut Notes,
) -> Result<PartId, Diagnostics> {
    let key = target_index::key(name);
    if let Some(known) = notes.copied.get(&key) {
        return Ok(*known);
    }
    let (target, model) = own_targets::model_of(&site.spec.model, name)?;
    let spec = Spec {
        model,
        ..site.spec.clone()
    };
    let options = BuildOptions {
        target: Some(target.name().to_owned()),
        ..site.options.clone()
    };
    // Its choices are reported already: a target selects no other tools, images and versions.
    let selection = select::choose(&spec, site.facts, &options)?;
    let site = Site {
        spec: &spec,
        options: &options,
        selection: &selection,
        ..site
    };
    let (root, _) = build(site, plan, notes)?;
    notes.copied.insert(key, root);
    Ok(root)
}
