//! Installation without a network, from a folder of wheels in the context.

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned, rules};
use crate::plan::base::context;
use crate::plan::model::{PartId, PartKind, PlanBuilder, StepMount, StepName, StepNetwork, Tree};
use crate::plan::request::site::Site;
use crate::plan::request::target::Target;
use crate::spec::Spec;
use crate::values::{ContextPath, SystemPackage, TargetPath};

/// Where the wheels are seen.
const WHEELS: &str = "/mnt/wheels";

/// The folder, where the spec names one.
pub(crate) fn folder(spec: &Spec) -> Option<&Spanned<ContextPath>> {
    spec.model.network.offline.as_ref()
}

/// The errors about a target without a network.
pub(crate) fn check(site: Site<'_>, target: Target) -> Result<(), Diagnostics> {
    let Some(folder) = folder(site.spec) else {
        return Ok(());
    };
    let mut problems = Vec::new();
    let installer = site.selection.installer;
    if target == Target::Lock {
        let message = "the target `lock` asks package indexes, and `offline` leaves no network";
        problems.push(
            rules::OFFLINE
                .report(message)
                .at(&folder.location)
                .hint(format!(
                    "leave `offline` out, or run `{}` on your machine",
                    installer.lock_command()
                )),
        );
    } else if target.installs() && !installer.installs_offline(site.facts)? {
        let mut locks = installer.lock_files().iter();
        let lock = locks.find(|name| site.facts.text(name).is_some());
        let lock = lock.map_or("its lock".to_owned(), |lock| format!("`{lock}`"));
        let message = format!(
            "{} cannot install {lock} from a folder of wheels alone",
            installer.name()
        );
        problems.push(rules::OFFLINE.report(message).at(&folder.location).hint(
            "export the lock to a requirements file, and name that in `requirements` of `[tool.wheelwright]`",
        ));
    }
    let system = &site.spec.model.system;
    let of_dev = system
        .dev
        .iter()
        .flatten()
        .filter(|_| target == Target::Dev);
    let mut stated = system.build.iter().chain(&system.runtime).chain(of_dev);
    if let Some(first) = stated.next() {
        problems.push(system_package(first));
    }
    let runs = site.spec.model.runs.iter().filter(|run| run.network);
    problems.extend(runs.map(|run| {
        rules::OFFLINE
            .report("this step asks for a network, and `offline` leaves none")
            .at(&run.location)
            .hint("remove its `network = true`, or `offline`")
    }));
    Diagnostics::split(problems).map(drop)
}

fn system_package(package: &Spanned<SystemPackage>) -> Diagnostic {
    let message = format!(
        "the system package `{}` comes over the network, and `offline` leaves none",
        package.value
    );
    rules::OFFLINE
        .report(message)
        .at(&package.location)
        .hint("name an image that has it in `from` and `runtime-from`")
}

/// Adds the wheels, before all steps that install some.
pub(crate) fn prepare(site: Site<'_>, plan: &mut PlanBuilder) -> Option<PartId> {
    let folder = folder(site.spec)?;
    let ignored = site.facts.ignore.patterns().cloned();
    let project = &site.facts.folder;
    let wheels = context::below(project, folder.value.as_str());
    let exclude = ["*".to_owned(), format!("!{wheels}")];
    let context = PartKind::Context {
        folder: project.clone(),
        exclude: exclude.into_iter().chain(ignored).collect(),
    };
    let title = StepName::new("internal", format!("load {}", folder.value));
    let context = plan.add(title, None, context);
    let from = TargetPath::root().join_context(project);
    let from = from.join_context(&folder.value);
    let tree = PartKind::Tree(Tree::path(context, &from, &TargetPath::root()));
    let title = StepName::new("builder", format!("choose the wheels in {}", folder.value));
    Some(plan.add(title, Some(&folder.location), tree))
}

/// Takes the network from all steps, and gives those that had package indexes the wheels in their place.
pub(crate) fn give(plan: &mut PlanBuilder, wheels: PartId) {
    for step in plan.steps_mut() {
        if matches!(
            step.network,
            StepNetwork::Indexes | StepNetwork::IndexCredentials
        ) {
            // What another build has downloaded is no part of the folder.
            let is_cache = |mount: &StepMount| matches!(mount, StepMount::Cache { .. });
            step.mounts.retain(|mount| !is_cache(mount));
            step.mounts
                .push(StepMount::bind(wheels, TargetPath::known(WHEELS)));
            // In the words of pip and of uv; they reach the builds that these start, too.
            for (name, value) in [
                ("PIP_FIND_LINKS", WHEELS),
                ("PIP_NO_INDEX", "1"),
                ("UV_FIND_LINKS", WHEELS),
                ("UV_OFFLINE", "1"),
            ] {
                step.env.retain(|(known, _)| known != name);
                step.env.push((name.to_owned(), value.to_owned()));
            }
        }
        step.network = StepNetwork::None;
    }
}
