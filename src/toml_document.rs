//! A TOML document read with the place of every key and value, and all its syntax errors at once.

use std::borrow::Cow;
use std::sync::Arc;

use toml::Spanned as TomlSpanned;
use toml::de::{DeTable, DeValue};
use toml_parser::lexer::TokenKind;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source, Spanned, rules};

/// How many syntax errors are reported: a text that is not TOML at all has one for each line.
const MAX_SYNTAX_ERRORS: usize = 10;

/// How many keys and values a text may have: each takes 100 bytes of memory. Locks of 8 MB have half as many.
const MAX_VALUES: usize = 500_000;

/// How many tables and arrays a text may have: each takes 2 kB of memory. Locks of 6 MB have as many.
const MAX_TABLES: usize = 50_000;

/// Longer keys, in bytes, are cut in the paths that messages name.
const LONGEST_KEY: usize = 100;

/// A parsed TOML text.
pub struct Document<'s> {
    source: &'s Arc<Source>,
    root: DeTable<'s>,
}

impl<'s> Document<'s> {
    /// Parses a text; all syntax errors (TOML 1.1), not the first.
    pub fn parse(source: &'s Arc<Source>) -> Result<Self, Diagnostics> {
        check_size(source)?;
        let (root, errors) = DeTable::parse_recoverable(source.text());
        let mut gathered: Vec<_> = errors
            .iter()
            .take(MAX_SYNTAX_ERRORS)
            .map(|error| {
                let span = error.span().unwrap_or(0..0);
                rules::INVALID_TOML
                    .report(format!(
                        "not valid TOML: {}",
                        error.message().trim().replace('\n', ", ")
                    ))
                    .at(&Location::new(source, span))
            })
            .collect();
        if let Some(more) = errors.get(MAX_SYNTAX_ERRORS) {
            let count = errors.len() - MAX_SYNTAX_ERRORS;
            let message = format!("not valid TOML: {count} more errors from here on");
            let span = more.span().unwrap_or(0..0);
            gathered.push(
                rules::INVALID_TOML
                    .report(message)
                    .at(&Location::new(source, span)),
            );
        }
        Diagnostics::split(gathered)?;
        Ok(Self {
            source,
            root: root.into_inner(),
        })
    }

    /// The table that the whole document is.
    pub fn root(&self) -> Table<'_> {
        Table {
            source: self.source,
            entries: &self.root,
            location: Location::top(self.source),
            path: String::new(),
        }
    }
}

/// Counts what a text holds, which takes no memory.
fn check_size(source: &Source) -> Result<(), Diagnostic> {
    let (mut values, mut tables) = (0, 0);
    for token in toml_parser::Source::new(source.text()).lex() {
        match token.kind() {
            TokenKind::Equals | TokenKind::Comma => values += 1,
            // Each part of a dotted key is a table.
            TokenKind::Dot | TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                tables += 1;
            }
            _ => {}
        }
    }
    let what = if values > MAX_VALUES {
        format!("{MAX_VALUES} keys and values")
    } else if tables > MAX_TABLES {
        format!("{MAX_TABLES} tables and arrays")
    } else {
        return Ok(());
    };
    let message = format!("`{}` has more than {what}", source.name());
    Err(rules::FILE_TOO_LARGE
        .report(message)
        .hint("check that it is the right file"))
}

/// A table of a document, with the path that leads to it.
#[derive(Clone)]
pub struct Table<'d> {
    source: &'d Arc<Source>,
    entries: &'d DeTable<'d>,
    location: Location,
    path: String,
}

impl<'d> Table<'d> {
    /// Where the table is; of a table with a header, the header.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// The dotted path of the table, empty for the root.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The dotted path of one of its keys.
    pub fn path_of(&self, key: &str) -> String {
        let key = cut(key);
        if self.path.is_empty() {
            key.into_owned()
        } else {
            format!("{}.{key}", cut(&self.path))
        }
    }

    /// The keys with their places, in the order of the text.
    pub fn keys(&self) -> Vec<Spanned<&'d str>> {
        let mut keys: Vec<_> = self
            .entries
            .keys()
            .map(|key| Spanned {
                value: key.get_ref().as_ref(),
                location: Location::new(self.source, key.span()),
            })
            .collect();
        keys.sort_by_key(|key| key.location.start);
        keys
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<Value<'d>> {
        self.entries.get_key_value(key).map(|(key, value)| Value {
            source: self.source,
            key: Location::new(self.source, key.span()),
            inner: value,
            path: self.path_of(key.get_ref()),
        })
    }

    /// The table of a key, when it is there and is one.
    pub fn table(&self, key: &str) -> Option<Table<'d>> {
        self.get(key)?.as_table()
    }

    /// The string of a key, when it is there and is one.
    pub fn string(&self, key: &str) -> Option<Spanned<String>> {
        self.get(key)?.as_string()
    }

    /// The strings of a key that holds an array; what is no string is passed over.
    pub fn strings(&self, key: &str) -> Vec<Spanned<String>> {
        self.get(key)
            .and_then(|value| value.as_array())
            .unwrap_or_default()
            .iter()
            .filter_map(Value::as_string)
            .collect()
    }
}

/// A value of a document, with the path that leads to it.
#[derive(Clone)]
pub struct Value<'d> {
    source: &'d Arc<Source>,
    key: Location,
    inner: &'d TomlSpanned<DeValue<'d>>,
    path: String,
}

impl<'d> Value<'d> {
    /// Where the value is.
    pub fn location(&self) -> Location {
        Location::new(self.source, self.inner.span())
    }

    /// Where the key is; of an element of an array, the element.
    pub fn key(&self) -> Location {
        self.key.clone()
    }

    /// From the key to the end of the value: the lines that a user would point at.
    pub fn with_key(&self) -> Location {
        let span = self.inner.span();
        // A table with a header has its values elsewhere: then the key alone is the place.
        let end = if span.start >= self.key.start {
            span.end
        } else {
            self.key.end
        };
        Location::new(self.source, self.key.start..end)
    }

    /// The dotted path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What kind of value it is, in TOML's words, with an article.
    pub fn kind(&self) -> &'static str {
        match self.inner.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        }
    }

    /// The string, if it is one.
    pub fn as_string(&self) -> Option<Spanned<String>> {
        let text = self.inner.get_ref().as_str()?;
        Some(Spanned {
            value: text.to_owned(),
            location: self.location(),
        })
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        self.inner.get_ref().as_bool()
    }

    /// The digits, if it is a decimal integer.
    pub fn as_integer(&self) -> Option<String> {
        let integer = self.inner.get_ref().as_integer()?;
        (integer.radix() == 10).then(|| integer.as_str().to_owned())
    }

    /// The elements, if it is an array.
    pub fn as_array(&self) -> Option<Vec<Value<'d>>> {
        let array = self.inner.get_ref().as_array()?;
        let element = |(index, value): (usize, &'d TomlSpanned<DeValue<'d>>)| Value {
            source: self.source,
            key: Location::new(self.source, value.span()),
            inner: value,
            path: format!("{}[{index}]", cut(&self.path)),
        };
        Some(array.iter().enumerate().map(element).collect())
    }

    /// The table, if it is one.
    pub fn as_table(&self) -> Option<Table<'d>> {
        let table = self.inner.get_ref().as_table()?;
        let location = self.with_key();
        Some(Table {
            source: self.source,
            entries: table,
            location,
            path: self.path.clone(),
        })
    }
}

/// Of a long text the start: each value has its path, and so the keys of all tables around it.
fn cut(text: &str) -> Cow<'_, str> {
    match text.get(..text.floor_char_boundary(LONGEST_KEY)) {
        Some(start) if start.len() < text.len() => format!("{start}…").into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::one_line;

    use super::*;

    #[test]
    fn every_value_knows_its_place_and_path() {
        let source = Source::new("x.toml", "[a]\nb = [\n  \"c\",\n  1,\n]\n");
        let document = Document::parse(&source).unwrap();
        let value = document.root().table("a").unwrap().get("b").unwrap();
        assert_eq!(value.with_key().lines(), (2, 5));
        let elements = value.as_array().unwrap();
        assert_eq!(elements[1].path(), "a.b[1]");
        assert_eq!(elements[1].kind(), "an integer");
        assert_eq!(elements[1].location().to_string(), "x.toml:4:3");
    }

    #[test]
    fn long_keys_are_cut_in_paths() {
        let key = "k".repeat(1_000);
        let source = Source::new("x.toml", format!("[{key}.{key}]\n{key} = [1]\n"));
        let document = Document::parse(&source).unwrap();
        let table = document.root().table(&key).unwrap().table(&key).unwrap();
        let value = table.get(&key).unwrap();
        let path = value.as_array().unwrap()[0].path().to_owned();
        assert_eq!(path.replace(&"k".repeat(100), "K"), "K…[0]");
        assert_eq!(value.path().replace(&"k".repeat(100), "K"), "K….K…");
    }

    #[test]
    fn a_text_with_too_many_values_is_not_read() {
        let told = |text: String| {
            let source = Source::new("x.toml", text);
            let errors = Document::parse(&source).err();
            errors.map(|errors| errors.iter().map(one_line).collect::<Vec<_>>().join("\n"))
        };
        let array = |count: usize| format!("a = [{}]", "1,".repeat(count));
        let tables = |count: usize| "[[a]]\n".repeat(count / 2);
        // What is in a string does not count.
        let string = format!("a = \"{}\"", ",{.".repeat(500_000));
        for text in [array(499_999), tables(50_000), string] {
            assert_eq!(told(text), None);
        }
        let dotted = "a.b = 1\n".repeat(50_001);
        let told: Vec<_> = [array(500_000), tables(50_002), dotted]
            .map(told)
            .into_iter()
            .flatten()
            .collect();
        insta::assert_snapshot!(told.join("\n"), @"
        `x.toml` has more than 500000 keys and values; check that it is the right file
        `x.toml` has more than 50000 tables and arrays; check that it is the right file
        `x.toml` has more than 50000 tables and arrays; check that it is the right file
        ");
    }

    #[test]
    fn all_syntax_errors_are_told() {
        let source = Source::new("x.toml", "a = \nb = 1\nc = \"\n");
        let errors = Document::parse(&source).err().unwrap();
        assert_eq!(errors.iter().count(), 2, "{errors:?}");
    }

    #[test]
    fn a_text_that_is_no_toml_is_not_told_line_by_line() {
        let source = Source::new("x.toml", "Dear reader,\n".repeat(1000));
        let errors = Document::parse(&source).err().unwrap();
        let told: Vec<_> = errors.iter().map(one_line).collect();
        insta::assert_snapshot!(told.join("\n"), @"
        x.toml:1:6: not valid TOML: key with no value, expected `=`
        x.toml:2:6: not valid TOML: key with no value, expected `=`
        x.toml:3:6: not valid TOML: key with no value, expected `=`
        x.toml:4:6: not valid TOML: key with no value, expected `=`
        x.toml:5:6: not valid TOML: key with no value, expected `=`
        x.toml:6:6: not valid TOML: key with no value, expected `=`
        x.toml:7:6: not valid TOML: key with no value, expected `=`
        x.toml:8:6: not valid TOML: key with no value, expected `=`
        x.toml:9:6: not valid TOML: key with no value, expected `=`
        x.toml:10:6: not valid TOML: key with no value, expected `=`
        x.toml:11:6: not valid TOML: 990 more errors from here on
        ");
    }
}
