//! The version of Poetry itself.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use crate::diagnostic::{Diagnostics, rules};
use crate::lock::ToolPackages;
use crate::lock::poetry::manifest::Manifest;
use crate::lock::poetry::{CLOSURE, PINNED_VERSION};
use crate::project::{Facts, poetry_specifiers};
use crate::spec::Spec;

/// The version that the spec asks for, else the one that `requires-poetry` names, else the pinned one, which
/// `requires-poetry` must allow.
pub(crate) fn packages(spec: &Spec, facts: &Facts) -> Result<ToolPackages, Diagnostics> {
    let pinned = ToolPackages::pinned("poetry", PINNED_VERSION, CLOSURE, spec)?;
    if spec.model.installer_version.is_some() {
        return Ok(pinned);
    }
    let Some(required) = Manifest::read(facts)?.requires_poetry else {
        return Ok(pinned);
    };
    let text = required.value.trim();
    let exact = text.strip_prefix("==").unwrap_or(text).trim();
    if Version::from_str(exact).is_ok() && exact != PINNED_VERSION {
        return Ok(ToolPackages {
            version: exact.to_owned(),
            requirements: format!("poetry=={exact}\n"),
            origin: Some(required.location),
            ..pinned
        });
    }
    let allowed = poetry_specifiers(text).and_then(|text| VersionSpecifiers::from_str(&text).ok());
    let version = Version::from_str(PINNED_VERSION).ok();
    match (allowed, version) {
        // What cannot be read here, Poetry itself checks.
        (None, _) => Ok(pinned),
        (Some(allowed), Some(version)) if allowed.contains(&version) => Ok(pinned),
        _ => {
            let message = format!(
                "`tool.poetry.requires-poetry` is `{}`, and wheelwright pins Poetry {PINNED_VERSION}",
                required.value
            );
            Err(rules::TOOL_VERSION
                .report(message)
                .at(&required.location)
                .hint(
                    "set `installer-version` in `[tool.wheelwright]` to a version that is allowed",
                )
                .into())
        }
    }
}
