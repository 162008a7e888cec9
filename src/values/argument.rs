//! Names of build arguments.

use std::fmt;
use std::str::FromStr;

use crate::values::ParseError;

/// The name of a build argument of the user's own: `--build-arg NAME=…`.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct ArgumentName(String);

/// Arguments that configure the build (Dockerfile reference, "Predefined ARGs" and "BuildKit built-in build
/// args"): in any case of letters, since proxies are written in both.
const OWNED: &[&str] = &[
    "ALL_PROXY",
    "FTP_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "SOURCE_DATE_EPOCH",
];

impl ArgumentName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a text has the form of a name: a letter or `_`, then letters, digits and `_`.
    pub(super) fn is_word(text: &str) -> bool {
        text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    }
}

impl FromStr for ArgumentName {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let upper = text.to_ascii_uppercase();
        if !Self::is_word(text) {
            return Err(ParseError(format!(
                "`{text}` cannot name a build argument, expected ASCII letters, digits and `_`, and no digit first"
            )));
        }
        if upper.starts_with("BUILDKIT_") || OWNED.contains(&upper.as_str()) {
            return Err(ParseError(format!(
                "`{text}` is a build argument of BuildKit's own, expected another name"
            )));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ArgumentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::values::ArgumentName;

    #[test]
    fn refuses_what_is_no_name_and_what_is_taken() {
        for name in ["A", "_x9", "git_sha", "BUILDKIT"] {
            assert_eq!(name.parse::<ArgumentName>().unwrap().as_str(), name);
        }
        let error = |text: &str| text.parse::<ArgumentName>().unwrap_err().to_string();
        for text in ["", "A=B", "9A", "a-b", "ö", "A B"] {
            assert_eq!(
                error(text),
                format!(
                    "`{text}` cannot name a build argument, expected ASCII letters, digits and `_`, and no digit first"
                )
            );
        }
        for text in [
            "BUILDKIT_SYNTAX",
            "HTTP_PROXY",
            "no_proxy",
            "SOURCE_DATE_EPOCH",
        ] {
            assert_eq!(
                error(text),
                format!("`{text}` is a build argument of BuildKit's own, expected another name")
            );
        }
    }
}
