//! The version that a build is given: the build argument, or its default in the spec.

use std::str::FromStr;

use pep440_rs::Version;

use crate::diagnostic::{Diagnostics, rules};
use crate::plan::request::site::Site;

/// A version that was given.
pub(crate) struct Given {
    /// As it was written.
    pub(crate) text: String,
    /// What it says.
    pub(crate) version: Version,
}

/// The version that the build argument, or its default in the spec, gives.
pub(crate) fn given(site: Site<'_>) -> Result<Option<Given>, Diagnostics> {
    let spec = &site.spec.model.version;
    let argument = site
        .options
        .build_args
        .get(&spec.argument)
        .filter(|text| !text.is_empty());
    let default = spec.default.as_ref();
    let Some(text) = argument.or(default.map(|default| &default.value)) else {
        return Ok(None);
    };
    if let Ok(version) = Version::from_str(text) {
        Ok(Some(Given {
            text: text.clone(),
            version,
        }))
    } else {
        let what = match argument {
            Some(_) => format!("`--build-arg {}={text}`", spec.argument),
            None => format!("the default version `{text}`"),
        };
        let mut error = rules::INVALID_VERSION.report(format!("{what} is no version by PEP 440"));
        error.location = if argument.is_some() {
            None
        } else {
            default.map(|default| default.location.clone())
        };
        Err(error.hint(how_to_write(text)).into())
    }
}

/// What `git describe` prints is no version; most often one can be made of it.
fn how_to_write(text: &str) -> String {
    if let [tag, commits, hash] = text
        .rsplitn(3, '-')
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect::<Vec<_>>()[..]
    {
        let hash = hash.trim_start_matches('g');
        let made = format!("{}.post{commits}+g{hash}", tag.trim_start_matches('v'));
        if Version::from_str(&made).is_ok() {
            return format!("this looks like `git describe`; write `{made}`");
        }
    }
    "write a version such as `1.4.0`, `1.4.0.dev3` or `1.4.0+g1a2b3c4`".to_owned()
}

/// Whether two texts are the same version.
pub(crate) fn same(one: &str, other: &str) -> bool {
    match (Version::from_str(one), Version::from_str(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_describes_becomes_a_version() {
        assert_eq!(
            how_to_write("v1.4.0-3-g1a2b3c4"),
            "this looks like `git describe`; write `1.4.0.post3+g1a2b3c4`"
        );
        assert!(how_to_write("latest").starts_with("write a version such as"));
        assert!(same("0.1.0-dev", "0.1.0.dev0"));
    }
}
