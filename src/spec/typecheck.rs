//! Checks a value against the table of keys: wrong types, unknown keys, values without effect. Every problem is
//! collected.

use crate::diagnostic::{Diagnostic, nearest, rules};
use crate::spec::keys::{KEYS, Key, Kind, Word};
use crate::toml_document::{Table, Value};

/// Of so many problems, those that come later are not shown, and need no suggestions.
const MAX_SUGGESTIONS: usize = 100;

/// Tells what is wrong with a table, and which of its keys are not supported yet.
pub(super) fn table(table: &Table<'_>, keys: &'static [Key], problems: &mut Vec<Diagnostic>) {
    types(table, keys, problems);
    not_yet(table, keys, problems);
}

/// Keys whose features are still to come. What is inside such a key is not told again.
fn not_yet(table: &Table<'_>, keys: &'static [Key], problems: &mut Vec<Diagnostic>) {
    for key in keys {
        let Some(value) = table.get(key.name) else {
            continue;
        };
        let what = match key.kind {
            _ if !key.supported => value.path().to_owned(),
            kind => {
                if let (Some(keys), Some(inner)) = (kind.keys(), value.as_table()) {
                    not_yet(&inner, keys, problems);
                }
                continue;
            }
        };
        let version = env!("CARGO_PKG_VERSION");
        let message = format!("`{what}` is not supported yet by wheelwright {version}");
        problems.push(rules::LATER_KEY.report(message).at(&value.key()));
    }
}

fn types(table: &Table<'_>, keys: &'static [Key], problems: &mut Vec<Diagnostic>) {
    for name in table.keys() {
        let Some(value) = table.get(name.value) else {
            continue;
        };
        let Some(key) = keys.iter().find(|key| key.name == name.value) else {
            let near = keys.iter().map(|key| key.name);
            let near = (problems.len() < MAX_SUGGESTIONS)
                .then(|| nearest(name.value, near))
                .flatten();
            problems.push(unknown(table, &value, (name.value, near), keys));
            continue;
        };
        check(&value, key.kind, problems);
    }
    for key in keys.iter().filter(|key| key.required) {
        let expected = key.kind.expected();
        match table.get(key.name) {
            None => {
                let message = format!(
                    "`{}` has no `{}`, expected {expected}",
                    table.path(),
                    key.name
                );
                problems.push(rules::MISSING_KEY.report(message).at(table.location()));
            }
            Some(value) if value.as_array().is_some_and(|elements| elements.is_empty()) => {
                let message = format!("`{}` is empty, expected {expected}", value.path());
                problems.push(rules::INVALID_VALUE.report(message).at(&value.location()));
            }
            Some(_) => {}
        }
    }
}

fn check(value: &Value<'_>, kind: Kind, problems: &mut Vec<Diagnostic>) {
    let path = value.path();
    let mut tell = |message: String| {
        problems.push(rules::INVALID_VALUE.report(message).at(&value.location()));
    };
    match kind {
        Kind::FalseOr(_) if value.as_bool() == Some(false) => {}
        Kind::FalseOr(other) if value.as_bool().is_none() && fits(value, *other) => {
            check(value, *other, problems);
        }
        _ if !fits(value, kind) => {
            let error = rules::WRONG_TYPE.report(format!(
                "`{path}` is {}, expected {}",
                value.kind(),
                kind.expected()
            ));
            let error = match (kind, value.as_string()) {
                (Kind::List(Kind::Word(_)), Some(text)) => {
                    error.hint(format!("write `[\"{}\"]`", text.value.escape_debug()))
                }
                (Kind::List(Kind::Table(_)), None) if value.as_table().is_some() => {
                    error.hint(format!("write `[[{path}]]`, once for each"))
                }
                _ => error,
            };
            problems.push(error.at(&value.location()));
        }
        Kind::Word(word) => {
            let text = value.as_string().map(|text| text.value);
            let text = text.unwrap_or_default();
            if let Err(why) = word.check(&text) {
                let place = value.location();
                let error = match word {
                    // Without the line, which goes into a log where it may hold a password.
                    Word::IndexUrl if text.contains('@') => {
                        rules::INVALID_VALUE.report(format!("{}: `{path}`: {why}", place.line()))
                    }
                    _ => rules::INVALID_VALUE
                        .report(format!("`{path}`: {why}"))
                        .at(&place),
                };
                problems.push(match word {
                    Word::Image => error.hint("write an image such as `python:3.13-slim`"),
                    _ => error,
                });
            }
        }
        Kind::Count if count(value).is_none() => tell(format!(
            "`{path}` is no count, expected a decimal number from 1 to {}",
            u32::MAX
        )),
        Kind::Port if port(value).is_none() => tell(format!(
            "`{path}` is no port, expected a number up to 65535 or a string such as \"53/udp\""
        )),
        Kind::Boolean | Kind::Count | Kind::Port | Kind::FalseOr(_) => {}
        Kind::Command => match value.as_array() {
            Some(elements) => {
                for element in elements {
                    check(&element, Kind::Word(Word::Template), problems);
                }
            }
            None => check(value, Kind::Word(Word::ShellText), problems),
        },
        Kind::Arguments => {
            for element in value.as_array().unwrap_or_default() {
                check(&element, Kind::Word(Word::Any), problems);
            }
        }
        Kind::List(of) => {
            let elements = value.as_array().unwrap_or_default();
            for element in &elements {
                check(element, *of, problems);
            }
            repeated(&elements, problems);
        }
        Kind::Table(keys) => {
            if let Some(inner) = value.as_table() {
                types(&inner, keys, problems);
            }
        }
        Kind::Map(names, of) => {
            if let Some(inner) = value.as_table() {
                map(&inner, names, *of, problems);
            }
        }
    }
}

fn map(table: &Table<'_>, names: Word, of: Kind, problems: &mut Vec<Diagnostic>) {
    for name in table.keys() {
        if let Err(why) = names.check(name.value) {
            let message = format!("`{}`: {why}", table.path());
            problems.push(rules::IDLE_KEY.report(message).at(&name.location));
        }
        if let Some(value) = table.get(name.value) {
            check(&value, of, problems);
        }
    }
}

/// Whether a value has the type of a kind, whatever it says.
fn fits(value: &Value<'_>, kind: Kind) -> bool {
    match kind {
        Kind::Word(_) => value.as_string().is_some(),
        Kind::Boolean => value.as_bool().is_some(),
        Kind::Count => value.kind() == "an integer",
        // What is neither is reported with the invalid ports.
        Kind::Port => true,
        Kind::Arguments | Kind::List(_) => value.as_array().is_some(),
        Kind::Command => value.as_array().is_some() || value.as_string().is_some(),
        Kind::Table(_) | Kind::Map(..) => value.as_table().is_some(),
        Kind::FalseOr(other) => value.as_bool() == Some(false) || fits(value, *other),
    }
}

/// The number of a count.
pub(super) fn count(value: &Value<'_>) -> Option<u32> {
    let digits = value.as_integer()?;
    digits.parse().ok().filter(|number| *number > 0)
}

/// The port as `8000` or `53/udp`.
pub(super) fn port(value: &Value<'_>) -> Option<String> {
    let text = value
        .as_string()
        .map(|text| text.value)
        .or_else(|| value.as_integer())?;
    let (number, protocol) = text.split_once('/').unwrap_or((&text, "tcp"));
    let is_port = number.parse::<u16>().is_ok_and(|number| number > 0)
        && ["tcp", "udp", "sctp"].contains(&protocol);
    is_port.then_some(text)
}

/// Elements that stand twice are a slip: the second adds nothing.
fn repeated(elements: &[Value<'_>], problems: &mut Vec<Diagnostic>) {
    let mut seen = std::collections::BTreeSet::new();
    for element in elements {
        let text = element.as_string().map(|text| text.value);
        if let Some(text) = text.or_else(|| element.as_integer())
            && !seen.insert(text.clone())
        {
            let message = format!("`{}` is `{text}` once more", element.path());
            problems.push(
                rules::WRONG_TYPE
                    .report(message)
                    .at(&element.location())
                    .hint("remove it"),
            );
        }
    }
}

fn unknown(
    table: &Table<'_>,
    value: &Value<'_>,
    (name, near): (&str, Option<&str>),
    keys: &'static [Key],
) -> Diagnostic {
    let place = match table.path() {
        "" => "the spec".to_owned(),
        path if path.ends_with(']') => format!("`{path}`"),
        path => format!("`[{path}]`"),
    };
    let error = rules::UNKNOWN_KEY
        .report(format!("unknown key `{name}` in {place}"))
        .at(&value.key());
    let is_inner = !std::ptr::eq(keys, KEYS);
    if is_inner && KEYS.iter().any(|key| key.name == name) {
        let top = match table.path().strip_prefix("tool.wheelwright") {
            Some(_) => "is a key of `[tool.wheelwright]`",
            None => "stands at the top of the file",
        };
        let near = near.map(|near| format!(", or did you mean `{near}`?"));
        return error.hint(format!("it {top}{}", near.unwrap_or_default()));
    }
    if let Some(near) = near {
        return error.hint(format!("did you mean `{near}`?"));
    }
    let home = KEYS.iter().find(|key| {
        let inner = key.kind.keys().unwrap_or_default();
        inner.iter().any(|inner| inner.name == name)
    });
    if let Some(home) = home {
        return error.hint(format!("it is a key of `[{}]`", home.name));
    }
    let supported = keys.iter().filter(|key| key.supported);
    let mut names: Vec<_> = supported.map(|key| key.name).collect();
    if names.is_empty() {
        names.extend(keys.iter().map(|key| key.name));
    }
    error.hint(format!("known keys are {}", names.join(", ")))
}
