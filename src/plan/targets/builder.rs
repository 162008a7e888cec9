//! `builder`: what the build starts from, with its system packages, the tools, and the environment with every
//! third-party dependency.

use crate::diagnostic::Diagnostics;
use crate::plan::base::system_packages;
use crate::plan::image::config;
use crate::plan::installers;
use crate::plan::installers::InstallRequest;
use crate::plan::model::Parts;
use crate::plan::request::site::Site;
use crate::plan::targets::{Built, dependencies, join};
use crate::plan::uv::Bench;

/// Adds the target.
pub(crate) fn build(site: Site<'_>, parts: &mut Parts) -> Result<Built, Diagnostics> {
    let base = system_packages::build_base(site, parts)?;
    let installer = installers::of(site.selection.installer)?;
    installer.check_site(site)?;
    let bench = Bench::new(site, base.root, parts)?;
    let environment = installer.install(&bench, parts, &InstallRequest::for_runtime(&bench))?;
    let compiled = bench.compiled(parts, environment.dependencies, "builder");
    let dependencies = dependencies(site, parts, "builder", compiled);
    let layers = base.layers.into_iter();
    let layers = layers.chain([environment.tool, dependencies]);
    let root = join(parts, "builder", base.image, layers);
    Ok((root, config::builder(site)?))
}
