//! The steps that run Pipenv.

use crate::diagnostic::Diagnostics;
use crate::lock::package_sources::check_sources;
use crate::lock::pipenv::pipfile::{PACKAGES, Pipfile};
use crate::lock::pipenv::reader::PipfileLock;
use crate::lock::pipenv::{LOCK, MANIFEST, Pipenv, check_packages, read_lock};
use crate::plan::installers::tool_steps::{Install, Relock};
use crate::plan::installers::{InstallRequest, Installed, Installer, Relocked, Upgrade};
use crate::plan::model::{PlanBuilder, Sharing};
use crate::plan::uv::UvRunner;
use crate::plan::uv::tool_env::ToolRun;
use crate::values::{PackageName, TextFile};

/// The download cache of Pipenv and of the pip in it, while a step runs.
const CACHE: &str = "/root/.cache/pipenv";

/// Pipenv with arguments.
fn pipenv<'r>(uv: &'r UvRunner<'_>, arguments: Vec<&'r str>) -> ToolRun<'r> {
    let venv = uv.site.spec.model.venv.as_str();
    ToolRun {
        arguments,
        env: vec![
            ("PIPENV_CACHE_DIR", CACHE),
            // Variables of the user's machine are none of the build.
            ("PIPENV_DONT_LOAD_ENV", "1"),
            // A build log is no terminal.
            ("PIPENV_NOSPIN", "1"),
            // That the environment is one that is active already is meant so.
            ("PIPENV_VERBOSITY", "-1"),
            // A question that nobody answers would wait for ever.
            ("PIPENV_YES", "1"),
            ("VIRTUAL_ENV", venv),
        ],
        // pip writes each file of its cache whole.
        cache: (CACHE, Sharing::Shared),
    }
}

/// Adds the environment; `groups` are the categories that are wanted.
fn install(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    lock: &PipfileLock,
    request: &InstallRequest,
    groups: &[String],
) -> Result<Installed, Diagnostics> {
    let pipfile = Pipfile::read(uv.site.facts)?;
    let files = vec![
        TextFile {
            name: MANIFEST.into(),
            text: pipfile.normalized(),
        },
        TextFile {
            name: LOCK.into(),
            text: lock.normalized(),
        },
    ];
    let categories = [PACKAGES]
        .into_iter()
        .chain(groups.iter().map(String::as_str));
    let categories: Vec<&str> = categories.collect();
    let categories = categories.join(" ");
    let arguments = vec![
        // Installs what is locked, and never locks.
        "sync",
        "--categories",
        &categories,
        // A later step compiles; bytecode of pip holds times.
        "--extra-pip-args=--no-compile",
    ];
    let install = Install {
        manifest: MANIFEST,
        lock: LOCK,
        files,
        check: None,
        run: pipenv(uv, arguments),
        origin: &pipfile.place,
    };
    install.add(uv, plan, request)
}

/// Adds the step that makes the lock file, as `pipenv lock` in the project's folder would.
fn relock(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    upgrade: &Upgrade,
) -> Result<Relocked, Diagnostics> {
    let pipfile = Pipfile::read(uv.site.facts)?;
    let arguments = match upgrade {
        // Pipenv keeps nothing of the lock that is there.
        Upgrade::None | Upgrade::All => vec!["lock"],
        Upgrade::Packages(packages) => {
            let names = packages.iter().map(PackageName::as_str);
            ["upgrade", "--lock-only"]
                .into_iter()
                .chain(names)
                .collect()
        }
    };
    let relock = Relock {
        manifest: (MANIFEST, pipfile.source.text()),
        lock: LOCK,
        settings: None,
        command: "pipenv lock",
        run: pipenv(uv, arguments),
        origin: &pipfile.place,
    };
    relock.add(uv, plan)
}

impl Installer for Pipenv {
    fn install(
        &self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        request: &InstallRequest,
    ) -> Result<Installed, Diagnostics> {
        let facts = uv.site.facts;
        let lock = read_lock(facts)?;
        let groups = request.set.all_groups(self, facts)?;
        check_packages(&lock, &groups)?;
        install(uv, plan, &lock, request, &groups)
    }

    fn lock(
        &self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        upgrade: &Upgrade,
    ) -> Result<Relocked, Diagnostics> {
        let site = uv.site;
        check_sources(&Pipfile::read(site.facts)?.sources, site.spec)?;
        relock(uv, plan, upgrade)
    }
}
