//! Without `uv.lock`: requirements files, or the manifest's own list, by `uv pip install`.

use crate::diagnostic::Diagnostics;
use crate::lock::requirements::{Asked, Extra, FOLDERS, REQUIREMENTS, asked};
use crate::lock::uv::settings_file;
use crate::plan::installers::InstallRequest;
use crate::plan::installers::requirements::{FILES, folder_lists, lists, whole};
use crate::plan::model::{
    OutputFolder, PartId, PartKind, PlanBuilder, Step, StepMount, StepName, StepNetwork,
};
use crate::plan::uv::UvRunner;
use crate::project::{Facts, PYPROJECT};
use crate::values::{TargetPath, TextFile};

/// Adds the environment; `development` are the groups of developers.
pub(crate) fn install(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    request: &InstallRequest,
    development: &[String],
) -> Result<PartId, Diagnostics> {
    let facts = uv.site.facts;
    let extra = Extra::of_set(uv.site.facts, &request.set, development);
    let asked = asked(facts, &extra)?;
    let mut environment = request.from;
    let python = uv.python();
    let pip_install = ["pip", "install", "--python", &python];
    if !asked.is_empty() {
        let title = StepName::new(
            request.stage,
            format!("install dependencies from {}", asked.what()),
        );
        let mut arguments = pip_install.to_vec();
        // A later step compiles, whatever `[tool.uv]` says.
        arguments.push("--no-compile-bytecode");
        let step = if facts.requirements.is_empty() {
            arguments.extend(["--requirements", PYPROJECT]);
            arguments.extend(extra.groups.iter().flat_map(|name| ["--group", name.value]));
            arguments.extend(extra.extras.iter().flat_map(|name| ["--extra", name.value]));
            let title = StepName::new("internal", "write normalized pyproject.toml");
            let files = plan.add(title, None, PartKind::Files(settings(facts)?));
            uv.environment_step(plan, &arguments, environment, files)
        } else {
            let lists = lists(uv.site, &asked, plan, settings(facts)?);
            let list = format!("{}{REQUIREMENTS}", lists.prefix);
            arguments.extend(["--requirements", &list]);
            if asked.is_hashed() {
                // uv takes hashes where they are, and asks for none that are missing.
                arguments.push("--require-hashes");
            }
            step(uv, plan, &arguments, environment, lists.mounts)
        };
        let step = PartKind::Step(Box::new(uv.fetching(step)));
        environment = plan.add(title, Some(&asked.origin), step);
    }
    environment = folders(uv, plan, (request.stage, environment), &asked);
    if environment == request.from {
        return Ok(environment);
    }
    let arguments = ["pip", "check", "--python", &python];
    let step = uv.step(&arguments, output(uv, environment), Vec::new());
    let environment = (request.stage, environment);
    Ok(whole(uv, plan, environment, &asked, step))
}

/// Adds the environment with the folders of the context, built anew.
fn folders(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    (stage, environment): (&str, PartId),
    asked: &Asked,
) -> PartId {
    let folders = asked.folders();
    if folders.is_empty() {
        return environment;
    }
    let lists = folder_lists(uv.site, asked, plan);
    let list = format!("{}{FOLDERS}", lists.prefix);
    let python = uv.python();
    let mut arguments = vec!["pip", "install", "--python", &python];
    arguments.extend([
        "--requirements",
        &list,
        "--no-compile-bytecode",
        // A cache might know yesterday's wheel.
        "--no-cache",
    ]);
    if asked.is_hashed() {
        // All that they need is in the list with hashes, or it is missing: what has none is not fetched.
        arguments.push("--no-deps");
    }
    let mut step = step(uv, plan, &arguments, environment, lists.mounts);
    step.network = StepNetwork::Indexes;
    let step = uv.with_repositories(step);
    let names: Vec<String> = folders.iter().map(|(path, _)| path.to_string()).collect();
    let title = StepName::new(stage, format!("install {}", names.join(", ")));
    plan.add_step(title, Some(&asked.origin), step)
}

fn output(uv: &UvRunner<'_>, environment: PartId) -> OutputFolder {
    OutputFolder::of(environment, uv.site.spec.model.venv.clone())
}

/// A step that changes an environment by what lists say.
fn step(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    arguments: &[&str],
    environment: PartId,
    mounts: Vec<StepMount>,
) -> Step {
    Step {
        directory: TargetPath::known(FILES),
        ..uv.install_step(
            plan,
            (&uv.python(), arguments),
            (output(uv, environment), uv.site.spec.model.venv.as_str()),
            mounts,
        )
    }
}

/// What uv reads of its own settings where it is started: they name indexes and sources.
fn settings(facts: &Facts) -> Result<Vec<TextFile>, Diagnostics> {
    let project = &facts.pyproject;
    let manifest = (project.is_there).then(|| TextFile {
        name: PYPROJECT.into(),
        text: project.normalized.clone(),
    });
    Ok(manifest.into_iter().chain(settings_file(facts)?).collect())
}
