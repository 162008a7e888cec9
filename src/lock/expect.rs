//! What a reader expects of a lock file: an entry that is missing or has the wrong type is reported with its line.

use std::borrow::Cow;
use std::cell::RefCell;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Spanned, rules};
use crate::lock::locked::Text;
use crate::lock::tree::{Table, Value};
use crate::values::{PackageName, ParseError};

/// How many problems of one file are reported one by one.
const MAX_PROBLEMS: usize = 50;

/// Reads entries of a lock file, and gathers those that are not as expected. Unknown keys are ignored.
pub(crate) struct Expect {
    /// The name of the file.
    file: &'static str,
    /// How to make the file anew.
    help: &'static str,
    problems: RefCell<Vec<Diagnostic>>,
}

impl Expect {
    /// For a file of this name; `help` says how to make it anew.
    pub(crate) fn new(file: &'static str, help: &'static str) -> Self {
        Self {
            file,
            help,
            problems: RefCell::default(),
        }
    }

    /// The value, or all problems.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, Diagnostics> {
        Diagnostics::split(self.problems.into_inner())?;
        Ok(value)
    }

    /// Reports a problem at a place.
    pub(crate) fn report(&self, place: &Location, message: String) {
        let mut problems = self.problems.borrow_mut();
        let message = match problems.len() {
            ..MAX_PROBLEMS => message,
            MAX_PROBLEMS => format!("more entries of `{}` are malformed from here on", self.file),
            _ => return,
        };
        let problem = rules::MALFORMED_LOCK
            .report(message)
            .at(place)
            .hint(self.help);
        // A key may be read twice.
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    /// Reports that a value is not what was expected.
    pub(crate) fn report_value(&self, value: Value<'_>, found: &str, expected: &str) {
        let what = what(value, self.file);
        let expected = in_words_of(value, expected);
        let message = format!("{what} is {found}, expected {expected}");
        self.report(&value.location(), message);
    }

    /// What is made of a value, if there is one; `expected` is its type, with an article.
    pub(crate) fn read<'t, T>(
        &self,
        value: Option<Value<'t>>,
        expected: &str,
        read: impl FnOnce(Value<'t>) -> Option<T>,
    ) -> Option<T> {
        let value = value?;
        let read = read(value);
        if read.is_none() {
            self.report_value(value, value.kind(), expected);
        }
        read
    }

    /// The value of a key that must be there.
    pub(crate) fn needed<'t>(
        &self,
        table: Table<'t>,
        key: &str,
        expected: &str,
    ) -> Option<Value<'t>> {
        let value = table.get(key);
        if value.is_none() {
            let what = what(table.value(), self.file);
            let expected = in_words_of(table.value(), expected);
            self.report(
                &table.location(),
                format!("{what} has no `{key}`, expected {expected}"),
            );
        }
        value
    }

    /// A string that may be missing.
    pub(crate) fn text<'t>(&self, table: Table<'t>, key: &str) -> Option<Cow<'t, str>> {
        self.read(table.get(key), "a string", Value::as_str)
    }

    /// A string that must be there.
    pub(crate) fn needed_text<'t>(&self, table: Table<'t>, key: &str) -> Option<Cow<'t, str>> {
        let value = self.needed(table, key, "a string");
        self.read(value, "a string", Value::as_str)
    }

    /// A string that may be missing, with its place.
    pub(crate) fn string(&self, table: Table<'_>, key: &str) -> Option<Spanned<String>> {
        self.read(table.get(key), "a string", Value::as_string)
    }

    /// A string that must be there, with its place.
    pub(crate) fn needed_string(&self, table: Table<'_>, key: &str) -> Option<Spanned<String>> {
        let value = self.needed(table, key, "a string");
        self.read(value, "a string", Value::as_string)
    }

    /// The digits of an integer that may be missing.
    pub(crate) fn integer<'t>(&self, table: Table<'t>, key: &str) -> Option<Cow<'t, str>> {
        self.read(table.get(key), "an integer", Value::as_integer)
    }

    /// The digits of an integer that must be there.
    pub(crate) fn needed_integer<'t>(&self, table: Table<'t>, key: &str) -> Option<Cow<'t, str>> {
        let value = self.needed(table, key, "an integer");
        self.read(value, "an integer", Value::as_integer)
    }

    /// The name of a package, which must be there.
    pub(crate) fn needed_name(&self, table: Table<'_>, key: &str) -> Option<PackageName> {
        let name = self.needed_string(table, key)?;
        match name.value.parse() {
            Ok(name) => Some(name),
            Err(error) => {
                self.report(&name.location, ParseError::to_string(&error));
                None
            }
        }
    }

    /// A string that may be missing, as its place in the file.
    pub(crate) fn place(&self, table: Table<'_>, key: &str) -> Option<Text> {
        self.read(table.get(key), "a string", Value::as_text)
    }

    /// A string that must be there, as its place in the file.
    pub(crate) fn needed_place(&self, table: Table<'_>, key: &str) -> Option<Text> {
        self.read(
            self.needed(table, key, "a string"),
            "a string",
            Value::as_text,
        )
    }

    /// A table that may be missing.
    pub(crate) fn table<'t>(&self, table: Table<'t>, key: &str) -> Option<Table<'t>> {
        self.read(table.get(key), "a table", Value::as_table)
    }

    /// A table that must be there.
    pub(crate) fn needed_table<'t>(&self, table: Table<'t>, key: &str) -> Option<Table<'t>> {
        let value = self.needed(table, key, "a table");
        self.read(value, "a table", Value::as_table)
    }

    /// The elements of an array, each of the same type; none where it is missing.
    fn elements<'t, T>(
        &self,
        value: Option<Value<'t>>,
        (all, each): (&str, &str),
        read: impl Fn(Value<'t>) -> Option<T>,
    ) -> Vec<T> {
        let array = self.read(value, all, Value::as_array);
        let elements = array.into_iter().flatten();
        elements
            .filter_map(|element| self.read(Some(element), each, &read))
            .collect()
    }

    /// The tables of an array; none where it is missing.
    pub(crate) fn tables<'t>(&self, table: Table<'t>, key: &str) -> Vec<Table<'t>> {
        self.tables_in(table.get(key))
    }

    /// The tables of an array.
    pub(crate) fn tables_in<'t>(&self, array: Option<Value<'t>>) -> Vec<Table<'t>> {
        self.elements(array, ("an array of tables", "a table"), Value::as_table)
    }

    /// The tables of an array that must be there.
    pub(crate) fn needed_tables<'t>(&self, table: Table<'t>, key: &str) -> Vec<Table<'t>> {
        self.tables_in(self.needed(table, key, "an array of tables"))
    }

    /// The strings of an array; none where it is missing.
    pub(crate) fn texts<'t>(&self, table: Table<'t>, key: &str) -> Vec<Cow<'t, str>> {
        self.texts_in(table.get(key))
    }

    /// The strings of an array.
    pub(crate) fn texts_in<'t>(&self, array: Option<Value<'t>>) -> Vec<Cow<'t, str>> {
        self.elements(array, ("an array of strings", "a string"), Value::as_str)
    }
}

/// What was expected, in the words of the language of the file.
fn in_words_of(value: Value<'_>, expected: &str) -> String {
    if value.is_json() {
        return expected
            .replace("a table", "an object")
            .replace("tables", "objects");
    }
    expected.to_owned()
}

/// What a value is to the reader of a message: the keys that lead to it, from the table with a header that it is in.
fn what(value: Value<'_>, file: &str) -> String {
    let mut keys: Vec<String> = Vec::new();
    let mut owner = format!("`{file}`");
    let mut is_element = false;
    let mut at = value;
    while let Some(parent) = at.parent() {
        match at.key() {
            Some(key) => keys.push(key.into_owned()),
            None if parent.key().is_some() && parent.parent().is_some_and(Value::is_root) => {
                // An element of an array at the top.
                if at.as_table().is_some() {
                    let name = parent.key().unwrap_or_default();
                    owner = format!("a `[[{name}]]` in `{file}`");
                    break;
                }
                is_element |= at.is(value);
            }
            None => is_element |= at.is(value),
        }
        at = parent;
    }
    if keys.is_empty() {
        return owner;
    }
    keys.reverse();
    let path = keys.join(".");
    let of = if owner.starts_with('`') { "in" } else { "of" };
    let element = if is_element { "an element of " } else { "" };
    format!("{element}`{path}` {of} {owner}")
}
