//! Folders that the image's user may write to, where all else belongs to root.

use crate::diagnostic::Diagnostics;
use crate::plan::base_view::view;
use crate::plan::root::PreparedRoot;
use crate::plan::script::MAKE_WRITABLE;
use crate::plan::{Layer, OutputFolder, PartKind, Parts, Site, Step, StepNetwork, Tree, root};
use crate::values::TargetPath;

/// Adds the layer with the folders, where some are asked for. It lies above the project's own, which would give a
/// folder of the same name back to root.
pub(super) fn layer(
    site: Site<'_>,
    parts: &mut Parts,
    base: &PreparedRoot,
) -> Result<Option<Layer>, Diagnostics> {
    let writable = &site.spec.model.image.writable;
    let Some(first) = writable.first() else {
        return Ok(None);
    };
    let out = TargetPath::known("/mnt/out");
    let seen = view(site, parts, base.root)?;
    let mut command = vec![
        "python3".to_owned(),
        MAKE_WRITABLE.path(),
        seen.at.to_string(),
        out.to_string(),
        root::user(site)?,
    ];
    command.extend(writable.iter().map(|path| path.value.to_string()));
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
    let origin = Some(&first.location);
    let step = parts.add(
        "[runtime] make writable folders",
        origin,
        PartKind::Step(Box::new(step)),
    );
    let tree = Tree::whole(step, &TargetPath::root());
    Ok(Some(parts.layer("runtime", "writable folders", None, tree)))
}
