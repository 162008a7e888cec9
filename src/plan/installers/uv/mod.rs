//! uv: `uv.lock`, installed by uv itself.
//!
//! Selected by `uv.lock`. The dependency step sees the manifest and the lock in a form in which only
//! dependencies count; it installs with `uv sync --locked`, so indexes, hashes, markers, sources, groups and
//! extras mean what uv says they mean.

mod bounds;
mod build;
mod fit;
mod lock;
mod marker;
mod pieces;
mod relock;
mod requirement;
mod settings;
mod sync;
mod version;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::plan::installers::shared::{self, normal, unknown_names};
use crate::plan::installers::{
    BuildSettings, Installed, Installer, Relocked, Tool, Upgrade, Wanted,
};
use crate::plan::{Bench, PartKind, Parts, Site, WrittenFile, bench};
use crate::project::{Facts, PYPROJECT};
use crate::spec::Spec;
use crate::values::{Platform, PythonVersion};
use lock::{Direct, UvLock};
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
        &[LOCK]
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

    fn without_wheel(
        &self,
        facts: &Facts,
        platform: &Platform,
        versions: &[PythonVersion],
    ) -> Result<Vec<Vec<String>>, Diagnostics> {
        if facts.text(LOCK).is_none() {
            // There is none yet, and the target `lock` makes one.
            return Ok(vec![Vec::new(); versions.len()]);
        }
        let lock = read_lock(facts)?;
        Ok(versions
            .iter()
            .map(|version| lock.without_wheel(platform, *version))
            .collect())
    }

    fn package(&self, facts: &Facts) -> Result<Option<Spanned<bool>>, Diagnostics> {
        Ok(settings::read(&facts.pyproject)?.package)
    }

    fn check_lock(&self, spec: &Spec, facts: &Facts) -> Result<(), Diagnostics> {
        let mut problems = Vec::new();
        fitting_lock(spec, facts, &mut problems);
        Diagnostics::split(problems).map(drop)
    }

    fn check(&self, site: Site<'_>) -> Result<(), Diagnostics> {
        let mut problems = Vec::new();
        if let Some(lock) = fitting_lock(site.spec, site.facts, &mut problems) {
            Diagnostics::gather(check_git(site, &lock), &mut problems);
        }
        Diagnostics::split(problems).map(drop)
    }

    fn build_settings(
        &self,
        facts: &Facts,
        requires: &[String],
    ) -> Result<BuildSettings, Diagnostics> {
        build::settings(facts, requires)
    }

    fn groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        groups(facts)
    }

    fn development_groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        let groups = groups(facts)?;
        Ok(settings::read(&facts.pyproject)?.default_groups.of(groups))
    }

    fn has_wheel(
        &self,
        facts: &Facts,
        package: &str,
        platform: &Platform,
        python: PythonVersion,
    ) -> Result<Option<bool>, Diagnostics> {
        Ok(read_lock(facts)?.has_wheel(package, platform, python))
    }

    fn locks(&self, facts: &Facts, package: &str) -> Result<Option<bool>, Diagnostics> {
        let lock = read_lock(facts)?;
        Ok(Some(
            lock.packages.iter().any(|known| known.name == package),
        ))
    }

    fn install(
        &self,
        bench: &Bench<'_>,
        parts: &mut Parts,
        wanted: &Wanted,
    ) -> Result<Installed, Diagnostics> {
        let facts = bench.site.facts;
        let manifest = WrittenFile {
            name: PYPROJECT,
            text: facts.pyproject.normalised.clone(),
        };
        let lock = read_lock(facts)?;
        let neutral = WrittenFile {
            name: LOCK,
            text: lock.neutral_text(),
        };
        let mut files = vec![manifest, neutral];
        files.extend(settings_file(facts)?);
        let title = "[internal] write normalised pyproject.toml and uv.lock";
        let project = parts.add(title, None, PartKind::Written(files));
        let installed = sync::install(bench, parts, project, wanted);
        let dependencies = sync::check(bench, parts, installed, (project, &lock), wanted);
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

/// The lock, compared with what the spec and the manifest ask for.
fn fitting_lock(spec: &Spec, facts: &Facts, problems: &mut Vec<Diagnostic>) -> Option<Arc<UvLock>> {
    problems.extend(shared::dynamic_dependencies(&facts.pyproject, "uv"));
    Diagnostics::gather(check_names(spec, facts), problems);
    let lock = Diagnostics::gather(read_lock(facts), problems)?;
    Diagnostics::gather(fit::check(&lock, &facts.pyproject), problems);
    Some(lock)
}

/// The lock, which is read once.
fn read_lock(facts: &Facts) -> Result<Arc<UvLock>, Diagnostics> {
    facts.memo.once(|| match facts.text(LOCK) {
        Some(source) => UvLock::parse(&source?),
        None => Err(shared::no_lock(facts, LOCK, "uv lock").into()),
    })
}

/// uv's own settings, where the project has them: uv reads them in place of `[tool.uv]`, and the lock records
/// some.
fn settings_file(facts: &Facts) -> Result<Option<WrittenFile>, Diagnostics> {
    match facts.text(settings::FILE) {
        Some(source) => Ok(Some(WrittenFile {
            name: settings::FILE,
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

/// No locked package needs git where there is none.
fn check_git(site: Site<'_>, lock: &UvLock) -> Result<(), Diagnostics> {
    let mut packages = lock.packages.iter();
    match packages.find(|package| package.direct == Some(Direct::Git)) {
        Some(package) => {
            let place = &site.facts.pyproject.dependencies_location;
            shared::check_git(site, &package.name, place)
        }
        None => Ok(()),
    }
}
