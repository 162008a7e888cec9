//! Requirements of the manifest and of the lock's own record of it, brought to one form.

use std::str::FromStr;

use pep440_rs::VersionSpecifiers;

use crate::document::Table;
use crate::values::{PackageName, requirement_name};

/// Names of groups compare as names of packages do (PEP 735).
pub(super) fn normal(group: &str) -> String {
    group
        .parse::<PackageName>()
        .map_or_else(|_| group.to_owned(), |name| name.normalized().to_owned())
}

/// A requirement as both sides can be brought to it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Requirement {
    pub(super) name: String,
    /// Normalised and sorted; `None` where a source other than an index decides the version.
    specifiers: Option<Vec<String>>,
}

impl Requirement {
    /// Of a PEP 508 text; `None` for one that is none (the installer will tell).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let name = requirement_name(text)?;
        let rest = text.trim_start().get(name.as_str().len()..)?;
        let rest = rest.split(';').next().unwrap_or_default().trim();
        let rest = match rest.strip_prefix('[') {
            Some(extras) => extras.split_once(']')?.1.trim(),
            None => rest,
        };
        let specifiers = if rest.starts_with('@') {
            None
        } else {
            specifiers(rest.trim_matches(['(', ')']))
        };
        Some(Self {
            name: name.normalized().to_owned(),
            specifiers,
        })
    }

    /// Of the lock's own record.
    pub(super) fn of_lock(entry: &Table<'_>) -> Option<Self> {
        let name = PackageName::from_str(&entry.string("name")?.value).ok()?;
        let elsewhere = ["git", "url", "path", "directory", "editable", "virtual"]
            .iter()
            .any(|source| entry.get(source).is_some());
        let text = entry
            .string("specifier")
            .map(|text| text.value)
            .unwrap_or_default();
        let specifiers = if elsewhere { None } else { specifiers(&text) };
        Some(Self {
            name: name.normalized().to_owned(),
            specifiers,
        })
    }

    pub(super) fn fits(&self, other: &Self) -> bool {
        match (&self.specifiers, &other.specifiers) {
            (Some(one), Some(other)) => one == other,
            // A source decides: the lock records it in its own words.
            _ => true,
        }
    }
}

fn specifiers(text: &str) -> Option<Vec<String>> {
    let parsed = VersionSpecifiers::from_str(text).ok()?;
    let mut words: Vec<String> = parsed.iter().map(ToString::to_string).collect();
    words.sort();
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_compare_by_meaning() {
        let same = |one: &str, other: &str| {
            Requirement::parse(one)
                .unwrap()
                .fits(&Requirement::parse(other).unwrap())
        };
        assert!(same("a>=1,<2", "a <2, >=1"));
        assert!(same("a[x]>=1.0 ; python_version < '3.13'", "a>=1.0"));
        assert!(!same("a>=1", "a>=2"));
        assert!(same("a @ git+https://example.org/a", "a>=2"));
        assert_eq!(
            Requirement::parse("Foo_Bar (>=1)").unwrap(),
            Requirement::parse("foo-bar>=1").unwrap()
        );
    }
}
