//! The runtime's base as a script sees it: its users, its folders and its links.

use crate::diagnostic::Diagnostics;
use crate::plan::{PartId, Parts, Site, StepMount, managed};
use crate::values::TargetPath;

/// Where and on what a script runs that asks about the runtime's base.
pub(super) struct BaseView {
    /// What it runs on.
    pub(super) root: PartId,
    /// The environment of that.
    pub(super) env: Vec<(String, String)>,
    /// Where it sees the base.
    pub(super) at: TargetPath,
    /// What shows the base there, unless the script runs on the base itself.
    pub(super) mount: Option<StepMount>,
}

/// A script's view of `base`, the runtime's base with what was laid over it.
pub(super) fn view(
    site: Site<'_>,
    parts: &mut Parts,
    base: PartId,
) -> Result<BaseView, Diagnostics> {
    let build = &site.selection.build_base;
    let env = managed::config(site, build)?.env();
    // On the image itself where that has the interpreter: an engine reads a mount file by file for its key.
    if site.selection.runtime_base.reference == build.reference {
        return Ok(BaseView {
            root: base,
            env,
            at: TargetPath::root(),
            mount: None,
        });
    }
    let at = TargetPath::known("/mnt/base");
    Ok(BaseView {
        root: builder(site, parts)?,
        env,
        at: at.clone(),
        mount: Some(StepMount::Read {
            part: base,
            select: TargetPath::root(),
            at,
        }),
    })
}

/// The build's base image with an interpreter, which runs scripts.
pub(super) fn builder(site: Site<'_>, parts: &mut Parts) -> Result<PartId, Diagnostics> {
    let (_, root, _) = managed::base(site, parts, "builder", &site.selection.build_base)?;
    Ok(root)
}
