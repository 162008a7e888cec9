//! Private package indexes, and the build secrets with their credentials.

use std::fmt;
use std::str::FromStr;

use crate::values::ParseError;

/// The id of a build secret: `--secret id=…`.
///
/// buildx reads the option as comma-separated fields, and steps see the secret as a file of that name.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct SecretId(String);

impl SecretId {
    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SecretId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let dots = text.chars().all(|c| c == '.');
        if !dots && text.chars().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseError(format!(
                "`{text}` cannot be the id of a secret, expected ASCII letters, digits, `.`, `_` and `-`"
            )))
        }
    }
}

impl fmt::Display for SecretId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a package index, as the tools take it in variables (`UV_INDEX_{NAME}_USERNAME`).
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct IndexName(String);

impl IndexName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands for it in the names of variables, as uv and Poetry make it: upper case, with `_` for all else.
    pub fn variable(&self) -> String {
        let character = |c: char| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        };
        self.0.chars().map(character).collect()
    }
}

impl FromStr for IndexName {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseError(format!(
                "`{text}` cannot name an index, expected ASCII letters, digits, `.`, `_` and `-`, and a letter or \
                 digit first"
            )))
        }
    }
}

impl fmt::Display for IndexName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The address of a package index (PEP 503), without credentials: it is a part of the graph, which anybody may read.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct IndexUrl(String);

impl IndexUrl {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host, without a port: what `.netrc` knows it by.
    pub fn host(&self) -> &str {
        let authority = authority(&self.0).unwrap_or_default();
        match authority.strip_prefix('[') {
            Some(address) => address.split(']').next().unwrap_or_default(),
            None => authority.split(':').next().unwrap_or_default(),
        }
    }
}

fn authority(url: &str) -> Option<&str> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    rest.split(['/', '?', '#']).next()
}

impl FromStr for IndexUrl {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        // The text is not repeated where it may hold a password.
        match authority(text) {
            Some(authority) if authority.contains('@') => Err(ParseError(
                "the address of an index holds credentials, which everybody could read, expected them in a build secret"
                    .to_owned(),
            )),
            Some(authority)
                if !authority.is_empty()
                    && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err(ParseError(format!(
                "`{text}` is not the address of an index, expected one such as `https://index.example.org/simple`"
            ))),
        }
    }
}

impl fmt::Display for IndexUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_indexes_are_what_tools_and_clients_take() {
        assert_eq!(
            "corp.token-1".parse::<SecretId>().unwrap().as_str(),
            "corp.token-1"
        );
        assert_eq!("corp".parse::<IndexName>().unwrap().as_str(), "corp");
        let host = |url: &str| url.parse::<IndexUrl>().unwrap().host().to_owned();
        assert_eq!(
            host("https://index.example.org:8443/simple/"),
            "index.example.org"
        );
        assert_eq!(host("http://[::1]:80/simple"), "::1");
        let errors = [
            "a,b".parse::<SecretId>().unwrap_err(),
            "..".parse::<SecretId>().unwrap_err(),
            "-corp".parse::<IndexName>().unwrap_err(),
            "https://me:geheim@index.example.org/simple"
                .parse::<IndexUrl>()
                .unwrap_err(),
            "index.example.org/simple".parse::<IndexUrl>().unwrap_err(),
            "https:///simple".parse::<IndexUrl>().unwrap_err(),
        ];
        insta::assert_snapshot!(errors.map(|error| error.to_string()).join("\n"), @"
        `a,b` cannot be the id of a secret, expected ASCII letters, digits, `.`, `_` and `-`
        `..` cannot be the id of a secret, expected ASCII letters, digits, `.`, `_` and `-`
        `-corp` cannot name an index, expected ASCII letters, digits, `.`, `_` and `-`, and a letter or digit first
        the address of an index holds credentials, which everybody could read, expected them in a build secret
        `index.example.org/simple` is not the address of an index, expected one such as `https://index.example.org/simple`
        `https:///simple` is not the address of an index, expected one such as `https://index.example.org/simple`
        ");
    }
}
