//! Markers from their text.

use std::str::FromStr;

use pep440_rs::VersionSpecifier;

use crate::lock::marker::{Node, VARIABLES};

/// How deep parentheses may be: reading and comparing markers takes stack for each.
const MAX_DEPTH: usize = 64;

/// Reads a marker; `None` for what is not understood.
pub(crate) fn parse(text: &str) -> Option<Node> {
    let tokens = tokens(text)?;
    if is_deep(&tokens) {
        return None;
    }
    let mut rest = tokens.as_slice();
    let node = any(&mut rest)?;
    rest.is_empty().then(|| node.normal())
}

fn is_deep(tokens: &[Token]) -> bool {
    let mut depth = 0_usize;
    tokens.iter().any(|token| {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            Token::Word(_) | Token::Quoted(_) => {}
        }
        depth > MAX_DEPTH
    })
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Open,
    Close,
    /// A variable, `and`, `or`, or an operator.
    Word(String),
    Quoted(String),
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' => {
                found.push(if first == '(' {
                    Token::Open
                } else {
                    Token::Close
                });
                1
            }
            '\'' | '"' => {
                let (quoted, _) = rest[1..].split_once(first)?;
                found.push(Token::Quoted(quoted.to_owned()));
                quoted.len() + 2
            }
            _ => {
                let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let is_operator = |c: char| "<>=!~".contains(c);
                let end = if is_name(first) {
                    rest.find(|c| !is_name(c))
                } else {
                    rest.find(|c| !is_operator(c))
                };
                let word = &rest[..end.unwrap_or(rest.len())];
                found.push(Token::Word(word.to_owned()));
                word.len()
            }
        };
        // A character of no kind: no marker that is understood.
        if length == 0 {
            return None;
        }
        rest = rest[length..].trim_start();
    }
    Some(found)
}

fn any(rest: &mut &[Token]) -> Option<Node> {
    let first = all(rest)?;
    let nodes = chain(first, "or", rest, all)?;
    Some(if nodes.len() == 1 {
        nodes.into_iter().next()?
    } else {
        Node::Any(nodes)
    })
}

fn all(rest: &mut &[Token]) -> Option<Node> {
    let first = single(rest)?;
    Some(Node::All(chain(first, "and", rest, single)?))
}

fn chain(
    first: Node,
    word: &str,
    rest: &mut &[Token],
    next: fn(&mut &[Token]) -> Option<Node>,
) -> Option<Vec<Node>> {
    let mut nodes = vec![first];
    while let [Token::Word(found), after @ ..] = *rest {
        if found != word {
            break;
        }
        *rest = after;
        nodes.push(next(rest)?);
    }
    Some(nodes)
}

fn single(rest: &mut &[Token]) -> Option<Node> {
    match *rest {
        [Token::Open, after @ ..] => {
            *rest = after;
            let node = any(rest)?;
            let [Token::Close, after @ ..] = *rest else {
                return None;
            };
            *rest = after;
            Some(node)
        }
        [
            Token::Word(variable),
            Token::Word(operator),
            Token::Quoted(value),
            after @ ..,
        ] => {
            *rest = after;
            Some(comparison(variable, operator, value).unwrap_or(Node::Unknown))
        }
        [
            Token::Quoted(value),
            Token::Word(operator),
            Token::Word(variable),
            after @ ..,
        ] if ["==", "!="].contains(&operator.as_str()) => {
            *rest = after;
            Some(comparison(variable, operator, value).unwrap_or(Node::Unknown))
        }
        [
            Token::Quoted(_),
            Token::Word(not),
            Token::Word(within),
            Token::Word(_),
            after @ ..,
        ] if (not.as_str(), within.as_str()) == ("not", "in") => {
            *rest = after;
            Some(Node::Unknown)
        }
        [Token::Quoted(_), Token::Word(_), Token::Word(_), after @ ..] => {
            *rest = after;
            Some(Node::Unknown)
        }
        _ => None,
    }
}

fn comparison(variable: &str, operator: &str, value: &str) -> Option<Node> {
    let equal = match operator {
        "==" => Some(true),
        "!=" => Some(false),
        _ => None,
    };
    match variable {
        "extra" => equal?.then(|| Node::Extra(value.to_owned())),
        "python_version" | "python_full_version" => {
            let full = variable == "python_full_version";
            let specifier = VersionSpecifier::from_str(&format!("{operator}{value}")).ok()?;
            let version = specifier.version();
            let parts = version.release().len();
            // A minor release is compared with minor releases; with patch releases uv has rules of its own.
            let plain = !version.any_prerelease() && !version.is_post() && !version.is_local();
            (plain && (full || parts <= 2)).then_some(Node::Python { full, specifier })
        }
        _ => Some(Node::Text {
            variable: VARIABLES.iter().position(|known| *known == variable)?,
            equal: equal?,
            value: value.to_owned(),
        }),
    }
}
