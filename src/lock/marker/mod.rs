//! Environment markers (PEP 508): whether one holds in the environment of a build ([`MarkerEnvironment`]), and whether
//! two of them differ.
//!
//! `uv.lock` has markers in a normal form of its own, simplified by `requires-python`, so their texts cannot be
//! compared. Here both are evaluated for environments that exist: where one holds and the other does not, they differ.

mod bounds;
mod environment;
mod parse;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::collections::BTreeSet;

use crate::values::normalized_name;
use pep440_rs::{Version, VersionSpecifier};

pub(crate) use bounds::Bounds;
pub use environment::MarkerEnvironment;

/// A marker; one that uses what is not understood here is taken to be the same as any other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Marker(Option<Node>);

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    /// `python_version` or `python_full_version` within a specifier.
    Python {
        full: bool,
        specifier: VersionSpecifier,
    },
    /// A variable of the system that is, or is not, a text.
    Text {
        variable: usize,
        equal: bool,
        value: String,
    },
    /// `extra == '…'`, with the name as it is written.
    Extra(String),
    /// A comparison that is not understood.
    Unknown,
}

/// The variables that are texts; the columns of [`SYSTEMS`].
const VARIABLES: &[&str] = &[
    "os_name",
    "sys_platform",
    "platform_system",
    "platform_machine",
    "platform_python_implementation",
    "implementation_name",
];

/// Systems that Python runs on (the values of `platform` and `sys` there).
const SYSTEMS: &[[&str; 6]] = &[
    ["posix", "linux", "Linux", "x86_64", "CPython", "cpython"],
    ["posix", "linux", "Linux", "aarch64", "CPython", "cpython"],
    ["posix", "linux", "Linux", "armv7l", "CPython", "cpython"],
    ["posix", "linux", "Linux", "i686", "CPython", "cpython"],
    ["posix", "linux", "Linux", "ppc64le", "CPython", "cpython"],
    ["posix", "linux", "Linux", "s390x", "CPython", "cpython"],
    ["posix", "linux", "Linux", "x86_64", "PyPy", "pypy"],
    ["posix", "linux", "Linux", "aarch64", "PyPy", "pypy"],
    ["posix", "darwin", "Darwin", "x86_64", "CPython", "cpython"],
    ["posix", "darwin", "Darwin", "arm64", "CPython", "cpython"],
    ["posix", "darwin", "Darwin", "arm64", "PyPy", "pypy"],
    ["nt", "win32", "Windows", "AMD64", "CPython", "cpython"],
    ["nt", "win32", "Windows", "ARM64", "CPython", "cpython"],
    ["nt", "win32", "Windows", "x86", "CPython", "cpython"],
    ["nt", "win32", "Windows", "AMD64", "PyPy", "pypy"],
];

/// A release of Python as markers see it.
struct Python {
    /// Major, minor and patch.
    full: Version,
    /// Major and minor.
    minor: Version,
}

impl Python {
    fn new(parts: [u64; 3]) -> Self {
        Self {
            full: Version::new(parts),
            minor: Version::new(&parts[..2]),
        }
    }
}

/// How many clauses of markers a comparison of two files may still look at; each is looked at for many environments.
#[derive(Debug)]
pub(crate) struct Effort(Cell<usize>);

impl Default for Effort {
    /// A thousand times what comparing a large project takes, and less than a second.
    fn default() -> Self {
        Self(Cell::new(20_000_000))
    }
}

impl Effort {
    /// Takes so much of it; `false` where there is not enough left.
    pub(crate) fn take(&self, clauses: usize) -> bool {
        let left = self.0.get().checked_sub(clauses);
        self.0.set(left.unwrap_or_default());
        left.is_some()
    }
}

struct Environment<'e> {
    system: &'e [&'e str; 6],
    python: &'e Python,
    extras: &'e [&'e str],
    /// What is taken for the truth of what is not understood.
    unknown: bool,
}

impl Marker {
    /// The marker of what has none.
    pub(crate) fn always() -> Self {
        Self(Some(Node::All(Vec::new())))
    }

    /// A marker that is not known.
    pub(crate) fn unknown() -> Self {
        Self(None)
    }

    pub(crate) fn parse(text: &str) -> Self {
        Self(parse::parse(text).filter(|node| !node.has_unknown()))
    }

    /// This marker, and the marker of one extra.
    pub(crate) fn with_extra(self, extra: &str) -> Self {
        let with = |node| Node::All(vec![node, Node::Extra(extra.to_owned())]).normal();
        Self(self.0.map(with))
    }

    /// The extra that the marker is about; `None` where it is about none, or about several.
    pub(crate) fn extra(&self) -> Option<&str> {
        let mut names = Vec::new();
        self.0.iter().for_each(|node| node.extras(&mut names));
        names.dedup();
        match names[..] {
            [name] => Some(name),
            _ => None,
        }
    }

    /// Whether some environment that `requires-python` allows gives the two different values, with the extra selected.
    /// Markers that take more than the effort that is left are taken for the same.
    pub(crate) fn differs(
        &self,
        other: &Self,
        extra: Option<&str>,
        allowed: &Bounds,
        effort: &Effort,
    ) -> bool {
        let (Some(one), Some(other)) = (&self.0, &other.0) else {
            return false;
        };
        if one == other {
            return false;
        }
        // Whatever the ends and the markers name, and one of our days.
        let mut pythons = vec![[3, 12, 0]];
        pythons.extend(allowed.edges());
        one.edges(&mut pythons);
        other.edges(&mut pythons);
        pythons.sort_unstable();
        pythons.dedup();
        pythons.retain(|python| allowed.allow(*python));
        // Those that differ in what the markers ask for.
        let mut asked = [false; VARIABLES.len()];
        one.asks(&mut asked);
        other.asks(&mut asked);
        let mut known = BTreeSet::new();
        let mut systems = SYSTEMS.to_vec();
        systems.retain(|system| {
            let seen = system.iter().zip(asked);
            known.insert(
                seen.map(|(value, asked)| asked.then_some(*value))
                    .collect::<Vec<_>>(),
            )
        });
        let clauses = one.count() + other.count();
        if !effort.take(pythons.len() * systems.len() * clauses) {
            return false;
        }
        pythons.into_iter().any(|python| {
            let python = Python::new(python);
            systems.iter().any(|system| {
                let environment = Environment {
                    system,
                    python: &python,
                    extras: extra.as_slice(),
                    unknown: false,
                };
                one.holds(&environment) != other.holds(&environment)
            })
        })
    }
}

impl Node {
    fn holds(&self, environment: &Environment<'_>) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|node| node.holds(environment)),
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(environment)),
            Self::Python { full, specifier } => {
                let python = environment.python;
                specifier.contains(if *full { &python.full } else { &python.minor })
            }
            Self::Text {
                variable,
                equal,
                value,
            } => (environment.system[*variable] == value) == *equal,
            Self::Extra(name) => {
                let mut asked = environment.extras.iter();
                asked.any(|asked| asked == name || *asked == normalized_name(name))
            }
            Self::Unknown => environment.unknown,
        }
    }

    /// The normal form, which is equal for any order of clauses and any parentheses.
    fn normal(self) -> Self {
        let (mut nodes, is_all) = match self {
            Self::All(nodes) => (nodes, true),
            Self::Any(nodes) => (nodes, false),
            clause => return clause,
        };
        nodes = nodes.into_iter().map(Self::normal).collect();
        let mut flat = Vec::new();
        for node in nodes {
            match node {
                Self::All(inner) if is_all => flat.extend(inner),
                Self::Any(inner) if !is_all => flat.extend(inner),
                node => flat.push(node),
            }
        }
        flat.sort_unstable();
        flat.dedup();
        match (flat.pop(), is_all) {
            (Some(only), _) if flat.is_empty() => only,
            (last, true) => Self::All(flat.into_iter().chain(last).collect()),
            (last, false) => Self::Any(flat.into_iter().chain(last).collect()),
        }
    }

    /// How many clauses it has.
    fn count(&self) -> usize {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().map(Self::count).sum(),
            _ => 1,
        }
    }

    /// Which variables of the system it asks for.
    fn asks(&self, asked: &mut [bool; VARIABLES.len()]) {
        match self {
            Self::All(nodes) | Self::Any(nodes) => {
                for node in nodes {
                    node.asks(asked);
                }
            }
            Self::Text { variable, .. } => asked[*variable] = true,
            Self::Python { .. } | Self::Extra(_) | Self::Unknown => {}
        }
    }

    fn has_unknown(&self) -> bool {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().any(Self::has_unknown),
            Self::Unknown => true,
            Self::Python { .. } | Self::Text { .. } | Self::Extra(_) => false,
        }
    }

    fn extras<'n>(&'n self, names: &mut Vec<&'n str>) {
        match self {
            Self::All(nodes) | Self::Any(nodes) => {
                for node in nodes {
                    node.extras(names);
                }
            }
            Self::Extra(name) => names.push(name),
            Self::Python { .. } | Self::Text { .. } | Self::Unknown => {}
        }
    }

    /// The versions at which the marker may change, and their neighbours.
    fn edges(&self, found: &mut Vec<[u64; 3]>) {
        match self {
            Self::All(nodes) | Self::Any(nodes) => {
                for node in nodes {
                    node.edges(found);
                }
            }
            Self::Python { specifier, .. } => found.extend(around(specifier.version())),
            Self::Text { .. } | Self::Extra(_) | Self::Unknown => {}
        }
    }
}

/// Releases before, at and after a version.
fn around(version: &Version) -> Vec<[u64; 3]> {
    let part = |index| version.release().get(index).copied().unwrap_or_default();
    let (major, minor, patch) = (part(0), part(1), part(2));
    let next = |part: u64| part.saturating_add(1);
    let minors = [minor.saturating_sub(1), minor, next(minor)];
    let patches = [0, patch.saturating_sub(1), patch, next(patch), 99];
    let beside = minors
        .iter()
        .flat_map(|minor| patches.map(|patch| [major, *minor, patch]));
    beside.chain([[next(major), 0, 0]]).collect()
}
