//! JSON as Python's `json.dumps` writes it: locks hold hashes of such texts.

use std::fmt::Write as _;

use serde_json::Value;

/// A value with its keys sorted; `separators` are what comes behind an element and behind a key.
pub(crate) fn python_json(value: &Value, separators: (&str, &str)) -> String {
    let mut text = String::new();
    write(&mut text, value, separators);
    text
}

/// Converts a TOML value to JSON.
pub(crate) fn of_toml(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(is) => (*is).into(),
        // The tools fail on these before they write a lock.
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(array) => array.iter().map(of_toml).collect(),
        toml::Value::Table(table) => table
            .iter()
            .map(|(key, value)| (key.clone(), of_toml(value)))
            .collect(),
    }
}

fn write(text: &mut String, value: &Value, separators: (&str, &str)) {
    let (between, behind_key) = separators;
    match value {
        Value::String(string) => quote(text, string),
        Value::Array(array) => {
            text.push('[');
            for (index, element) in array.iter().enumerate() {
                text.push_str(if index > 0 { between } else { "" });
                write(text, element, separators);
            }
            text.push(']');
        }
        Value::Object(object) => {
            // By code points, which is the order of the bytes.
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            text.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                text.push_str(if index > 0 { between } else { "" });
                quote(text, key);
                text.push_str(behind_key);
                write(text, value, separators);
            }
            text.push('}');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

/// In ASCII alone (`ensure_ascii`).
fn quote(text: &mut String, string: &str) {
    text.push('"');
    for unit in string.encode_utf16() {
        match u8::try_from(unit) {
            Ok(b'"') => text.push_str("\\\""),
            Ok(b'\\') => text.push_str("\\\\"),
            Ok(b'\n') => text.push_str("\\n"),
            Ok(b'\r') => text.push_str("\\r"),
            Ok(b'\t') => text.push_str("\\t"),
            Ok(8) => text.push_str("\\b"),
            Ok(12) => text.push_str("\\f"),
            Ok(byte @ b' '..=b'~') => text.push(char::from(byte)),
            // Writing to a string does not fail.
            _ => drop(write!(text, "\\u{unit:04x}")),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Put to `json.dumps(…, sort_keys=True)`, with its own separators and with `(",", ":")`.
    #[test]
    fn texts_are_those_of_python() {
        let toml: toml::Table =
            "b = [1, true, \"x\"]\na = { \"é\" = \"ü\\u007f😀\\\"\\\\\\n\\t\\b\\f\\u0001/\" }\nc = []\nd = 1.5\n"
                .parse()
                .unwrap();
        let value = of_toml(&toml::Value::Table(toml));
        assert_eq!(
            python_json(&value, (", ", ": ")),
            r#"{"a": {"\u00e9": "\u00fc\u007f\ud83d\ude00\"\\\n\t\b\f\u0001/"}, "b": [1, true, "x"], "c": [], "d": 1.5}"#
        );
        assert_eq!(
            python_json(&serde_json::json!({"a": [null, {}], "b": 2}), (",", ":")),
            r#"{"a":[null,{}],"b":2}"#
        );
    }
}
