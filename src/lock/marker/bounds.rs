//! The first and the last Python that a `requires-python` allows, which is all that uv compares of it.

use std::cmp::Ordering;
use std::str::FromStr;

use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};

use crate::lock::marker::around;

/// Where a range ends; `None` where it does not.
type End = Option<(Version, bool)>;

/// A range of releases; of each end, whether it belongs to the range.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bounds {
    from: End,
    to: End,
}

impl Bounds {
    /// Reads specifiers; `None` where the ends cannot be told for certain.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let specifiers = VersionSpecifiers::from_str(text).ok()?;
        let mut bounds = Self {
            from: None,
            to: None,
        };
        for specifier in specifiers.iter() {
            let (from, to) = ends(specifier)?;
            bounds.from = tighter(bounds.from, from, Ordering::Greater);
            bounds.to = tighter(bounds.to, to, Ordering::Less);
        }
        // A version that is left out at an end moves that end.
        for specifier in specifiers.iter() {
            if *specifier.operator() == Operator::NotEqual {
                for (version, belongs) in bounds.from.iter_mut().chain(&mut bounds.to) {
                    *belongs &= version != specifier.version();
                }
            }
        }
        Some(bounds)
    }

    pub(crate) fn allow(&self, python: [u64; 3]) -> bool {
        let version = Version::new(python);
        let from = self.from.as_ref();
        let to = self.to.as_ref();
        from.is_none_or(|(from, belongs)| version > *from || (*belongs && version == *from))
            && to.is_none_or(|(to, belongs)| version < *to || (*belongs && version == *to))
    }

    /// Some releases around the ends.
    pub(crate) fn edges(&self) -> Vec<[u64; 3]> {
        let ends = self.from.iter().chain(&self.to);
        ends.flat_map(|(version, _)| around(version)).collect()
    }
}

/// The nearer of two ends: the later one where the range begins, the earlier one where it ends.
fn tighter(one: End, other: End, nearer: Ordering) -> End {
    let (Some(one), Some(other)) = (one.clone(), other.clone()) else {
        return one.or(other);
    };
    Some(match one.0.cmp(&other.0) {
        Ordering::Equal => (one.0, one.1 && other.1),
        order if order == nearer => one,
        _ => other,
    })
}

fn ends(specifier: &VersionSpecifier) -> Option<(End, End)> {
    let version = specifier.version();
    let plain = !version.any_prerelease() && !version.is_post() && !version.is_local();
    if !plain || version.epoch() != 0 {
        return None;
    }
    let at = Some((version.clone(), true));
    let beside = Some((version.clone(), false));
    // The first version that is no more of the same series.
    let next = |parts: usize| {
        let mut release = version.release().get(..parts)?.to_vec();
        let last = release.last_mut()?;
        *last = last.saturating_add(1);
        Some(Some((Version::new(release), false)))
    };
    Some(match specifier.operator() {
        Operator::GreaterThanEqual => (at, None),
        Operator::GreaterThan => (beside, None),
        Operator::LessThanEqual => (None, at),
        Operator::LessThan => (None, beside),
        Operator::Equal | Operator::ExactEqual => (at.clone(), at),
        Operator::EqualStar => (at, next(version.release().len())?),
        Operator::TildeEqual => (at, next(version.release().len().checked_sub(1)?)?),
        Operator::NotEqual => (None, None),
        // A series that is left out may lie at an end or within.
        Operator::NotEqualStar => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each pair was put to `uv lock --check`.
    #[test]
    fn ranges_compare_by_their_ends() {
        let same = |one: &str, other: &str| Bounds::parse(one) == Bounds::parse(other);
        for (one, other) in [
            (">=3.10", ">=3.10.0"),
            ("~=3.10", ">=3.10,<4"),
            ("~=3.10.2", ">=3.10.2,<3.11"),
            ("==3.10.*", ">=3.10,<3.11"),
            (">=3.10,!=3.11.1", ">=3.10"),
            (">=3.10,!=3.10.0", ">3.10"),
            (">=3.9,>=3.10", ">=3.10"),
            ("==3.12.1", ">=3.12.1,<=3.12.1"),
            (">=3.12,>3.12", ">3.12"),
        ] {
            assert!(same(one, other), "{one} {other}");
        }
        for other in [">=3.11", ">=3.10.1", ">3.10", ">=3.10,<4", ">=3.9"] {
            assert!(!same(">=3.10", other), "{other}");
        }
        for unsure in [">=3.10,!=3.10.*", ">=3.12.0rc1", "three"] {
            assert_eq!(Bounds::parse(unsure), None, "{unsure}");
        }
    }
}
