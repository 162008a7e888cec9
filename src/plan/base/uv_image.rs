//! The image of uv.

use crate::diagnostic::Diagnostics;
use crate::plan::model::{PartId, Parts, StepMount};
use crate::plan::request::site::Site;
use crate::values::TargetPath;

/// Where uv is in its image.
pub(crate) const IN_IMAGE: &str = "/uv";

/// Where uv is seen while it is used, and laid in the builder; on every search path.
pub(crate) const UV: &str = "/usr/local/bin/uv";

/// uv at its place.
pub(crate) fn uv_mount(site: Site<'_>, parts: &mut Parts) -> Result<StepMount, Diagnostics> {
    Ok(StepMount::Read {
        part: uv_part(site, parts)?,
        select: TargetPath::known(IN_IMAGE),
        at: TargetPath::known(UV),
    })
}

pub(crate) fn uv_part(site: Site<'_>, parts: &mut Parts) -> Result<PartId, Diagnostics> {
    let image = &site.selection.uv;
    let title = format!("[builder] image {}", image.reference.familiar());
    Ok(parts.image(site.image(&image.reference)?, &title, image.origin.as_ref()))
}
