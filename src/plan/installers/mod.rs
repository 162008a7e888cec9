//! The steps that install dependencies: a file and a row for each package manager.

use crate::diagnostic::rules;

use crate::plan::model::Environment;
mod pdm;
mod pip;
mod pipenv;
mod poetry;
mod requirements;
#[cfg(test)]
pub(crate) mod sample;
mod tool_steps;
mod uv;

use crate::diagnostic::Diagnostics;
use crate::lock::{self, DependencySet, PackageManager};
use crate::plan::model::{Layer, PartId, PlanBuilder};
use crate::plan::request::site::Site;
use crate::plan::uv::UvRunner;
use crate::values::PackageName;

/// The steps of a package manager. All else (the empty environment, the project's wheel and its install) is the same
/// for every package manager.
pub(crate) trait Installer: PackageManager {
    /// Every problem that prevents an installation, where resolved images are needed to know it.
    fn check_site(&self, site: Site<'_>) -> Result<(), Diagnostics> {
        self.check(site.spec, site.facts, site.marker_environment())
    }

    /// Adds the parts of an environment.
    fn install(
        &self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        request: &InstallRequest,
    ) -> Result<Installed, Diagnostics>;

    /// Adds the part with the lock file, made by the tool from the project's files as they are, in a step that may
    /// use the network. The tool starts with the lock file of the project, if there is one.
    fn lock(
        &self,
        uv: &UvRunner<'_>,
        _parts: &mut PlanBuilder,
        _upgrade: &Upgrade,
    ) -> Result<Relocked, Diagnostics> {
        let name = self.name();
        let error =
            rules::LOCK_TARGET.report(format!("the target `lock` is not supported for {name} yet"));
        Err(error
            .at(&uv.site.facts.pyproject.dependencies_location)
            .hint(format!("run `{}` on your machine", self.lock_command()))
            .into())
    }
}

/// Which locked packages are upgraded although they still satisfy the manifest.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Upgrade {
    /// None.
    None,
    /// All.
    All,
    /// These.
    Packages(Vec<PackageName>),
}

/// A new lock file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Relocked {
    /// The step that makes it.
    pub(crate) part: PartId,
    /// The name of the lock file, in the root of the part.
    pub(crate) file: &'static str,
}

/// An environment that is to be installed, and how its steps are named.
#[derive(Clone, Debug)]
pub(crate) struct InstallRequest {
    /// The stage in the brackets before the names of its steps.
    pub(crate) stage: &'static str,
    /// What the environment holds at the start: nothing, or a part of the set.
    pub(crate) from: PartId,
    /// What it holds beside the dependencies of the project itself.
    pub(crate) set: DependencySet,
}

impl InstallRequest {
    /// The environment of the runtime, from nothing.
    pub(crate) fn for_runtime(uv: &UvRunner<'_>) -> Self {
        Self {
            stage: "builder",
            from: uv.empty_venv,
            set: DependencySet::of_spec(uv.site.spec),
        }
    }
}

/// What the steps of a package manager add.
#[derive(Clone, Debug)]
pub(crate) struct Installed {
    /// The tool at its place.
    pub(crate) tool: Layer,
    /// Every third-party dependency.
    pub(crate) dependencies: Environment,
}

const INSTALLERS: &[&dyn Installer] = &[
    &lock::uv::Uv,
    &lock::pdm::Pdm,
    &lock::poetry::Poetry,
    &lock::pipenv::Pipenv,
    &lock::pip::Pip,
    #[cfg(test)]
    &lock::sample::Sample,
];

/// The steps of a package manager.
pub(crate) fn of(manager: &dyn PackageManager) -> Result<&'static dyn Installer, Diagnostics> {
    let name = manager.name();
    let mut rows = INSTALLERS.iter().copied();
    let missing = || rules::bug(format!("{name} has no row in `INSTALLERS`"));
    Ok(rows
        .find(|installer| installer.name() == name)
        .ok_or_else(missing)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_manager_has_its_steps() {
        for manager in lock::PACKAGE_MANAGERS {
            assert!(of(*manager).is_ok(), "{}", manager.name());
        }
    }
}
