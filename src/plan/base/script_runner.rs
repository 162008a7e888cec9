//! The runtime's base as a script sees it: its users, its folders and its links.

use crate::diagnostic::Diagnostics;
use crate::plan::base::managed_python;
use crate::plan::model::{PartId, PlanBuilder, StepMount};
use crate::plan::request::bases;
use crate::plan::request::site::Site;
use crate::values::TargetPath;

/// Where and on what a script runs that asks about the runtime's base.
pub(crate) struct ScriptRunner {
    /// What it runs on.
    pub(crate) root: PartId,
    /// The environment of that.
    pub(crate) env: Vec<(String, String)>,
    /// Where it sees the base.
    pub(crate) at: TargetPath,
    /// What shows the base there, unless the script runs on the base itself.
    pub(crate) mount: Option<StepMount>,
}

/// A script's view of `base`, the runtime's base with what was laid over it.
pub(crate) fn view(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    base: PartId,
) -> Result<ScriptRunner, Diagnostics> {
    let build = &site.selection.build_base;
    let env = bases::config(site, build)?.env();
    // On the image itself where that has the interpreter: an engine reads a mount file by file for its key.
    if site.selection.runtime_base.reference == build.reference {
        return Ok(ScriptRunner {
            root: base,
            env,
            at: TargetPath::root(),
            mount: None,
        });
    }
    let at = TargetPath::known("/mnt/base");
    Ok(ScriptRunner {
        root: builder(site, plan)?,
        env,
        at: at.clone(),
        mount: Some(StepMount::bind(base, at)),
    })
}

/// The build's base image with an interpreter, which runs scripts.
pub(crate) fn builder(site: Site<'_>, plan: &mut PlanBuilder) -> Result<PartId, Diagnostics> {
    let (_, root, _) = managed_python::base(site, plan, "builder", &site.selection.build_base)?;
    Ok(root)
}
