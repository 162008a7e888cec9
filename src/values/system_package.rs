//! Packages of the image's own package manager.

use std::fmt;
use std::str::FromStr;

use crate::values::ParseError;

/// A package as apt, apk or dnf take it on their command line: a name, and a version where the user pins
/// one (`libpq5`, `curl=8.14.1-2`, `libc6:arm64`).
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct SystemPackage(String);

impl SystemPackage {
    /// The text for the command line; it never begins with a `-`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name alone, without version and architecture.
    pub fn name(&self) -> &str {
        self.0.split(['=', ':']).next().unwrap_or_default()
    }

    /// The first of several packages that a distribution has, written `a|b`; for our own tables. `None` where one of
    /// them is no package.
    pub(crate) fn first_of(text: &str) -> Option<Self> {
        let all = text.split('|').all(|name| name.parse::<Self>().is_ok());
        all.then(|| Self(text.to_owned()))
    }
}

impl FromStr for SystemPackage {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        // apt-get(8): a `-` at the end would remove the package.
        let ends =
            text.starts_with(|first: char| first.is_ascii_alphanumeric()) && !text.ends_with('-');
        let inner = |c: char| c.is_ascii_alphanumeric() || "+-.:=~_".contains(c);
        if ends && text.chars().all(inner) {
            return Ok(Self(text.to_owned()));
        }
        Err(ParseError(format!(
            "`{text}` is not a system package, expected a name such as `libpq5` or `curl=8.14.1-2`, an element \
             for each"
        )))
    }
}

impl fmt::Display for SystemPackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::values::SystemPackage;

    #[test]
    fn takes_names_and_no_options() {
        for text in [
            "libpq5",
            "g++",
            "curl=8.14.1-2+deb13u1",
            "libc6:arm64",
            "7zip",
            "python3.13-dev",
            "foo~=1.2",
            "libstdc++-14-dev",
        ] {
            assert_eq!(text.parse::<SystemPackage>().unwrap().as_str(), text);
        }
        for text in [
            "", "-y", "--yes", "a b", "nano-", "a;b", "$(x)", "./a.deb", "ö",
        ] {
            assert_eq!(
                text.parse::<SystemPackage>().unwrap_err().to_string(),
                format!(
                    "`{text}` is not a system package, expected a name such as `libpq5` or `curl=8.14.1-2`, an \
                     element for each"
                )
            );
        }
    }
}
