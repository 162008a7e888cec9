//! Names of Python distributions, as they stand on an index.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use crate::values::ParseError;

/// The name of a Python distribution, kept as it was written.
///
/// The grammar is that of the Python packaging guide, "Names and normalization" (PEP 508,
/// "Names"). Names are equal, and in order, by their normal form: `Foo.Bar` is `foo-bar`.
#[derive(Clone, Debug)]
pub struct PackageName {
    written: String,
    normalized: String,
}

impl PackageName {
    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The name by which an index knows it: lower case, with one `-` for each run of `-`, `_`
    /// and `.` (PEP 503, "Normalized Names").
    pub fn normalized(&self) -> &str {
        &self.normalized
    }

    /// What stands for the name in `SETUPTOOLS_SCM_PRETEND_VERSION_FOR_…`: `FOO_BAR` for `foo.bar`
    /// (`read_named_env` of setuptools-scm).
    pub fn env_suffix(&self) -> String {
        self.normalized.replace('-', "_").to_ascii_uppercase()
    }
}

impl FromStr for PackageName {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let alphanumeric = |c: char| c.is_ascii_alphanumeric();
        if text.starts_with(alphanumeric)
            && text.ends_with(alphanumeric)
            && text.chars().all(is_name_character)
        {
            Ok(Self {
                written: text.to_owned(),
                normalized: normalize(text),
            })
        } else {
            Err(ParseError(format!(
                "`{text}` is not a package name, expected ASCII letters and digits with `-`, `_` \
                 or `.` between them"
            )))
        }
    }
}

impl fmt::Display for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl PartialEq for PackageName {
    fn eq(&self, other: &Self) -> bool {
        self.normalized == other.normalized
    }
}

impl Eq for PackageName {}

impl Hash for PackageName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normalized.hash(state);
    }
}

impl Ord for PackageName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.normalized.cmp(&other.normalized)
    }
}

impl PartialOrd for PackageName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The name at the start of a PEP 508 requirement: `uvicorn` of `uvicorn[standard]>=0.30`.
///
/// `None` when the text is no named requirement, such as a URL or a path. What follows the name
/// is not checked further: that is the installer's work.
pub fn requirement_name(requirement: &str) -> Option<PackageName> {
    let requirement = requirement.trim();
    let end = requirement
        .find(|c| !is_name_character(c))
        .unwrap_or(requirement.len());
    let (name, rest) = requirement.split_at(end);
    // Extras, versions, a URL, or a marker may follow; anything else, such as the `:` of
    // `https://…`, shows that the word before it was not a name.
    let follows = rest
        .trim_start()
        .starts_with(['[', '(', '<', '>', '=', '!', '~', '@', ';']);
    if rest.is_empty() || follows {
        name.parse().ok()
    } else {
        None
    }
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || is_separator(c)
}

fn is_separator(c: char) -> bool {
    matches!(c, '-' | '_' | '.')
}

/// The normal form of a name, or the name itself if it is not that of a package. Names of groups and of extras compare as
/// names of packages do (PEP 685, PEP 735).
pub fn normalized_name(name: &str) -> String {
    name.parse::<PackageName>()
        .map_or_else(|_| name.to_owned(), |name| name.normalized().to_owned())
}

fn normalize(name: &str) -> String {
    let words: Vec<&str> = name
        .split(is_separator)
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use crate::values::{PackageName, requirement_name};

    #[test]
    fn normalizes_names() {
        for (input, normalized, suffix) in [
            ("foo", "foo", "FOO"),
            ("A", "a", "A"),
            ("Friendly-Bard", "friendly-bard", "FRIENDLY_BARD"),
            ("friendly.bard", "friendly-bard", "FRIENDLY_BARD"),
            ("friendly--bard", "friendly-bard", "FRIENDLY_BARD"),
            ("FrIeNdLy-._.-bArD", "friendly-bard", "FRIENDLY_BARD"),
            ("2to3", "2to3", "2TO3"),
        ] {
            let name: PackageName = input.parse().unwrap();
            assert_eq!(name.to_string(), input);
            assert_eq!(name.normalized(), normalized);
            assert_eq!(name.env_suffix(), suffix);
        }
    }

    #[test]
    fn refuses_other_text() {
        for input in [
            "", "-foo", "foo-", ".", "_a", "foo bar", "foo[x]", "foo>=1", "ünï", "a\n",
        ] {
            let error = input.parse::<PackageName>().unwrap_err().to_string();
            assert!(error.contains("is not a package name"), "{error}");
        }
    }

    #[test]
    fn compares_by_the_normal_form() {
        let name = |text: &str| text.parse::<PackageName>().unwrap();
        assert_eq!(name("Foo_Bar"), name("foo.bar"));
        assert!(name("B") > name("a"));
    }

    #[test]
    fn reads_the_name_of_a_requirement() {
        for (requirement, name) in [
            ("requests", Some("requests")),
            ("  requests  ", Some("requests")),
            ("requests>=2", Some("requests")),
            ("requests ~= 2.0", Some("requests")),
            ("requests(>=2)", Some("requests")),
            ("uvicorn[standard]>=0.30", Some("uvicorn")),
            ("uvicorn [standard]", Some("uvicorn")),
            ("A.B-C_D!=1.*", Some("A.B-C_D")),
            ("tomli; python_version < '3.11'", Some("tomli")),
            ("pip @ https://example.com/pip.whl", Some("pip")),
            ("pip@https://example.com/pip.whl", Some("pip")),
            ("", None),
            (">=3", None),
            ("foo->=1", None),
            ("foo bar", None),
            ("-r other.txt", None),
            ("./local/package", None),
            ("folder/package.whl", None),
            ("https://example.com/pip.whl", None),
            ("git+https://example.com/pip.git", None),
            (r"C:\pip", None),
            ("ünï", None),
        ] {
            let found = requirement_name(requirement);
            assert_eq!(
                found.as_ref().map(PackageName::as_str),
                name,
                "{requirement}"
            );
        }
    }
}
