//! Pipenv: `Pipfile.lock`, installed by Pipenv itself.
//!
//! Selected by `Pipfile.lock`, or by `Pipfile`; a `pyproject.toml` is not needed. The dependency step sees both without
//! what does not bear on dependencies; it installs with `pipenv sync`, so sources, hashes, markers and categories mean
//! what Pipenv says they mean. The groups of a Pipfile are its categories, `dev-packages` among them; it has no extras.

pub(crate) mod pipfile;
pub(crate) mod reader;
mod stale;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Spanned, rules};
use crate::lock::package_sources::check_sources;
use crate::lock::pipenv::pipfile::{DEV_PACKAGES, PACKAGES, Pipfile};
use crate::lock::pipenv::reader::PipfileLock;
use crate::lock::problems::unknown_names;
use crate::lock::{
    BuildSettings, IndexLogin, Lock, MarkerEnvironment, PackageManager, Tool, ToolPackages,
    credentials_in_files, package_sources, problems,
};
use crate::project::Facts;
use crate::spec::Spec;
use crate::values::PythonVersion;

pub(crate) const MANIFEST: &str = "Pipfile";
pub(crate) const LOCK: &str = "Pipfile.lock";
pub(crate) const RELOCK: &str = "run `pipenv lock` and commit `Pipfile.lock`";

/// The Pipenv that this release is tested with, and all that it needs (CONTRIBUTING says how to renew it).
pub(crate) const PINNED_VERSION: &str = "2026.10.3";
pub(crate) const CLOSURE: &str = include_str!("tool.txt");

pub(crate) struct Pipenv;

impl PackageManager for Pipenv {
    fn name(&self) -> &'static str {
        "pipenv"
    }

    fn lock_files(&self) -> &'static [&'static str] {
        &[LOCK]
    }

    fn manifests(&self) -> &'static [&'static str] {
        &[MANIFEST]
    }

    fn lock_command(&self) -> &'static str {
        "pipenv lock"
    }

    fn tool(&self, spec: &Spec, _: &Facts) -> Result<Tool, Diagnostics> {
        let packages = ToolPackages::pinned("pipenv", PINNED_VERSION, CLOSURE, spec)?;
        Ok(Tool::Packages(packages))
    }

    fn python(&self, facts: &Facts) -> Result<Option<Spanned<PythonVersion>>, Diagnostics> {
        match facts.text(MANIFEST) {
            Some(_) => Pipfile::read(facts)?.python(),
            None => Ok(None),
        }
    }

    fn locked(&self, facts: &Facts) -> Result<Option<Arc<dyn Lock>>, Diagnostics> {
        if facts.text(LOCK).is_none() {
            return Ok(None);
        }
        Ok(Some(read_lock(facts)?))
    }

    fn package(&self, facts: &Facts) -> Result<Option<Spanned<bool>>, Diagnostics> {
        if facts.text(LOCK).is_none() {
            return Ok(None);
        }
        let lock = read_lock(facts)?;
        let own = lock.packages.iter().find(|package| package.is_own());
        Ok(own.map(|package| Spanned {
            value: true,
            location: package.location.clone(),
        }))
    }

    fn credentials_in_files(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut told = credentials_in_files::in_manifests(facts, &[]);
        if facts.text(MANIFEST).is_some()
            && let Ok(pipfile) = Pipfile::read(facts)
        {
            let categories = pipfile.categories.iter().map(String::as_str);
            let tables: Vec<&str> = categories.chain([PACKAGES]).collect();
            told.extend(credentials_in_files::in_tables(facts, MANIFEST, &tables));
            told.extend(package_sources::written(&pipfile.sources));
        }
        if facts.text(LOCK).is_some()
            && let Ok(lock) = read_lock(facts)
        {
            let texts = lock.packages.iter().flat_map(|package| {
                let texts = package.addresses.iter();
                texts.filter_map(|text| {
                    credentials_in_files::in_text(text, &package.location, false)
                })
            });
            told.extend(texts);
        }
        told
    }

    fn check_lock(&self, spec: &Spec, facts: &Facts) -> Result<(), Diagnostics> {
        let mut problems = Vec::new();
        let lock = Diagnostics::gather(read_lock(facts), &mut problems);
        if let Some(pipfile) = Diagnostics::gather(Pipfile::read(facts), &mut problems) {
            let groups: Vec<&str> = pipfile.categories.iter().map(String::as_str).collect();
            let model = &spec.model;
            problems.extend(unknown_names(
                ("category", MANIFEST),
                &model.groups,
                &groups,
            ));
            problems.extend(model.extras.iter().map(|extra| {
                rules::UNKNOWN_GROUP
                    .report("a Pipfile has no extras")
                    .at(&extra.location)
                    .hint("name its categories in `groups`")
            }));
            Diagnostics::gather(check_sources(&pipfile.sources, spec), &mut problems);
            if let Some(lock) = &lock {
                let fits = lock
                    .check_format()
                    .and_then(|()| stale::check(lock, &pipfile));
                Diagnostics::gather(fits, &mut problems);
            }
        }
        Diagnostics::split(problems).map(drop)
    }

    fn check(&self, spec: &Spec, facts: &Facts, _: MarkerEnvironment) -> Result<(), Diagnostics> {
        let mut problems = Vec::new();
        Diagnostics::gather(self.check_lock(spec, facts), &mut problems);
        if let Ok(lock) = read_lock(facts) {
            let groups = spec.model.groups.iter();
            let groups: Vec<String> = groups.map(|name| name.value.clone()).collect();
            Diagnostics::gather(check_packages(&lock, &groups), &mut problems);
        }
        Diagnostics::split(problems).map(drop)
    }

    fn build_settings(&self, facts: &Facts, _: &[String]) -> Result<BuildSettings, Diagnostics> {
        Ok(package_sources::build_settings(
            &Pipfile::read(facts)?.sources,
        ))
    }

    fn index_logins(&self, facts: &Facts) -> Result<Vec<IndexLogin>, Diagnostics> {
        Ok(package_sources::logins(&Pipfile::read(facts)?.sources))
    }

    fn groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        Ok(Pipfile::read(facts)?.categories)
    }

    fn development_groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        let mut groups = self.groups(facts)?;
        groups.retain(|group| group == DEV_PACKAGES);
        Ok(groups)
    }
}

/// The lock, which is read once.
pub(crate) fn read_lock(facts: &Facts) -> Result<Arc<PipfileLock>, Diagnostics> {
    facts.memo.once(|| {
        if let Some(source) = facts.text(LOCK) {
            return PipfileLock::parse(&source?);
        }
        let mut error = problems::no_lock(facts, LOCK, "pipenv lock");
        if let Some(Ok(pipfile)) = facts.text(MANIFEST) {
            error = error.at(&Location::top(&pipfile));
        }
        Err(error.into())
    })
}

/// All packages of the lock that are wanted can be brought.
pub(crate) fn check_packages(lock: &PipfileLock, groups: &[String]) -> Result<(), Diagnostics> {
    let packages = lock.packages.iter();
    let packages = packages.filter(|package| package.is_in(groups) && package.is_path());
    let told =
        packages.map(|package| problems::path_dependency(&package.name, LOCK, &package.location));
    Diagnostics::split(told.collect()).map(drop)
}
