//! Reading of what tables hold.

use std::str::FromStr;

use crate::diagnostic::{Diagnostic, Spanned, rules};
use crate::project::DependencyGroup;
use crate::toml_document::{Table, Value};

pub(super) fn owned(key: Spanned<&str>) -> Spanned<String> {
    key.map(str::to_owned)
}

pub(super) fn parsed<T: FromStr<Err: std::fmt::Display>>(
    table: &Table<'_>,
    key: &str,
    problems: &mut Vec<Diagnostic>,
) -> Option<Spanned<T>> {
    let value = table.get(key)?;
    let Some(text) = value.as_string() else {
        let message = format!("`{}` is {}, expected a string", value.path(), value.kind());
        problems.push(rules::WRONG_TYPE.report(message).at(&value.location()));
        return None;
    };
    match text.value.parse() {
        Ok(value) => Some(Spanned {
            value,
            location: text.location,
        }),
        Err(error) => {
            problems.push(
                rules::INVALID_VALUE
                    .report(format!("`{}`: {error}", table.path_of(key)))
                    .at(&text.location),
            );
            None
        }
    }
}

pub(super) fn string_table(table: Option<&Table<'_>>) -> Vec<(String, String)> {
    let Some(table) = table else {
        return Vec::new();
    };
    let entry = |key: Spanned<&str>| Some((key.value.to_owned(), table.string(key.value)?.value));
    table.keys().into_iter().filter_map(entry).collect()
}

pub(super) fn string_lists(
    table: Option<&Table<'_>>,
) -> Vec<(Spanned<String>, Vec<Spanned<String>>)> {
    let Some(table) = table else {
        return Vec::new();
    };
    let list = |key: Spanned<&str>| {
        let elements = table
            .get(key.value)
            .and_then(|value| value.as_array())
            .unwrap_or_default();
        (
            owned(key),
            elements.iter().filter_map(Value::as_string).collect(),
        )
    };
    table.keys().into_iter().map(list).collect()
}

pub(super) fn groups(table: Option<&Table<'_>>) -> Vec<DependencyGroup> {
    let Some(table) = table else {
        return Vec::new();
    };
    let group = |(name, requirements): (Spanned<String>, _)| {
        let elements = table.get(&name.value).and_then(|value| value.as_array());
        let include = |element: &Value<'_>| element.as_table()?.string("include-group");
        DependencyGroup {
            requirements,
            includes: elements.iter().flatten().filter_map(include).collect(),
            name,
        }
    };
    string_lists(Some(table)).into_iter().map(group).collect()
}
