//! `runtime`: base, dependencies and project, which is what is shipped.

use crate::diagnostic::Diagnostics;
use crate::plan::base::{runtime_base, system_packages, writable};
use crate::plan::image::{config, copy, run_steps};
use crate::plan::installers;
use crate::plan::installers::InstallRequest;
use crate::plan::model::{Notes, PlanBuilder};
use crate::plan::project::{check_interpreter, into_interpreter, layers};
use crate::plan::request::site::Site;
use crate::plan::targets::{Built, copied_target, dependencies, join};
use crate::plan::uv::UvRunner;

/// Adds the target.
pub(crate) fn build(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    notes: &mut Notes,
) -> Result<Built, Diagnostics> {
    let installer = installers::of(site.selection.installer)?;
    installer.check_site(site)?;
    let base = runtime_base::prepare(site, plan)?;
    let build = system_packages::build_base(site, plan)?;
    let uv = UvRunner::new(site, build.root, plan)?;
    let wanted = InstallRequest::for_runtime(&uv);
    let environment = installer.install(&uv, plan, &wanted)?;
    let compiled = uv.compiled(plan, &environment.dependencies, "builder");
    let checked = check_interpreter::check_interpreter(&uv, plan, base.root, &compiled)?;
    let in_venv = dependencies(site, plan, "runtime", &checked);
    let copies = copy::layers(site, plan, &base, notes, copied_target)?;
    let beside = environment.dependencies.whole;
    let mut project = layers::layers(&uv, plan, &base, (beside, &wanted.set), &mut notes.warnings)?;
    let dependencies = into_interpreter::dependencies(&uv, plan, &base, in_venv)?;
    project.move_into_interpreter(&uv, plan, &base)?;
    let files = [copies, project.all()].concat();
    let shipped = |_: &mut PlanBuilder| Ok(dependencies.clone());
    let runs = run_steps::layers(site, plan, &base, shipped, &files, notes)?;
    // The part that changes least often lies lowest.
    let writable = writable::layer(site, plan, &base, &[])?;
    let layers = base.layers.into_iter().chain(dependencies);
    let layers = layers
        .chain(runs.below)
        .chain(files)
        .chain(runs.above)
        .chain([base.user])
        .chain(writable);
    let root = join(plan, "runtime", base.image, layers);
    Ok((root, config::runtime(site, notes)?))
}
