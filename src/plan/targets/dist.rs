//! `wheel` and `sdist`: what is published of a project, alone in the root, for `--output`.
//!
//! `[wheel]` asks for more than the one wheel: one for each of several Pythons, the source distribution beside them and
//! each of them built from it, and wheels that run on other systems than the image.

use crate::context::ImageConfig;
use crate::diagnostic::{Diagnostics, rules};
use crate::plan::base::context::Purpose;
use crate::plan::base::script_runner::builder;
use crate::plan::base::{context, system_packages};
use crate::plan::model::{
    Notes, OutputFolder, PartId, PartKind, PlanBuilder, Step, StepMount, StepName, Tree,
};
use crate::plan::project::wheel;
use crate::plan::project::wheel::repair::Repair;
use crate::plan::project::wheel::{Build, Dist, Sources};
use crate::plan::request::bases;
use crate::plan::request::selection::Selection;
use crate::plan::request::site::Site;
use crate::plan::scripts::COLLECT_DISTS;
use crate::plan::targets::Built;
use crate::plan::uv::UvRunner;
use crate::values::TargetPath;

/// Adds the target.
pub(crate) fn build(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    dist: Dist,
    notes: &mut Notes,
) -> Result<Built, Diagnostics> {
    check(site, dist)?;
    let context = context::context(site, plan, Purpose::Wheel);
    let name = dist.name();
    let built = match dist {
        Dist::Sdist => vec![sdist(site, plan, context, notes)?],
        Dist::Wheel => wheels(site, plan, context, notes)?,
    };
    let part = match built[..] {
        [part] => part,
        _ => collected(site, plan, &built)?,
    };
    // uv leaves a `.gitignore` beside what it builds.
    let select = match built[..] {
        [_] => TargetPath::known(&format!("/*{}", dist.ending())),
        _ => TargetPath::root(),
    };
    let tree = Tree::path(part, &select, &TargetPath::root());
    let tree = plan.add(
        StepName::new(name, format!("lay out {name}")),
        None,
        PartKind::Tree(tree),
    );
    Ok((tree, ImageConfig::empty(&site.options.platform)))
}

/// What builds run on.
fn uv_runner<'s>(site: Site<'s>, plan: &mut PlanBuilder) -> Result<UvRunner<'s>, Diagnostics> {
    let base = system_packages::build_base(site, plan)?;
    UvRunner::new(site, base.root, plan)
}

fn sdist(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    context: PartId,
    notes: &mut Notes,
) -> Result<PartId, Diagnostics> {
    let uv = uv_runner(site, plan)?;
    let build = Build::of(Dist::Sdist, context);
    Ok(wheel::build(&uv, plan, build, &mut notes.warnings)?.part)
}

/// Adds the wheels, each in a part of its own, and before them the source distribution, if it is requested.
fn wheels(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    context: PartId,
    notes: &mut Notes,
) -> Result<Vec<PartId>, Diagnostics> {
    let spec = &site.spec.model.wheel;
    let repair = Repair::read(spec)?;
    if let Some(repair) = &repair {
        notes.choices.push(repair.choice());
    }
    let mut found = Vec::new();
    let mut from = Sources::Context(context);
    if spec.sdist.as_ref().is_some_and(|sdist| sdist.value) {
        let sdist = sdist(site, plan, context, notes)?;
        found.push(sdist);
        // What is published is complete then.
        from = Sources::Sdist(wheel::unpacked(site, plan, sdist)?);
    }
    let pythons = &site.selection.wheel_pythons;
    let selections: Vec<Selection> = match pythons[..] {
        [] => vec![site.selection.clone()],
        _ => (pythons.iter())
            .map(|python| site.selection.for_wheels(python))
            .collect(),
    };
    let mut oldest = None;
    for selection in &selections {
        let site = Site { selection, ..site };
        let before = plan.count();
        let uv = uv_runner(site, plan)?;
        let build = Build {
            dist: Dist::Wheel,
            sources: from,
            unless: oldest,
        };
        let mut told = Vec::new();
        let wheel = wheel::build(&uv, plan, build, &mut told)?.part;
        if oldest.is_none() && found.is_empty() {
            notes.warnings.extend(told);
        }
        oldest = oldest.or(Some(wheel));
        found.push(match &repair {
            Some(repair) => repair.repaired(&uv, plan, wheel)?,
            None => wheel,
        });
        if selections.len() > 1 {
            plan.name_python(before, selection.python);
        }
    }
    Ok(found)
}

/// Adds all of them in one folder.
fn collected(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    built: &[PartId],
) -> Result<PartId, Diagnostics> {
    let newest = site.selection.wheel_pythons.last();
    let selection = newest.map(|python| site.selection.for_wheels(python));
    let site = Site {
        selection: selection.as_ref().unwrap_or(site.selection),
        ..site
    };
    let root = builder(site, plan)?;
    let out = TargetPath::known("/mnt/out");
    let script = COLLECT_DISTS.path();
    let mut command = ["python3", "-SB", &script, out.as_str()]
        .map(str::to_owned)
        .to_vec();
    let mut mounts = vec![COLLECT_DISTS.mount(plan)];
    for (place, part) in built.iter().enumerate() {
        let at = TargetPath::known(&format!("/mnt/{place}"));
        command.push(at.to_string());
        mounts.push(StepMount::bind(*part, at));
    }
    let step = Step {
        env: bases::config(site, &site.selection.build_base)?.env(),
        mounts,
        ..Step::new(
            &site.options.platform,
            root,
            command,
            OutputFolder::empty(out),
        )
    };
    let title = StepName::new("wheel", "collect what was built");
    Ok(plan.add_step(title, None, step))
}

/// Only a package is published.
pub(crate) fn check(site: Site<'_>, dist: Dist) -> Result<(), Diagnostics> {
    if site.is_package()? {
        return Ok(());
    }
    let message = format!(
        "the project is no package, so there is no {} of it",
        dist.name()
    );
    let mut error = rules::NOT_A_PACKAGE.report(message);
    error = match &site.spec.model.package {
        Some(package) => error.at(&package.location).hint("remove `package = false`"),
        None => error
            .at(&site.facts.pyproject.place)
            .hint("write `[build-system]`, or `package = true` in `[tool.wheelwright]`"),
    };
    Err(error.into())
}
