//! The installers: one file and one row for each.

mod uv;

pub(in crate::plan) use uv::Bench;

use crate::diagnostic::{Diagnostics, Spanned};
use crate::plan::{Layer, NeededImage, PartId, Parts, Site};
use crate::project::Facts;
use crate::spec::Spec;
use crate::values::{Platform, PythonVersion};

/// A tool that installs locked dependencies.
pub trait Installer: Sync {
    /// The name in the spec.
    fn name(&self) -> &'static str;

    /// The files in the root of a project that show that it uses this tool; the lock file first.
    fn evidence(&self) -> &'static [&'static str];

    /// More files in the root of a project that the tool reads beside them.
    fn settings(&self) -> &'static [&'static str];

    /// The image that holds the tool.
    fn tool(&self, spec: &Spec, facts: &Facts) -> Result<NeededImage, Diagnostics>;

    /// For each of the versions, the locked packages that have wheels and none for it.
    fn without_wheel(
        &self,
        facts: &Facts,
        platform: &Platform,
        versions: &[PythonVersion],
    ) -> Result<Vec<Vec<String>>, Diagnostics>;

    /// Whether the tool's own settings say that the project is a package; `None` where they say nothing.
    fn package(&self, facts: &Facts) -> Result<Option<Spanned<bool>>, Diagnostics>;

    /// Compares the lock with the manifest, so that a stale one is told before anything is built.
    fn check(&self, site: Site<'_>) -> Result<(), Diagnostics>;

    /// Adds the parts of the environment, made on `base`.
    fn install(
        &self,
        site: Site<'_>,
        base: PartId,
        parts: &mut Parts,
    ) -> Result<Installed, Diagnostics>;
}

/// What an installer built.
#[derive(Clone, Debug)]
pub struct Installed {
    /// What the build steps run on.
    pub base: PartId,
    /// The tool at its place.
    pub tool: Layer,
    /// The virtual environment without any package: the interpreter's links, and the same for every lock.
    pub skeleton: PartId,
    /// The environment with every third-party dependency.
    pub dependencies: PartId,
}

/// All installers, in the order of detection.
pub const INSTALLERS: &[&dyn Installer] = &[&uv::Uv];

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
        .flat_map(|installer| installer.evidence())
        .copied()
        .collect()
}

/// All files that installers read while planning.
pub fn files() -> Vec<&'static str> {
    let settings = INSTALLERS
        .iter()
        .flat_map(|installer| installer.settings())
        .copied();
    evidence().into_iter().chain(settings).collect()
}

/// The images of the tools that this release pins.
pub fn pinned_tools() -> Vec<String> {
    vec![uv::pinned_image()]
}
