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
use crate::plan::model::{PartKind, Parts};
use crate::plan::request::site::Site;
use crate::plan::uv::Bench;

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
        bench: &Bench<'_>,
        parts: &mut Parts,
        request: &InstallRequest,
    ) -> Result<Installed, Diagnostics> {
        let facts = bench.site.facts;
        let unlocked = match Origin::of(facts)? {
            Origin::Lock => None,
            Origin::Pylock => Some(pylock::install(
                bench,
                parts,
                request,
                &*lock::pylock::read(facts)?,
            )),
            Origin::Files | Origin::Manifest => {
                let development = self.development_groups(facts)?;
                Some(unlocked::install(bench, parts, request, &development)?)
            }
        };
        if let Some(dependencies) = unlocked {
            let tool = bench.uv_layer(parts);
            return Ok(Installed { tool, dependencies });
        }
        let lock = read_lock(facts)?;
        let files = match &facts.workspace {
            Some(around) => workspace::files(facts, around, &lock)?,
            None => files(facts, &lock)?,
        };
        let title = "[internal] write normalised pyproject.toml and uv.lock";
        let project = parts.add(title, None, PartKind::Written(files));
        let whole = (project, &*lock);
        let installed = if bench.site.spec.model.network.offline.is_some() {
            sync::install_offline(bench, parts, whole, request)
        } else {
            sync::install(bench, parts, whole, request)
        };
        let dependencies = sync::check(bench, parts, installed, whole, request);
        let tool = bench.uv_layer(parts);
        Ok(Installed { tool, dependencies })
    }

    fn lock(
        &self,
        bench: &Bench<'_>,
        parts: &mut Parts,
        upgrade: &Upgrade,
    ) -> Result<Relocked, Diagnostics> {
        relock::relock(bench, parts, upgrade)
    }
}
