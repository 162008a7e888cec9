//! uv: `uv.lock`, installed by uv itself; else `pylock.toml`, requirements files, or the manifest's own list.
//!
//! Selected by `uv.lock`, by `pylock.toml`, and where nothing shows another installer. The dependency step sees the manifest and the lock in a form in which only
//! dependencies count; it installs with `uv sync --locked`, so indexes, hashes, markers, sources, groups and
//! extras mean what uv says they mean.

mod build;
mod fit;
mod lock;
mod needs;
mod parted;
mod pieces;
mod pylock;
mod relock;
mod requirement;
mod settings;
mod sync;
mod unlocked;
mod version;
mod workspace;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::plan::installers::requirements::{self, Extra};
use crate::plan::installers::shared::{self, normal, passwords, unknown_names};
use crate::plan::installers::{
    BuildSettings, Installed, Installer, Locked, Relocked, Tool, Upgrade, Wanted,
};
use crate::plan::{Bench, IndexLogin, PartKind, Parts, Repository, Site, WrittenFile, bench};
use crate::project::{Facts, PYPROJECT};
use crate::spec::Spec;
use lock::UvLock;
use pylock::PYLOCK;
use version::tool_version;

const LOCK: &str = "uv.lock";
/// The group that `dev-dependencies` is, and that uv installs by itself.
const DEV: &str = "dev";

pub(super) struct Uv;

impl Installer for Uv {
    fn name(&self) -> &'static str {
        "uv"
    }

    fn lock_files(&self) -> &'static [&'static str] {
        &[LOCK, PYLOCK]
    }

    fn lock_command(&self) -> &'static str {
        "uv lock"
    }

    fn settings(&self) -> &'static [&'static str] {
        &[settings::FILE]
    }

    fn pinned_image(&self) -> Option<String> {
        Some(bench::pinned_image())
    }

    fn tool(&self, spec: &Spec, facts: &Facts) -> Result<Tool, Diagnostics> {
        let (version, origin) = tool_version(spec, facts)?;
        Ok(Tool::Uv(bench::image(&version, origin)?))
    }

    fn locked(&self, facts: &Facts) -> Result<Option<Arc<dyn Locked>>, Diagnostics> {
        if From::of(facts)? != From::Lock {
            return Ok(None);
        }
        Ok(Some(read_lock(facts)?))
    }

    fn package(&self, facts: &Facts) -> Result<Option<Spanned<bool>>, Diagnostics> {
        match settings::read(&facts.pyproject)?.package {
            None if From::of(facts)? == From::Files => requirements::package(facts),
            told => Ok(told),
        }
    }

    fn passwords(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut told = passwords::in_manifests(facts, &["tool.uv"]);
        for name in [LOCK, PYLOCK, settings::FILE] {
            told.extend(passwords::in_file(facts, name, None));
        }
        told
    }

    fn check_lock(&self, spec: &Spec, facts: &Facts) -> Result<(), Diagnostics> {
        let mut problems = Vec::new();
        match From::of(facts)? {
            From::Lock => fitting_lock(spec, facts, &mut problems),
            From::Pylock => {
                let lock = Diagnostics::gather(pylock::read(facts), &mut problems);
                problems.extend(
                    lock.map(|lock| lock.stale(&facts.pyproject))
                        .unwrap_or_default(),
                );
            }
            From::Files => {
                requirements::asked(facts, &Extra::of_spec(spec))?;
            }
            From::Manifest => {
                problems.extend(shared::dynamic_dependencies(&facts.pyproject, "uv"));
                problems.extend(workspace::without_lock(&facts.pyproject)?);
                Diagnostics::gather(check_names(spec, facts), &mut problems);
            }
        }
        Diagnostics::split(problems).map(drop)
    }

    fn consumed(&self, facts: &Facts) -> Vec<String> {
        match From::of(facts) {
            Ok(From::Files) => requirements::consumed(facts),
            _ => Vec::new(),
        }
    }

    fn warnings(&self, spec: &Spec, facts: &Facts) -> Result<Vec<Diagnostic>, Diagnostics> {
        match From::of(facts)? {
            From::Lock | From::Pylock => Ok(Vec::new()),
            From::Files | From::Manifest => requirements::notes(spec, facts, &unlocked::HINTS),
        }
    }

    fn check(&self, site: Site<'_>) -> Result<(), Diagnostics> {
        let from = From::of(site.facts)?;
        if from != From::Lock {
            self.check_lock(site.spec, site.facts)?;
        }
        match from {
            From::Lock => {}
            From::Pylock => return Ok(()),
            From::Files | From::Manifest => return requirements::check(site),
        }
        let mut problems = Vec::new();
        fitting_lock(site.spec, site.facts, &mut problems);
        Diagnostics::split(problems).map(drop)
    }

    fn build_settings(
        &self,
        facts: &Facts,
        requires: &[String],
    ) -> Result<BuildSettings, Diagnostics> {
        build::settings(facts, requires)
    }

    fn knows_index_names(&self) -> bool {
        true
    }

    fn groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        Ok(match From::of(facts)? {
            From::Files => requirements::groups(facts),
            _ => groups(facts)?,
        })
    }

    fn development_groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        let groups = self.groups(facts)?;
        Ok(settings::read(&facts.pyproject)?.default_groups.of(groups))
    }

    fn locks(&self, facts: &Facts, package: &str) -> Result<Option<bool>, Diagnostics> {
        Ok(Some(match From::of(facts)? {
            From::Lock => {
                let lock = read_lock(facts)?;
                lock.packages.iter().any(|known| known.name == package)
            }
            From::Pylock => pylock::read(facts)?.has(package),
            From::Files | From::Manifest => requirements::has(facts, package)?,
        }))
    }

    fn locks_for_developers(
        &self,
        facts: &Facts,
        package: &str,
    ) -> Result<Option<bool>, Diagnostics> {
        match From::of(facts)? {
            From::Lock | From::Pylock => self.locks(facts, package),
            From::Files | From::Manifest => {
                requirements::has_for_developers(facts, package).map(Some)
            }
        }
    }

    fn index_logins(&self, facts: &Facts) -> Result<Vec<IndexLogin>, Diagnostics> {
        match From::of(facts)? {
            From::Files => requirements::index_logins(facts),
            _ => Ok(Vec::new()),
        }
    }

    fn repositories(&self, facts: &Facts) -> Result<Vec<Repository>, Diagnostics> {
        match From::of(facts)? {
            From::Lock => {
                let place = &facts.pyproject.dependencies_location;
                Ok(read_lock(facts)?.repositories(place))
            }
            From::Pylock => Ok(pylock::read(facts)?.repositories()),
            From::Files | From::Manifest => requirements::repositories(facts),
        }
    }

    fn installs_offline(&self, facts: &Facts) -> Result<bool, Diagnostics> {
        // Each package of a pylock.toml has its address.
        Ok(From::of(facts)? != From::Pylock)
    }

    fn install(
        &self,
        bench: &Bench<'_>,
        parts: &mut Parts,
        wanted: &Wanted,
    ) -> Result<Installed, Diagnostics> {
        let facts = bench.site.facts;
        let unlocked = match From::of(facts)? {
            From::Lock => None,
            From::Pylock => Some(pylock::read(facts)?.install(bench, parts, wanted)),
            From::Files | From::Manifest => {
                let development = self.development_groups(facts)?;
                Some(unlocked::install(bench, parts, wanted, &development)?)
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
            sync::install_offline(bench, parts, whole, wanted)
        } else {
            sync::install(bench, parts, whole, wanted)
        };
        let dependencies = sync::check(bench, parts, installed, whole, wanted);
        let tool = bench.uv_layer(parts);
        Ok(Installed { tool, dependencies })
    }

    fn members(&self, site: Site<'_>, wanted: &Wanted) -> Result<Vec<String>, Diagnostics> {
        let facts = site.facts;
        if facts.workspace.is_none() || From::of(facts)? != From::Lock {
            return Ok(Vec::new());
        }
        let mut groups = wanted.groups.clone();
        if wanted.development {
            groups.extend(self.development_groups(facts)?);
        }
        workspace::members(facts, &*read_lock(facts)?, &wanted.extras, &groups)
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

/// What uv installs from.
#[derive(Clone, Copy, Eq, PartialEq)]
enum From {
    /// `uv.lock`
    Lock,
    /// `pylock.toml`
    Pylock,
    /// Requirements files.
    Files,
    /// What the manifest lists.
    Manifest,
}

impl From {
    /// The first that is there; requirements files that the spec names go before all.
    fn of(facts: &Facts) -> Result<Self, Diagnostics> {
        let is_there = |name| facts.text(name).is_some();
        let mut files = facts.requirements.iter();
        let named = files.any(|root| root.named.is_some() || root.source.is_some());
        match () {
            () if named => Ok(Self::Files),
            () if is_there(LOCK) => Ok(Self::Lock),
            () if is_there(PYLOCK) => Ok(Self::Pylock),
            () if !facts.requirements.is_empty() => Ok(Self::Files),
            () if facts.pyproject.name.is_some() => Ok(Self::Manifest),
            () => Err(requirements::nothing(facts).into()),
        }
    }
}

/// Compares the lock with what the spec and the manifest ask for.
fn fitting_lock(spec: &Spec, facts: &Facts, problems: &mut Vec<Diagnostic>) {
    if let Some(error) = workspace::only_root(facts) {
        problems.push(error);
        return;
    }
    for facts in [facts].into_iter().chain(&facts.members) {
        problems.extend(shared::dynamic_dependencies(&facts.pyproject, "uv"));
    }
    Diagnostics::gather(check_names(spec, facts), problems);
    if let Some(lock) = Diagnostics::gather(read_lock(facts), problems) {
        Diagnostics::gather(fit::check(&lock, facts), problems);
    }
}

/// The lock, which is read once.
fn read_lock(facts: &Facts) -> Result<Arc<UvLock>, Diagnostics> {
    facts.memo.once(|| match facts.text(LOCK) {
        Some(source) => {
            let lock = UvLock::parse(&source?)?;
            let name = facts.pyproject.name.as_ref();
            Ok(match (&facts.workspace, name) {
                (Some(_), Some(name)) => lock.of_project(name.value.normalized()),
                _ => lock,
            })
        }
        None => Err(shared::no_lock(facts, LOCK, "uv lock").into()),
    })
}

/// What uv reads of a project, in a form in which only dependencies count.
fn files(facts: &Facts, lock: &UvLock) -> Result<Vec<WrittenFile>, Diagnostics> {
    let manifest = WrittenFile {
        name: PYPROJECT.into(),
        text: facts.pyproject.normalised.clone(),
    };
    let neutral = WrittenFile {
        name: LOCK.into(),
        text: lock.neutral_text(),
    };
    let mut files = vec![manifest, neutral];
    files.extend(settings_file(facts)?);
    Ok(files)
}

/// uv's own settings, where the project has them: uv reads them in place of `[tool.uv]`, and the lock records
/// some.
fn settings_file(facts: &Facts) -> Result<Option<WrittenFile>, Diagnostics> {
    match facts.text(settings::FILE) {
        Some(source) => Ok(Some(WrittenFile {
            name: settings::FILE.into(),
            text: source?.text().to_owned(),
        })),
        None => Ok(None),
    }
}

/// The dependency groups, with the one that uv's own older list is.
fn groups(facts: &Facts) -> Result<Vec<String>, Diagnostics> {
    let project = &facts.pyproject;
    let groups = project.groups.iter();
    let mut groups: Vec<String> = groups.map(|group| group.name.value.clone()).collect();
    let stated = groups.iter().any(|group| normal(group) == DEV);
    if !stated && !settings::read(project)?.dev_dependencies.is_empty() {
        groups.push(DEV.to_owned());
    }
    Ok(groups)
}

/// The groups and extras that the spec asks for are there.
fn check_names(spec: &Spec, facts: &Facts) -> Result<(), Diagnostics> {
    let project = &facts.pyproject;
    let model = &spec.model;
    let groups = groups(facts)?;
    let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
    let extras = project.extras.iter();
    let extras: Vec<&str> = extras.map(|(name, _)| name.value.as_str()).collect();
    let mut problems = unknown_names(
        ("dependency group", "dependency-groups"),
        &model.groups,
        &groups,
    );
    let table = ("extra", "project.optional-dependencies");
    problems.extend(unknown_names(table, &model.extras, &extras));
    Diagnostics::split(problems).map(drop)
}
