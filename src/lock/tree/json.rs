//! JSON: `serde_json` says whether a text is valid; then its values are put into the tree.

use std::borrow::Cow;
use std::sync::Arc;

use serde::de::IgnoredAny;

use crate::diagnostic::{Diagnostics, Location, Source, rules};
use crate::lock::tree::{Kind, NONE, Node, ROOT, Span, Syntax, Tree};

impl Tree {
    /// Parses a text whose outermost value is an object.
    pub(crate) fn parse_json(source: &Arc<Source>) -> Result<Self, Diagnostics> {
        let text = source.text();
        if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
            let place = place(source, error.line(), error.column());
            let error = rules::INVALID_JSON.report(format!("not valid JSON: {}", reason(&error)));
            return Err(error.at(&place).into());
        }
        let mut tree = Self::empty(source);
        tree.syntax = Syntax::Json;
        tree.nodes.clear();
        let mut problems = Vec::new();
        if let Some((place, message)) = fill(&mut tree) {
            let error = rules::INVALID_JSON.report(format!("not valid JSON: {message}"));
            problems.push(error.at(&tree.location(place)));
        }
        if tree
            .nodes
            .first()
            .is_none_or(|node| node.kind != Kind::Table)
        {
            let message = format!("`{}` is not a JSON object", source.name());
            problems.push(
                rules::FILE_TOO_LARGE
                    .report(message)
                    .at(&Location::top(source)),
            );
        }
        Diagnostics::split(problems)?;
        Ok(tree)
    }
}

/// How deep values may be in each other; `serde_json` has the same limit.
const MAX_DEPTH: usize = 127;

/// Puts the values of a valid text into a tree; the first problem is returned with its place.
fn fill(tree: &mut Tree) -> Option<(Span, &'static str)> {
    let source = Arc::clone(&tree.source);
    let bytes = source.text().as_bytes();
    let place = |offset: usize| u32::try_from(offset).unwrap_or(NONE);
    let (mut open, mut key): (Vec<u32>, Option<Span>) = (Vec::new(), None);
    let mut problem = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        at += 1;
        let kind = match byte {
            b'{' => Kind::Table,
            b'[' => Kind::Array,
            b'"' => {
                at = string_end(bytes, at);
                Kind::String
            }
            b't' | b'f' => Kind::Boolean,
            b'n' => Kind::Null,
            b'-' | b'0'..=b'9' => Kind::Integer,
            b'}' | b']' => {
                if let Some(closed) = open.pop() {
                    tree.node_mut(closed).value.end = place(at);
                }
                continue;
            }
            // White space, commas and colons.
            _ => continue,
        };
        let mut kind = kind;
        if matches!(kind, Kind::Boolean | Kind::Null | Kind::Integer) {
            let rest = bytes[start..].iter();
            let word =
                rest.take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte));
            at = start + word.count();
            if kind == Kind::Integer && bytes[start..at].iter().any(|byte| b".eE".contains(byte)) {
                kind = Kind::Float;
            }
        }
        let value = Span {
            start: place(start),
            end: place(at),
        };
        let parent = open.last().copied();
        let is_object = parent.is_some_and(|at| tree.node(at).kind == Kind::Table);
        if is_object && key.is_none() {
            key = Some(value);
            continue;
        }
        let name = key.take().unwrap_or(value);
        let added = if let Some(parent) = parent {
            let known = is_object && tree.child(parent, &text(tree.raw(name))).is_some();
            problem = problem.or(known.then_some((name, "duplicate key")));
            tree.add(parent, name, value, kind, 0)
        } else {
            tree.nodes.push(Node::new(name, value, NONE, kind, 0));
            ROOT
        };
        if matches!(kind, Kind::Table | Kind::Array) {
            open.push(added);
            if open.len() > MAX_DEPTH {
                return Some((value, "recursion limit exceeded"));
            }
        }
    }
    problem
}

/// Behind the quote that ends a string; `at` is behind the one that begins it.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'\\' => 2,
            b'"' => return at + 1,
            _ => 1,
        };
    }
    at
}

/// The text of a string or a key.
pub(super) fn text(raw: &str) -> Cow<'_, str> {
    let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
    match inner {
        Some(inner) if !inner.contains('\\') => Cow::Borrowed(inner),
        _ => serde_json::from_str(raw).map_or(Cow::Borrowed(raw), Cow::Owned),
    }
}

/// What is wrong, without the place.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.split_once(" at line ") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}

/// Lines and columns count from one; the column of a line's end is that of what is missing behind it.
fn place(source: &Arc<Source>, line: usize, column: usize) -> Location {
    let lines = source.text().split_inclusive('\n');
    let before: usize = lines.take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (before + column.saturating_sub(1)).min(source.text().len());
    while !source.text().is_char_boundary(at) {
        at -= 1;
    }
    Location::new(source, at..at)
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use crate::lock::tree::Value;

    use super::*;

    const SAMPLE: &str = r#" { "a": { "b\"\u0041": ["x", 1, -2.5e3, true, null, {}, []], "c": "\\" } , "d" : "é\n" } "#;

    fn same(expected: &Json, found: Value<'_>, text: &str) {
        let again: Json = serde_json::from_str(&text[found.span()]).unwrap();
        assert_eq!(again, *expected);
        match expected {
            Json::Object(object) => {
                let entries = found.as_table().unwrap().entries();
                assert_eq!(entries.len(), object.len());
                for ((key, value), (name, other)) in entries.iter().zip(object) {
                    assert_eq!(key, name);
                    same(other, *value, text);
                }
            }
            Json::Array(array) => {
                let elements: Vec<_> = found.as_array().unwrap().collect();
                assert_eq!(elements.len(), array.len());
                for (element, other) in elements.into_iter().zip(array) {
                    same(other, element, text);
                }
            }
            Json::String(string) => assert_eq!(found.as_str().unwrap(), *string),
            Json::Bool(_) => assert_eq!(found.kind(), "a boolean"),
            Json::Null => assert_eq!(found.kind(), "null"),
            Json::Number(number) => {
                assert_eq!(found.kind(), "a number");
                assert_eq!(found.as_integer().is_some(), number.is_i64());
            }
        }
    }

    #[test]
    fn a_tree_holds_what_serde_json_finds() {
        let texts = [
            SAMPLE,
            "{}",
            include_str!("../../../testdata/cases/pipenv-app/Pipfile.lock"),
        ];
        for text in texts {
            let source = Source::new("x.lock", text);
            let tree = Tree::parse_json(&source).unwrap();
            let expected: Json = serde_json::from_str(text).unwrap();
            same(&expected, tree.root().value(), text);
        }
    }

    #[test]
    fn other_texts_are_an_error() {
        let told = |text: &str| {
            let error = Tree::parse_json(&Source::new("x.lock", text))
                .err()
                .unwrap();
            let lines: Vec<_> = error.iter().map(crate::diagnostic::one_line).collect();
            lines.join("\n")
        };
        insta::assert_snapshot!(told("[]"), @"x.lock:1:1: `x.lock` is not a JSON object");
        insta::assert_snapshot!(told("{\n \"a\": 1,\n \"\\u0061\": 2}"), @"x.lock:3:2: not valid JSON: duplicate key");
        insta::assert_snapshot!(told("{ \"a\" }"), @"x.lock:1:7: not valid JSON: expected `:`");
        let deep = format!("{{\"a\": {}{} }}", "[".repeat(100_000), "]".repeat(100_000));
        insta::assert_snapshot!(told(&deep), @"x.lock:1:133: not valid JSON: recursion limit exceeded");
    }
}
