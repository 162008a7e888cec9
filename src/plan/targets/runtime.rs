//! `runtime`: base, dependencies and project, which is what is shipped.

use crate::diagnostic::Diagnostics;
use crate::plan::base::{runtime_base, system_packages, writable};
use crate::plan::image::{config, copy, run_steps};
use crate::plan::installers;
use crate::plan::installers::InstallRequest;
use crate::plan::model::{Notes, Parts};
use crate::plan::project::{check_interpreter, into_interpreter, layers};
use crate::plan::request::site::Site;
use crate::plan::targets::{Built, copied_target, dependencies, join};
use crate::plan::uv::Bench;

/// Adds the target.
pub(crate) fn build(
    site: Site<'_>,
    parts: &mut Parts,
    notes: &mut Notes,
) -> Result<Built, Diagnostics> {
    let installer = installers::of(site.selection.installer)?;
    installer.check_site(site)?;
    let base = runtime_base::prepare(site, parts)?;
    let build = system_packages::build_base(site, parts)?;
    let bench = Bench::new(site, build.root, parts)?;
    let wanted = InstallRequest::for_runtime(&bench);
    let environment = installer.install(&bench, parts, &wanted)?;
    let compiled = bench.compiled(parts, environment.dependencies, "builder");
    let checked = check_interpreter::check_interpreter(&bench, parts, base.root, compiled)?;
    let in_venv = dependencies(site, parts, "runtime", checked);
    let copies = copy::layers(site, parts, &base, notes, copied_target)?;
    let beside = environment.dependencies;
    let mut project = layers::layers(
        &bench,
        parts,
        &base,
        (beside, &wanted.set),
        &mut notes.warnings,
    )?;
    let dependencies = into_interpreter::layer(&bench, parts, &base, (in_venv, "dependencies"))?;
    project.move_into_interpreter(&bench, parts, &base)?;
    let files = [copies, project.all()].concat();
    let shipped = |_: &mut Parts| Ok(dependencies.clone());
    let runs = run_steps::layers(site, parts, &base, shipped, &files, notes)?;
    // The part that changes least often lies lowest.
    let writable = writable::layer(site, parts, &base, &[])?;
    let layers = base.layers.into_iter().chain([dependencies]);
    let layers = layers
        .chain(runs.below)
        .chain(files)
        .chain(runs.above)
        .chain([base.user])
        .chain(writable);
    let root = join(parts, "runtime", base.image, layers);
    Ok((root, config::runtime(site, notes)?))
}
