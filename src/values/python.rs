//! Python versions, and what a project asks of them.

use std::fmt;
use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifier, VersionSpecifiers};

use crate::values::ParseError;

/// The stable minor releases that we know, oldest first, as of November 2026.
///
/// 3.10 is past its end of life (October 2026, PEP 619), but projects still ask for it and its
/// images can still be pulled.
pub const SUPPORTED: &[PythonVersion] = &[
    minor(10),
    minor(11),
    minor(12),
    minor(13),
    minor(14),
    minor(15),
];

/// The newest of them that packages have had time to make wheels for: what is taken where no lock tells which
/// wheels there are. 3.15 came out in October 2026 (PEP 790).
pub const SETTLED: PythonVersion = minor(14);

/// A released Python: `3.12`, meaning any patch release of it, or `3.12.4`.
///
/// `3.12` is before all of its patch releases.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PythonVersion {
    /// The language, 3.
    pub major: u8,
    /// The yearly release.
    pub minor: u8,
    /// The patch release, if it matters which.
    pub patch: Option<u16>,
}

impl PythonVersion {
    /// The yearly release that this version belongs to: `3.12` for `3.12.4`.
    #[must_use]
    pub fn minor_release(self) -> Self {
        Self {
            patch: None,
            ..self
        }
    }
}

const fn minor(minor: u8) -> PythonVersion {
    PythonVersion {
        major: 3,
        minor,
        patch: None,
    }
}

impl FromStr for PythonVersion {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let parts: Vec<&str> = text.split('.').collect();
        let version = match parts[..] {
            [major, minor] => number(major)
                .zip(number(minor))
                .map(|(major, minor)| (major, minor, None)),
            [major, minor, patch] => number(major)
                .zip(number(minor))
                .zip(number(patch))
                .map(|((major, minor), patch)| (major, minor, Some(patch))),
            _ => None,
        };
        match version {
            Some((major, minor, patch)) => Ok(Self {
                major,
                minor,
                patch,
            }),
            None => Err(explain(text)),
        }
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if let Some(patch) = self.patch {
            write!(f, ".{patch}")?;
        }
        Ok(())
    }
}

/// A decimal number as image tags write it: `str::parse` alone would also take `+3` and `03`.
fn number<T: FromStr>(text: &str) -> Option<T> {
    let canonical = text == "0" || !text.starts_with(['0', '+', '-']);
    text.parse().ok().filter(|_| canonical)
}

/// Says what is wrong with a version, for the mistakes that people make.
fn explain(text: &str) -> ParseError {
    let without_prefix = text
        .trim_start_matches(|c: char| c.is_ascii_alphabetic())
        .trim_start_matches('-');
    let reason = if text.contains(['<', '>', '=', '~', '!', '^', ',']) {
        "is a requirement, expected one version such as `3.12`".to_owned()
    } else if without_prefix != text && without_prefix.parse::<PythonVersion>().is_ok() {
        format!("has a prefix, expected the version alone: `{without_prefix}`")
    } else if text.split('.').any(|part| matches!(part, "x" | "X" | "*")) {
        "has a wildcard, expected two or three numbers such as `3.12` or `3.12.4`".to_owned()
    } else if number::<u8>(text).is_some() {
        "has no minor number, expected one such as `3.12`".to_owned()
    } else {
        "is not a released Python version, expected one such as `3.12` or `3.12.4`".to_owned()
    };
    ParseError(format!("`{text}` {reason}"))
}

/// The Python versions that a project accepts: `requires-python`, in the form of PEP 440,
/// "Version specifiers".
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct RequiresPython(VersionSpecifiers);

impl RequiresPython {
    /// Whether `version` satisfies the requirement.
    ///
    /// A version without a patch number does when some patch release of it does. Patch numbers
    /// up to 99 are tried; the longest series so far ended at 3.6.15 and 2.7.18.
    pub fn allows(&self, version: PythonVersion) -> bool {
        let allows = |patch: u16| {
            let release = [version.major.into(), version.minor.into(), patch.into()];
            self.0.contains(&Version::new::<_, u64>(release))
        };
        match version.patch {
            Some(patch) => allows(patch),
            None => (0..=99).any(allows),
        }
    }
}

impl FromStr for RequiresPython {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        VersionSpecifiers::from_str(text).map(Self).map_err(|_| {
            let wrong = text
                .split(',')
                .find(|clause| VersionSpecifier::from_str(clause).is_err())
                .unwrap_or(text);
            ParseError(format!(
                "`{}` is not a version requirement, expected one such as `>=3.12` or `>=3.12,<3.15`",
                wrong.trim()
            ))
        })
    }
}

impl fmt::Display for RequiresPython {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use crate::values::{PythonVersion, RequiresPython, SUPPORTED};

    fn version(text: &str) -> PythonVersion {
        text.parse().unwrap()
    }

    #[test]
    fn reads_versions() {
        for text in ["3.12", "3.12.4", "3.0.0", "2.7.18"] {
            assert_eq!(version(text).to_string(), text);
        }
        assert_eq!(version("3.12.4").minor_release(), version("3.12"));
    }

    #[test]
    fn orders_by_number() {
        let mut versions = ["3.12.10", "3.9", "3.12.9", "3.12"].map(version);
        versions.sort_unstable();
        assert_eq!(versions, ["3.9", "3.12", "3.12.9", "3.12.10"].map(version));
        assert!(SUPPORTED.is_sorted());
    }

    #[test]
    fn explains_wrong_versions() {
        for (input, reason) in [
            ("3", "has no minor number"),
            ("3.x", "has a wildcard"),
            ("3.12.*", "has a wildcard"),
            ("python3.12", "expected the version alone: `3.12`"),
            ("cpython-3.12.1", "expected the version alone: `3.12.1`"),
            ("v3.12", "expected the version alone: `3.12`"),
            (">=3.12", "is a requirement, expected one version"),
            ("^3.12", "is a requirement"),
            ("", "is not a released Python version"),
            ("3.", "is not a released Python version"),
            ("3.012", "is not a released Python version"),
            ("+3.12", "is not a released Python version"),
            ("3.15.0rc1", "is not a released Python version"),
            ("3.12.4.1", "is not a released Python version"),
            ("3.999", "is not a released Python version"),
            (" 3.12", "is not a released Python version"),
            ("٣.١٢", "is not a released Python version"),
        ] {
            let error = input.parse::<PythonVersion>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{input}` ")), "{error}");
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn says_what_was_expected() {
        let told = ["3", "3.x", "python3.12", ">=3.12", "3.15.0rc1"]
            .map(|text| text.parse::<PythonVersion>().unwrap_err().to_string());
        insta::assert_snapshot!(told.join("\n"), @"
        `3` has no minor number, expected one such as `3.12`
        `3.x` has a wildcard, expected two or three numbers such as `3.12` or `3.12.4`
        `python3.12` has a prefix, expected the version alone: `3.12`
        `>=3.12` is a requirement, expected one version such as `3.12`
        `3.15.0rc1` is not a released Python version, expected one such as `3.12` or `3.12.4`
        ");
    }

    #[test]
    fn allows_a_minor_with_some_fitting_patch() {
        for (requires, input, allowed) in [
            (">=3.12", "3.12", true),
            (">=3.12", "3.11", false),
            (">=3.12", "3.15", true),
            (">=3.12.3", "3.12", true),
            (">=3.12.3", "3.12.2", false),
            (">=3.12.3", "3.12.3", true),
            ("<3.13", "3.13", false),
            ("<3.13", "3.12", true),
            ("<=3.13", "3.13", true),
            ("<=3.13", "3.13.1", false),
            ("==3.12.*", "3.12", true),
            ("==3.12.*", "3.13", false),
            ("==3.12", "3.12", true),
            ("==3.12", "3.12.1", false),
            ("!=3.12.0", "3.12", true),
            ("!=3.12.*", "3.12", false),
            ("~=3.11", "3.12", true),
            ("~=3.11", "4.0", false),
            ("~=3.11.2", "3.12", false),
            // PEP 440 bars only post-releases of 3.12 itself here: 3.12.1 is after 3.12.
            (">3.12", "3.12", true),
            (">3.12", "3.12.0", false),
            (">3.12", "3.11", false),
            (">=3.15.0rc1", "3.15", true),
            (" >= 3.12 , < 3.14 ", "3.13", true),
            (">=3.12,<3.14", "3.14", false),
            ("", "3.12", true),
        ] {
            let parsed: RequiresPython = requires.parse().unwrap();
            assert_eq!(parsed.allows(version(input)), allowed, "{requires} {input}");
        }
    }

    #[test]
    fn names_the_wrong_clause() {
        for (input, wrong) in [
            ("^3.12", "`^3.12`"),
            ("3.12", "`3.12`"),
            (">=3.12, <x", "`<x`"),
            (">=3.12,", "``"),
            ("~=3", "`~=3`"),
            ("ünï", "`ünï`"),
        ] {
            let error = input.parse::<RequiresPython>().unwrap_err().to_string();
            assert!(error.starts_with(wrong), "{error}");
        }
    }
}
