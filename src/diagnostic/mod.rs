//! Errors and warnings: one value, two renderers (`render` for a terminal, `gateway::status` for BuildKit). Each has a
//! rule from one table ([`rules`]).

mod render;
pub mod rules;
mod source;

use std::collections::BTreeSet;

pub use render::{first_of, one_line, to_terminal};
pub use rules::{RULES, Rule};
pub use source::{Location, Source, Spanned};

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// Nothing is built.
    Error,
    /// The build goes on, and the problem is reported.
    Warning,
}

/// An error or a warning. [`Rule::report`] makes one.
///
/// The message is a lower-case clause without a full stop that says what is wrong and what was expected; the place is in
/// `location`, not in the words; each hint is an imperative with the exact text to write.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    /// The kind of problem.
    pub rule: &'static Rule,
    /// Error or warning; the rule's own, unless the place makes an error a warning.
    pub severity: Severity,
    /// What is wrong, and what was expected.
    pub message: String,
    /// Where in the user's text, when it is about a text.
    pub location: Option<Location>,
    /// What to do.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// An error for tests, of any rule.
    #[cfg(test)]
    pub(crate) fn error(message: impl Into<String>) -> Self {
        rules::BUG.report(message)
    }

    /// A warning for tests, of any rule.
    #[cfg(test)]
    pub(crate) fn warning(message: impl Into<String>) -> Self {
        rules::TWO_SPECS.report(message)
    }

    /// This diagnostic, at a place in the user's text.
    #[must_use]
    pub fn at(mut self, location: &Location) -> Self {
        self.location = Some(location.clone());
        self
    }

    /// This diagnostic, with something to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The file and the offset in it.
    fn place(&self) -> Option<(&str, usize)> {
        let place = self.location.as_ref()?;
        Some((place.source.name(), place.start))
    }

    /// Equal for two diagnostics that say the same of the same place.
    fn key(&self) -> impl Ord {
        let end = self.location.as_ref().map(|place| place.end);
        let texts = (self.message.as_str(), self.hints.as_slice());
        (self.place(), end, self.severity, texts)
    }
}

/// The errors and warnings of one stage; never empty.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// `Err` with all diagnostics if one of them is an error, otherwise `Ok` with the warnings. Duplicates are
    /// removed.
    pub fn split(gathered: Vec<Diagnostic>) -> Result<Vec<Diagnostic>, Self> {
        let first: Vec<bool> = {
            let mut known = BTreeSet::new();
            let keys = gathered.iter().map(Diagnostic::key);
            keys.map(|key| known.insert(key)).collect()
        };
        let gathered = gathered.into_iter().zip(first);
        let gathered = gathered.filter_map(|(diagnostic, first)| first.then_some(diagnostic));
        let mut gathered: Vec<Diagnostic> = gathered.collect();
        // Stable: by place in the text, and what has no place first.
        gathered.sort_by(|one, other| one.place().cmp(&other.place()));
        if gathered
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
        {
            Err(Self(gathered))
        } else {
            Ok(gathered)
        }
    }

    /// The value; or `None`, with the errors collected.
    pub fn gather<T>(
        result: Result<T, impl Into<Self>>,
        gathered: &mut Vec<Diagnostic>,
    ) -> Option<T> {
        result
            .map_err(|errors| gathered.extend(errors.into().0))
            .ok()
    }

    /// These and more, in order, each once.
    #[must_use]
    pub fn with(self, more: impl IntoIterator<Item = Diagnostic>) -> Self {
        match Self::split(self.0.into_iter().chain(more).collect()) {
            Ok(warnings) => Self(warnings),
            Err(errors) => errors,
        }
    }

    /// Adds a hint to the last of them.
    #[must_use]
    pub fn hint_last(mut self, hint: impl Into<String>) -> Self {
        if let Some(last) = self.0.last_mut() {
            last.hints.push(hint.into());
        }
        self
    }

    /// Changes each of them.
    #[must_use]
    pub fn map(self, words: impl FnMut(Diagnostic) -> Diagnostic) -> Self {
        Self(self.0.into_iter().map(words).collect())
    }

    /// All of them, in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Those that stop the build; never empty where `split` made this value.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

impl<'d> IntoIterator for &'d Diagnostics {
    type IntoIter = std::slice::Iter<'d, Diagnostic>;
    type Item = &'d Diagnostic;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Diagnostics {
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    type Item = Diagnostic;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

/// Names that are longer, in bytes, are not compared with others.
const LONGEST_NAME: usize = 64;

/// A name is compared with so many others: the time for it grows with their number, and each unknown name takes it.
const MAX_CANDIDATES: usize = 200;

/// The candidate nearest to `word`, when it is near enough to be a slip of the hand.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST_NAME {
        return None;
    }
    candidates
        .into_iter()
        .take(MAX_CANDIDATES)
        .filter(|candidate| candidate.len() <= LONGEST_NAME)
        .filter_map(|candidate| {
            // Two edits in a short word make another word; longer words allow for more.
            let limit = 1.max(candidate.len() / 3);
            // An edit changes two characters at most.
            let is_ascii = word.is_ascii() && candidate.is_ascii();
            let bytes = if is_ascii { 1 } else { char::MAX.len_utf8() };
            if other_bytes(word, candidate) > 2 * bytes * limit {
                return None;
            }
            let distance = strsim::damerau_levenshtein(word, candidate);
            (distance <= limit).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many bytes are in one of two words and not in the other, whatever their order.
fn other_bytes(one: &str, other: &str) -> usize {
    let mut counts = [0_i32; 256];
    for byte in one.bytes() {
        counts[usize::from(byte)] += 1;
    }
    for byte in other.bytes() {
        counts[usize::from(byte)] -= 1;
    }
    let differ = counts.iter().map(|count| count.unsigned_abs() as usize);
    differ.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_slips_and_refuses_strangers() {
        let keys = ["python", "groups", "extras", "env"];
        assert_eq!(nearest("pyhton", keys), Some("python"));
        assert_eq!(nearest("group", keys), Some("groups"));
        assert_eq!(nearest("evn", keys), Some("env"));
        assert_eq!(nearest("dockerfile", keys), None);
    }

    #[test]
    fn long_names_are_compared_with_none() {
        let [long, longer] = [64, 65].map(|length| "n".repeat(length));
        assert_eq!(nearest(&long, [long.as_str()]), Some(long.as_str()));
        assert_eq!(nearest(&longer, [longer.as_str()]), None);
        assert_eq!(nearest(&long, [longer.as_str()]), None);
        assert_eq!(nearest("größe", ["grösse", "größen"]), Some("größen"));
    }

    #[test]
    fn all_are_told_once_in_the_order_of_the_text() {
        let (spec, lock) = (
            Source::new("pyproject.toml", "abc"),
            Source::new("uv.lock", "abc"),
        );
        let at = |message: &str, source, start| {
            Diagnostic::error(message).at(&Location::new(source, start..start + 1))
        };
        let gathered = vec![
            at("lock", &lock, 0),
            at("second", &spec, 2),
            at("second", &spec, 2),
            Diagnostic::warning("no place"),
            at("first", &spec, 0),
            at("first, but later", &spec, 0),
            Diagnostic::error("no place"),
        ];
        let errors = Diagnostics::split(gathered).unwrap_err();
        let told: Vec<_> = errors.iter().map(one_line).collect();
        insta::assert_snapshot!(told.join("\n"), @"
        no place
        no place
        pyproject.toml:1:1: first
        pyproject.toml:1:1: first, but later
        pyproject.toml:1:3: second
        uv.lock:1:1: lock
        ");
        assert_eq!(errors.errors().count(), 5);
    }

    #[test]
    fn errors_of_several_stages_are_one_list() {
        let mut gathered = vec![Diagnostic::warning("first")];
        let stage = |message: &str| Diagnostic::error(message);
        assert_eq!(
            Diagnostics::gather(Ok::<_, Diagnostic>(1), &mut gathered),
            Some(1)
        );
        assert_eq!(
            Diagnostics::gather::<()>(Err(stage("second")), &mut gathered),
            None
        );
        let all = Diagnostics::from(stage("second")).with(gathered);
        let told: Vec<_> = all.iter().map(one_line).collect();
        assert_eq!(told, ["second", "first"]);
        assert_eq!(all.errors().count(), 1);
    }

    #[test]
    fn warnings_alone_are_not_a_failure() {
        assert_eq!(
            Diagnostics::split(vec![Diagnostic::warning("w")])
                .unwrap()
                .len(),
            1
        );
        let both = vec![Diagnostic::warning("w"), Diagnostic::error("e")];
        assert_eq!(Diagnostics::split(both).unwrap_err().errors().count(), 1);
    }
}
