//! `builder`: what the build starts from, with its system packages, the tools, and the environment with every
//! third-party dependency.

use crate::diagnostic::Diagnostics;
use crate::plan::base::system_packages;
use crate::plan::image::config;
use crate::plan::installers;
use crate::plan::installers::InstallRequest;
use crate::plan::model::PlanBuilder;
use crate::plan::request::site::Site;
use crate::plan::rust::toolchain;
use crate::plan::targets::{Built, dependencies, join};
use crate::plan::uv::UvRunner;

/// Adds the target.
pub(crate) fn build(site: Site<'_>, plan: &mut PlanBuilder) -> Result<Built, Diagnostics> {
    let base = system_packages::build_base(site, plan)?;
    let installer = installers::of(site.selection.installer)?;
    installer.check_site(site)?;
    let uv = UvRunner::new(site, base.root, plan)?;
    let environment = installer.install(&uv, plan, &InstallRequest::for_runtime(&uv))?;
    let compiled = uv.compiled(plan, &environment.dependencies, "builder");
    let dependencies = dependencies(site, plan, "builder", &compiled);
    let layers = base.layers.into_iter();
    let toolchain = match toolchain::of(site)? {
        Some(toolchain) => toolchain.layer(site, plan, "builder", None)?,
        None => None,
    };
    let layers = layers.chain(toolchain).chain([environment.tool]);
    let layers = layers.chain(dependencies);
    let root = join(plan, "builder", base.image, layers);
    Ok((root, config::builder(site)?))
}
