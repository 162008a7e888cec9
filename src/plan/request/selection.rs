//! What was chosen before images are resolved.

use crate::context::NeededImage;
use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::lock::{PackageManager, Repository, Tool};
use crate::plan::model::Choice;
use crate::plan::request::target::Target;
use crate::project::Facts;
use crate::values::{PackageName, PythonVersion, SystemPackage, requirement_name};

/// What was chosen.
#[derive(Clone)]
pub struct Selection {
    /// The built-in target.
    pub target: Target,
    /// The installer.
    pub installer: &'static dyn PackageManager,
    /// The installer's tool.
    pub tool: Tool,
    /// The image that holds the uv of the [`UvRunner`](crate::plan::uv::UvRunner).
    pub uv: NeededImage,
    /// The interpreter's version.
    pub python: PythonVersion,
    /// The image that the build starts from.
    pub build_base: NeededImage,
    /// The image that the result starts from.
    pub runtime_base: NeededImage,
    /// The Rust toolchain for the wheels; `None` if no wheel contains Rust.
    pub rust: Option<RustToolchain>,
    /// What wheels are built for, the oldest first, where the spec lists versions and the target is `wheel`.
    pub wheel_pythons: Vec<WheelPython>,
    /// Packages of the system that the build needs: those of the spec, and those of well-known packages.
    pub system_build: Vec<Spanned<SystemPackage>>,
    /// The git repositories that packages come from.
    pub repositories: Vec<Repository>,
    /// Packages of the system that the image needs.
    pub system_runtime: Vec<Spanned<SystemPackage>>,
    /// The images that `[[copy]]` copies from.
    pub copied: Vec<NeededImage>,
    /// What was picked and why.
    pub choices: Vec<Choice>,
    /// The warnings.
    pub warnings: Vec<Diagnostic>,
}

impl Selection {
    /// The images to resolve, each once.
    pub fn images(&self) -> Vec<&NeededImage> {
        let mut images: Vec<&NeededImage> = Vec::new();
        let bases = [&self.build_base, &self.runtime_base, &self.uv];
        let of_wheels = self.wheel_pythons.iter().map(|python| &python.base);
        let of_rust = self.rust.iter().map(|rust| &rust.image);
        let others = of_wheels.chain(of_rust).chain(&self.copied);
        for image in bases.into_iter().chain(others) {
            if images
                .iter()
                .all(|known| known.reference != image.reference)
            {
                images.push(image);
            }
        }
        images
    }

    /// Whether the environment gets a package: the lock tells, else the manifest's own dependencies.
    pub(crate) fn installs(&self, facts: &Facts, package: &str) -> Result<bool, Diagnostics> {
        if let Some(locked) = self.installer.locks(facts, package)? {
            return Ok(locked);
        }
        let dependencies = &facts.pyproject.dependencies;
        Ok(dependencies.iter().any(|text| {
            requirement_name(&text.value)
                .is_some_and(|name: PackageName| name.normalized() == package)
        }))
    }

    /// This selection for the wheels of one Python version.
    pub(crate) fn for_wheels(&self, python: &WheelPython) -> Self {
        Self {
            python: python.version,
            build_base: python.base.clone(),
            ..self.clone()
        }
    }
}

/// The Rust toolchain.
#[derive(Clone, Debug)]
pub struct RustToolchain {
    /// The image that holds the toolchain.
    pub image: NeededImage,
}

/// A version that wheels are built for.
#[derive(Clone, Debug)]
pub struct WheelPython {
    /// The version.
    pub version: PythonVersion,
    /// The image that they are built on.
    pub base: NeededImage,
}
