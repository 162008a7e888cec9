//! Reading the keys of a table one by one: wrong types and unknown keys are gathered, never thrown.

use std::str::FromStr;

use crate::diagnostic::{Diagnostic, Spanned, nearest};
use crate::document::{Table, Value};

/// The keys of one table of the spec, read once each; `finish` tells of those that nobody read.
pub(super) struct Fields<'d, 'p> {
    table: Table<'d>,
    known: Vec<&'static str>,
    not_yet: Vec<&'static str>,
    problems: &'p mut Vec<Diagnostic>,
}

impl<'d, 'p> Fields<'d, 'p> {
    pub(super) fn new(table: Table<'d>, problems: &'p mut Vec<Diagnostic>) -> Self {
        Self {
            table,
            known: Vec::new(),
            not_yet: Vec::new(),
            problems,
        }
    }

    /// Any value.
    pub(super) fn value(&mut self, key: &'static str) -> Option<Value<'d>> {
        self.known.push(key);
        self.table.get(key)
    }

    /// A string.
    pub(super) fn string(&mut self, key: &'static str) -> Option<Spanned<String>> {
        let value = self.value(key)?;
        self.expect(&value, "a string", Value::as_string)
    }

    /// A string with a meaning of its own, such as a version or a path.
    pub(super) fn parsed<T: FromStr<Err: std::fmt::Display>>(
        &mut self,
        key: &'static str,
    ) -> Option<Spanned<T>> {
        let text = self.string(key)?;
        match text.value.parse() {
            Ok(value) => Some(Spanned {
                value,
                location: text.location,
            }),
            Err(error) => {
                self.problems
                    .push(Diagnostic::error(format!("`{key}`: {error}")).at(&text.location));
                None
            }
        }
    }

    /// A boolean.
    pub(super) fn boolean(&mut self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        self.expect(&value, "a boolean", Value::as_bool)
    }

    /// An array.
    pub(super) fn array(&mut self, key: &'static str) -> Option<Vec<Value<'d>>> {
        let value = self.value(key)?;
        self.expect(&value, "an array", Value::as_array)
    }

    /// An array of strings.
    pub(super) fn strings(&mut self, key: &'static str) -> Vec<Spanned<String>> {
        let elements = self.array(key).unwrap_or_default();
        elements
            .iter()
            .filter_map(|element| self.expect(element, "a string", Value::as_string))
            .collect()
    }

    /// A table whose keys are the user's own and whose values are strings, in the order of the text.
    pub(super) fn string_table(
        &mut self,
        key: &'static str,
    ) -> Vec<(Spanned<String>, Spanned<String>)> {
        let Some(table) = self.table(key) else {
            return Vec::new();
        };
        let mut entries = Vec::new();
        for name in table.keys() {
            let Some(value) = table.get(name.value) else {
                continue;
            };
            if let Some(text) = self.expect(&value, "a string", Value::as_string) {
                entries.push((name.map(str::to_owned), text));
            }
        }
        entries
    }

    /// A table.
    pub(super) fn table(&mut self, key: &'static str) -> Option<Table<'d>> {
        let value = self.value(key)?;
        self.expect(&value, "a table", Value::as_table)
    }

    /// The keys of a table inside this one.
    pub(super) fn within<T: Default>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Fields<'d, '_>) -> T,
    ) -> T {
        let Some(table) = self.table(key) else {
            return T::default();
        };
        let mut inner = Fields::new(table, self.problems);
        let value = read(&mut inner);
        inner.finish();
        value
    }

    /// A key of the design whose feature is not there yet: an error that says so, not "unknown".
    pub(super) fn not_yet(&mut self, keys: &[&'static str]) {
        self.not_yet.extend(keys);
        for key in keys {
            if let Some(value) = self.value(key) {
                let version = env!("CARGO_PKG_VERSION");
                self.problem(
                    &value,
                    format!(
                        "`{}` is not supported yet by wheelwright {version}",
                        value.path()
                    ),
                );
            }
        }
    }

    /// An error at a value.
    pub(super) fn problem(&mut self, value: &Value<'_>, message: String) {
        self.problems
            .push(Diagnostic::error(message).at(&value.location()));
    }

    /// An error at a place.
    pub(super) fn push(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    /// Tells of every key that nobody asked for.
    pub(super) fn finish(self) {
        let supported: Vec<_> = self
            .known
            .iter()
            .filter(|key| !self.not_yet.contains(key))
            .copied()
            .collect();
        for key in self
            .table
            .keys()
            .iter()
            .filter(|key| !self.known.contains(&key.value))
        {
            let table = match self.table.path() {
                "" => "the spec".to_owned(),
                path => format!("`[{path}]`"),
            };
            let error = Diagnostic::error(format!("unknown key `{}` in {table}", key.value))
                .at(&key.location);
            self.problems
                .push(match nearest(key.value, self.known.iter().copied()) {
                    Some(near) => error.hint(format!("did you mean `{near}`?")),
                    None => error.hint(format!("known keys are {}", supported.join(", "))),
                });
        }
    }

    pub(super) fn expect<T>(
        &mut self,
        value: &Value<'d>,
        wanted: &str,
        read: impl FnOnce(&Value<'d>) -> Option<T>,
    ) -> Option<T> {
        let found = read(value);
        if found.is_none() {
            self.problem(
                value,
                format!("`{}` is {}, expected {wanted}", value.path(), value.kind()),
            );
        }
        found
    }
}
