//! The base images, once they are resolved: what they must be, and their configuration.

use crate::context::{ImageConfig, NeededImage};
use crate::diagnostic::{Diagnostics, rules};
use crate::plan::model::Notes;
use crate::plan::request::site::Site;
use crate::values::{ImageRef, PythonVersion};

/// Every image is for the requested platform: an engine with its own image store may hand out another one.
pub(crate) fn check_platforms(site: Site<'_>) -> Result<(), Diagnostics> {
    let wanted = &site.options.platform;
    let mut problems = Vec::new();
    for image in site.selection.images() {
        let Some(actual) = site.image(&image.reference)?.config.stated_platform() else {
            continue;
        };
        if (&actual.os, &actual.architecture) != (&wanted.os, &wanted.architecture) {
            let name = image.reference.familiar();
            let mut error = rules::IMAGE_PLATFORM.report(format!(
                "the image `{name}` is for `{actual}`, expected `{wanted}`"
            ));
            error.location.clone_from(&image.origin);
            problems
                .push(error.hint("pull the image for that platform, or leave `--platform` out"));
        }
    }
    Diagnostics::split(problems).map(drop)
}

/// The bases have the interpreter that was chosen, as far as their tags and `PYTHON_VERSION` (which the
/// official images set) tell: an environment that was made for another one does not start.
pub(crate) fn check_bases(site: Site<'_>) -> Result<(), Diagnostics> {
    if is_managed(site) {
        return Ok(());
    }
    let chosen = site.selection.python;
    let mut problems = Vec::new();
    let bases = [
        ("from", chosen, &site.selection.build_base),
        ("runtime-from", chosen, &site.selection.runtime_base),
    ];
    let of_wheels = site.selection.wheel_pythons.iter();
    let of_wheels = of_wheels.map(|python| ("from", python.version, &python.base));
    for (key, chosen, base) in bases.into_iter().chain(of_wheels) {
        let chosen = chosen.minor_release();
        let config = &site.image(&base.reference)?.config;
        let stated = config
            .env()
            .into_iter()
            .find(|(name, _)| name == "PYTHON_VERSION");
        let stated = stated.and_then(|(_, value)| value.parse::<PythonVersion>().ok());
        let Some(actual) = stated.or_else(|| version_in_tag(&base.reference)) else {
            continue;
        };
        if actual.minor_release() != chosen {
            let name = base.reference.familiar();
            let message = format!(
                "the image `{name}` has Python {actual}, and the project is built with Python {chosen}"
            );
            let mut error = rules::PYTHON_MISMATCH
                .report(message)
                .hint(format!("change `{key}`, or the version that is pinned"));
            error.location.clone_from(&base.origin);
            problems.push(error);
        }
    }
    // The runtime starts from the same image unless told otherwise: told once.
    problems.dedup_by(|one, other| one.message == other.message);
    Diagnostics::split(problems).map(drop)
}

pub(crate) fn version_in_tag(image: &ImageRef) -> Option<PythonVersion> {
    let is_python = image.repository().rsplit('/').next() == Some("python");
    let number = image.tag()?.split('-').next()?;
    number.parse().ok().filter(|_| is_python)
}

/// Where their commands are, on the search path of both bases.
pub(crate) const COMMANDS: &str = "/opt/python/bin";

/// Whether uv brings the interpreter: the spec says so, or the build's base was looked into and has none.
pub(crate) fn is_managed(site: Site<'_>) -> bool {
    match &site.spec.model.managed_python {
        Some(managed) => managed.value,
        None => lacks(site, &site.selection.build_base),
    }
}

fn lacks(site: Site<'_>, base: &NeededImage) -> bool {
    let image = site.image(&base.reference);
    image.is_ok_and(|image| image.has_python == Some(false))
}

/// The configuration of a base, whose search path finds the interpreter.
pub(crate) fn config(site: Site<'_>, base: &NeededImage) -> Result<ImageConfig, Diagnostics> {
    let mut config = site.image(&base.reference)?.config.clone();
    if is_managed(site) {
        config.set_env("PATH", &format!("{COMMANDS}:{}", config.search_path()));
    }
    Ok(config)
}

/// The errors about the requested Python, if uv provides the interpreter or nothing does.
pub(crate) fn check(site: Site<'_>, notes: &mut Notes) -> Result<(), Diagnostics> {
    let (model, selection) = (&site.spec.model, site.selection);
    let name = |base: &NeededImage| base.reference.familiar();
    let python = command(selection.python);
    if !is_managed(site) {
        let base = &selection.runtime_base;
        if !lacks(site, base) {
            return Ok(());
        }
        let message = format!(
            "`{}` has no `{python}`, which `{}` has and the project is built with",
            name(base),
            name(&selection.build_base)
        );
        let mut error = rules::MISSING_PYTHON.report(message).hint(
            "write `managed-python = true`, with which uv brings an interpreter for both, or name an image with that Python at the same path",
        );
        error.location.clone_from(&base.origin);
        return Err(error.into());
    }
    let why = match &model.managed_python {
        Some(managed) => managed.location.line(),
        None => format!("`{}` has no `{python}`", name(&selection.build_base)),
    };
    notes.choose("managed-python", "true".to_owned(), why.clone());
    let mut problems = Vec::new();
    if let Some(location) = &model.without_venv {
        problems.push(
            rules::MANAGED_PYTHON.report(format!(
                "`venv = false` is for the interpreter of an image, and uv brings this one ({why})"
            ))
            .at(location)
            .hint("leave `venv` out, or name an image with a Python of its own in `from`"),
        );
    }
    if let Some(folder) = &model.network.offline {
        problems.push(
            rules::MANAGED_PYTHON
                .report(format!(
                    "`offline` leaves no network, over which uv would bring the interpreter ({why})"
                ))
                .at(&folder.location)
                .hint("name an image with a Python of its own in `from`"),
        );
    }
    Diagnostics::split(problems).map(drop)
}

pub(crate) fn command(python: PythonVersion) -> String {
    format!("python{}", python.minor_release())
}
