//! The choices that come before planning: the installer, the Python version, and so the images to resolve.

pub(crate) mod celery_worker;
pub(crate) mod copied_targets;
pub(crate) mod copy_sources;
mod git;
mod inspect;
pub(crate) mod installer;
mod offline;
pub(crate) mod own_targets;
mod python;
mod rust;
pub(crate) mod system_packages;
pub(crate) mod target_index;
pub(crate) mod wheel_pythons;

use crate::context::NeededImage;
use crate::diagnostic::{Diagnostic, Diagnostics, Spanned, rules};
use crate::lock;
use crate::lock::{Tool, git_source};
use crate::options::BuildOptions;
use crate::plan::model::Choice;
use crate::plan::request::selection::Selection;
use crate::plan::request::target::Target;
use crate::project::Facts;
use crate::spec::Spec;
use crate::values::ImageRef;
pub use inspect::look;

/// The base of projects whose interpreter uv brings, where none is named.
const MANAGED_BASE: &str = "debian:trixie-slim";

/// The hint where a base image cannot be resolved.
pub(crate) const FROM_HINT: &str =
    "check the name and the tag, and that the engine can reach the registry";

/// Makes the selection. Reports every error at once, including those of the lock file.
pub fn choose(
    spec: &Spec,
    facts: &Facts,
    options: &BuildOptions,
) -> Result<Selection, Diagnostics> {
    let platform = &options.platform;
    let copied = copy_sources::images(&spec.model, options);
    let (mut choices, mut warnings) = (Vec::new(), Vec::new());
    let installer = match installer::choose(spec, facts, &mut choices, &mut warnings) {
        Ok(installer) => installer,
        Err(errors) => {
            let pinned = python::pinned(spec, facts).err();
            return Err(errors.with(pinned.into_iter().flatten()));
        }
    };
    // First and alone: any other error may show a line with one.
    Diagnostics::split(installer.credentials_in_files(facts))?;
    let tool = installer.tool(spec, facts);
    choices.extend(tool.as_ref().map(installer::tool_choice));
    let of_wheels = wheel_pythons::wanted(spec, options);
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
        None if is_managed => default_base(MANAGED_BASE, &python)?,
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
    let wheel_pythons = wheel_pythons::choose(spec, facts, of_wheels, (python.value, &build_base))?;
    choices.extend(wheel_pythons::choice(&wheel_pythons, of_wheels));
    let runtime_from = spec.model.runtime_from.as_ref();
    let runtime_base = runtime_from.map_or_else(|| build_base.clone(), asked);
    let mut for_system = Vec::new();
    let mut needed = system_packages::needed(
        (spec, facts),
        installer,
        (platform, python.value),
        (&build_base, &runtime_base),
        &mut for_system,
    )?;
    let rust = rust::choose(
        spec,
        facts,
        (&build_base, &runtime_base),
        &mut needed,
        (&mut for_system, &mut warnings),
    )?;
    let mut repositories = git_source::repositories(facts, installer);
    if let Some(folder) = spec.model.network.offline.as_ref() {
        let place = &folder.location;
        warnings.extend(offline::without_system_packages(for_system, place));
        warnings.extend(offline::without_repositories(&repositories, place));
        needed = system_packages::Needed::default();
        repositories = Vec::new();
    } else {
        choices.extend(for_system);
    }
    let for_git = git::needed(spec, &repositories, &build_base, &mut choices);
    let mut selection = Selection {
        target: Target::Runtime,
        installer,
        repositories,
        system_build: [spec.model.system.build.clone(), needed.build, for_git].concat(),
        system_runtime: [spec.model.system.runtime.clone(), needed.runtime].concat(),
        uv: uv_image(&tool)?,
        tool,
        python: python.value,
        copied: copied?,
        build_base,
        runtime_base,
        rust,
        wheel_pythons,
        choices,
        warnings,
    };
    selection.target = target(spec, facts, options, &selection)?;
    Ok(selection)
}

/// The image of uv: that of the package manager, or the one that this release is tested with.
fn uv_image(tool: &Tool) -> Result<NeededImage, Diagnostics> {
    match tool {
        Tool::Uv(image) => Ok(image.clone()),
        Tool::Packages(_) => lock::uv::version::image(lock::uv::version::PINNED_VERSION, None),
    }
}

/// The built-in target that the build is for; `runtime` where none is named.
fn target(
    spec: &Spec,
    facts: &Facts,
    options: &BuildOptions,
    selection: &Selection,
) -> Result<Target, Diagnostic> {
    let Some(name) = &options.target else {
        return Ok(Target::Runtime);
    };
    let unknown = || celery_worker::unknown(spec, facts, selection, name);
    Target::named(name).ok_or_else(unknown)
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
        .map_err(|error| rules::INVALID_VALUE.report(format!("the default base image: {error}")))?;
    Ok(NeededImage {
        reference,
        origin: python.origin.clone(),
        hint: "pin another version in `.python-version`, or name an image in `from` of `[tool.wheelwright]`",
    })
}
