//! Where the tool of an installer comes from.

use std::str::FromStr;

use pep440_rs::Version;

use crate::context::NeededImage;
use crate::diagnostic::{Diagnostics, Location, Spanned, rules};
use crate::spec::Spec;

/// What holds the tool of an installer.
#[derive(Clone, Debug)]
pub enum Tool {
    /// An image of uv, which then also makes environments and wheels.
    Uv(NeededImage),
    /// Packages of the index.
    Packages(ToolPackages),
}

/// A tool of the index, with all that it needs: in the versions that this release is tested with, since the newest of
/// each do not always go together (PDM 2.29.3 failed with the hishel of its day).
#[derive(Clone, Debug)]
pub struct ToolPackages {
    /// Its name, which is that of its package and of its command.
    pub name: &'static str,
    /// Its version.
    pub version: String,
    /// The line that asks for this version.
    pub origin: Option<Location>,
    /// Requirements of it and all that it needs; each with hashes, but for a version that the user asks for.
    pub requirements: String,
}

impl ToolPackages {
    /// The version that the spec asks for, else the pinned one with its closure: the text of a requirements file with
    /// hashes.
    pub fn pinned(
        name: &'static str,
        version: &'static str,
        closure: &'static str,
        spec: &Spec,
    ) -> Result<Self, Diagnostics> {
        let asked = spec.model.installer_version.as_ref();
        Self::of_version(name, (version, closure), asked)
    }

    /// The pinned packages, or the version that the key `installer-version` names.
    pub(crate) fn of_version(
        name: &'static str,
        (version, closure): (&'static str, &'static str),
        asked: Option<&Spanned<String>>,
    ) -> Result<Self, Diagnostics> {
        let pinned = Self {
            name,
            version: version.to_owned(),
            origin: None,
            requirements: closure.to_owned(),
        };
        let Some(asked) = asked else {
            return Ok(pinned);
        };
        if asked.value == version {
            return Ok(Self {
                origin: Some(asked.location.clone()),
                ..pinned
            });
        }
        if Version::from_str(&asked.value).is_err() {
            let message = format!(
                "`installer-version` is `{}`, expected a version of {name} such as `{version}`",
                asked.value
            );
            return Err(rules::TOOL_VERSION
                .report(message)
                .at(&asked.location)
                .into());
        }
        Ok(Self {
            version: asked.value.clone(),
            origin: Some(asked.location.clone()),
            requirements: format!("{name}=={}\n", asked.value),
            name,
        })
    }

    /// Whether each of the requirements has hashes.
    pub fn is_hashed(&self) -> bool {
        self.requirements.contains("--hash=")
    }
}
