//! `base`: what the runtime starts from, with its system packages, its user and its environment.

use crate::diagnostic::Diagnostics;
use crate::plan::targets::{Built, join};
use crate::plan::{Parts, Site, image, root};

/// Adds the target.
pub(super) fn build(site: Site<'_>, parts: &mut Parts) -> Result<Built, Diagnostics> {
    let base = root::prepare(site, parts)?;
    let layers = base.layers.into_iter().chain([base.user]);
    let root = join(parts, "base", base.image, layers);
    Ok((root, image::base(site)?))
}
