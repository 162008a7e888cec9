//! The steps that run Poetry.

use std::str::FromStr;

use pep440_rs::Version;

use crate::diagnostic::Diagnostics;
use crate::lock::Tool;
use crate::lock::local_packages::no_relock;
use crate::lock::package_sources::check_sources;
use crate::lock::poetry::local_packages::Asked;
use crate::lock::poetry::manifest::Manifest;
use crate::lock::poetry::reader::PoetryLock;
use crate::lock::poetry::{LOCK, Poetry, SETTINGS, local_packages, manifest, read_lock};
use crate::plan::installers::tool_steps::{Install, Relock};
use crate::plan::installers::{InstallRequest, Installed, Installer, Relocked, Upgrade};
use crate::plan::model::{PlanBuilder, Sharing};
use crate::plan::uv::UvRunner;
use crate::plan::uv::tool_env::ToolRun;
use crate::project::PYPROJECT;
use crate::values::{PackageName, TextFile};

/// Poetry's download cache while a step runs.
const CACHE: &str = "/root/.cache/pypoetry";

/// Poetry with arguments.
fn poetry<'r>(uv: &'r UvRunner<'_>, arguments: Vec<&'r str>) -> ToolRun<'r> {
    let venv = uv.site.spec.model.venv.as_str();
    ToolRun {
        arguments,
        env: vec![
            ("POETRY_CACHE_DIR", CACHE),
            // There is none, and looking for one may wait for a desktop.
            ("POETRY_KEYRING_ENABLED", "false"),
            // A question that nobody answers would wait for ever.
            ("POETRY_NO_INTERACTION", "1"),
            // The environment is the one that is active.
            ("POETRY_VIRTUALENVS_CREATE", "false"),
            ("VIRTUAL_ENV", venv),
        ],
        // It writes downloads to their final place, where another Poetry would find them half done.
        cache: (CACHE, Sharing::Locked),
    }
}

/// Adds the environment; `groups` are the groups that are wanted.
fn install(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    lock: &PoetryLock,
    request: &InstallRequest,
    groups: &[String],
) -> Result<Installed, Diagnostics> {
    let mut files = manifest::normalized(uv.site.facts)?;
    files.push(TextFile {
        name: LOCK.into(),
        text: lock.neutral_text(),
    });
    let mut only = vec!["main"];
    only.extend(groups.iter().map(String::as_str));
    let only = only.join(",");
    let mut arguments = vec![
        "install",
        // What is named, and no group beside it.
        "--only",
        &only,
        // The project's own wheel is a part of its own, so that a change of code installs nothing here.
        "--no-root",
        // No folder is there: packages in folders are wheels of their own, and what they need is in the lock.
        "--no-directory",
        // A build log is no terminal.
        "--no-ansi",
    ];
    arguments.extend(
        request
            .set
            .extras
            .iter()
            .flat_map(|extra| ["--extras", extra]),
    );
    let install = Install {
        manifest: PYPROJECT,
        lock: LOCK,
        files,
        check: None,
        run: poetry(uv, arguments),
        origin: &uv.site.facts.pyproject.dependencies_location,
    };
    install.add(uv, plan, request)
}

/// Adds the step that makes the lock file, as `poetry lock` in the project's folder would.
fn relock(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    upgrade: &Upgrade,
) -> Result<Relocked, Diagnostics> {
    let facts = uv.site.facts;
    no_relock(facts, "poetry lock")?;
    let mut arguments = match upgrade {
        // Poetry 1 upgrades what it is not told to keep, and Poetry 2 keeps what it is not told to upgrade.
        Upgrade::None if is_poetry_1(uv) => vec!["lock", "--no-update"],
        Upgrade::All if is_poetry_1(uv) => vec!["lock"],
        Upgrade::None => vec!["lock"],
        Upgrade::All => vec!["lock", "--regenerate"],
        Upgrade::Packages(_) => vec!["update", "--lock"],
    };
    arguments.push("--no-ansi");
    if let Upgrade::Packages(packages) = upgrade {
        arguments.extend(packages.iter().map(PackageName::as_str));
    }
    let relock = Relock {
        manifest: (PYPROJECT, facts.pyproject.source.text()),
        lock: LOCK,
        settings: Some(SETTINGS),
        command: "poetry lock",
        run: poetry(uv, arguments),
        origin: &facts.pyproject.dependencies_location,
    };
    relock.add(uv, plan)
}

fn is_poetry_1(uv: &UvRunner<'_>) -> bool {
    let Tool::Packages(packages) = &uv.site.selection.tool else {
        return false;
    };
    Version::from_str(&packages.version).is_ok_and(|version| version.release().first() == Some(&1))
}

impl Installer for Poetry {
    fn install(
        &self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        request: &InstallRequest,
    ) -> Result<Installed, Diagnostics> {
        let facts = uv.site.facts;
        let lock = read_lock(facts)?;
        let groups = request.set.all_groups(self, facts)?;
        let names = (groups.as_slice(), request.set.extras.as_slice());
        let asked = Asked::new(names, String::as_str, uv.site.marker_environment());
        local_packages::check(&lock, facts, &asked)?;
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
