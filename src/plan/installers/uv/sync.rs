//! The environment with every third-party dependency: one `uv sync` brings it, another looks whether it is whole.

use crate::lock::requirements::REQUIREMENTS;
use crate::lock::uv::reader::UvLock;
use crate::lock::uv::version;
use crate::plan::installers::InstallRequest;
use crate::plan::model::{PartId, PlanBuilder, Step, StepName, StepNetwork};
use crate::plan::request::site::Site;
use crate::plan::uv::UvRunner;

/// Adds the environment; `project` holds the manifest and the lock.
pub(crate) fn install(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    (project, lock): (PartId, &UvLock),
    request: &InstallRequest,
) -> PartId {
    let mut arguments = vec![
        "sync",
        match uv.site.facts.workspace {
            // The lock is what is installed; a lock that does not fit is an error.
            None => "--locked",
            // Of a workspace not all is there, which makes another lock; planning has compared what is.
            Some(_) => "--frozen",
        },
        // A later step compiles, whatever `[tool.uv]` says.
        "--no-compile-bytecode",
    ];
    arguments.extend(selected(uv.site, lock, request));
    let step = uv.fetching(at_lock(
        uv.site,
        uv.environment_step(plan, &arguments, request.from, project),
    ));
    // The lock names its indexes; others would be another lock to uv.
    let step = Step {
        network: StepNetwork::IndexCredentials,
        ..step
    };
    plan.add_step(
        StepName::new(request.stage, "install dependencies from uv.lock"),
        Some(&uv.site.facts.pyproject.dependencies_location),
        step,
    )
}

/// Adds the environment from a folder of wheels. `uv sync` takes each package from the address that the lock has for
/// it; so uv writes the lock as requirements with hashes, and installs these and nothing else.
pub(crate) fn install_offline(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    (project, lock): (PartId, &UvLock),
    request: &InstallRequest,
) -> PartId {
    let origin = Some(&uv.site.facts.pyproject.dependencies_location);
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
    arguments.extend(without_local(uv.site, lock, flags));
    arguments.extend(groups_and_extras(request));
    let step = at_lock(uv.site, uv.step_on_files(&arguments, project));
    let title = StepName::new(request.stage, "export uv.lock");
    let requirements = plan.add_step(title, origin, step);
    let python = uv.python();
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
        // A later step compiles, whatever `[tool.uv]` says.
        "--no-compile-bytecode",
    ];
    let step = uv.environment_step(plan, &arguments, request.from, requirements);
    let step = uv.downloading(at_lock(uv.site, step));
    let title = StepName::new(request.stage, "install dependencies from uv.lock");
    plan.add_step(title, origin, step)
}

/// Adds the same environment, after uv has checked that it matches the lock file.
pub(crate) fn check(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    environment: PartId,
    (project, lock): (PartId, &UvLock),
    request: &InstallRequest,
) -> PartId {
    if !version::can_check(&uv.site.selection.uv) {
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
    arguments.extend(selected(uv.site, lock, request));
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
        uv.site,
        uv.environment_step(plan, &arguments, environment, project),
    );
    plan.add_step(
        StepName::new(request.stage, "check dependencies"),
        Some(&uv.site.facts.pyproject.dependencies_location),
        step,
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
