//! `base`: what the runtime starts from, with its system packages, its user and its environment.

use crate::diagnostic::Diagnostics;
use crate::plan::base::runtime_base;
use crate::plan::image::config;
use crate::plan::model::PlanBuilder;
use crate::plan::request::site::Site;
use crate::plan::targets::{Built, join};

/// Adds the target.
pub(crate) fn build(site: Site<'_>, plan: &mut PlanBuilder) -> Result<Built, Diagnostics> {
    let base = runtime_base::prepare(site, plan)?;
    let layers = base.layers.into_iter().chain([base.user]);
    let root = join(plan, "base", base.image, layers);
    Ok((root, config::base(site)?))
}
