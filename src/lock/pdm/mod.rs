//! PDM: `pdm.lock`, installed by PDM itself.
//!
//! Selected by `pdm.lock`, or by `[tool.pdm]`. The dependency step sees the manifest and the lock in a form in which
//! only dependencies count; it installs with `pdm sync`, so sources, hashes, markers, overrides and groups mean what
//! PDM says they mean.

pub(crate) mod local_packages;
pub(crate) mod manifest;
pub(crate) mod reader;
mod stale;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned, rules};
use crate::lock::package_sources::check_sources;
use crate::lock::pdm::manifest::Manifest;
use crate::lock::pdm::reader::PdmLock;
use crate::lock::problems::unknown_names;
use crate::lock::{
    BuildSettings, DependencySet, IndexLogin, Lock, MarkerEnvironment, PackageManager, Tool,
    ToolPackages, credentials_in_files, package_sources, problems,
};
use crate::project::Facts;
use crate::project::workspace::LocalPackage;
use crate::spec::Spec;
use crate::values::normalized_name;

pub(crate) const LOCK: &str = "pdm.lock";
/// PDM's own settings of a project.
pub(crate) const SETTINGS: &str = "pdm.toml";
/// `pdm lock` alone upgrades all that is locked.
pub(crate) const RELOCK: &str = "run `pdm lock --update-reuse` and commit `pdm.lock`";

/// The PDM that this release is tested with, and all that it needs (CONTRIBUTING says how to renew it).
pub(crate) const PINNED_VERSION: &str = "2.29.3";
pub(crate) const CLOSURE: &str = include_str!("tool.txt");

pub(crate) struct Pdm;

impl PackageManager for Pdm {
    fn name(&self) -> &'static str {
        "pdm"
    }

    fn lock_files(&self) -> &'static [&'static str] {
        &[LOCK]
    }

    fn lock_command(&self) -> &'static str {
        "pdm lock"
    }

    fn settings(&self) -> &'static [&'static str] {
        &[SETTINGS]
    }

    fn tool(&self, spec: &Spec, _: &Facts) -> Result<Tool, Diagnostics> {
        let packages = ToolPackages::pinned("pdm", PINNED_VERSION, CLOSURE, spec)?;
        Ok(Tool::Packages(packages))
    }

    fn locked(&self, facts: &Facts) -> Result<Option<Arc<dyn Lock>>, Diagnostics> {
        if facts.text(LOCK).is_none() {
            return Ok(None);
        }
        Ok(Some(read_lock(facts)?))
    }

    fn package(&self, facts: &Facts) -> Result<Option<Spanned<bool>>, Diagnostics> {
        Ok(Manifest::read(facts)?.distribution)
    }

    fn credentials_in_files(&self, facts: &Facts) -> Vec<Diagnostic> {
        let tables = ["tool.pdm.dev-dependencies", "tool.pdm.resolution"];
        let mut told = credentials_in_files::in_manifests(facts, &tables);
        told.extend(credentials_in_files::in_file(facts, LOCK));
        if let Ok(manifest) = Manifest::read(facts) {
            told.extend(package_sources::written(&manifest.sources));
        }
        told
    }

    fn check_lock(&self, spec: &Spec, facts: &Facts) -> Result<(), Diagnostics> {
        let mut problems = problems::dynamic_dependencies(&facts.pyproject, "PDM");
        let lock = Diagnostics::gather(read_lock(facts), &mut problems);
        let manifest = Diagnostics::gather(Manifest::read(facts), &mut problems);
        if let Some(manifest) = manifest {
            Diagnostics::gather(check_sources(&manifest.sources, spec), &mut problems);
            let unknown = unknown(spec, facts, &manifest);
            match &lock {
                Some(lock) if unknown.is_empty() => problems.extend(not_locked(spec, lock)),
                _ => problems.extend(unknown),
            }
        }
        if let Some(lock) = &lock {
            let fits = lock
                .check_format(spec)
                .and_then(|()| stale::check(lock, facts));
            Diagnostics::gather(fits, &mut problems);
        }
        Diagnostics::split(problems).map(drop)
    }

    fn check(
        &self,
        spec: &Spec,
        facts: &Facts,
        environment: MarkerEnvironment,
    ) -> Result<(), Diagnostics> {
        let mut problems = Vec::new();
        Diagnostics::gather(self.check_lock(spec, facts), &mut problems);
        if let Ok(lock) = read_lock(facts) {
            let names = {
                let model = &spec.model;
                let names = model.groups.iter().chain(&model.extras);
                names
                    .map(|name| normalized_name(&name.value))
                    .collect::<Vec<_>>()
            };
            Diagnostics::gather(
                local_packages::check(&lock, facts, environment, &names),
                &mut problems,
            );
        }
        Diagnostics::split(problems).map(drop)
    }

    fn build_settings(&self, facts: &Facts, _: &[String]) -> Result<BuildSettings, Diagnostics> {
        Ok(package_sources::build_settings(
            &Manifest::read(facts)?.sources,
        ))
    }

    fn index_logins(&self, facts: &Facts) -> Result<Vec<IndexLogin>, Diagnostics> {
        Ok(package_sources::logins(&Manifest::read(facts)?.sources))
    }

    fn groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        Ok(Manifest::read(facts)?.groups)
    }

    fn development_groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        let mut groups = Manifest::read(facts)?.groups;
        if facts.text(LOCK).is_some() {
            // As `pdm install`: those that are locked.
            let lock = read_lock(facts)?;
            groups.retain(|group| lock.has_group(group));
        }
        Ok(groups)
    }

    fn local_packages(&self, facts: &Facts) -> Option<Vec<LocalPackage>> {
        let lock = read_lock(facts).ok();
        Some(lock.map_or(Vec::new(), |lock| local_packages::all(&lock, facts)))
    }

    fn members(
        &self,
        facts: &Facts,
        set: &DependencySet,
        environment: MarkerEnvironment,
    ) -> Result<Vec<String>, Diagnostics> {
        let names = locked_names(&set.all_groups(self, facts)?, set);
        let lock = read_lock(facts)?;
        let members = local_packages::wanted(&lock, facts, environment, &names);
        let names = members.into_iter().map(|package| package.name.clone());
        Ok(names.collect())
    }
}

/// The names of groups and extras, as the lock has them.
pub(crate) fn locked_names(groups: &[String], set: &DependencySet) -> Vec<String> {
    let names = groups.iter().chain(&set.extras);
    names.map(|name| normalized_name(name)).collect()
}

/// The lock, which is read once.
pub(crate) fn read_lock(facts: &Facts) -> Result<Arc<PdmLock>, Diagnostics> {
    facts.memo.once(|| match facts.text(LOCK) {
        Some(source) => PdmLock::parse(&source?),
        None => Err(problems::no_lock(facts, LOCK, "pdm lock").into()),
    })
}

/// The groups and extras that the spec asks for are there.
fn unknown(spec: &Spec, facts: &Facts, manifest: &Manifest) -> Vec<Diagnostic> {
    let groups: Vec<&str> = manifest.groups.iter().map(String::as_str).collect();
    let extras = facts.pyproject.extras.iter();
    let extras: Vec<&str> = extras.map(|(name, _)| name.value.as_str()).collect();
    let of_groups = ("dependency group", "dependency-groups");
    let mut problems = unknown_names(of_groups, &spec.model.groups, &groups);
    let of_extras = ("extra", "project.optional-dependencies");
    problems.extend(unknown_names(of_extras, &spec.model.extras, &extras));
    problems
}

/// Those that the spec selects and that PDM was configured to leave out of the lock file.
fn not_locked(spec: &Spec, lock: &PdmLock) -> Vec<Diagnostic> {
    let names = spec.model.groups.iter().chain(&spec.model.extras);
    let missing = names.filter(|name| !lock.has_group(&name.value));
    let told = missing.map(|name| {
        rules::OUTDATED_LOCK
            .report(format!("`pdm.lock` does not lock `{}`", name.value))
            .at(&name.location)
            .hint("run `pdm lock --update-reuse -G :all` and commit `pdm.lock`")
    });
    told.collect()
}
