//! The environment with every third-party dependency: one `uv sync` brings it, another looks whether it is whole.

use crate::lock::requirements::REQUIREMENTS;
use crate::lock::uv::reader::UvLock;
use crate::lock::uv::version;
use crate::plan::installers::InstallRequest;
use crate::plan::model::{PartId, PartKind, Parts, Step, StepNetwork};
use crate::plan::request::site::Site;
use crate::plan::uv::Bench;

/// Adds the environment; `project` holds the manifest and the lock.
pub(crate) fn install(
    bench: &Bench<'_>,
    parts: &mut Parts,
    (project, lock): (PartId, &UvLock),
    request: &InstallRequest,
) -> PartId {
    let mut arguments = vec![
        "sync",
        match bench.site.facts.workspace {
            // The lock is what is installed; a lock that does not fit is an error.
            None => "--locked",
            // Of a workspace not all is there, which makes another lock; planning has compared what is.
            Some(_) => "--frozen",
        },
        // The bench compiles, whatever `[tool.uv]` says.
        "--no-compile-bytecode",
    ];
    arguments.extend(selected(bench.site, lock, request));
    let step = bench.fetching(at_lock(
        bench.site,
        bench.environment_step(parts, &arguments, request.from, project),
    ));
    // The lock names its indexes; others would be another lock to uv.
    let step = Step {
        network: StepNetwork::Locked,
        ..step
    };
    parts.add(
        format!("[{}] install dependencies from uv.lock", request.stage),
        Some(&bench.site.facts.pyproject.dependencies_location),
        PartKind::Step(Box::new(step)),
    )
}

/// Adds the environment from a folder of wheels. `uv sync` takes each package from the address that the lock has for
/// it; so uv writes the lock as requirements with hashes, and installs these and nothing else.
pub(crate) fn install_offline(
    bench: &Bench<'_>,
    parts: &mut Parts,
    (project, lock): (PartId, &UvLock),
    request: &InstallRequest,
) -> PartId {
    let origin = Some(&bench.site.facts.pyproject.dependencies_location);
    let mut arguments = vec![
        "export",
        // The lock was compared before, and to compare it may need the index.
        "--frozen",
        "--offline",
        "--no-cache",
        "--no-header",
        "--no-annotate",
        "--quiet",
        "--output-file",
        REQUIREMENTS,
    ];
    // The project's own wheel is a part of its own.
    let flags = ("--no-emit-project", "--no-emit-package");
    arguments.extend(without_local(bench.site, lock, flags));
    arguments.extend(groups_and_extras(request));
    let step = at_lock(bench.site, bench.step_on_files(&arguments, project));
    let title = format!("[{}] export uv.lock", request.stage);
    let requirements = parts.add(title, origin, PartKind::Step(Box::new(step)));
    let python = bench.python();
    let arguments = [
        "pip",
        "install",
        "--python",
        &python,
        "--requirements",
        REQUIREMENTS,
        "--require-hashes",
        // All of them are there.
        "--no-deps",
        // The bench compiles, whatever `[tool.uv]` says.
        "--no-compile-bytecode",
    ];
    let step = bench.environment_step(parts, &arguments, request.from, requirements);
    let step = bench.downloading(at_lock(bench.site, step));
    let title = format!("[{}] install dependencies from uv.lock", request.stage);
    parts.add(title, origin, PartKind::Step(Box::new(step)))
}

/// Adds the same environment, once uv has looked whether it holds what the lock asks for.
pub(crate) fn check(
    bench: &Bench<'_>,
    parts: &mut Parts,
    environment: PartId,
    (project, lock): (PartId, &UvLock),
    request: &InstallRequest,
) -> PartId {
    if !version::can_check(&bench.site.selection.uv) {
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
    arguments.extend(selected(bench.site, lock, request));
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
    let step = at_lock(
        bench.site,
        bench.environment_step(parts, &arguments, environment, project),
    );
    parts.add(
        format!("[{}] check dependencies", request.stage),
        Some(&bench.site.facts.pyproject.dependencies_location),
        PartKind::Step(Box::new(step)),
    )
}

/// A step in the folder of the lock.
fn at_lock(site: Site<'_>, mut step: Step) -> Step {
    if let Some(around) = &site.facts.workspace {
        step.directory = step.directory.join_context(&around.folder);
    }
    step
}

/// The flags that say which packages of the lock are wanted.
fn selected<'s>(site: Site<'s>, lock: &'s UvLock, request: &'s InstallRequest) -> Vec<&'s str> {
    // The project's own wheel is a part of its own, so that a change of code installs nothing here.
    let flags = ("--no-install-project", "--no-install-package");
    let mut arguments = without_local(site, lock, flags);
    // Path dependencies are copied, not linked to folders that the runtime does not have.
    arguments.push("--no-editable");
    arguments.extend(groups_and_extras(request));
    arguments
}

/// The flags that leave the project out, and in a workspace all that are folders: each is a wheel of its own.
fn without_local<'s>(
    site: Site<'s>,
    lock: &'s UvLock,
    (project, package): (&'static str, &'static str),
) -> Vec<&'s str> {
    let (Some(_), Some(name)) = (&site.facts.workspace, &site.facts.pyproject.name) else {
        return vec![project];
    };
    let local = lock.packages.iter().filter(|package| package.local);
    let local = local.flat_map(|local| [package, &local.name]);
    ["--package", name.value.as_str()]
        .into_iter()
        .chain(local)
        .collect()
}

fn groups_and_extras(request: &InstallRequest) -> Vec<&str> {
    let mut arguments = Vec::new();
    if !request.set.development {
        arguments.push("--no-default-groups");
    }
    let groups = request.set.groups.iter();
    arguments.extend(groups.flat_map(|group| ["--group", group]));
    let extras = request.set.extras.iter();
    arguments.extend(extras.flat_map(|extra| ["--extra", extra]));
    arguments
}
