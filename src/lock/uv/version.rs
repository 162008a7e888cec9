//! The version of uv itself.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use crate::context::NeededImage;
use crate::diagnostic::{Diagnostics, Location, rules};
use crate::lock::uv::settings;
use crate::project::Facts;
use crate::spec::Spec;

/// The version of the tool, and the line that asks for it.
pub(crate) fn tool_version(
    spec: &Spec,
    facts: &Facts,
) -> Result<(String, Option<Location>), Diagnostics> {
    if let Some(asked) = &spec.model.installer_version {
        return Ok((asked.value.clone(), Some(asked.location.clone())));
    }
    let Some(required) = settings::of(facts)?.required_version.clone() else {
        return Ok((PINNED_VERSION.to_owned(), None));
    };
    let unfit = |message: String, hint: &str| {
        Err(rules::TOOL_VERSION
            .report(message)
            .at(&required.location)
            .hint(hint)
            .into())
    };
    // An exact version names its own image, with or without `==`; a range is met by the pinned version, or
    // must be told.
    let text = required.value.trim();
    let exact = text.strip_prefix("==").unwrap_or(text).trim();
    if Version::from_str(exact).is_ok() {
        return Ok((exact.to_owned(), Some(required.location)));
    }
    let Ok(specifiers) = VersionSpecifiers::from_str(text) else {
        return unfit(
            format!("`{text}` is no version specifier"),
            "write one such as `>=0.9`",
        );
    };
    match Version::from_str(PINNED_VERSION) {
        Ok(pinned) if specifiers.contains(&pinned) => Ok((PINNED_VERSION.to_owned(), None)),
        _ => unfit(
            format!(
                "`tool.uv.required-version` is `{}`, and wheelwright pins uv {PINNED_VERSION}",
                required.value
            ),
            "set `installer-version` in `[tool.wheelwright]` to a version that is allowed",
        ),
    }
}

/// The first uv whose `sync` has `--check` (astral-sh/uv#12342).
const FIRST_WITH_CHECK: &str = "0.7.0";

/// Whether the uv of a build can check an environment; one named by something else than a version is taken to.
pub(crate) fn can_check(uv: &NeededImage) -> bool {
    let tag = uv.reference.tag().unwrap_or_default();
    match (Version::from_str(tag), Version::from_str(FIRST_WITH_CHECK)) {
        (Ok(version), Ok(first)) => version >= first,
        _ => true,
    }
}

/// The uv that this release is tested with.
pub(crate) const PINNED_VERSION: &str = "0.13.8";

const REPOSITORY: &str = "ghcr.io/astral-sh/uv";

/// The image of the pinned version.
pub(crate) fn pinned_image() -> String {
    format!("{REPOSITORY}:{PINNED_VERSION}")
}

/// The image of a version of uv, which a line may ask for.
pub(crate) fn image(version: &str, origin: Option<Location>) -> Result<NeededImage, Diagnostics> {
    match format!("{REPOSITORY}:{version}").parse() {
        Ok(reference) => Ok(NeededImage {
            reference,
            origin,
            hint: "check `installer-version`, and that the engine can reach the registry",
        }),
        Err(error) => {
            let mut problem = rules::TOOL_VERSION.report(format!("`installer-version`: {error}"));
            problem.location = origin;
            Err(problem.into())
        }
    }
}
