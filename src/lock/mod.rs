//! What lock files and the manifests of package managers say. No build steps: those are in `plan::installers`.
//!
//! A folder for each package manager, with one reader for each of its formats, and a row in [`PACKAGE_MANAGERS`].

pub(crate) mod cargo;
pub(crate) mod credentials_in_files;
pub(crate) mod expect;
pub(crate) mod git_source;
pub(crate) mod index_login;
pub(crate) mod local_packages;
pub(crate) mod locked;
pub(crate) mod marker;
pub(crate) mod package_sources;
pub(crate) mod pdm;
pub(crate) mod pip;
pub(crate) mod pipenv;
pub(crate) mod poetry;
pub(crate) mod problems;
pub(crate) mod pylock;
pub(crate) mod python_json;
pub(crate) mod requirements;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
mod toml_text;
mod tool;
pub(crate) mod tree;
pub(crate) mod uv;
mod wheel_tags;

use std::sync::Arc;

use toml::Table;

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::project::Facts;
use crate::project::requirements::DEFAULTS;
use crate::project::workspace::LocalPackage;
use crate::spec::Spec;
use crate::values::{Platform, PythonVersion, TextFile};
pub use git_source::Repository;
pub use index_login::{IndexLogin, LoginVariables};
pub use locked::{LockedFile, LockedFiles, LockedHash, LockedPackage, LockedSource};
pub use marker::MarkerEnvironment;
pub use tool::{Tool, ToolPackages};

/// A package manager, as far as its files answer questions about a project.
pub trait PackageManager: Sync {
    /// The name in the spec.
    fn name(&self) -> &'static str;

    /// The lock files, in the root of a project, that it installs from.
    fn lock_files(&self) -> &'static [&'static str];

    /// The files in the root of a project that list its dependencies and that no other tool reads.
    fn manifests(&self) -> &'static [&'static str] {
        &[]
    }

    /// The files that only planning reads: they are not shipped beside the sources.
    fn consumed(&self, _facts: &Facts) -> Vec<String> {
        let names = self.manifests().iter();
        names.map(|name| (*name).to_owned()).collect()
    }

    /// The command that makes the lock file.
    fn lock_command(&self) -> &'static str;

    /// More files in the root of a project that the tool reads beside them.
    fn settings(&self) -> &'static [&'static str] {
        &[]
    }

    /// The image of the tool in the version that this release is tested with; `None` where it comes from the index.
    fn pinned_image(&self) -> Option<String> {
        None
    }

    /// Where the tool comes from, and in which version.
    fn tool(&self, spec: &Spec, facts: &Facts) -> Result<Tool, Diagnostics>;

    /// The Python that the tool's own files require, and no other.
    fn python(&self, _facts: &Facts) -> Result<Option<Spanned<PythonVersion>>, Diagnostics> {
        Ok(None)
    }

    /// The lock file, which is read once; `None` if it does not exist (the target `lock` creates it), or if no package
    /// manager uses it.
    fn locked(&self, _facts: &Facts) -> Result<Option<Arc<dyn Lock>>, Diagnostics> {
        Ok(None)
    }

    /// For each of the versions, the locked packages that have wheels and none for it; none where the lock does
    /// not tell.
    fn without_wheel(
        &self,
        facts: &Facts,
        platform: &Platform,
        versions: &[PythonVersion],
    ) -> Result<Vec<Vec<String>>, Diagnostics> {
        let lock = self.locked(facts)?;
        let packages = lock.as_ref().map(|lock| lock.packages());
        let packages = packages.unwrap_or_default();
        let of = |version: &PythonVersion| wheel_tags::without_wheel(&packages, platform, *version);
        Ok(versions.iter().map(of).collect())
    }

    /// Whether the tool's own settings say that the project is a package; `None` where they say nothing.
    fn package(&self, _facts: &Facts) -> Result<Option<Spanned<bool>>, Diagnostics> {
        Ok(None)
    }

    /// Credentials in the files that the tool reads, reported without the lines that hold them.
    fn credentials_in_files(&self, facts: &Facts) -> Vec<Diagnostic> {
        credentials_in_files::in_manifests(facts, &[])
    }

    /// Compares the lock with the manifest, and both with what the spec asks for.
    fn check_lock(&self, spec: &Spec, facts: &Facts) -> Result<(), Diagnostics>;

    /// Every problem that prevents an installation, an outdated lock file above all, so that it is reported before
    /// anything is built.
    fn check(
        &self,
        spec: &Spec,
        facts: &Facts,
        _environment: MarkerEnvironment,
    ) -> Result<(), Diagnostics> {
        self.check_lock(spec, facts)
    }

    /// Warnings about what is installed.
    fn warnings(&self, _spec: &Spec, _facts: &Facts) -> Result<Vec<Diagnostic>, Diagnostics> {
        Ok(Vec::new())
    }

    /// The settings for uv when it installs the build requirements of the project: indexes above all.
    fn build_settings(
        &self,
        _facts: &Facts,
        _requires: &[String],
    ) -> Result<BuildSettings, Diagnostics> {
        Ok(BuildSettings::default())
    }

    /// The indexes in the project's files whose credentials the tool takes from variables.
    fn index_logins(&self, _facts: &Facts) -> Result<Vec<IndexLogin>, Diagnostics> {
        Ok(Vec::new())
    }

    /// Whether it distinguishes the credentials of indexes on one host by the names of the indexes; else it has only
    /// those in their addresses to go by.
    fn knows_index_names(&self) -> bool {
        false
    }

    /// The dependency groups of the project, by the names that [`DependencySet::groups`] may hold.
    fn groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        let groups = facts.pyproject.groups.iter();
        Ok(groups.map(|group| group.name.value.clone()).collect())
    }

    /// The groups that the tool installs for developers by default ([`DependencySet::development`]).
    fn development_groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        let mut groups = self.groups(facts)?;
        groups.retain(|group| group == "dev");
        Ok(groups)
    }

    /// Whether a locked package, by its normalized name, has a wheel that fits; `None` where the lock does not tell.
    fn has_wheel(
        &self,
        facts: &Facts,
        package: &str,
        platform: &Platform,
        python: PythonVersion,
    ) -> Result<Option<bool>, Diagnostics> {
        let lock = self.locked(facts)?;
        let packages = lock.as_ref().map(|lock| lock.packages());
        Ok(packages
            .and_then(|packages| wheel_tags::has_wheel(&packages, package, platform, python)))
    }

    /// Whether the lock has a package, by its normalized name; `None` where it does not tell.
    fn locks(&self, facts: &Facts, package: &str) -> Result<Option<bool>, Diagnostics> {
        let has = |lock: Arc<dyn Lock>| lock.packages().iter().any(|known| known.name == package);
        Ok(self.locked(facts)?.map(has))
    }

    /// As [`PackageManager::locks`], with everything that developers can have installed, where that is not in the
    /// lock.
    fn locks_for_developers(
        &self,
        facts: &Facts,
        package: &str,
    ) -> Result<Option<bool>, Diagnostics> {
        self.locks(facts, package)
    }

    /// The git repositories that the lock or the requirements name, for developers too.
    fn repositories(&self, facts: &Facts) -> Result<Vec<Repository>, Diagnostics> {
        let of = |lock: Arc<dyn Lock>| -> Vec<Repository> {
            let packages = lock.packages().into_iter();
            packages
                .filter_map(|package| package.repository.cloned())
                .collect()
        };
        Ok(self.locked(facts)?.map(of).unwrap_or_default())
    }

    /// Whether it can install from a folder of wheels, without asking an index.
    fn installs_offline(&self, _facts: &Facts) -> Result<bool, Diagnostics> {
        Ok(false)
    }

    /// The packages of the project's own lock that are folders; `None` of a tool whose lock may be that of several
    /// projects, or that has none.
    fn local_packages(&self, _facts: &Facts) -> Option<Vec<LocalPackage>> {
        None
    }

    /// The names of those of [`Facts::members`] that an environment with this set holds, each as a wheel of its own.
    fn members(
        &self,
        _facts: &Facts,
        _set: &DependencySet,
        _environment: MarkerEnvironment,
    ) -> Result<Vec<String>, Diagnostics> {
        Ok(Vec::new())
    }
}

/// A lock, as far as all formats answer the same questions.
pub trait Lock: Send + Sync {
    /// All packages that it holds.
    fn packages(&self) -> Vec<LockedPackage<'_>>;
}

/// The dependencies of an environment beside those of the project itself.
#[derive(Clone, Debug, Default)]
pub struct DependencySet {
    /// Dependency groups.
    pub groups: Vec<String>,
    /// Extras of the project.
    pub extras: Vec<String>,
    /// Whether the tool's default for developers is included: uv's `default-groups`, PDM's `dev-dependencies`,
    /// Poetry's group `dev`, Pipenv's `dev-packages`.
    pub development: bool,
}

impl DependencySet {
    /// The set of the runtime, as the spec has it.
    pub fn of_spec(spec: &Spec) -> Self {
        let values =
            |words: &[Spanned<String>]| words.iter().map(|word| word.value.clone()).collect();
        Self {
            groups: values(&spec.model.groups),
            extras: values(&spec.model.extras),
            development: false,
        }
    }

    /// All groups of the set, those for developers among them.
    pub(crate) fn all_groups(
        &self,
        manager: &dyn PackageManager,
        facts: &Facts,
    ) -> Result<Vec<String>, Diagnostics> {
        let mut groups = self.groups.clone();
        if self.development {
            groups.extend(manager.development_groups(facts)?);
        }
        Ok(groups)
    }
}

/// The settings of a package manager for build requirements, in uv's words.
#[derive(Clone, Debug, Default)]
pub struct BuildSettings {
    /// More build requirements.
    pub requires: Vec<String>,
    /// `[tool.uv]` of the manifest that holds them.
    pub uv: Table,
    /// Files beside that manifest.
    pub files: Vec<TextFile>,
}

/// All package managers, in the order of detection where a project shows several.
pub const PACKAGE_MANAGERS: &[&dyn PackageManager] = &[
    &uv::Uv,
    &pdm::Pdm,
    &poetry::Poetry,
    &pipenv::Pipenv,
    &pip::Pip,
    #[cfg(test)]
    &sample::Sample,
];

/// The package manager with a name.
pub fn find(name: &str) -> Option<&'static dyn PackageManager> {
    PACKAGE_MANAGERS
        .iter()
        .find(|manager| manager.name() == name)
        .copied()
}

/// The files that show which package manager a project uses.
pub fn evidence() -> Vec<&'static str> {
    PACKAGE_MANAGERS
        .iter()
        .flat_map(|manager| [manager.lock_files(), manager.manifests()].concat())
        .collect()
}

/// The lock files of all package managers.
pub fn lock_files() -> Vec<&'static str> {
    let managers = PACKAGE_MANAGERS.iter();
    managers
        .flat_map(|manager| manager.lock_files())
        .copied()
        .collect()
}

/// All files that planning reads for package managers, except those that only projects without a lock have
/// ([`project::requirements`]).
///
/// [`project::requirements`]: crate::project::requirements
pub fn files() -> Vec<&'static str> {
    let settings = PACKAGE_MANAGERS
        .iter()
        .flat_map(|manager| manager.settings())
        .copied();
    let mut files: Vec<_> = evidence().into_iter().chain(settings).collect();
    files.retain(|name| name == &DEFAULTS[0] || !DEFAULTS.contains(name));
    files
}

/// The images of tools that this release pins: uv, which every build needs, and those of other package managers.
pub fn pinned_tools() -> Vec<String> {
    let mut images = vec![uv::version::pinned_image()];
    let pinned = PACKAGE_MANAGERS
        .iter()
        .filter_map(|manager| manager.pinned_image());
    for image in pinned {
        if !images.contains(&image) {
            images.push(image);
        }
    }
    images
}
