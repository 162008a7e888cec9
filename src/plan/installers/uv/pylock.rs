//! `pylock.toml`, by `uv pip sync`.

use crate::diagnostic::Location;
use crate::lock::pylock::{PYLOCK, Pylock};
use crate::plan::installers::InstallRequest;
use crate::plan::model::{PartId, PartKind, PlanBuilder, StepName};
use crate::plan::uv::UvRunner;
use crate::values::TextFile;

/// Adds the environment.
pub(crate) fn install(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    request: &InstallRequest,
    lock: &Pylock,
) -> PartId {
    let file = TextFile {
        name: PYLOCK.into(),
        text: lock.text(),
    };
    let title = StepName::new("internal", format!("write {PYLOCK}"));
    let files = plan.add(title, None, PartKind::Files(vec![file]));
    let python = uv.python();
    let mut arguments = vec!["pip", "sync", "--python", &python, "--no-compile-bytecode"];
    if lock.packages.is_empty() {
        // Nothing is needed, and nothing else is meant.
        arguments.push("--allow-empty-requirements");
    }
    let groups = request.set.groups.iter();
    arguments.extend(groups.flat_map(|group| ["--group", group]));
    let extras = request.set.extras.iter();
    arguments.extend(extras.flat_map(|extra| ["--extra", extra]));
    arguments.push(PYLOCK);
    let step = uv.fetching(uv.environment_step(plan, &arguments, request.from, files));
    let origin = Location::top(&lock.source);
    let title = StepName::new(request.stage, format!("install dependencies from {PYLOCK}"));
    let installed = plan.add_step(title, Some(&origin), step);
    let arguments = ["pip", "check", "--python", &python];
    let step = uv.environment_step(plan, &arguments, installed, files);
    let title = StepName::new(request.stage, "check dependencies");
    plan.add_step(title, Some(&origin), step)
}
