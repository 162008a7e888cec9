//! The steps that run PDM.

use crate::diagnostic::Diagnostics;
use crate::lock::local_packages::no_relock;
use crate::lock::package_sources::check_sources;
use crate::lock::pdm::manifest::Manifest;
use crate::lock::pdm::reader::PdmLock;
use crate::lock::pdm::{LOCK, Pdm, SETTINGS, local_packages, locked_names, manifest, read_lock};
use crate::plan::installers::tool_steps::{Install, Relock};
use crate::plan::installers::{InstallRequest, Installed, Installer, Relocked, Upgrade};
use crate::plan::model::{PlanBuilder, Sharing};
use crate::plan::uv::UvRunner;
use crate::plan::uv::tool_env::ToolRun;
use crate::project::PYPROJECT;
use crate::values::{PackageName, TextFile};

/// PDM's download cache while a step runs.
const CACHE: &str = "/root/.cache/pdm";

/// PDM with arguments.
fn pdm<'r>(uv: &'r UvRunner<'_>, arguments: Vec<&'r str>) -> ToolRun<'r> {
    let venv = uv.site.spec.model.venv.as_str();
    ToolRun {
        arguments,
        env: vec![
            ("PDM_CACHE_DIR", CACHE),
            // The version is ours to choose.
            ("PDM_CHECK_UPDATE", "0"),
            // A path of the user's machine means nothing here.
            ("PDM_IGNORE_SAVED_PYTHON", "1"),
            // The environment is the one that is active, or the step fails.
            ("PDM_USE_VENV", "1"),
            ("VIRTUAL_ENV", venv),
        ],
        // Its lists of hashes and of metadata are written without a lock.
        cache: (CACHE, Sharing::Locked),
    }
}

/// Adds the environment; `groups` are the development groups that are wanted.
fn install(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    lock: &PdmLock,
    request: &InstallRequest,
    groups: &[String],
) -> Result<Installed, Diagnostics> {
    let facts = uv.site.facts;
    let (manifest, locked) = local_packages::left(lock, facts);
    let file = |name: &'static str, text| TextFile {
        name: name.into(),
        text,
    };
    let mut files = vec![file(PYPROJECT, manifest)];
    files.extend(manifest::settings(facts)?);
    files.push(file(LOCK, locked));
    let mut arguments = vec![
        // Installs what is locked, and never locks.
        "sync",
        // The project's own wheel is a part of its own, so that a change of code installs nothing here.
        "--no-self",
        // What is installed is copied, not linked to folders that the runtime does not have.
        "--no-editable",
    ];
    if groups.is_empty() {
        // No development group but those that are named; PDM refuses it beside one.
        arguments.push("--prod");
    }
    // PDM has one name space for groups and extras.
    let named = groups.iter().chain(&request.set.extras);
    arguments.extend(named.flat_map(|name| ["--group", name]));
    let install = Install {
        manifest: PYPROJECT,
        lock: LOCK,
        files,
        // PDM compares the inputs itself.
        check: lock
            .records_inputs
            .then(|| pdm(uv, vec!["lock", "--check"])),
        run: pdm(uv, arguments),
        origin: &facts.pyproject.dependencies_location,
    };
    install.add(uv, plan, request)
}

/// Adds the step that makes the lock file, as `pdm lock` in the project's folder would.
fn relock(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    upgrade: &Upgrade,
) -> Result<Relocked, Diagnostics> {
    let facts = uv.site.facts;
    no_relock(facts, "pdm lock")?;
    let mut arguments = match upgrade {
        // Alone, it would upgrade all.
        Upgrade::None => vec!["lock", "--update-reuse"],
        Upgrade::All => vec!["lock"],
        // It writes the lock and neither installs nor changes the manifest.
        Upgrade::Packages(_) => vec!["update", "--no-sync", "--update-reuse"],
    };
    // Scripts of the project that hook into PDM need its code.
    arguments.push("--skip=:all");
    if let Upgrade::Packages(packages) = upgrade {
        arguments.extend(packages.iter().map(PackageName::as_str));
    }
    let relock = Relock {
        manifest: (PYPROJECT, facts.pyproject.source.text()),
        lock: LOCK,
        settings: Some(SETTINGS),
        command: "pdm lock",
        run: pdm(uv, arguments),
        origin: &facts.pyproject.dependencies_location,
    };
    relock.add(uv, plan)
}

impl Installer for Pdm {
    fn install(
        &self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        request: &InstallRequest,
    ) -> Result<Installed, Diagnostics> {
        let facts = uv.site.facts;
        let lock = read_lock(facts)?;
        let groups = request.set.all_groups(self, facts)?;
        let names = locked_names(&groups, &request.set);
        let environment = uv.site.marker_environment();
        local_packages::check(&lock, facts, environment, &names)?;
        install(uv, plan, &lock, request, &groups)
    }

    fn lock(
        &self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        upgrade: &Upgrade,
    ) -> Result<Relocked, Diagnostics> {
        let site = uv.site;
        check_sources(&Manifest::read(site.facts)?.sources, site.spec)?;
        relock(uv, plan, upgrade)
    }
}
