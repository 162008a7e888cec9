//! Planning: from facts to the parts of an image. Pure: no file, no clock, no environment, no engine.
//!
//! A room uses only those before it in this list (`tests/tidy.rs` checks that):
//!
//! | module | holds |
//! | --- | --- |
//! | `model` | the plan as data |
//! | `scripts` | the Python scripts that steps run |
//! | `request` | what is built: the site that planning works on, and values that follow from it |
//! | `select` | the choices before images are resolved: package manager, Python, base images |
//! | `base` | the images that steps and results start from |
//! | `uv` | uv with an empty environment, where environments and wheels are made |
//! | `rust` | crates, compiled apart from the project's own |
//! | `installers` | the steps that install dependencies, a file for each package manager |
//! | `image` | configuration, default command, `[[copy]]`, `[[run]]` |
//! | `project` | the wheel of the project, or its files |
//! | `targets` | a file for each target |
//! | `network` | which network, credentials and keys the steps see |

use crate::diagnostic::rules;

mod base;
mod image;
mod installers;
mod model;
mod network;
mod project;
mod request;
mod rust;
mod scripts;
mod select;
mod targets;
#[cfg(test)]
mod tests;
mod uv;

pub use model::{
    Choice, Layer, NORMAL_TIME, Notes, OutputFolder, Part, PartId, PartKind, Placed, Plan,
    PlanBuilder, Sharing, Step, StepMount, StepName, StepNetwork, Tree,
};
pub use request::selection::{Selection, WheelPython};
pub use request::site::Site;
pub use request::target::{Target, stage};
pub use select::celery_worker::settle as settle_worker;
pub use select::installer::local_packages;
pub use select::own_targets::settle;
pub use select::{choose, look};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::network::{access, offline};
use crate::plan::request::{arguments, bases, git};

/// Plans the requested target and reports every error at once.
pub fn plan(site: Site<'_>) -> Result<Plan, Diagnostics> {
    let mut problems = Vec::new();
    Diagnostics::gather(bases::check_platforms(site), &mut problems);
    Diagnostics::gather(bases::check_bases(site), &mut problems);
    let target = site.selection.target;
    if let Err(errors) = arguments::check_lengths(site) {
        return Err(errors.with(problems));
    }
    let mut builder = PlanBuilder::default();
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
    Diagnostics::gather(bases::check(site, &mut notes), &mut problems);
    notes.warnings.extend(arguments::unused(site));
    notes.warnings.extend(hidden_lock(site));
    if target.installs() || target == Target::Lock {
        Diagnostics::gather(git::check(site), &mut problems);
    }
    Diagnostics::gather(offline::check(site, target), &mut problems);
    let wheels = offline::prepare(site, &mut builder);
    let access = access::prepare(site, &mut builder);
    let (result, image) = match targets::build(site, &mut builder, &mut notes) {
        Ok(built) => built,
        // The first that stood in the way, and beside it what else would.
        Err(errors) => return Err(errors.with(problems).with(targets::problems(site))),
    };
    if target.installs() {
        let installer = site.selection.installer;
        let told = installer.warnings(site.spec, site.facts)?;
        notes.warnings.extend(told);
        notes.warnings.extend(access::hosts::warnings(site));
    }
    Diagnostics::split(problems)?;
    if let Some(wheels) = wheels {
        offline::give(&mut builder, wheels);
    }
    if let Some(access) = access {
        access::give(site, &mut builder, access);
    }
    let mut plan = Plan::new(
        target.title(site).to_owned(),
        site.options.platform.clone(),
        builder,
        result,
        image,
    );
    plan.no_cache = site.options.no_cache.clone();
    plan.choices = notes.choices;
    plan.warnings = notes.warnings;
    Ok(plan)
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
        rules::HIDDEN_LOCK
            .report(message)
            .at(&pattern.location)
            .hint(hint),
    )
}
