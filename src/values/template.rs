//! Texts with build arguments in them.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::values::{ArgumentName, ParseError};

/// A text that may hold `${NAME}` and `${NAME:-TEXT}`.
///
/// `${NAME}` is the value of a build argument, and `:-` gives the text that stands for an empty one. `$${`
/// is a literal `${`; every other `$` stands for itself, so that a password keeps its bytes. A `}` ends
/// the shortest text: there is no nesting.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Piece {
    Text(String),
    Argument { name: String, if_empty: String },
}

impl Template {
    /// The names of the build arguments in it, in the order of the text; one for each use.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Argument { name, .. } => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// Whether a word is in the text itself.
    pub fn mentions(&self, word: &str) -> bool {
        self.0
            .iter()
            .any(|piece| matches!(piece, Piece::Text(text) if text.contains(word)))
    }

    /// The text, where no build argument is in it.
    pub fn literal(&self) -> Option<String> {
        self.resolve(&BTreeMap::new()).ok()
    }

    /// The length of [`Self::resolve`]'s text in bytes, without making it. A name without a value counts as nothing.
    pub fn length(&self, values: &BTreeMap<String, String>) -> usize {
        let lengths = self.0.iter().map(|piece| match piece {
            Piece::Text(literal) => literal.len(),
            Piece::Argument { name, if_empty } => match values.get(name) {
                Some(value) if value.is_empty() => if_empty.len(),
                value => value.map_or(0, String::len),
            },
        });
        lengths.fold(0, usize::saturating_add)
    }

    /// The text with the values in place of the names; the error is the first name that has no value.
    pub fn resolve(&self, values: &BTreeMap<String, String>) -> Result<String, &str> {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(literal) => text.push_str(literal),
                Piece::Argument { name, if_empty } => {
                    let value = values.get(name).ok_or(name.as_str())?;
                    text.push_str(if value.is_empty() { if_empty } else { value });
                }
            }
        }
        Ok(text)
    }
}

impl FromStr for Template {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix("$${") {
                literal.push_str("${");
                rest = after;
            } else if let Some(after) = rest.strip_prefix("${") {
                let Some((inside, after)) = after.split_once('}') else {
                    return Err(ParseError(format!(
                        "`{rest}` has no end, expected a `}}`; for a literal `${{`, write `$${{`"
                    )));
                };
                pieces.push(Piece::Text(std::mem::take(&mut literal)));
                pieces.push(argument(inside)?);
                rest = after;
            } else {
                literal.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        pieces.push(Piece::Text(literal));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        Ok(Self(pieces))
    }
}

fn argument(inside: &str) -> Result<Piece, ParseError> {
    let (name, if_empty) = inside.split_once(":-").unwrap_or((inside, ""));
    if !ArgumentName::is_word(name) || if_empty.contains("${") {
        return Err(ParseError(format!(
            "`${{{inside}}}` names no build argument, expected `${{NAME}}` or `${{NAME:-text}}`; for a literal \
             `${{`, write `$${{`"
        )));
    }
    Ok(Piece::Argument {
        name: name.to_owned(),
        if_empty: if_empty.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::values::Template;

    fn resolve(text: &str) -> String {
        let values = [("TIER", "test"), ("EMPTY", "")];
        let values: BTreeMap<_, _> = values
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let template: Template = text.parse().unwrap();
        let resolved = template.resolve(&values).map_err(str::to_owned).unwrap();
        assert_eq!(template.length(&values), resolved.len(), "{text}");
        resolved
    }

    #[test]
    fn names_are_replaced_and_every_other_dollar_is_kept() {
        for (text, resolved) in [
            ("", ""),
            ("plain", "plain"),
            ("${TIER}", "test"),
            ("a-${TIER}-${TIER}.b", "a-test-test.b"),
            ("${EMPTY}", ""),
            ("${EMPTY:-none}", "none"),
            ("${TIER:-none}", "test"),
            ("$TIER", "$TIER"),
            ("a$$b$", "a$$b$"),
            ("$${TIER}", "${TIER}"),
            ("$$${TIER}", "$${TIER}"),
            ("ö${TIER}ü", "ötestü"),
            ("{TIER}", "{TIER}"),
        ] {
            assert_eq!(resolve(text), resolved, "{text}");
        }
    }

    #[test]
    fn names_without_a_value_are_told() {
        let template: Template = "${A} ${B:-b}".parse().unwrap();
        assert_eq!(template.names().collect::<Vec<_>>(), ["A", "B"]);
        let values = BTreeMap::from([("A".to_owned(), String::new())]);
        assert_eq!(template.resolve(&values), Err("B"));
    }

    #[test]
    fn what_is_no_template_is_told() {
        let error = |text: &str| text.parse::<Template>().unwrap_err().to_string();
        insta::assert_snapshot!(error("a ${TIER"), @"`${TIER` has no end, expected a `}`; for a literal `${`, write `$${`");
        insta::assert_snapshot!(error("${}"), @"`${}` names no build argument, expected `${NAME}` or `${NAME:-text}`; for a literal `${`, write `$${`");
        insta::assert_snapshot!(error("${TIER:+x}"), @"`${TIER:+x}` names no build argument, expected `${NAME}` or `${NAME:-text}`; for a literal `${`, write `$${`");
        insta::assert_snapshot!(error("${A:-${B}}"), @"`${A:-${B}` names no build argument, expected `${NAME}` or `${NAME:-text}`; for a literal `${`, write `$${`");
    }
}
