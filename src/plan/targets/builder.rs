//! `builder`: what the build starts from, with its system packages, the tools, and the environment with every
//! third-party dependency.

use crate::diagnostic::Diagnostics;
use crate::plan::installers::Wanted;
use crate::plan::targets::{Built, dependencies, join};
use crate::plan::{Bench, Parts, Site, image, system};

/// Adds the target.
pub(super) fn build(site: Site<'_>, parts: &mut Parts) -> Result<Built, Diagnostics> {
    let base = system::build_base(site, parts)?;
    let installer = site.selection.installer;
    installer.check(site)?;
    let bench = Bench::new(site, base.root, parts)?;
    let environment = installer.install(&bench, parts, &Wanted::for_runtime(&bench))?;
    let compiled = bench.compiled(parts, environment.dependencies, "builder");
    let dependencies = dependencies(site, parts, "builder", compiled);
    let layers = base.layers.into_iter();
    let layers = layers.chain([environment.tool, dependencies]);
    let root = join(parts, "builder", base.image, layers);
    Ok((root, image::builder(site)?))
}
