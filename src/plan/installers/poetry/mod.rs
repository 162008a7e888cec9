//! Poetry: `poetry.lock` of Poetry 1 and 2, installed by Poetry itself.
//!
//! Selected by `poetry.lock`, or by `[tool.poetry]`. The dependency step sees the manifest in a form in which only
//! dependencies count, and the lock; it installs with `poetry install`, so sources, hashes, markers, groups and extras
//! mean what Poetry says they mean.

mod fit;
mod lock;
mod manifest;
mod members;
mod needs;
mod steps;
mod version;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::plan::installers::shared::marker::Here;
use crate::plan::installers::shared::{self, check_sources, passwords, unknown_names};
use crate::plan::installers::{
    BuildSettings, Installed, Installer, Locked, Relocked, Tool, Upgrade, Wanted,
};
use crate::plan::{Bench, Parts, Site};
use crate::project::Facts;
use crate::project::workspace::LocalPackage;
use crate::spec::Spec;
use lock::PoetryLock;
use manifest::Manifest;
use members::Asked;

const LOCK: &str = "poetry.lock";
/// Poetry's own settings of a project.
const SETTINGS: &str = "poetry.toml";
const RELOCK: &str = "run `poetry lock` and commit `poetry.lock`";

/// The Poetry that this release is tested with, and all that it needs (CONTRIBUTING says how to renew it).
const PINNED_VERSION: &str = "2.5.1";
const CLOSURE: &str = include_str!("tool.txt");

pub(super) struct Poetry;

impl Installer for Poetry {
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

    fn locked(&self, facts: &Facts) -> Result<Option<Arc<dyn Locked>>, Diagnostics> {
        if facts.text(LOCK).is_none() {
            return Ok(None);
        }
        Ok(Some(read_lock(facts)?))
    }

    fn package(&self, facts: &Facts) -> Result<Option<Spanned<bool>>, Diagnostics> {
        Ok(Manifest::read(facts)?.package_mode)
    }

    fn passwords(&self, facts: &Facts) -> Vec<Diagnostic> {
        let tables = [
            "tool.poetry.dependencies",
            "tool.poetry.dev-dependencies",
            "tool.poetry.group",
        ];
        let mut told = passwords::in_manifests(facts, &tables);
        told.extend(passwords::in_file(facts, LOCK, None));
        if let Ok(manifest) = Manifest::read(facts) {
            told.extend(manifest.credentials.iter().map(shared::credentials_at));
            told.extend(shared::written(&manifest.sources));
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
                    .and_then(|()| fit::check(lock, &manifest, facts));
                Diagnostics::gather(fits, &mut problems);
            }
        }
        Diagnostics::split(problems).map(drop)
    }

    fn check(&self, site: Site<'_>) -> Result<(), Diagnostics> {
        let mut problems = Vec::new();
        Diagnostics::gather(self.check_lock(site.spec, site.facts), &mut problems);
        if let Ok(lock) = read_lock(site.facts) {
            let model = &site.spec.model;
            let names = (model.groups.as_slice(), model.extras.as_slice());
            let asked = Asked::new(names, |name| &name.value, Here::of(site));
            Diagnostics::gather(members::check(&lock, site.facts, &asked), &mut problems);
        }
        Diagnostics::split(problems).map(drop)
    }

    fn build_settings(&self, facts: &Facts, _: &[String]) -> Result<BuildSettings, Diagnostics> {
        Ok(shared::build_settings(&Manifest::read(facts)?.sources))
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

    fn install(
        &self,
        bench: &Bench<'_>,
        parts: &mut Parts,
        wanted: &Wanted,
    ) -> Result<Installed, Diagnostics> {
        let facts = bench.site.facts;
        let lock = read_lock(facts)?;
        let groups = self.wanted_groups(facts, wanted)?;
        let names = (groups.as_slice(), wanted.extras.as_slice());
        let asked = Asked::new(names, String::as_str, Here::of(bench.site));
        members::check(&lock, facts, &asked)?;
        steps::install(bench, parts, &lock, wanted, &groups)
    }

    fn local_packages(&self, facts: &Facts) -> Option<Vec<LocalPackage>> {
        let lock = read_lock(facts).ok();
        Some(lock.map_or(Vec::new(), |lock| members::all(&lock, facts)))
    }

    fn members(&self, site: Site<'_>, wanted: &Wanted) -> Result<Vec<String>, Diagnostics> {
        let facts = site.facts;
        let groups = self.wanted_groups(facts, wanted)?;
        let names = (groups.as_slice(), wanted.extras.as_slice());
        let asked = Asked::new(names, String::as_str, Here::of(site));
        let lock = read_lock(facts)?;
        let members = members::wanted(&lock, facts, &asked);
        let names = members.into_iter().map(|package| package.name.clone());
        Ok(names.collect())
    }

    fn lock(
        &self,
        bench: &Bench<'_>,
        parts: &mut Parts,
        upgrade: &Upgrade,
    ) -> Result<Relocked, Diagnostics> {
        let site = bench.site;
        check_sources(&Manifest::read(site.facts)?.sources, site.spec)?;
        steps::relock(bench, parts, upgrade)
    }
}

impl Poetry {
    /// The groups of an environment.
    fn wanted_groups(&self, facts: &Facts, wanted: &Wanted) -> Result<Vec<String>, Diagnostics> {
        let mut groups = wanted.groups.clone();
        if wanted.development {
            groups.extend(self.development_groups(facts)?);
        }
        Ok(groups)
    }
}

/// The lock, which is read once.
fn read_lock(facts: &Facts) -> Result<Arc<PoetryLock>, Diagnostics> {
    facts.memo.once(|| match facts.text(LOCK) {
        Some(source) => PoetryLock::parse(&source?),
        None => Err(shared::no_lock(facts, LOCK, "poetry lock").into()),
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
