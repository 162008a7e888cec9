//! An image without a virtual environment (`venv = false`): what was installed into one is laid out in the directories
//! of the interpreter itself, which are asked of it.
//!
//! Installers work on an environment all the same: an empty one holds what they install and nothing else, where the
//! interpreter's own directories hold what the base image brings.

use crate::diagnostic::Diagnostics;
use crate::plan::base::runtime_base::RuntimeBase;
use crate::plan::image::config;
use crate::plan::model::{Layer, OutputFolder, PlanBuilder, Step, StepMount, StepName, Tree};
use crate::plan::scripts::INTO_INTERPRETER;
use crate::plan::uv::UvRunner;
use crate::values::TargetPath;

/// Where the step sees what it moves.
const SOURCE: &str = "/part";

/// The layers of the dependencies as layers of the interpreter; the same layers where there is an environment.
pub(crate) fn dependencies(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    base: &RuntimeBase,
    layers: Vec<Layer>,
) -> Result<Vec<Layer>, Diagnostics> {
    let moved = layers.into_iter();
    moved
        .map(|moved| layer(uv, plan, base, (moved, "dependencies")))
        .collect()
}

/// A layer of the environment as a layer of the interpreter; the same layer where there is an environment. `what` names
/// it.
pub(crate) fn layer(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    base: &RuntimeBase,
    (layer, what): (Layer, &str),
) -> Result<Layer, Diagnostics> {
    let model = &uv.site.spec.model;
    let Some(origin) = &model.without_venv else {
        return Ok(layer);
    };
    let out = TargetPath::known("/mnt/out");
    let command = [
        uv.python(),
        // Nothing is written beside the script.
        "-B".to_owned(),
        INTO_INTERPRETER.path(),
        SOURCE.to_owned(),
        out.to_string(),
    ];
    let read = |part, select: &TargetPath, at: &TargetPath| {
        StepMount::bind_path(part, select.clone(), at.clone())
    };
    let step = Step {
        // The image's own: whether its `PATH` finds the scripts is looked at.
        env: config::base(uv.site)?.env(),
        mounts: vec![
            read(uv.empty_venv, &TargetPath::root(), &model.venv),
            read(layer.tree, &model.venv, &TargetPath::known(SOURCE)),
            INTO_INTERPRETER.mount(plan),
        ],
        ..Step::new(
            &uv.site.options.platform,
            base.root,
            command.to_vec(),
            OutputFolder::empty(out),
        )
    };
    let title = StepName::new("runtime", format!("move {what} into the interpreter"));
    let moved = plan.add_step(title, Some(origin), step);
    let tree = Tree::whole(moved, &TargetPath::root());
    Ok(plan.layer("runtime", what, Some(origin), tree))
}
