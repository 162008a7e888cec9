//! A lock file as TOML text, after packages in it were changed: without comments, each value on a line of its own.
//!
//! The `toml` crate's own writer (1.2) inserts the text of each table before what is already written, which takes
//! time in the square of the number of packages.

use std::fmt::Write as _;

use toml::{Table, Value};

/// The text of a lock file: values of the root first, then tables and arrays of tables with a header each; what is
/// deeper is inline.
pub(crate) fn write(root: &Table) -> String {
    let mut text = String::new();
    let (deep, plain): (Vec<_>, Vec<_>) = root.iter().partition(|(_, value)| has_header(value));
    for (key, value) in plain {
        entry(&mut text, key, value);
    }
    for (key, value) in deep {
        match value {
            Value::Table(table) => section(&mut text, ("[", "]"), key, table),
            Value::Array(elements) => {
                for table in elements.iter().filter_map(Value::as_table) {
                    section(&mut text, ("[[", "]]"), key, table);
                }
            }
            _ => {}
        }
    }
    text
}

fn has_header(value: &Value) -> bool {
    match value {
        Value::Table(_) => true,
        Value::Array(elements) => !elements.is_empty() && elements.iter().all(Value::is_table),
        _ => false,
    }
}

fn section(text: &mut String, (open, close): (&str, &str), key: &str, table: &Table) {
    if !text.is_empty() {
        text.push('\n');
    }
    writeln!(text, "{open}{}{close}", key_text(key)).ok();
    for (key, value) in table {
        entry(text, key, value);
    }
}

fn entry(text: &mut String, key: &str, value: &Value) {
    // A value is written inline.
    writeln!(text, "{} = {value}", key_text(key)).ok();
}

/// Writes a bare key if the name allows it, otherwise a basic string. Except for DEL, TOML accepts every JSON escape.
fn key_text(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !key.is_empty() && key.chars().all(is_bare) {
        return key.to_owned();
    }
    serde_json::Value::from(key)
        .to_string()
        .replace('\u{7f}', "\\u007F")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_text_is_read_as_what_it_was() {
        let text = "# A comment.\nversion = 1\nempty = []\nnumbers = [1, 2.5, true]\nday = 2026-01-02T03:04:05Z\n\
                    mixed = [{ a = 1 }, 2]\ntext = \"a\\n\\\"b\\\"\"\n\
                    [[package]]\nname = \"a\"\n\"b c\" = 'x'\n\"\\u007F\\n\" = 1\n\
                    files = [{ file = \"x\", hash = \"y\" }]\n[package.source]\ntype = \"git\"\n\
                    [package.\"extra.deep\".table]\nx = 1\n[[package]]\nname = \"b\"\n\
                    [metadata]\n[metadata.files]\na = []\n[[metadata.targets]]\nx = '''\nl1\nl2'''\n";
        let table: Table = text.parse().unwrap();
        let written = write(&table);
        assert_eq!(written.parse::<Table>().unwrap(), table, "{written}");
        assert!(!written.contains('#'), "{written}");
        insta::assert_snapshot!(written, @r#####"
        day = 2026-01-02T03:04:05Z
        empty = []
        mixed = [{ a = 1 }, 2]
        numbers = [1, 2.5, true]
        text = """
        a
        "b""""
        version = 1

        [metadata]
        files = { a = [] }
        targets = [{ x = """
        l1
        l2""" }]

        [[package]]
        "b c" = "x"
        "extra.deep" = { table = { x = 1 } }
        files = [{ file = "x", hash = "y" }]
        name = "a"
        source = { type = "git" }
        "\u007F\n" = 1

        [[package]]
        name = "b"
        "#####);
    }
}
