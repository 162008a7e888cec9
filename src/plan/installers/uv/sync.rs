//! The environment with every third-party dependency: one `uv sync` brings it, another looks whether it is whole.

use crate::plan::installers::uv::lock::UvLock;
use crate::plan::installers::uv::version;
use crate::plan::{Bench, PartId, PartKind, Parts, Site};

/// Adds the environment; `project` holds the manifest and the lock.
pub(super) fn install(bench: &Bench<'_>, parts: &mut Parts, project: PartId) -> PartId {
    let mut arguments = vec![
        "sync",
        // The lock is what is installed; a lock that does not fit is an error.
        "--locked",
        // The bench compiles, whatever `[tool.uv]` says.
        "--no-compile-bytecode",
    ];
    arguments.extend(selected(bench.site));
    let step = bench.fetching(bench.environment_step(&arguments, bench.skeleton, project));
    parts.add(
        "[builder] install dependencies from uv.lock",
        Some(&bench.site.facts.pyproject.dependencies_location),
        PartKind::Step(Box::new(step)),
    )
}

/// Adds the same environment, once uv has looked whether it holds what the lock asks for.
pub(super) fn check(
    bench: &Bench<'_>,
    parts: &mut Parts,
    environment: PartId,
    project: PartId,
    lock: &UvLock,
) -> PartId {
    if !version::can_check(bench.site) {
        return environment;
    }
    let mut arguments = vec![
        "sync",
        // Nothing is changed, and what would be is an error.
        "--check",
        // The lock was compared in the step before, and to compare it may need the index.
        "--frozen",
        "--offline",
        "--no-cache",
    ];
    arguments.extend(selected(bench.site));
    // uv knows such a package again by a record of its address, which is left out of our environments
    // (`UV_NO_INSTALLER_METADATA`): it would install each anew. All others are checked.
    let unknowable: Vec<&str> = lock
        .packages
        .iter()
        .filter(|package| package.direct.is_some())
        .map(|package| package.name.as_str())
        .collect();
    for name in &unknowable {
        arguments.extend(["--no-install-package", name]);
    }
    if !unknowable.is_empty() {
        // What is not to be installed would else be one too many.
        arguments.push("--inexact");
    }
    let step = bench.environment_step(&arguments, environment, project);
    parts.add(
        "[builder] check dependencies",
        Some(&bench.site.facts.pyproject.dependencies_location),
        PartKind::Step(Box::new(step)),
    )
}

/// The flags that say which packages of the lock are wanted.
fn selected(site: Site<'_>) -> Vec<&str> {
    let model = &site.spec.model;
    let mut arguments = vec![
        // The project's own wheel is a part of its own, so that a change of code installs nothing here.
        "--no-install-project",
        // Path dependencies are copied, not linked to folders that the runtime does not have.
        "--no-editable",
        // Development groups are for `dev` and `test`.
        "--no-default-groups",
    ];
    arguments.extend(
        model
            .groups
            .iter()
            .flat_map(|group| ["--group", group.value.as_str()]),
    );
    arguments.extend(
        model
            .extras
            .iter()
            .flat_map(|extra| ["--extra", extra.value.as_str()]),
    );
    arguments
}
