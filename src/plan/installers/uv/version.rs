//! The version of uv itself.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::project::Facts;
use crate::spec::Spec;

/// The uv that this release is tested with.
pub(super) const PINNED_VERSION: &str = "0.13.8";

/// The version of the tool, and the line that asks for it.
pub(super) fn tool_version(
    spec: &Spec,
    facts: &Facts,
) -> Result<(String, Option<Location>), Diagnostics> {
    if let Some(asked) = &spec.model.installer_version {
        return Ok((asked.value.clone(), Some(asked.location.clone())));
    }
    let Some((_, required)) = facts
        .pyproject
        .required_tool_versions
        .iter()
        .find(|(tool, _)| tool == "uv")
    else {
        return Ok((PINNED_VERSION.to_owned(), None));
    };
    let unfit = |message: String, hint: &str| {
        Err(Diagnostic::error(message)
            .at(&required.location)
            .hint(hint)
            .into())
    };
    let Ok(specifiers) = VersionSpecifiers::from_str(&required.value) else {
        return unfit(
            format!("`{}` is no version specifier", required.value),
            "write one such as `>=0.9`",
        );
    };
    // An exact version names its own image; a range is met by the pinned version, or must be told.
    let exact = required
        .value
        .trim()
        .strip_prefix("==")
        .map(str::trim)
        .filter(|text| Version::from_str(text).is_ok());
    if let Some(version) = exact {
        return Ok((version.to_owned(), Some(required.location.clone())));
    }
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
