//! The steps of uv: `uv sync` from `uv.lock`; else `uv pip` from `pylock.toml`, requirements files or the manifest.

mod pylock;
mod relock;
mod sync;
mod unlocked;

use crate::diagnostic::Diagnostics;
use crate::lock::uv::{Origin, Uv, files, read_lock, workspace};
use crate::lock::{self, PackageManager};
use crate::plan::installers::{
    InstallRequest, Installed, Installer, Relocked, Upgrade, requirements,
};
use crate::plan::model::{Environment, PartKind, PlanBuilder, StepName};
use crate::plan::request::site::Site;
use crate::plan::uv::UvRunner;

impl Installer for Uv {
    fn check_site(&self, site: Site<'_>) -> Result<(), Diagnostics> {
        self.check_lock(site.spec, site.facts)?;
        match Origin::of(site.facts)? {
            Origin::Lock | Origin::Pylock => Ok(()),
            Origin::Files | Origin::Manifest => requirements::check(site),
        }
    }

    fn install(
        &self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        request: &InstallRequest,
    ) -> Result<Installed, Diagnostics> {
        let facts = uv.site.facts;
        let unlocked = match Origin::of(facts)? {
            Origin::Lock => None,
            Origin::Pylock => Some(pylock::install(
                uv,
                plan,
                request,
                &*lock::pylock::read(facts)?,
            )),
            Origin::Files | Origin::Manifest => {
                let development = self.development_groups(facts)?;
                Some(unlocked::install(uv, plan, request, &development)?)
            }
        };
        if let Some(dependencies) = unlocked {
            let tool = uv.uv_layer(plan);
            return Ok(Installed {
                tool,
                dependencies: Environment::single(dependencies),
            });
        }
        let lock = read_lock(facts)?;
        let files = match &facts.workspace {
            Some(around) => workspace::files(facts, around, &lock)?,
            None => files(facts, &lock)?,
        };
        let title = StepName::new("internal", "write normalized pyproject.toml and uv.lock");
        let project = plan.add(title, None, PartKind::Files(files));
        let whole = (project, &*lock);
        let installed = if uv.site.spec.model.network.offline.is_some() {
            sync::install_offline(uv, plan, whole, request)
        } else {
            sync::install(uv, plan, whole, request)
        };
        let dependencies = sync::check(uv, plan, installed, whole, request);
        let tool = uv.uv_layer(plan);
        Ok(Installed {
            tool,
            dependencies: Environment::single(dependencies),
        })
    }

    fn lock(
        &self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        upgrade: &Upgrade,
    ) -> Result<Relocked, Diagnostics> {
        relock::relock(uv, plan, upgrade)
    }
}
