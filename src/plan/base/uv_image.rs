//! The image of uv.

use crate::diagnostic::Diagnostics;
use crate::plan::model::{PartId, PlanBuilder, StepMount, StepName};
use crate::plan::request::site::Site;
use crate::values::TargetPath;

/// Where uv is in its image.
pub(crate) const IN_IMAGE: &str = "/uv";

/// Where uv is seen while it is used, and laid in the builder; on every search path.
pub(crate) const UV: &str = "/usr/local/bin/uv";

/// uv at its place.
pub(crate) fn uv_mount(site: Site<'_>, plan: &mut PlanBuilder) -> Result<StepMount, Diagnostics> {
    Ok(StepMount::bind_path(
        uv_part(site, plan)?,
        TargetPath::known(IN_IMAGE),
        TargetPath::known(UV),
    ))
}

pub(crate) fn uv_part(site: Site<'_>, plan: &mut PlanBuilder) -> Result<PartId, Diagnostics> {
    let image = &site.selection.uv;
    let title = StepName::new("builder", format!("image {}", image.reference.familiar()));
    Ok(plan.image(
        site.image(&image.reference)?,
        &site.options.platform,
        title,
        image.origin.as_ref(),
    ))
}
