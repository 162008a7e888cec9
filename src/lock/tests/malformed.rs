//! Malformed entries of lock files are reported with their lines.

use crate::diagnostic::one_line;
use crate::lock::tests::{FORMATS, Format};

impl Format {
    /// Each error names its line and what to do; one is at the line of the offset.
    #[track_caller]
    fn assert_error(&self, text: &str, offset: usize) {
        let errors = self
            .read(text)
            .err()
            .unwrap_or_else(|| panic!("accepted: {text}"));
        let line = text[..offset].matches('\n').count() + 1;
        let lines: Vec<_> = errors
            .iter()
            .map(|error| error.location.as_ref().unwrap().lines().0)
            .collect();
        assert!(
            lines.contains(&line),
            "{errors:?} is not at line {line} of {text}"
        );
        for error in &errors {
            assert!(
                error.message.contains("expected") && !error.hints.is_empty(),
                "{error:?}"
            );
        }
    }
}

#[test]
fn a_value_of_the_wrong_type_is_an_error_at_its_line() {
    for format in FORMATS {
        assert!(format.read(format.sample).is_ok(), "{}", format.name);
        let mut changed = 0;
        for value in format.tree().values() {
            let span = value.span();
            // The values of a table with a header are elsewhere.
            if value.is_root()
                || format.sample[span.clone()].starts_with("[p")
                || !is_value(format.sample, span.start)
            {
                continue;
            }
            let mut text = format.sample.to_owned();
            text.replace_range(span.clone(), "true");
            format.assert_error(&text, span.start);
            changed += 1;
        }
        assert!(changed > 15, "{}: {changed}", format.name);
    }
}

/// Whether a value is behind its key, or in an array.
fn is_value(text: &str, start: usize) -> bool {
    text[..start]
        .trim_end()
        .ends_with(['=', ':', ',', '[', '{'])
}

#[test]
fn an_entry_without_what_is_needed_is_an_error_at_its_line() {
    for format in FORMATS {
        for needed in format.needed {
            let start = format.sample.find(needed).unwrap();
            let text = format.sample.replacen(needed, "", 1);
            let at = match needed {
                // An entry in braces is on one line.
                needed if needed.ends_with(", ") => start,
                needed if needed.starts_with("version") || needed.starts_with("lock") => 0,
                _ => text[..start].rfind("[[").unwrap_or_default(),
            };
            format.assert_error(&text, at);
        }
    }
}

#[test]
fn a_package_that_is_no_table_is_an_error() {
    for format in &FORMATS[..4] {
        let key = if format.name == "pylock.toml" {
            "packages"
        } else {
            "package"
        };
        let top = if format.name == "uv.lock" {
            "version = 1\n"
        } else {
            "lock-version = '1.0'\n"
        };
        for value in [
            "'x'",
            "['x']",
            "{ x = 1 }",
            "[{ name = 'x', source = {} }, []]",
        ] {
            let text = format!("{top}{key} = {value}\n");
            format.assert_error(&text, top.len());
        }
    }
    let pipenv = &FORMATS[4];
    pipenv.assert_error("{\n\"default\": {}}", 0);
    pipenv.assert_error("{\"_meta\": {},\n\"default\": [] }", 14);
}

#[test]
fn unknown_keys_are_ignored() {
    for format in &FORMATS[..4] {
        let text = format
            .sample
            .replace("]]\nname", "]]\nunknown = [5, {}]\nname");
        assert!(text.contains("unknown"));
        assert!(format.read(&text).is_ok(), "{}", format.name);
    }
    let pipenv = &FORMATS[4];
    let text = pipenv
        .sample
        .replace("\"path\"", "\"unknown\": [5, null], \"path\"");
    assert!(pipenv.read(&text).is_ok());
}

#[test]
fn all_problems_are_reported_in_plain_words() {
    let told = |format: &Format, changes: &[(&str, &str)]| {
        let text = changes
            .iter()
            .fold(format.sample.to_owned(), |text, (from, to)| {
                assert!(text.contains(from), "{from}");
                text.replacen(from, to, 1)
            });
        let errors = format.read(&text).err().unwrap();
        errors.iter().map(one_line).collect::<Vec<_>>().join("\n")
    };
    let uv = &FORMATS[0];
    insta::assert_snapshot!(told(uv, &[
        ("name = \"app\"", "name = 5"),
        ("version = \"1.0\"", "version = true"),
        ("{ editable = \".\" }", "\"x\""),
        ("[\"app\", \"core\"]", "[\"app\", 1]"),
        ("{ name = \"click\", extra", "{ extra"),
        ("[[package]]\nname = \"core\"\n", "[[package]]\n"),
    ]), @"
    uv.lock:6:19: an element of `manifest.members` in `uv.lock` is an integer, expected a string; run `uv lock` and commit `uv.lock`
    uv.lock:9:8: `name` of a `[[package]]` in `uv.lock` is an integer, expected a string; run `uv lock` and commit `uv.lock`
    uv.lock:10:11: `version` of a `[[package]]` in `uv.lock` is a boolean, expected a string; run `uv lock` and commit `uv.lock`
    uv.lock:11:10: `source` of a `[[package]]` in `uv.lock` is a string, expected a table; run `uv lock` and commit `uv.lock`
    uv.lock:12:17: an element of `dependencies` of a `[[package]]` in `uv.lock` has no `name`, expected a string; run `uv lock` and commit `uv.lock`
    uv.lock:34:1: a `[[package]]` in `uv.lock` has no `name`, expected a string; run `uv lock` and commit `uv.lock`
    ");
    insta::assert_snapshot!(told(uv, &[("version = 1\n", "version = \"1\"\n")]), @"uv.lock:1:11: `version` in `uv.lock` is a string, expected an integer; run `uv lock` and commit `uv.lock`");
    insta::assert_snapshot!(told(&FORMATS[4], &[
        ("\"hash\": {\"sha256\": \"00\"}", "\"hash\": []"),
        ("\"==8.1\"", "8.1"),
        ("{\"path\": \"../core\"}", "null"),
        ("[\"sha256:11\", ", "[11, "),
    ]), @"
    Pipfile.lock:3:17: `_meta.hash` in `Pipfile.lock` is an array, expected an object; run `pipenv lock` and commit `Pipfile.lock`
    Pipfile.lock:8:24: an element of `default.click.hashes` in `Pipfile.lock` is a number, expected a string; run `pipenv lock` and commit `Pipfile.lock`
    Pipfile.lock:11:24: `default.click.version` in `Pipfile.lock` is a number, expected a string; run `pipenv lock` and commit `Pipfile.lock`
    Pipfile.lock:13:17: `default.core` in `Pipfile.lock` is null, expected an object; run `pipenv lock` and commit `Pipfile.lock`
    ");
    let text = format!("version = 1\npackage = [{}]\n", "1, ".repeat(100_000));
    let errors = uv.read(&text).err().unwrap();
    assert_eq!(errors.iter().count(), 51);
    insta::assert_snapshot!(one_line(errors.iter().last().unwrap()), @"uv.lock:2:162: more entries of `uv.lock` are malformed from here on; run `uv lock` and commit `uv.lock`");
}
