//! `runtime`: base, dependencies and project, which is what is shipped.

use crate::diagnostic::Diagnostics;
use crate::plan::installers::Wanted;
use crate::plan::targets::{Built, Notes, dependencies, join};
use crate::plan::{
    Bench, Parts, Site, application, copies, image, interpreter, root, runs, system, writable,
};

/// Adds the target.
pub(super) fn build(
    site: Site<'_>,
    parts: &mut Parts,
    notes: &mut Notes,
) -> Result<Built, Diagnostics> {
    let installer = site.selection.installer;
    installer.check(site)?;
    let base = root::prepare(site, parts)?;
    let build = system::build_base(site, parts)?;
    let bench = Bench::new(site, build.root, parts)?;
    let wanted = Wanted::for_runtime(&bench);
    let environment = installer.install(&bench, parts, &wanted)?;
    let compiled = bench.compiled(parts, environment.dependencies, "builder");
    let checked = root::check_interpreter(&bench, parts, base.root, compiled)?;
    let in_venv = dependencies(site, parts, "runtime", checked);
    let copies = copies::layers(site, parts, &base, notes)?;
    let beside = environment.dependencies;
    let mut project =
        application::layers(&bench, parts, &base, (beside, &wanted), &mut notes.warnings)?;
    let dependencies = interpreter::layer(&bench, parts, &base, (in_venv, "dependencies"))?;
    project.move_into_interpreter(&bench, parts, &base)?;
    let files = [copies, project.all()].concat();
    let shipped = |_: &mut Parts| Ok(dependencies.clone());
    let runs = runs::layers(site, parts, &base, shipped, &files, notes)?;
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
    Ok((root, image::runtime(site, notes)?))
}
