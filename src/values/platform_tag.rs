//! Platform tags of wheels that are published.

use std::fmt;
use std::str::FromStr;

use crate::values::ParseError;

/// The first part of a platform tag for Linux: the policy of PEP 600 (manylinux) or PEP 656 (musllinux), or one of the
/// older names of three of them. The architecture, which a tag ends in, is that of the build.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlatformTag(String);

/// The names before PEP 600.
const OLDER: &[&str] = &["manylinux1", "manylinux2010", "manylinux2014"];

impl PlatformTag {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PlatformTag {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let numbers = text
            .strip_prefix("manylinux_")
            .or_else(|| text.strip_prefix("musllinux_"));
        let parts: Vec<&str> = numbers.map_or_else(Vec::new, |rest| rest.split('_').collect());
        let is_number = |part: &&str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()) && part.len() < 5
        };
        let count = parts.iter().take_while(|part| is_number(part)).count();
        let is_older = OLDER.contains(&text);
        if is_older || (count == 2 && parts.len() == 2) {
            return Ok(Self(text.to_owned()));
        }
        let starts = |name: &&&str| text.starts_with(&format!("{name}_"));
        let with_architecture = match OLDER.iter().find(starts) {
            Some(name) => Some((*name).to_owned()),
            None if count == 2 => {
                let end = text.len() - parts[2..].iter().map(|part| part.len() + 1).sum::<usize>();
                Some(text[..end].to_owned())
            }
            None => None,
        };
        Err(ParseError(match with_architecture {
            Some(alone) => format!(
                "`{text}` has an architecture, which is that of the build, expected `{alone}`"
            ),
            None => format!(
                "`{text}` is not a platform tag, expected one such as `manylinux_2_28` or `musllinux_1_2`"
            ),
        }))
    }
}

impl fmt::Display for PlatformTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_told_from_what_looks_like_one() {
        for text in ["manylinux_2_28", "musllinux_1_2", "manylinux2014"] {
            assert_eq!(text.parse::<PlatformTag>().unwrap().to_string(), text);
        }
        let told = [
            "manylinux_2_28_x86_64",
            "manylinux2014_aarch64",
            "manylinux_2",
            "linux_x86_64",
            "auto",
        ];
        let told = told.map(|text| text.parse::<PlatformTag>().unwrap_err().to_string());
        insta::assert_snapshot!(told.join("\n"), @"
        `manylinux_2_28_x86_64` has an architecture, which is that of the build, expected `manylinux_2_28`
        `manylinux2014_aarch64` has an architecture, which is that of the build, expected `manylinux2014`
        `manylinux_2` is not a platform tag, expected one such as `manylinux_2_28` or `musllinux_1_2`
        `linux_x86_64` is not a platform tag, expected one such as `manylinux_2_28` or `musllinux_1_2`
        `auto` is not a platform tag, expected one such as `manylinux_2_28` or `musllinux_1_2`
        ");
    }
}
