//! Content digests.

use std::fmt;
use std::str::FromStr;

use crate::values::ParseError;
use crate::values::image::grammar::is_identifier;

/// A content digest: `sha256:` and 64 lower-case hexadecimal digits.
///
/// OCI image-spec, "Digests", registers other algorithms too; no registry or engine that we
/// meet makes them, so they are refused.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Digest(String);

impl Digest {
    /// The digest with its algorithm, as BuildKit writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Digest {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text.strip_prefix("sha256:") {
            Some(hex) if is_identifier(hex) => Ok(Self(text.to_owned())),
            _ => Err(ParseError(format!(
                "`{text}` is not a digest, expected `sha256:` and 64 lower-case hexadecimal digits"
            ))),
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::values::Digest;

    const HEX: &str = "86e0e091d0da6bde2456dbb48306f3956bbeb2eae1b5b9a43045843f69fe4aaa";

    #[test]
    fn digests_are_lower_case_sha256() {
        let check = |text: String, valid: bool| assert_eq!(text.parse::<Digest>().is_ok(), valid);
        check(format!("sha256:{HEX}"), true);
        check(format!("sha256:{}", HEX.to_uppercase()), false);
        check(format!("sha512:{HEX}{HEX}"), false);
        check(format!("sha256:{HEX}0"), false);
        check(HEX.to_owned(), false);
        check(String::new(), false);
    }
}
