//! The steps of pip.

use crate::diagnostic::{Diagnostics, rules};
use crate::lock::PackageManager;
use crate::lock::pip::{PIN, Pip};
use crate::lock::requirements::{Asked, Extra, FOLDERS, REQUIREMENTS, asked};
use crate::plan::installers::requirements::{self, folder_lists, lists, whole};
use crate::plan::installers::{InstallRequest, Installed, Installer, Relocked, Upgrade};
use crate::plan::model::{
    Environment, NORMAL_TIME, OutputFolder, PartId, PlanBuilder, Sharing, Step, StepMount,
    StepName, StepNetwork,
};
use crate::plan::request::site::Site;
use crate::plan::uv::UvRunner;
use crate::plan::uv::tool_env::{InstalledTool, ToolRun};
use crate::values::TargetPath;

/// pip's cache of downloads and of wheels that it built.
const CACHE: &str = "/root/.cache/pip";

/// Adds the environment.
fn install(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    request: &InstallRequest,
    asked: &Asked,
) -> Result<Installed, Diagnostics> {
    let tool = uv.tool(plan)?;
    let pip = PipRun { uv, tool };
    let mut environment = request.from;
    if !asked.is_empty() {
        let lists = lists(uv.site, asked, plan, Vec::new());
        let list = format!("{}{REQUIREMENTS}", lists.prefix);
        let mut arguments = install_from(&list);
        if asked.is_hashed() {
            // pip does so by itself; what is to be true is said.
            arguments.push("--require-hashes");
        }
        let step = pip.step(&arguments, environment, lists.mounts, With::Cache)?;
        let what = asked.what();
        let title = StepName::new(request.stage, format!("install dependencies from {what}"));
        environment = plan.add_step(title, Some(&asked.origin), step);
    }
    let folders = asked.folders();
    if !folders.is_empty() {
        let lists = folder_lists(uv.site, asked, plan);
        let list = format!("{}{FOLDERS}", lists.prefix);
        let mut arguments = install_from(&list);
        // A cache might know yesterday's wheel.
        arguments.push("--no-cache-dir");
        if asked.is_hashed() {
            // All that they need is in the list with hashes, or it is missing: what has none is not fetched.
            arguments.push("--no-deps");
        }
        let step = pip.step(&arguments, environment, lists.mounts, With::Indexes)?;
        let names: Vec<String> = folders.iter().map(|(path, _)| path.to_string()).collect();
        let title = StepName::new(request.stage, format!("install {}", names.join(", ")));
        environment = plan.add_step(title, Some(&asked.origin), step);
    }
    if environment != request.from {
        let mut step = pip.step(&["check"], environment, Vec::new(), With::Nothing)?;
        step.directory = TargetPath::root();
        environment = whole(uv, plan, (request.stage, environment), asked, step);
    }
    Ok(Installed {
        tool: pip.tool.layer(plan),
        dependencies: Environment::single(environment),
    })
}

fn install_from(list: &str) -> Vec<&str> {
    vec![
        "install",
        "--requirement",
        list,
        // A later step compiles.
        "--no-compile",
    ]
}

/// pip at its place.
struct PipRun<'b, 'a> {
    uv: &'b UvRunner<'a>,
    tool: InstalledTool,
}

/// What else a step of pip has.
#[derive(Clone, Copy, PartialEq)]
enum With {
    /// Indexes, and the cache.
    Cache,
    /// Indexes alone.
    Indexes,
    /// No network.
    Nothing,
}

impl PipRun<'_, '_> {
    /// A step of pip that changes an environment by what lists say.
    fn step(
        &self,
        arguments: &[&str],
        environment: PartId,
        mounts: Vec<StepMount>,
        with: With,
    ) -> Result<Step, Diagnostics> {
        let python = self.uv.python();
        // pip is not in the environment, which is shipped.
        let place = ["--python", &python];
        let epoch = NORMAL_TIME.to_string();
        let run = ToolRun {
            arguments: place.into_iter().chain(arguments.iter().copied()).collect(),
            env: vec![
                ("PIP_CACHE_DIR", CACHE),
                // Nobody would read that there is a newer one, which is not the one that was tested.
                ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
                // Nobody could answer.
                ("PIP_NO_INPUT", "1"),
                // A progress bar is noise in a build log.
                ("PIP_PROGRESS_BAR", "off"),
                // Root is who builds.
                ("PIP_ROOT_USER_ACTION", "ignore"),
                // The times in what is built from sources (reproducible-builds.org).
                ("SOURCE_DATE_EPOCH", &epoch),
            ],
            // pip replaces whole files there.
            cache: (CACHE, Sharing::Shared),
        };
        let output = OutputFolder::of(environment, self.uv.site.spec.model.venv.clone());
        let mut step = self.tool.step(self.uv, &run, output)?;
        if with != With::Cache {
            let is_cache = |mount: &StepMount| matches!(mount, StepMount::Cache { .. });
            step.mounts.retain(|mount| !is_cache(mount));
        }
        step.network = match with {
            With::Nothing => StepNetwork::None,
            _ => StepNetwork::Indexes,
        };
        step.mounts.extend(mounts);
        Ok(match with {
            With::Nothing => step,
            _ => self.uv.with_repositories(step),
        })
    }
}

impl Installer for Pip {
    fn check_site(&self, site: Site<'_>) -> Result<(), Diagnostics> {
        self.check_lock(site.spec, site.facts)?;
        requirements::check(site)
    }

    fn install(
        &self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        request: &InstallRequest,
    ) -> Result<Installed, Diagnostics> {
        let development = self.development_groups(uv.site.facts)?;
        let extra = Extra::of_set(uv.site.facts, &request.set, &development);
        let asked = asked(uv.site.facts, &extra)?;
        install(uv, plan, request, &asked)
    }

    fn lock(
        &self,
        uv: &UvRunner<'_>,
        _: &mut PlanBuilder,
        _: &Upgrade,
    ) -> Result<Relocked, Diagnostics> {
        let error =
            rules::LOCK_TARGET.report("pip has no lock file, which the target `lock` would make");
        let place = &uv.site.facts.pyproject.place;
        Err(error
            .at(place)
            .hint(format!("pin the versions with `{PIN}` on your machine"))
            .into())
    }
}
