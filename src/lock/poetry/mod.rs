//! Poetry: `poetry.lock` of Poetry 1 and 2, installed by Poetry itself.
//!
//! Selected by `poetry.lock`, or by `[tool.poetry]`. The dependency step sees the manifest in a form in which only
//! dependencies count, and the lock; it installs with `poetry install`, so sources, hashes, markers, groups and extras
//! mean what Poetry says they mean.

pub(crate) mod local_packages;
pub(crate) mod manifest;
mod needs;
pub(crate) mod reader;
mod stale;
mod version;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::lock::package_sources::check_sources;
use crate::lock::poetry::local_packages::Asked;
use crate::lock::poetry::manifest::Manifest;
use crate::lock::poetry::reader::PoetryLock;
use crate::lock::problems::unknown_names;
use crate::lock::{
    BuildSettings, DependencySet, Lock, MarkerEnvironment, PackageManager, Tool,
    credentials_in_files, package_sources, problems,
};
use crate::project::Facts;
use crate::project::workspace::LocalPackage;
use crate::spec::Spec;

pub(crate) const LOCK: &str = "poetry.lock";
/// Poetry's own settings of a project.
pub(crate) const SETTINGS: &str = "poetry.toml";
pub(crate) const RELOCK: &str = "run `poetry lock` and commit `poetry.lock`";

/// The Poetry that this release is tested with, and all that it needs (CONTRIBUTING says how to renew it).
pub(crate) const PINNED_VERSION: &str = "2.5.1";
pub(crate) const CLOSURE: &str = include_str!("tool.txt");

pub(crate) struct Poetry;

impl PackageManager for Poetry {
    fn name(&self) -> &'static str {
        "poetry"
    }

    fn lock_files(&self) -> &'static [&'static str] {
        &[LOCK]
    }

    fn lock_command(&self) -> &'static str {
        "poetry lock"
    }

    fn settings(&self) -> &'static [&'static str] {
        &[SETTINGS]
    }

    fn tool(&self, spec: &Spec, facts: &Facts) -> Result<Tool, Diagnostics> {
        Ok(Tool::Packages(version::packages(spec, facts)?))
    }

    fn locked(&self, facts: &Facts) -> Result<Option<Arc<dyn Lock>>, Diagnostics> {
        if facts.text(LOCK).is_none() {
            return Ok(None);
        }
        Ok(Some(read_lock(facts)?))
    }

    fn package(&self, facts: &Facts) -> Result<Option<Spanned<bool>>, Diagnostics> {
        Ok(Manifest::read(facts)?.package_mode)
    }

    fn credentials_in_files(&self, facts: &Facts) -> Vec<Diagnostic> {
        let tables = [
            "tool.poetry.dependencies",
            "tool.poetry.dev-dependencies",
            "tool.poetry.group",
        ];
        let mut told = credentials_in_files::in_manifests(facts, &tables);
        told.extend(credentials_in_files::in_file(facts, LOCK));
        if let Ok(manifest) = Manifest::read(facts) {
            told.extend(
                manifest
                    .credentials
                    .iter()
                    .map(package_sources::credentials_at),
            );
            told.extend(package_sources::written(&manifest.sources));
        }
        told
    }

    fn check_lock(&self, spec: &Spec, facts: &Facts) -> Result<(), Diagnostics> {
        let mut problems = Vec::new();
        let lock = Diagnostics::gather(read_lock(facts), &mut problems);
        if let Some(manifest) = Diagnostics::gather(Manifest::read(facts), &mut problems) {
            problems.extend(unknown(spec, &manifest));
            Diagnostics::gather(check_sources(&manifest.sources, spec), &mut problems);
            if let Some(lock) = &lock {
                let fits = lock
                    .check_format()
                    .and_then(|()| stale::check(lock, &manifest, facts));
                Diagnostics::gather(fits, &mut problems);
            }
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
            let model = &spec.model;
            let names = (model.groups.as_slice(), model.extras.as_slice());
            let asked = Asked::new(names, |name| &name.value, environment);
            Diagnostics::gather(local_packages::check(&lock, facts, &asked), &mut problems);
        }
        Diagnostics::split(problems).map(drop)
    }

    fn build_settings(&self, facts: &Facts, _: &[String]) -> Result<BuildSettings, Diagnostics> {
        Ok(package_sources::build_settings(
            &Manifest::read(facts)?.sources,
        ))
    }

    fn knows_index_names(&self) -> bool {
        true
    }

    fn groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        let groups = Manifest::read(facts)?.groups.into_iter();
        Ok(groups.map(|group| group.name).collect())
    }

    fn development_groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        let groups = Manifest::read(facts)?.groups.into_iter();
        let groups = groups.filter(|group| !group.is_optional);
        Ok(groups.map(|group| group.name).collect())
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
        let groups = set.all_groups(self, facts)?;
        let names = (groups.as_slice(), set.extras.as_slice());
        let asked = Asked::new(names, String::as_str, environment);
        let lock = read_lock(facts)?;
        let members = local_packages::wanted(&lock, facts, &asked);
        let names = members.into_iter().map(|package| package.name.clone());
        Ok(names.collect())
    }
}

/// The lock, which is read once.
pub(crate) fn read_lock(facts: &Facts) -> Result<Arc<PoetryLock>, Diagnostics> {
    facts.memo.once(|| match facts.text(LOCK) {
        Some(source) => PoetryLock::parse(&source?),
        None => Err(problems::no_lock(facts, LOCK, "poetry lock").into()),
    })
}

/// The groups and extras that the spec asks for are there.
fn unknown(spec: &Spec, manifest: &Manifest) -> Vec<Diagnostic> {
    let groups: Vec<&str> = manifest
        .groups
        .iter()
        .map(|group| group.name.as_str())
        .collect();
    let extras: Vec<&str> = manifest.extras.iter().map(String::as_str).collect();
    let of_groups = ("dependency group", "dependency-groups");
    let mut problems = unknown_names(of_groups, &spec.model.groups, &groups);
    let of_extras = ("extra", "project.optional-dependencies");
    problems.extend(unknown_names(of_extras, &spec.model.extras, &extras));
    problems
}
