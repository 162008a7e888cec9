//! `pylock.toml`, by `uv pip sync`.

use crate::diagnostic::Location;
use crate::lock::pylock::{PYLOCK, Pylock};
use crate::plan::installers::InstallRequest;
use crate::plan::model::{PartId, PartKind, Parts};
use crate::plan::uv::Bench;
use crate::values::TextFile;

/// Adds the environment.
pub(crate) fn install(
    bench: &Bench<'_>,
    parts: &mut Parts,
    request: &InstallRequest,
    lock: &Pylock,
) -> PartId {
    let file = TextFile {
        name: PYLOCK.into(),
        text: lock.text(),
    };
    let title = format!("[internal] write {PYLOCK}");
    let files = parts.add(title, None, PartKind::Written(vec![file]));
    let python = bench.python();
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
    let step = bench.fetching(bench.environment_step(parts, &arguments, request.from, files));
    let origin = Location::top(&lock.source);
    let title = format!("[{}] install dependencies from {PYLOCK}", request.stage);
    let installed = parts.add(title, Some(&origin), PartKind::Step(Box::new(step)));
    let arguments = ["pip", "check", "--python", &python];
    let step = bench.environment_step(parts, &arguments, installed, files);
    let title = format!("[{}] check dependencies", request.stage);
    parts.add(title, Some(&origin), PartKind::Step(Box::new(step)))
}
