//! Folders that the image's user may write to, where all else belongs to root.

use crate::diagnostic::Diagnostics;
use crate::plan::base::runtime_base::RuntimeBase;
use crate::plan::base::script_runner::view;
use crate::plan::model::{Layer, OutputFolder, PlanBuilder, Step, StepName, Tree};
use crate::plan::request::site::Site;
use crate::plan::request::user;
use crate::plan::scripts::MAKE_WRITABLE;
use crate::values::TargetPath;

/// Adds the layer with the folders, if any are selected or `more` are needed. It lies above the project's own,
/// which would give a folder of the same name back to root.
pub(crate) fn layer(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    base: &RuntimeBase,
    more: &[&TargetPath],
) -> Result<Option<Layer>, Diagnostics> {
    let writable = &site.spec.model.image.writable;
    if writable.is_empty() && more.is_empty() {
        return Ok(None);
    }
    let out = TargetPath::known("/mnt/out");
    let seen = view(site, plan, base.root)?;
    let mut command = vec![
        "python3".to_owned(),
        MAKE_WRITABLE.path(),
        seen.at.to_string(),
        out.to_string(),
        user::user(site)?,
    ];
    let asked = writable.iter().map(|path| &path.value);
    command.extend(asked.chain(more.iter().copied()).map(ToString::to_string));
    let step = Step {
        env: seen.env,
        mounts: [MAKE_WRITABLE.mount(plan)]
            .into_iter()
            .chain(seen.mount)
            .collect(),
        ..Step::new(
            &site.options.platform,
            seen.root,
            command,
            OutputFolder::empty(out),
        )
    };
    let origin = writable.first().map(|path| &path.location);
    let step = plan.add_step(
        StepName::new("runtime", "make writable folders"),
        origin,
        step,
    );
    let tree = Tree::whole(step, &TargetPath::root());
    Ok(Some(plan.layer("runtime", "writable folders", None, tree)))
}
