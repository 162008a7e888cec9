//! The JSON schema of the spec, for editors.

use serde_json::{Map, Value, json};

use crate::spec::keys::{KEYS, Key, Kind, Word};

/// The schema (draft 2020-12) of the keys that are supported; the installers are planning's to name.
pub fn schema(installers: &[&str]) -> Value {
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Wheelwright",
        "description": "The table `[tool.wheelwright]` of a pyproject.toml, or a wheelwright.toml.",
    });
    merge(&mut schema, table(KEYS, installers));
    schema
}

fn table(keys: &[Key], installers: &[&str]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for key in keys.iter().filter(|key| key.supported) {
        let mut property = json!({ "description": description(key) });
        merge(&mut property, value(key.kind, installers));
        properties.insert(key.name.to_owned(), property);
        required.extend(key.required.then_some(key.name));
    }
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        merge(&mut schema, json!({ "required": required }));
    }
    schema
}

fn description(key: &Key) -> String {
    let mut letters = key.meaning.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let meaning: String = first.into_iter().chain(letters).collect();
    match key.default {
        "" => format!("{meaning}."),
        default => format!("{meaning}. Default: {default}."),
    }
}

fn value(kind: Kind, installers: &[&str]) -> Value {
    match kind {
        Kind::Word(word) => string(word, installers),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Count => json!({ "type": "integer", "minimum": 1, "maximum": u32::MAX }),
        Kind::Port => json!({ "anyOf": [
            { "type": "integer", "minimum": 1, "maximum": u16::MAX },
            { "type": "string", "pattern": "^[0-9]{1,5}(/(tcp|udp|sctp))?$" },
        ] }),
        Kind::Arguments => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Command => json!({ "anyOf": [
            { "type": "string", "minLength": 1 },
            { "type": "array", "items": { "type": "string" }, "minItems": 1 },
        ] }),
        Kind::List(of @ Kind::Table(_)) => {
            json!({ "type": "array", "items": value(*of, installers) })
        }
        Kind::List(of) => {
            json!({ "type": "array", "items": value(*of, installers), "uniqueItems": true })
        }
        Kind::Table(keys) => table(keys, installers),
        Kind::Map(names, of) => json!({
            "type": "object",
            "propertyNames": string(names, installers),
            "additionalProperties": value(*of, installers),
        }),
        Kind::FalseOr(of) => json!({ "anyOf": [{ "const": false }, value(*of, installers)] }),
    }
}

/// Patterns are as near to the words as regular expressions come that every editor knows.
fn string(word: Word, installers: &[&str]) -> Value {
    let pattern = match word {
        Word::Any | Word::Template => return json!({ "type": "string" }),
        Word::Filled | Word::ShellText => return json!({ "type": "string", "minLength": 1 }),
        Word::Installer => return json!({ "enum": installers }),
        Word::Choice(words) => return json!({ "enum": words }),
        Word::Argument => {
            return json!({
                "type": "string",
                "pattern": "^[A-Za-z_][A-Za-z0-9_]*$",
                "not": { "pattern": "^BUILDKIT_" },
            });
        }
        Word::Period => {
            return json!({
                "type": "string",
                "pattern": "^([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$",
                "minLength": 2,
            });
        }
        Word::Python => r"^3\.[0-9]+(\.[0-9]+)?$",
        Word::Image => r"^\S+$",
        Word::ImagePath => r"^/[^\\]*$",
        Word::ContextPath => r"^[^/\\][^\\]*$",
        Word::Pattern => r"^[^!\\][^\\]*$",
        Word::SystemPackage => "^[A-Za-z0-9]([A-Za-z0-9+.:=~_-]*[A-Za-z0-9+.:=~_])?$",
        Word::Signal => "^([A-Za-z][A-Za-z0-9+-]*|[1-9]|[1-5][0-9]|6[0-4])$",
        Word::Variable => "^[^=]+$",
        Word::Secret => "^[A-Za-z0-9._-]+$",
        Word::IndexName => "^[A-Za-z0-9][A-Za-z0-9._-]*$",
        Word::IndexUrl => r"^https?://[^@\s]+$",
        Word::PlatformTag => "^((many|musl)linux_[0-9]+_[0-9]+|manylinux(1|2010|2014))$",
        Word::KnownHost => r"^[^@#\s]\S* +(ssh|ecdsa-sha2|sk)-\S+ +AAAA[A-Za-z0-9+/=]+( .*)?$",
    };
    json!({ "type": "string", "pattern": pattern })
}

fn merge(schema: &mut Value, more: Value) {
    if let (Value::Object(schema), Value::Object(more)) = (schema, more) {
        schema.extend(more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every table of keys in a schema, with the keys that it must have come from.
    fn same(schema: &Value, keys: &[Key], path: &str) {
        assert_eq!(schema["additionalProperties"], false, "{path}");
        let properties = schema["properties"].as_object().unwrap();
        let names: Vec<_> = properties.keys().map(String::as_str).collect();
        let supported = keys.iter().filter(|key| key.supported);
        let expected: Vec<_> = supported.clone().map(|key| key.name).collect();
        assert_eq!(names, expected, "{path}");
        for key in supported {
            let property = &properties[key.name];
            let text = property["description"].as_str().unwrap();
            assert!(text.ends_with('.') && !text.starts_with('.'), "{text}");
            if let Some(inner) = key.kind.keys() {
                let table = property["anyOf"].as_array().map_or(property, |any| &any[1]);
                same(table, inner, &format!("{path}.{}", key.name));
            }
        }
    }

    #[test]
    fn the_schema_has_the_keys_that_are_supported() {
        let schema = schema(&["uv", "pip"]);
        same(&schema, KEYS, "");
        let properties = &schema["properties"];
        assert_eq!(properties["installer"]["enum"], json!(["uv", "pip"]));
        assert_eq!(
            properties["groups"],
            json!({
                "description": "Dependency groups that the runtime gets. Default: none.",
                "type": "array",
                "items": { "type": "string", "minLength": 1 },
                "uniqueItems": true,
            })
        );
        assert_eq!(properties["venv"]["anyOf"][0], json!({ "const": false }));
    }

    #[test]
    fn every_key_says_what_it_means() {
        fn walk(keys: &[Key]) -> usize {
            let inner = keys.iter().map(|key| {
                assert!(!key.meaning.is_empty(), "{}", key.name);
                assert!(!key.meaning.ends_with('.'), "{}", key.name);
                match key.kind {
                    Kind::List(of) | Kind::Map(_, of) => of.keys().map_or(0, walk),
                    kind => kind.keys().map_or(0, walk),
                }
            });
            keys.len() + inner.sum::<usize>()
        }
        assert!(walk(KEYS) > 70, "only {}", walk(KEYS));
    }
}
