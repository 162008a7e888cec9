//! The tree is compared with what the `toml` crate makes of the same text.

use ::toml::Spanned as TomlSpanned;
use ::toml::de::{DeTable, DeValue};

use super::*;

/// All kinds of values, keys and tables.
const SAMPLE: &str = r#"version = 1 # one
"quoted \u0041" = 'literal'
a.b.c = [1, 2.5, true, 1979-05-27T07:32:00Z, [], {}]
a.b.d = """
two
lines"""
hex = 0xff
inline = { x = 1, y.z = "é\t", w = { v = '' }, }

[[package]]
name = "a"
wheels = [
    { url = "https://x/a-1.whl", size = 1_000 },
    { url = "b" },
]

[package.metadata]
requires-dist = []

[[package]]
name = "b"
[[package.part]]
[package.part.deep.table]
x = 0
[package.part.deep]
y = inf

[table.x]
z = ""
[table]
[other]
dotted.key = 1
dotted.more = 2
"#;

/// Texts that are valid, or nearly.
const TEXTS: &[&str] = &[
    "",
    "\u{feff}a = 1",
    "a = 1\r\n[b]\r\nc = '''\r\nx'''\r\n",
    "a = 1\na = 2\n",
    "[a]\n[a]\n",
    "[a.b]\n[a]\nb.c = 1\n",
    "[a.b]\n[a]\nc = 1\n[a.b.d]\n",
    "a.b = 1\n[a]\n",
    "a.b = 1\n[a.c]\n",
    "[a]\nb.c = 1\n[a.b]\n",
    "[a]\nb.c = 1\n[a.b.d]\n",
    "a = {}\n[a.b]\n",
    "a = { b = 1 }\na.c = 2\n",
    "a = { b.c = 1, b = 2 }",
    "a = { b = {}, b.c = 2 }",
    "a = { b = 1, b = 2 }",
    "a = []\n[[a]]\n",
    "[[a]]\n[a]\n",
    "[a]\n[[a]]\n",
    "[a.b]\n[[a]]\n",
    "[[a.b]]\n[a]\nb.c = 1\n",
    "[[a]]\nb = 1\n[a.c]\n[[a]]\n[a.c]\n",
    "a = 1\n[a.b]\n",
    "a = \"\\u12\"\n",
    "\"a\\qb\" = 1\n",
    "a = 1979-13-45\n",
    "a = 01\n",
    "a = [1, 2\nb = 3\n",
    "a = ]\n[b]\n",
    "a = 1 b = 2\n",
    "a = \"\"\"\"\"\"\nb = ''''''\nc = \"\"\"x\"\"\"\"\"\n",
    "'' = 1\n\"\".b = 2\n",
    "[]\n",
    "[ a . \"b c\" ]\nx = 1\n",
    "a = \n",
    "= 1\n",
    "a = \"x\ny\"\n",
];

fn same_table(source: &Source, expected: &DeTable<'_>, found: Table<'_>) {
    let entries = found.entries();
    assert_eq!(entries.len(), expected.len(), "{}", source.text());
    for (key, value) in entries {
        let (name, other) = expected.get_key_value(&*key).unwrap();
        assert_eq!(value.key().unwrap(), name.get_ref().as_ref());
        assert_eq!(found.get(&key).unwrap().at, value.at);
        assert_eq!(value.node().key.range(), name.span(), "{}", source.text());
        same_value(source, other, value);
    }
}

fn same_value(source: &Source, expected: &TomlSpanned<DeValue<'_>>, found: Value<'_>) {
    let message = || format!("{} in {}", found.kind(), source.text());
    assert_eq!(found.span(), expected.span(), "{}", message());
    match expected.get_ref() {
        DeValue::String(text) => assert_eq!(found.as_str().unwrap(), *text),
        DeValue::Integer(integer) if integer.radix() == 10 => {
            assert_eq!(found.as_integer().unwrap(), integer.as_str());
        }
        DeValue::Integer(_) => assert_eq!((found.kind(), found.as_integer()), ("an integer", None)),
        DeValue::Float(_) => assert_eq!(found.kind(), "a float"),
        DeValue::Boolean(_) => assert_eq!(found.kind(), "a boolean"),
        DeValue::Datetime(_) => assert_eq!(found.kind(), "a date"),
        DeValue::Array(array) => {
            let elements: Vec<_> = found.as_array().unwrap().collect();
            assert_eq!(elements.len(), array.len(), "{}", message());
            for (expected, found) in array.iter().zip(elements) {
                assert_eq!(found.key(), None);
                same_value(source, expected, found);
            }
        }
        DeValue::Table(table) => same_table(source, table, found.as_table().unwrap()),
    }
}

/// Whether the text is valid; the tree says so too, and holds the same.
fn same(text: &str) -> bool {
    // As when a file is read.
    let source = Source::new("x.lock", text.trim_start_matches('\u{feff}'));
    let (expected, errors) = DeTable::parse_recoverable(source.text());
    let (tree, error) = Tree::recover(&source);
    assert_eq!(
        error.is_none(),
        errors.is_empty(),
        "{errors:?} {error:?}: {text}"
    );
    if errors.is_empty() {
        same_table(&source, expected.get_ref(), tree.root());
    }
    errors.is_empty()
}

#[test]
fn a_tree_holds_what_the_toml_crate_finds() {
    assert!(same(SAMPLE));
    assert!(same(&SAMPLE.replace('\n', "\r\n")));
    let valid = TEXTS.iter().filter(|text| same(text)).count();
    assert_eq!(valid, 9);
    for text in [
        include_str!("../../../examples/fastapi/uv.lock"),
        include_str!("../../../benches/projects/forecast/uv.lock"),
    ] {
        assert!(same(text));
    }
}

#[test]
fn a_changed_byte_is_read_as_by_the_toml_crate() {
    let put = [
        "", "\"", "'", "[", "]", "{", "}", "=", ".", ",", "\n", "#", "\\", "a", "1", " ",
    ];
    let mut valid = 0;
    for (at, character) in SAMPLE.char_indices() {
        let (before, behind) = (&SAMPLE[..at], &SAMPLE[at + character.len_utf8()..]);
        // Three of them at each place, and others at the next one.
        for put in (0..3).map(|n| put[(at * 3 + n) % put.len()]) {
            valid += usize::from(same(&format!("{before}{put}{behind}")));
        }
    }
    assert!(valid > 300, "{valid}");
}

#[test]
fn a_large_table_is_read_in_linear_time() {
    let numbered = |count: usize, before: &str, behind: &str| -> Vec<String> {
        let numbers = 0..count;
        numbers.map(|n| format!("{before}{n}{behind}")).collect()
    };
    let keys = numbered(100_000, "k", " = 1\n").concat();
    let headers = numbered(50_000, "[t.h", "]\n").concat();
    let inline = numbered(100_000, "k", " = 1");
    let text = format!("{keys}x = {{ {} }}\n{headers}", inline.join(", "));
    let source = Source::new("x.lock", text);
    let tree = Tree::parse(&source).unwrap();
    let root = tree.root();
    assert_eq!(root.entries().len(), 100_002);
    assert_eq!(root.get("k99999").unwrap().as_integer().unwrap(), "1");
    assert_eq!(
        root.get("t").unwrap().as_table().unwrap().entries().len(),
        50_000
    );
    let again = Source::new(
        "x.lock",
        format!("{}k99999 = 2\n", source.text()).replace("[t.h", "#"),
    );
    assert!(Tree::parse(&again).is_err());
}

#[test]
fn values_that_are_too_deep_are_an_error() {
    for text in [
        format!("a = {}{}", "[".repeat(10_000), "]".repeat(10_000)),
        format!("a = {}{}", "{ b = ".repeat(10_000), "}".repeat(10_000)),
        format!("a = {}", "[".repeat(100_000)),
        format!("a{} = 1", ".b".repeat(10_000)),
    ] {
        assert!(Tree::parse(&Source::new("x.lock", text)).is_err());
    }
}
