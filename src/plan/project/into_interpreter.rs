//! An image without a virtual environment (`venv = false`): what was installed into one is laid out in the directories
//! of the interpreter itself, which are asked of it.
//!
//! Installers work on an environment all the same: an empty one holds what they install and nothing else, where the
//! interpreter's own directories hold what the base image brings.

use crate::diagnostic::Diagnostics;
use crate::plan::base::runtime_base::PreparedRoot;
use crate::plan::image::config;
use crate::plan::model::{
    Layer, OutputFolder, PartKind, Parts, Step, StepMount, StepNetwork, Tree,
};
use crate::plan::scripts::INTO_INTERPRETER;
use crate::plan::uv::Bench;
use crate::values::TargetPath;

/// Where the step sees what it moves.
const SOURCE: &str = "/part";

/// A layer of the environment as a layer of the interpreter; the same layer where there is an environment. `what` names
/// it.
pub(crate) fn layer(
    bench: &Bench<'_>,
    parts: &mut Parts,
    base: &PreparedRoot,
    (layer, what): (Layer, &str),
) -> Result<Layer, Diagnostics> {
    let model = &bench.site.spec.model;
    let Some(origin) = &model.without_venv else {
        return Ok(layer);
    };
    let out = TargetPath::known("/mnt/out");
    let command = [
        bench.python(),
        // Nothing is written beside the script.
        "-B".to_owned(),
        INTO_INTERPRETER.path(),
        SOURCE.to_owned(),
        out.to_string(),
    ];
    let read = |part, select: &TargetPath, at: &TargetPath| StepMount::Read {
        part,
        select: select.clone(),
        at: at.clone(),
    };
    let step = Step {
        root: base.root,
        command: command.to_vec(),
        // The image's own: whether its `PATH` finds the scripts is looked at.
        env: config::base(bench.site)?.env(),
        directory: TargetPath::root(),
        network: StepNetwork::None,
        output: OutputFolder {
            at: out,
            from: None,
        },
        mounts: vec![
            read(bench.skeleton, &TargetPath::root(), &model.venv),
            read(layer.tree, &model.venv, &TargetPath::known(SOURCE)),
            INTO_INTERPRETER.mount(parts),
        ],
    };
    let title = format!("[runtime] move {what} into the interpreter");
    let moved = parts.add(title, Some(origin), PartKind::Step(Box::new(step)));
    let tree = Tree::whole(moved, &TargetPath::root());
    Ok(parts.layer("runtime", what, Some(origin), tree))
}
