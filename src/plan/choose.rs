//! The choices that come before planning: the installer, the Python version, and so the images to resolve.

use std::collections::BTreeMap;

use crate::context::ResolvedImage;
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Spanned};
use crate::options::BuildOptions;
use crate::plan::installers::{Installer, Tool};
use crate::plan::wheel::pythons::{self, WheelPython};
use crate::plan::{
    Choice, Repository, bench, copies, git, installer, managed, offline, python, well_known,
};
use crate::project::Facts;
use crate::spec::Spec;
use crate::values::{ImageRef, PythonVersion, SystemPackage};

/// What was chosen.
#[derive(Clone)]
pub struct Selection {
    /// The installer.
    pub installer: &'static dyn Installer,
    /// The installer's tool.
    pub tool: Tool,
    /// The image that holds the uv of the [`Bench`](crate::plan::Bench).
    pub uv: NeededImage,
    /// The interpreter's version.
    pub python: PythonVersion,
    /// The image that the build starts from.
    pub build_base: NeededImage,
    /// The image that the result starts from.
    pub runtime_base: NeededImage,
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
    /// What the user is told though it stops nothing.
    pub warnings: Vec<Diagnostic>,
}

/// An image that must be resolved before planning.
#[derive(Clone, Debug)]
pub struct NeededImage {
    /// The image.
    pub reference: ImageRef,
    /// The line that asks for it.
    pub origin: Option<Location>,
    /// What to do when it cannot be had.
    pub hint: &'static str,
}

pub(super) const FROM_HINT: &str =
    "check the name and the tag, and that the engine can reach the registry";

/// Resolved images by the reference that was asked for.
pub type Images = BTreeMap<ImageRef, ResolvedImage>;

impl Selection {
    /// The images to resolve, each once.
    pub fn images(&self) -> Vec<&NeededImage> {
        let mut images: Vec<&NeededImage> = Vec::new();
        let bases = [&self.build_base, &self.runtime_base, &self.uv];
        let of_wheels = self.wheel_pythons.iter().map(|python| &python.base);
        for image in bases.into_iter().chain(of_wheels).chain(&self.copied) {
            if images
                .iter()
                .all(|known| known.reference != image.reference)
            {
                images.push(image);
            }
        }
        images
    }

    /// The same for wheels of one version.
    pub(super) fn for_wheels(&self, python: &WheelPython) -> Self {
        Self {
            python: python.version,
            build_base: python.base.clone(),
            ..self.clone()
        }
    }
}

/// Chooses; all that stands against it is told at once, and with it what stands against the lock.
pub fn choose(
    spec: &Spec,
    facts: &Facts,
    options: &BuildOptions,
) -> Result<Selection, Diagnostics> {
    let platform = &options.platform;
    let copied = copies::images(&spec.model, options);
    let (mut choices, mut warnings) = (Vec::new(), Vec::new());
    let installer = match installer::choose(spec, facts, &mut choices, &mut warnings) {
        Ok(installer) => installer,
        Err(errors) => {
            let pinned = python::pinned(spec, facts).err();
            return Err(errors.with(pinned.into_iter().flatten()));
        }
    };
    // Before all else, and alone: anything that is told may show the line of one.
    Diagnostics::split(installer.passwords(facts))?;
    let tool = installer.tool(spec, facts);
    choices.extend(tool.as_ref().map(Tool::choice));
    let of_wheels = pythons::wanted(spec, options);
    let python = python::choose(
        (spec, facts),
        installer,
        platform,
        of_wheels,
        &mut choices,
        &mut warnings,
    );
    let (tool, python) = match (tool, python) {
        (Ok(tool), Ok(python)) => (tool, python),
        (Err(errors), python) => {
            let lock = installer.check_lock(spec, facts).err();
            let more = lock.into_iter().chain(python.err()).flatten();
            return Err(errors.with(more));
        }
        (_, Err(errors)) => {
            let lock = installer.check_lock(spec, facts).err();
            return Err(errors.with(lock.into_iter().flatten()));
        }
    };
    let managed = spec.model.managed_python.as_ref();
    let is_managed = managed.is_some_and(|managed| managed.value);
    let build_base = match &spec.model.from {
        Some(from) => asked(from),
        None if is_managed => default_base(managed::DEFAULT_BASE, &python)?,
        None => default_base(&format!("python:{}-slim", python.value), &python)?,
    };
    choices.push(Choice {
        what: "from",
        value: build_base.reference.familiar(),
        why: match &spec.model.from {
            Some(from) => from.location.line(),
            None if is_managed => "uv brings the interpreter".to_owned(),
            None => "the slim variant of the official image".to_owned(),
        },
    });
    let wheel_pythons = pythons::choose(spec, facts, of_wheels, (python.value, &build_base))?;
    choices.extend(pythons::choice(&wheel_pythons, of_wheels));
    let runtime_base = match &spec.model.runtime_from {
        Some(from) => asked(from),
        None => build_base.clone(),
    };
    let mut for_system = Vec::new();
    let mut needed = well_known::needed(
        (spec, facts),
        installer,
        (platform, python.value),
        (&build_base, &runtime_base),
        &mut for_system,
    )?;
    let mut repositories = git::repositories(facts, installer);
    if let Some(folder) = offline::folder(spec) {
        let place = &folder.location;
        warnings.extend(offline::without_system_packages(for_system, place));
        warnings.extend(offline::without_repositories(&repositories, place));
        needed = well_known::Needed::default();
        repositories = Vec::new();
    } else {
        choices.extend(for_system);
    }
    let for_git = git::needed(spec, &repositories, &build_base, &mut choices);
    Ok(Selection {
        installer,
        repositories,
        system_build: [spec.model.system.build.clone(), needed.build, for_git].concat(),
        system_runtime: [spec.model.system.runtime.clone(), needed.runtime].concat(),
        uv: match &tool {
            Tool::Uv(image) => image.clone(),
            Tool::Packages(_) => bench::image(bench::PINNED_VERSION, None)?,
        },
        tool,
        python: python.value,
        copied: copied?,
        build_base,
        runtime_base,
        wheel_pythons,
        choices,
        warnings,
    })
}

/// An image that the spec names.
fn asked(from: &Spanned<ImageRef>) -> NeededImage {
    NeededImage {
        reference: from.value.clone(),
        origin: Some(from.location.clone()),
        hint: FROM_HINT,
    }
}

/// An image without compilers.
fn default_base(name: &str, python: &python::Chosen) -> Result<NeededImage, Diagnostics> {
    let reference = name
        .parse()
        .map_err(|error| Diagnostic::error(format!("the default base image: {error}")))?;
    Ok(NeededImage {
        reference,
        origin: python.origin.clone(),
        hint: "pin another version in `.python-version`, or name an image in `from` of `[tool.wheelwright]`",
    })
}
