//! Folders that the image's user may write to, where all else belongs to root.

use crate::diagnostic::Diagnostics;
use crate::plan::base::runtime_base::PreparedRoot;
use crate::plan::base::script_runner::view;
use crate::plan::model::{Layer, OutputFolder, PartKind, Parts, Step, StepNetwork, Tree};
use crate::plan::request::site::Site;
use crate::plan::request::user;
use crate::plan::scripts::MAKE_WRITABLE;
use crate::values::TargetPath;

/// Adds the layer with the folders, where some are asked for or `more` are needed. It lies above the project's own,
/// which would give a folder of the same name back to root.
pub(crate) fn layer(
    site: Site<'_>,
    parts: &mut Parts,
    base: &PreparedRoot,
    more: &[&TargetPath],
) -> Result<Option<Layer>, Diagnostics> {
    let writable = &site.spec.model.image.writable;
    if writable.is_empty() && more.is_empty() {
        return Ok(None);
    }
    let out = TargetPath::known("/mnt/out");
    let seen = view(site, parts, base.root)?;
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
        root: seen.root,
        command,
        env: seen.env,
        directory: TargetPath::root(),
        network: StepNetwork::None,
        output: OutputFolder {
            at: out,
            from: None,
        },
        mounts: [MAKE_WRITABLE.mount(parts)]
            .into_iter()
            .chain(seen.mount)
            .collect(),
    };
    let origin = writable.first().map(|path| &path.location);
    let step = parts.add(
        "[runtime] make writable folders",
        origin,
        PartKind::Step(Box::new(step)),
    );
    let tree = Tree::whole(step, &TargetPath::root());
    Ok(Some(parts.layer("runtime", "writable folders", None, tree)))
}
