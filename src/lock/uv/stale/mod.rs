//! Whether a lock was made from this manifest: uv would notice only when the step runs, and in words about
//! build backends.
//!
//! The same as `uv lock --check`, as far as the two files tell it: what cannot be decided here passes, and uv
//! decides it in the step. A lock that uv takes is never refused.

mod lists;

use std::str::FromStr;

use pep440_rs::Version;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, rules};
use crate::lock::marker::{Bounds, Effort};
use crate::lock::uv::reader::{Package, Record, UvLock};
use crate::lock::uv::settings::Settings;
use crate::lock::uv::{RELOCK, settings, workspace};
use crate::project::{Facts, Pyproject};

/// The revision from which a lock may be without its record of the manifest.
const MAY_RECORD_NOTHING: u32 = 4;

/// Compares the manifest with what the lock records of it, and so those of all packages that the project may need.
pub(crate) fn check(lock: &UvLock, facts: &Facts) -> Result<(), Diagnostics> {
    let mut problems = Vec::new();
    Diagnostics::gather(workspace::check(lock, facts), &mut problems);
    for facts in [facts].into_iter().chain(&facts.members) {
        let checked = settings::of(facts).and_then(|settings| {
            check_one(lock, &facts.pyproject, &settings, facts.workspace.is_some())
        });
        Diagnostics::gather(checked, &mut problems);
    }
    Diagnostics::split(problems).map(drop)
}

/// `shared`: whether the lock is for other projects too.
fn check_one(
    lock: &UvLock,
    project: &Pyproject,
    settings: &Settings,
    shared: bool,
) -> Result<(), Diagnostics> {
    let name = project.named()?;
    let own = name.value.normalized();
    let mut local = lock.packages.iter().filter(|package| package.local);
    let Some(package) = local.find(|package| package.name == own) else {
        let message = format!("`uv.lock` does not lock `{}`", name.value);
        return Err(rules::OUTDATED_LOCK
            .report(message)
            .at(&name.location)
            .hint(RELOCK)
            .into());
    };
    let nothing = Record::default();
    let mut fit = Fit {
        lock,
        package,
        record: package.record.as_ref().unwrap_or(&nothing),
        project,
        settings,
        allowed: lock.requires_python.as_deref().and_then(Bounds::parse),
        effort: Effort::default(),
        problems: Vec::new(),
    };
    fit.compare_version();
    if !shared {
        // A lock is for those Pythons that all of its packages allow.
        fit.compare_python();
    }
    fit.compare_package();
    if package.record.is_some() || lock.revision < MAY_RECORD_NOTHING {
        fit.compare_dependencies();
        fit.compare_groups();
    }
    Diagnostics::split(fit.problems).map(drop)
}

struct Fit<'a> {
    lock: &'a UvLock,
    /// The lock's entry for the project.
    package: &'a Package,
    /// What it records of the manifest.
    record: &'a Record,
    project: &'a Pyproject,
    settings: &'a Settings,
    /// The Pythons that the lock was made for; on others its markers mean nothing.
    allowed: Option<Bounds>,
    effort: Effort,
    problems: Vec<Diagnostic>,
}

impl Fit<'_> {
    fn stale(&mut self, what: &str, place: &Location) {
        let message = format!("`uv.lock` is out of date: {what}");
        let problem = rules::OUTDATED_LOCK.report(message).at(place).hint(RELOCK);
        self.problems.push(problem);
    }

    /// A static version is recorded, a dynamic one is not.
    fn compare_version(&mut self) {
        let (project, locked) = (self.project, self.package.version.as_ref());
        let locked = locked.map(|version| version.value.as_str());
        let mut dynamic = project.dynamic.iter();
        let dynamic = dynamic.find(|field| field.value == "version");
        match (&project.version, locked) {
            (Some(stated), Some(locked)) => {
                let [one, other] = [&stated.value, locked].map(Version::from_str);
                if one.is_ok() && other.is_ok() && one != other {
                    let what = format!(
                        "`project.version` is `{}`, and it was made for `{locked}`",
                        stated.value
                    );
                    self.stale(&what, &stated.location);
                }
            }
            (Some(stated), None) => {
                let what = "`project.version` is static, and it was made for a dynamic one";
                self.stale(what, &stated.location);
            }
            (None, Some(locked)) => {
                if let Some(field) = dynamic {
                    let what = format!(
                        "`project.version` is dynamic, and it was made for the version `{locked}`"
                    );
                    self.stale(&what, &field.location);
                }
            }
            (None, None) => {}
        }
    }

    /// By its ends, which is all that uv compares: it writes the same range in its own words.
    fn compare_python(&mut self) {
        // Groups that are for some Pythons only narrow what the lock is for.
        if self.settings.limits_groups {
            return;
        }
        let (Some(requires), Some(text)) =
            (&self.project.requires_python, &self.lock.requires_python)
        else {
            return;
        };
        let wanted = Bounds::parse(&requires.value.to_string());
        if let (Some(wanted), Some(locked)) = (wanted, &self.allowed)
            && wanted != *locked
        {
            let what = format!(
                "`requires-python` is `{}`, and it was made for `{text}`",
                requires.value
            );
            self.stale(&what, &requires.location);
        }
    }

    /// uv takes a project with `[build-system]` for a package, unless told otherwise.
    fn compare_package(&mut self) {
        let told = &self.settings.package;
        let build_system = self.project.build_system.as_ref();
        let is_package = told
            .as_ref()
            .map_or(build_system.is_some(), |package| package.value);
        if is_package != self.package.is_virtual {
            return;
        }
        let what = if is_package {
            "it was made for a project that is no package"
        } else {
            "it was made for a package"
        };
        let place = told.as_ref().map(|package| &package.location);
        let place = place.or(build_system.map(|build| &build.location));
        let place = place.unwrap_or(&self.project.place).clone();
        self.stale(what, &place);
    }
}

#[cfg(test)]
mod tests;
