//! Requirements of the manifest and of the lock's own record of it, brought to one form.

use std::collections::BTreeSet;
use std::str::FromStr;

use pep440_rs::{VersionSpecifier, VersionSpecifiers};

use crate::lock::expect::Expect;
use crate::lock::marker::{Bounds, Effort, Marker};
use crate::lock::tree::Table;
use crate::lock::uv::settings::Sourced;
use crate::values::{normalized_name, requirement_name};

/// A requirement as both sides can be brought to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Requirement {
    pub(crate) name: String,
    extras: BTreeSet<String>,
    versions: Versions,
    pub(crate) marker: Marker,
}

/// Which versions are meant.
#[derive(Clone, Debug, PartialEq)]
enum Versions {
    /// Those of an index that fit; sorted.
    OfIndex(Vec<VersionSpecifier>),
    /// Whatever a repository, an archive or a folder holds.
    Elsewhere,
    /// Not understood, or not always the same: like all others.
    Unknown,
}

impl Requirement {
    /// Of a PEP 508 text; `None` for one that is none (the installer will tell).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let name = requirement_name(text)?;
        let rest = text.trim_start().get(name.as_str().len()..)?;
        let (rest, marker) = match rest.split_once(';') {
            Some((rest, marker)) => (rest, Marker::parse(marker)),
            None => (rest, Marker::always()),
        };
        let (extras, rest) = match rest.trim().strip_prefix('[') {
            Some(extras) => extras.split_once(']')?,
            None => ("", rest),
        };
        let rest = rest.trim();
        let versions = if rest.starts_with('@') {
            Versions::Elsewhere
        } else {
            of_index(rest.trim_matches(['(', ')']))
        };
        let extras = extras.split(',').map(str::trim);
        Some(Self {
            name: name.normalized().to_owned(),
            extras: extras
                .filter(|extra| !extra.is_empty())
                .map(normalized_name)
                .collect(),
            versions,
            marker,
        })
    }

    /// Of the lock's own record.
    pub(crate) fn of_lock(entry: Table<'_>, expect: &Expect) -> Option<Self> {
        let name = expect.needed_name(entry, "name");
        let elsewhere = ["git", "url", "path", "directory", "editable", "virtual"]
            .iter()
            .any(|source| entry.get(source).is_some());
        let extras = expect.texts(entry, "extras");
        let specifier = expect.text(entry, "specifier").unwrap_or_default();
        let marker = expect.text(entry, "marker");
        Some(Self {
            name: name?.normalized().to_owned(),
            extras: extras.iter().map(|extra| normalized_name(extra)).collect(),
            versions: if elsewhere {
                Versions::Elsewhere
            } else {
                of_index(&specifier)
            },
            marker: marker.map_or_else(Marker::always, |marker| Marker::parse(&marker)),
        })
    }

    /// The requirement with what `tool.uv.sources` says of its name.
    pub(crate) fn sourced(self, sourced: Option<Sourced>) -> Self {
        match sourced {
            None | Some(Sourced::Index) => self,
            Some(Sourced::Elsewhere) => Self {
                versions: Versions::Elsewhere,
                ..self
            },
            Some(Sourced::Sometimes) => Self {
                versions: Versions::Unknown,
                marker: Marker::unknown(),
                ..self
            },
        }
    }

    /// Whether the two are the same on all allowed Pythons, with the extra selected.
    pub(crate) fn fits(
        &self,
        other: &Self,
        extra: Option<&str>,
        allowed: Option<&Bounds>,
        effort: &Effort,
    ) -> bool {
        self.name == other.name
            && self.extras == other.extras
            && match (&self.versions, &other.versions) {
                (Versions::Unknown, _) | (_, Versions::Unknown) => true,
                (one, other) => one == other,
            }
            && !allowed
                .is_some_and(|allowed| self.marker.differs(&other.marker, extra, allowed, effort))
    }
}

fn of_index(text: &str) -> Versions {
    match VersionSpecifiers::from_str(text) {
        Ok(specifiers) => {
            let mut specifiers: Vec<_> = specifiers.iter().cloned().collect();
            specifiers.sort();
            Versions::OfIndex(specifiers)
        }
        Err(_) => Versions::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_compare_by_meaning() {
        let allowed = Bounds::parse(">=3.10");
        let same = |one: &str, other: &str| {
            let [one, other] = [one, other].map(|text| Requirement::parse(text).unwrap());
            one.fits(&other, None, allowed.as_ref(), &Effort::default())
        };
        assert!(same("a>=1,<2", "a <2, >=1"));
        assert!(same("a>=8.1", "a>=8.1.0"));
        assert!(same("Foo_Bar (>=1)", "foo-bar>=1"));
        assert!(same("a[x, Y]>=1.0", "a[y,x] >=1.0"));
        assert!(same("a ; python_version >= '3.8'", "a"));
        assert!(!same("a>=1", "a>=2"));
        assert!(!same("a[x]>=1", "a>=1"));
        assert!(!same("a>=1 ; python_version < '3.13'", "a>=1"));
        assert!(!same("a @ git+https://example.org/a", "a>=2"));
        assert!(same(
            "a @ git+https://example.org/a",
            "a@https://example.org/a.zip"
        ));
    }

    #[test]
    fn a_source_decides_where_a_version_comes_from() {
        let [plain, direct] =
            ["a>=1", "a @ https://example.org/a.zip"].map(|text| Requirement::parse(text).unwrap());
        let fits = |sourced, other| {
            plain
                .clone()
                .sourced(sourced)
                .fits(other, None, None, &Effort::default())
        };
        assert!(fits(None, &plain) && fits(Some(Sourced::Index), &plain));
        assert!(fits(Some(Sourced::Elsewhere), &direct) && !fits(Some(Sourced::Elsewhere), &plain));
        assert!(fits(Some(Sourced::Sometimes), &direct) && fits(Some(Sourced::Sometimes), &plain));
    }
}
