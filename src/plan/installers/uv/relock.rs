//! `uv.lock`, made anew.

use crate::diagnostic::{Diagnostics, rules};
use crate::lock::uv::{LOCK, settings_file};
use crate::plan::base::context;
use crate::plan::base::context::Purpose;
use crate::plan::installers::{Relocked, Upgrade};
use crate::plan::model::{PartId, PartKind, PlanBuilder, StepName, StepNetwork, Tree};
use crate::plan::request::site::Site;
use crate::plan::request::version;
use crate::plan::request::version::hand_over::HandedOver;
use crate::plan::uv::UvRunner;
use crate::project::PYPROJECT;
use crate::values::{TargetPath, TextFile};

/// Adds the step: the same as `uv lock` in the project's folder.
pub(crate) fn relock(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    upgrade: &Upgrade,
) -> Result<Relocked, Diagnostics> {
    let facts = uv.site.facts;
    if let Some(around) = &facts.workspace {
        let message = "the target `lock` is not supported for a project that shares its lock yet";
        return Err(rules::LOCK_TARGET
            .report(message)
            .at(&facts.pyproject.dependencies_location)
            .hint(format!("run `uv lock` in the folder `{}`", around.folder))
            .into());
    }
    let mut files = vec![TextFile {
        name: PYPROJECT.into(),
        text: facts.pyproject.source.text().to_owned(),
    }];
    if let Some(lock) = facts.text(LOCK) {
        // uv keeps the versions in it, as far as they fit.
        files.push(TextFile {
            name: LOCK.into(),
            text: lock?.text().to_owned(),
        });
    }
    files.extend(settings_file(facts)?);
    let title = StepName::new("internal", "write pyproject.toml and uv.lock");
    let files = plan.add(title, None, PartKind::Files(files));
    let (files, handed_over) = with_sources(uv.site, plan, files)?;
    let mut arguments = vec!["lock"];
    match upgrade {
        Upgrade::None => {}
        Upgrade::All => arguments.push("--upgrade"),
        Upgrade::Packages(packages) => arguments.extend(
            packages
                .iter()
                .flat_map(|package| ["--upgrade-package", package.as_str()]),
        ),
    }
    let mut step = uv.fetching(uv.step_on_files(&arguments, files));
    if let Some(version) = handed_over {
        version.to(&mut step, plan);
    }
    // The project's own settings name the indexes that come into its lock.
    step.network = StepNetwork::IndexCredentials;
    // What an index has today is no part of any key.
    let part = plan.add_always_run_step(
        StepName::new("lock", "run uv lock"),
        Some(&facts.pyproject.dependencies_location),
        step,
    );
    Ok(Relocked { part, file: LOCK })
}

/// The files with the sources below them, and what builds of those need: uv has a version that is not stated told by
/// the build backend.
fn with_sources(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    files: PartId,
) -> Result<(PartId, Option<HandedOver>), Diagnostics> {
    if !site.facts.pyproject.is_dynamic("version") {
        return Ok((files, None));
    }
    // Problems of the version are reported where it is used.
    let version = version::of_wheel(site, &mut Vec::new())?;
    let context = context::context(site, plan, Purpose::Wheel);
    let tree = PartKind::Tree(Tree::whole(context, &TargetPath::root()));
    let base = plan.add(StepName::new("lock", "copy project files"), None, tree);
    let above = plan.layer(
        "lock",
        "manifest and lock",
        None,
        Tree::whole(files, &TargetPath::root()),
    );
    let layers = vec![above];
    let joined = plan.add(
        StepName::new("lock", "join files"),
        None,
        PartKind::Merge { base, layers },
    );
    Ok((joined, Some(version.handed_over)))
}
