//! uv: `uv.lock`, installed by uv itself; else `pylock.toml`, requirements files, or the manifest's own list.
//!
//! Selected by `uv.lock`, by `pylock.toml`, and where nothing shows another installer. The dependency step sees the manifest and the lock in a form in which only
//! dependencies count; it installs with `uv sync --locked`, so indexes, hashes, markers, sources, groups and
//! extras mean what uv says they mean.

mod build_settings;
pub(crate) mod needs;
mod parted;
pub(crate) mod reader;
mod requirement;
pub(crate) mod settings;
mod stale;
pub(crate) mod version;
pub(crate) mod workspace;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::lock::problems::unknown_names;
use crate::lock::pylock::PYLOCK;
use crate::lock::requirements::notes::NotReproducible;
use crate::lock::requirements::{Extra, indexes, notes};
use crate::lock::uv::reader::UvLock;
use crate::lock::uv::version::tool_version;
use crate::lock::{
    BuildSettings, DependencySet, IndexLogin, Lock, MarkerEnvironment, PackageManager, Repository,
    Tool, credentials_in_files, problems, pylock, requirements,
};
use crate::project::{Facts, PYPROJECT};
use crate::spec::Spec;
use crate::values::{TextFile, normalized_name};

pub(crate) const LOCK: &str = "uv.lock";
/// How to make it anew.
pub(crate) const RELOCK: &str = "run `uv lock` and commit `uv.lock`";
/// The group that `dev-dependencies` is, and that uv installs by itself.
pub(crate) const DEV: &str = "dev";

pub(crate) struct Uv;

impl PackageManager for Uv {
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
        Some(version::pinned_image())
    }

    fn tool(&self, spec: &Spec, facts: &Facts) -> Result<Tool, Diagnostics> {
        let (version, origin) = tool_version(spec, facts)?;
        Ok(Tool::Uv(version::image(&version, origin)?))
    }

    fn locked(&self, facts: &Facts) -> Result<Option<Arc<dyn Lock>>, Diagnostics> {
        Ok(match Origin::of(facts)? {
            Origin::Lock => Some(read_lock(facts)?),
            Origin::Pylock => Some(pylock::read(facts)?),
            Origin::Files | Origin::Manifest => None,
        })
    }

    fn package(&self, facts: &Facts) -> Result<Option<Spanned<bool>>, Diagnostics> {
        match settings::read(&facts.pyproject)?.package.clone() {
            None if Origin::of(facts)? == Origin::Files => requirements::package(facts),
            told => Ok(told),
        }
    }

    fn credentials_in_files(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut told = credentials_in_files::in_manifests(facts, &["tool.uv"]);
        for name in [LOCK, PYLOCK, settings::FILE] {
            told.extend(credentials_in_files::in_file(facts, name));
        }
        told
    }

    fn check_lock(&self, spec: &Spec, facts: &Facts) -> Result<(), Diagnostics> {
        let mut problems = Vec::new();
        match Origin::of(facts)? {
            Origin::Lock => fitting_lock(spec, facts, &mut problems),
            Origin::Pylock => {
                let lock = Diagnostics::gather(pylock::read(facts), &mut problems);
                problems.extend(
                    lock.map(|lock| lock.stale(&facts.pyproject))
                        .unwrap_or_default(),
                );
            }
            Origin::Files => {
                requirements::asked(facts, &Extra::of_spec(spec))?;
            }
            Origin::Manifest => {
                problems.extend(problems::dynamic_dependencies(&facts.pyproject, "uv"));
                problems.extend(workspace::without_lock(&facts.pyproject)?);
                Diagnostics::gather(check_names(spec, facts), &mut problems);
            }
        }
        Diagnostics::split(problems).map(drop)
    }

    fn consumed(&self, facts: &Facts) -> Vec<String> {
        match Origin::of(facts) {
            Ok(Origin::Files) => requirements::consumed(facts),
            _ => Vec::new(),
        }
    }

    fn warnings(&self, spec: &Spec, facts: &Facts) -> Result<Vec<Diagnostic>, Diagnostics> {
        match Origin::of(facts)? {
            Origin::Lock | Origin::Pylock => Ok(Vec::new()),
            Origin::Files | Origin::Manifest => notes::notes(spec, facts, &HINTS),
        }
    }

    fn build_settings(
        &self,
        facts: &Facts,
        requires: &[String],
    ) -> Result<BuildSettings, Diagnostics> {
        build_settings::settings(facts, requires)
    }

    fn knows_index_names(&self) -> bool {
        true
    }

    fn groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        Ok(match Origin::of(facts)? {
            Origin::Files => requirements::groups(facts),
            _ => groups(facts)?,
        })
    }

    fn development_groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        let groups = self.groups(facts)?;
        Ok(settings::read(&facts.pyproject)?.default_groups.of(groups))
    }

    fn locks(&self, facts: &Facts, package: &str) -> Result<Option<bool>, Diagnostics> {
        Ok(Some(match Origin::of(facts)? {
            Origin::Lock => {
                let lock = read_lock(facts)?;
                lock.packages.iter().any(|known| known.name == package)
            }
            Origin::Pylock => pylock::read(facts)?.has(package),
            Origin::Files | Origin::Manifest => requirements::has(facts, package)?,
        }))
    }

    fn locks_for_developers(
        &self,
        facts: &Facts,
        package: &str,
    ) -> Result<Option<bool>, Diagnostics> {
        match Origin::of(facts)? {
            Origin::Lock | Origin::Pylock => self.locks(facts, package),
            Origin::Files | Origin::Manifest => {
                requirements::has_for_developers(facts, package).map(Some)
            }
        }
    }

    fn index_logins(&self, facts: &Facts) -> Result<Vec<IndexLogin>, Diagnostics> {
        match Origin::of(facts)? {
            Origin::Files => indexes::index_logins(facts),
            _ => Ok(Vec::new()),
        }
    }

    fn repositories(&self, facts: &Facts) -> Result<Vec<Repository>, Diagnostics> {
        match Origin::of(facts)? {
            Origin::Lock => {
                let place = &facts.pyproject.dependencies_location;
                Ok(read_lock(facts)?.repositories(place))
            }
            Origin::Pylock => Ok(pylock::read(facts)?.repositories()),
            Origin::Files | Origin::Manifest => indexes::repositories(facts),
        }
    }

    fn installs_offline(&self, facts: &Facts) -> Result<bool, Diagnostics> {
        // Each package of a pylock.toml has its address.
        Ok(Origin::of(facts)? != Origin::Pylock)
    }

    fn members(
        &self,
        facts: &Facts,
        set: &DependencySet,
        _: MarkerEnvironment,
    ) -> Result<Vec<String>, Diagnostics> {
        if facts.workspace.is_none() || Origin::of(facts)? != Origin::Lock {
            return Ok(Vec::new());
        }
        let groups = set.all_groups(self, facts)?;
        workspace::members(facts, &*read_lock(facts)?, &set.extras, &groups)
    }
}

/// What to do so that another build gets the same.
const HINTS: NotReproducible = NotReproducible {
    files: "keep this list as `requirements.in`, run `uv pip compile --generate-hashes requirements.in -o requirements.txt` and commit both",
    manifest: "run `uv lock` and commit `uv.lock`",
};

/// What uv installs from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Origin {
    /// `uv.lock`
    Lock,
    /// `pylock.toml`
    Pylock,
    /// Requirements files.
    Files,
    /// What the manifest lists.
    Manifest,
}

impl Origin {
    /// The first that is there; requirements files that the spec names go before all.
    pub(crate) fn of(facts: &Facts) -> Result<Self, Diagnostics> {
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
pub(crate) fn fitting_lock(spec: &Spec, facts: &Facts, problems: &mut Vec<Diagnostic>) {
    if let Some(error) = workspace::only_root(facts) {
        problems.push(error);
        return;
    }
    for facts in [facts].into_iter().chain(&facts.members) {
        problems.extend(problems::dynamic_dependencies(&facts.pyproject, "uv"));
    }
    Diagnostics::gather(check_names(spec, facts), problems);
    if let Some(lock) = Diagnostics::gather(read_lock(facts), problems) {
        Diagnostics::gather(stale::check(&lock, facts), problems);
    }
}

/// The lock, which is read once.
pub(crate) fn read_lock(facts: &Facts) -> Result<Arc<UvLock>, Diagnostics> {
    facts.memo.once(|| match facts.text(LOCK) {
        Some(source) => Ok(of_project(facts, UvLock::parse(&source?)?)),
        None => Err(problems::no_lock(facts, LOCK, "uv lock").into()),
    })
}

/// Keeps a lock file of the project that is read already.
pub(crate) fn remember(facts: &Facts, lock: UvLock) {
    let kept = facts.memo.once(|| Ok(of_project(facts, lock)));
    // It cannot fail.
    drop(kept);
}

/// What the project needs of a lock file.
fn of_project(facts: &Facts, lock: UvLock) -> UvLock {
    match (&facts.workspace, &facts.pyproject.name) {
        (Some(_), Some(name)) => lock.of_project(name.value.normalized()),
        _ => lock,
    }
}

/// What uv reads of a project, in a form in which only dependencies count.
pub(crate) fn files(facts: &Facts, lock: &UvLock) -> Result<Vec<TextFile>, Diagnostics> {
    let manifest = TextFile {
        name: PYPROJECT.into(),
        text: facts.pyproject.normalized.clone(),
    };
    let neutral = TextFile {
        name: LOCK.into(),
        text: lock.neutral_text(),
    };
    let mut files = vec![manifest, neutral];
    files.extend(settings_file(facts)?);
    Ok(files)
}

/// uv's own settings, where the project has them: uv reads them in place of `[tool.uv]`, and the lock records
/// some.
pub(crate) fn settings_file(facts: &Facts) -> Result<Option<TextFile>, Diagnostics> {
    match facts.text(settings::FILE) {
        Some(source) => Ok(Some(TextFile {
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
    let stated = groups.iter().any(|group| normalized_name(group) == DEV);
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
