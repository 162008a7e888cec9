//! The installers: one file and one row for each.

mod pdm;
mod pip;
mod pipenv;
mod poetry;
mod requirements;
mod shared;
mod tool;
mod uv;

#[cfg(test)]
mod sample;

use std::sync::Arc;

use toml::Table;

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
pub use tool::{Tool, ToolPackages};

use crate::plan::{Bench, IndexLogin, Layer, PartId, Parts, Repository, Site, WrittenFile, bench};
use crate::project::Facts;
use crate::project::requirements::DEFAULTS;
use crate::project::workspace::LocalPackage;
use crate::spec::Spec;
use crate::values::{PackageName, Platform, PythonVersion};

/// A tool that installs locked dependencies. All else (the empty environment, the project's wheel and its
/// install) is the same for every installer.
pub trait Installer: Sync {
    /// The name in the spec.
    fn name(&self) -> &'static str;

    /// The lock files, in the root of a project, that it installs from.
    fn lock_files(&self) -> &'static [&'static str];

    /// The files in the root of a project that say what it depends on, and that no other tool reads.
    fn manifests(&self) -> &'static [&'static str] {
        &[]
    }

    /// The files of which planning alone reads what they say: they are not shipped beside the sources.
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

    /// What holds the tool.
    fn tool(&self, spec: &Spec, facts: &Facts) -> Result<Tool, Diagnostics>;

    /// The Python that the tool's own files ask for, and no other.
    fn python(&self, _facts: &Facts) -> Result<Option<Spanned<PythonVersion>>, Diagnostics> {
        Ok(None)
    }

    /// The lock, which is read once; `None` where there is none (the target `lock` makes one), or none of one tool.
    fn locked(&self, _facts: &Facts) -> Result<Option<Arc<dyn Locked>>, Diagnostics> {
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
        let of = |version: &PythonVersion| shared::without_wheel(&packages, platform, *version);
        Ok(versions.iter().map(of).collect())
    }

    /// Whether the tool's own settings say that the project is a package; `None` where they say nothing.
    fn package(&self, _facts: &Facts) -> Result<Option<Spanned<bool>>, Diagnostics> {
        Ok(None)
    }

    /// Passwords in the files that the tool reads, without the lines that they stand in.
    fn passwords(&self, facts: &Facts) -> Vec<Diagnostic> {
        shared::passwords::in_manifests(facts, &[])
    }

    /// Compares the lock with the manifest, and both with what the spec asks for.
    fn check_lock(&self, spec: &Spec, facts: &Facts) -> Result<(), Diagnostics>;

    /// All that stands against an installation, a stale lock above all, so that it is told before anything is built.
    fn check(&self, site: Site<'_>) -> Result<(), Diagnostics> {
        self.check_lock(site.spec, site.facts)
    }

    /// What the user is told of what is installed though it stops nothing.
    fn warnings(&self, _spec: &Spec, _facts: &Facts) -> Result<Vec<Diagnostic>, Diagnostics> {
        Ok(Vec::new())
    }

    /// What uv is told where it installs the build requirements of the project: indexes above all.
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

    /// Whether it tells apart the credentials of indexes on one host by the names of the indexes; else those in their
    /// addresses are all that it can tell apart.
    fn knows_index_names(&self) -> bool {
        false
    }

    /// The dependency groups of the project, by the names that [`Wanted::groups`] may hold.
    fn groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        let groups = facts.pyproject.groups.iter();
        Ok(groups.map(|group| group.name.value.clone()).collect())
    }

    /// The groups that the tool installs for developers without being asked ([`Wanted::development`]).
    fn development_groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        let mut groups = self.groups(facts)?;
        groups.retain(|group| group == "dev");
        Ok(groups)
    }

    /// Whether a package that the lock has, by its normalised name, has a wheel that fits; `None` where it does not tell.
    fn has_wheel(
        &self,
        facts: &Facts,
        package: &str,
        platform: &Platform,
        python: PythonVersion,
    ) -> Result<Option<bool>, Diagnostics> {
        let lock = self.locked(facts)?;
        let packages = lock.as_ref().map(|lock| lock.packages());
        Ok(packages.and_then(|packages| shared::has_wheel(&packages, package, platform, python)))
    }

    /// Whether the lock has a package, by its normalised name; `None` where it does not tell.
    fn locks(&self, facts: &Facts, package: &str) -> Result<Option<bool>, Diagnostics> {
        let has = |lock: Arc<dyn Locked>| lock.packages().iter().any(|known| known.name == package);
        Ok(self.locked(facts)?.map(has))
    }

    /// The same with all that developers can have installed, where that is not in the lock.
    fn locks_for_developers(
        &self,
        facts: &Facts,
        package: &str,
    ) -> Result<Option<bool>, Diagnostics> {
        self.locks(facts, package)
    }

    /// The git repositories that the lock or the requirements name, for developers too.
    fn repositories(&self, facts: &Facts) -> Result<Vec<Repository>, Diagnostics> {
        let of = |lock: Arc<dyn Locked>| -> Vec<Repository> {
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

    /// Adds the parts of an environment.
    fn install(
        &self,
        bench: &Bench<'_>,
        parts: &mut Parts,
        wanted: &Wanted,
    ) -> Result<Installed, Diagnostics>;

    /// The packages of the project's own lock that are folders; `None` of a tool whose lock may be that of several
    /// projects, or that has none.
    fn local_packages(&self, _facts: &Facts) -> Option<Vec<LocalPackage>> {
        None
    }

    /// The names of those of [`Facts::members`] that the environment is to hold, each as a wheel of its own.
    fn members(&self, _site: Site<'_>, _wanted: &Wanted) -> Result<Vec<String>, Diagnostics> {
        Ok(Vec::new())
    }

    /// Adds the part with the lock file, made anew by the tool from the project's files as they are, in a step that may
    /// use the network. The tool begins with the lock that is there, if one is.
    fn lock(
        &self,
        bench: &Bench<'_>,
        _parts: &mut Parts,
        _upgrade: &Upgrade,
    ) -> Result<Relocked, Diagnostics> {
        let name = self.name();
        let error = Diagnostic::error(format!("the target `lock` is not supported for {name} yet"));
        Err(error
            .at(&bench.site.facts.pyproject.dependencies_location)
            .hint(format!("run `{}` on your machine", self.lock_command()))
            .into())
    }
}

/// A lock, as the questions see it that are asked of each.
pub trait Locked: Send + Sync {
    /// All that it holds.
    fn packages(&self) -> Vec<LockedPackage<'_>>;
}

/// A package of a lock.
#[derive(Clone, Copy, Debug)]
pub struct LockedPackage<'a> {
    /// The normalised name.
    pub name: &'a str,
    /// The names of its wheels, other files among them or not; `None` where the lock does not tell them.
    pub files: Option<&'a [String]>,
    /// The git repository that it comes from.
    pub repository: Option<&'a Repository>,
}

/// Which locked packages are locked anew although they still fit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Upgrade {
    /// None.
    None,
    /// All.
    All,
    /// These.
    Packages(Vec<PackageName>),
}

/// A lock that was made anew.
#[derive(Clone, Copy, Debug)]
pub struct Relocked {
    /// The step that makes it.
    pub part: PartId,
    /// The name of the lock file, in the root of the part.
    pub file: &'static str,
}

/// What an environment is to hold beside the dependencies of the project itself, and how its steps are named.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The stage in the brackets before the names of its steps.
    pub stage: &'static str,
    /// What the environment holds at the start: the bench's skeleton, or one that holds a part of what is wanted.
    pub from: PartId,
    /// Dependency groups.
    pub groups: Vec<String>,
    /// Extras of the project.
    pub extras: Vec<String>,
    /// Whether it gets what the tool installs for developers by itself: uv's `default-groups`, PDM's
    /// `dev-dependencies`, Poetry's group `dev`, Pipenv's `dev-packages`.
    pub development: bool,
}

impl Wanted {
    /// What the spec asks for, from nothing: the environment of the runtime.
    pub(super) fn for_runtime(bench: &Bench<'_>) -> Self {
        let model = &bench.site.spec.model;
        let values =
            |words: &[Spanned<String>]| words.iter().map(|word| word.value.clone()).collect();
        Self {
            stage: "builder",
            from: bench.skeleton,
            groups: values(&model.groups),
            extras: values(&model.extras),
            development: false,
        }
    }
}

/// What an installer built.
#[derive(Clone, Debug)]
pub struct Installed {
    /// The tool at its place.
    pub tool: Layer,
    /// The environment with every third-party dependency.
    pub dependencies: PartId,
}

/// What an installer's settings say of build requirements, in uv's words.
#[derive(Clone, Debug, Default)]
pub struct BuildSettings {
    /// More build requirements.
    pub requires: Vec<String>,
    /// `[tool.uv]` of the manifest that holds them.
    pub uv: Table,
    /// Files beside that manifest.
    pub files: Vec<WrittenFile>,
}

/// All installers, in the order of detection where a project shows several.
pub const INSTALLERS: &[&dyn Installer] = &[
    &uv::Uv,
    &pdm::Pdm,
    &poetry::Poetry,
    &pipenv::Pipenv,
    &pip::Pip,
    #[cfg(test)]
    &sample::Sample,
];

/// The installer of a name.
pub fn find(name: &str) -> Option<&'static dyn Installer> {
    INSTALLERS
        .iter()
        .find(|installer| installer.name() == name)
        .copied()
}

/// The files that show which installer a project uses.
pub fn evidence() -> Vec<&'static str> {
    INSTALLERS
        .iter()
        .flat_map(|installer| [installer.lock_files(), installer.manifests()].concat())
        .collect()
}

/// The lock files of all installers.
pub fn locks() -> Vec<&'static str> {
    let installers = INSTALLERS.iter();
    installers
        .flat_map(|installer| installer.lock_files())
        .copied()
        .collect()
}

/// All files that installers read while planning, but for those that only projects without a lock have
/// ([`project::requirements`]).
///
/// [`project::requirements`]: crate::project::requirements
pub fn files() -> Vec<&'static str> {
    let settings = INSTALLERS
        .iter()
        .flat_map(|installer| installer.settings())
        .copied();
    let mut files: Vec<_> = evidence().into_iter().chain(settings).collect();
    files.retain(|name| name == &DEFAULTS[0] || !DEFAULTS.contains(name));
    files
}

/// The images of the tools that this release pins: the uv of the bench, and those of the installers.
pub fn pinned_tools() -> Vec<String> {
    let mut images = vec![bench::pinned_image()];
    let pinned = INSTALLERS
        .iter()
        .filter_map(|installer| installer.pinned_image());
    for image in pinned {
        if !images.contains(&image) {
            images.push(image);
        }
    }
    images
}
