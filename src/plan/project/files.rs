//! The project's files: what of the context a build sees.

use crate::diagnostic::Diagnostics;
use crate::plan::base::runtime_base::RuntimeBase;
use crate::plan::base::script_runner::{builder, view};
use crate::plan::model::{OutputFolder, PartId, PlanBuilder, Step, StepMount, StepName};
use crate::plan::request::site::Site;
use crate::plan::request::{bases, user};
use crate::plan::scripts::COPY_FILES;
use crate::values::TargetPath;

/// Adds the files, named `what`, with the owners and modes that they should have in an image at `at`, instead of those
/// of the developer's machine: another umask is another layer there, and may hide them from the image's user.
///
/// A step and not a mode of the copy, which is one mode for folders and files alike on older engines, and knows no
/// users by name.
pub(crate) fn settle(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    base: &RuntimeBase,
    (what, files): (&str, PartId),
    at: &TargetPath,
) -> Result<PartId, Diagnostics> {
    let (from, out) = (
        TargetPath::known("/mnt/from"),
        TargetPath::known("/mnt/out"),
    );
    let mut command = vec!["python3".to_owned(), COPY_FILES.path()];
    command.extend([&from, &out, at].map(ToString::to_string));
    let mut mounts = vec![StepMount::bind(files, from), COPY_FILES.mount(plan)];
    let writable = &site.spec.model.image.writable;
    let (root, env) = if writable.is_empty() {
        let env = bases::config(site, &site.selection.build_base)?.env();
        (builder(site, plan)?, env)
    } else {
        let seen = view(site, plan, base.root)?;
        command.extend([seen.at.to_string(), user::user(site)?]);
        command.extend(writable.iter().map(|path| path.value.to_string()));
        mounts.extend(seen.mount);
        (seen.root, seen.env)
    };
    let step = Step {
        env,
        mounts,
        ..Step::new(
            &site.options.platform,
            root,
            command,
            OutputFolder::empty(out),
        )
    };
    let origin = writable.first().map(|path| &path.location);
    let title = StepName::new("runtime", format!("copy {what}"));
    Ok(plan.add_step(title, origin, step))
}
