//! The options of a requirements file, read as pip reads them: by its `optparse`, on what a shell would split.

use crate::diagnostic::nearest;

/// An option of a line, by its long name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Setting {
    /// The long name, with its dashes.
    pub name: &'static str,
    /// The value, of those that have one.
    pub value: Option<String>,
}

/// An option that pip knows in requirements files (`SUPPORTED_OPTIONS` of its `req_file.py`).
struct Known {
    names: &'static [&'static str],
    value: bool,
}

const fn with_value(names: &'static [&'static str]) -> Known {
    Known { names, value: true }
}

const fn flag(names: &'static [&'static str]) -> Known {
    Known {
        names,
        value: false,
    }
}

pub(super) const REQUIREMENT: &str = "--requirement";
pub(super) const CONSTRAINT: &str = "--constraint";
pub(super) const EDITABLE: &str = "--editable";
pub(super) const HASH: &str = "--hash";
pub(super) const CONFIG_SETTINGS: &str = "--config-settings";
pub(super) const FIND_LINKS: &str = "--find-links";
pub(super) const INDEX_URL: &str = "--index-url";
pub(super) const EXTRA_INDEX_URL: &str = "--extra-index-url";

/// The long name first.
const KNOWN: &[Known] = &[
    with_value(&[INDEX_URL, "--pypi-url", "-i"]),
    with_value(&[EXTRA_INDEX_URL]),
    flag(&["--no-index"]),
    with_value(&[CONSTRAINT, "-c"]),
    with_value(&[REQUIREMENT, "-r"]),
    with_value(&[EDITABLE, "-e"]),
    with_value(&[FIND_LINKS, "-f"]),
    with_value(&["--no-binary"]),
    with_value(&["--only-binary"]),
    flag(&["--prefer-binary"]),
    flag(&["--require-hashes"]),
    flag(&["--no-require-hashes"]),
    flag(&["--pre"]),
    with_value(&["--all-releases"]),
    with_value(&["--only-final"]),
    with_value(&["--trusted-host"]),
    with_value(&["--use-feature"]),
    with_value(&[HASH]),
    with_value(&[CONFIG_SETTINGS, "-C"]),
];

/// Reads the options of a line; the message says what pip refuses.
pub(super) fn parse(text: &str) -> Result<Vec<Setting>, String> {
    let mut words = split(text)?.into_iter();
    let mut settings = Vec::new();
    while let Some(word) = words.next() {
        // Words between options are read and thrown away, as pip does.
        if !word.starts_with('-') || word == "-" {
            continue;
        }
        if word == "--" {
            break;
        }
        let (name, attached) = if word.starts_with("--") {
            match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word.as_str(), None),
            }
        } else {
            let end = word.char_indices().nth(2).map_or(word.len(), |(at, _)| at);
            let (name, value) = word.split_at(end);
            (name, Some(value).filter(|value| !value.is_empty()))
        };
        let known = find(name)?;
        let long = known.names[0];
        let value = match (known.value, attached) {
            (true, Some(value)) => Some(value.to_owned()),
            (true, None) => match words.next() {
                Some(value) => Some(value),
                None => return Err(format!("`{name}` has no value, expected one behind it")),
            },
            (false, Some(value)) => {
                return Err(format!("`{name}` takes no value, and `{value}` follows it"));
            }
            (false, None) => None,
        };
        settings.push(Setting { name: long, value });
    }
    Ok(settings)
}

/// An option by its name, or by the start of a long one that no other has.
fn find(name: &str) -> Result<&'static Known, String> {
    if let Some(known) = KNOWN.iter().find(|known| known.names.contains(&name)) {
        return Ok(known);
    }
    let starts = |known: &&Known| {
        let mut names = known.names.iter();
        name.len() > 2 && name.starts_with("--") && names.any(|known| known.starts_with(name))
    };
    let mut fitting = KNOWN.iter().filter(starts);
    match (fitting.next(), fitting.next()) {
        (Some(known), None) => Ok(known),
        (Some(one), Some(other)) => Err(format!(
            "the option `{name}` may be `{}` or `{}`, expected a whole name",
            one.names[0], other.names[0]
        )),
        _ => {
            let mut message = format!(
                "unknown option `{name}`, expected one that pip knows in requirements files"
            );
            let names = KNOWN.iter().flat_map(|known| known.names.iter().copied());
            if let Some(near) = nearest(name, names) {
                message = format!("{message}; did you mean `{near}`?");
            }
            Err(message)
        }
    }
}

/// Splits as a shell does (Python's `shlex`, which has no comments here).
fn split(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (Some('"'), '\\') => match characters.next() {
                Some(next) => {
                    let word = word.get_or_insert_default();
                    if !['"', '\\'].contains(&next) {
                        word.push('\\');
                    }
                    word.push(next);
                }
                None => return Err(unclosed('"')),
            },
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, '\\') => match characters.next() {
                Some(next) => word.get_or_insert_default().push(next),
                None => return Err("a backslash ends the options, expected a text".to_owned()),
            },
            (None, _) if character.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    if let Some(open) = quote {
        return Err(unclosed(open));
    }
    words.extend(word);
    Ok(words)
}

fn unclosed(quote: char) -> String {
    format!("a quotation that begins with `{quote}` does not end")
}

/// A value as a shell reads it back.
pub(super) fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@%_-+=:,./${}[]!~".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', "'\"'\"'"))
}

impl Setting {
    /// The option as one writes it.
    pub(super) fn text(&self) -> String {
        match &self.value {
            Some(value) => format!("{}={}", self.name, quoted(value)),
            None => self.name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_as_pip_reads_them() {
        let told = |text: &str| match parse(text) {
            Ok(settings) => {
                let texts: Vec<_> = settings.iter().map(Setting::text).collect();
                texts.join(" ")
            }
            Err(message) => message,
        };
        let texts = [
            "-rbase.txt",
            "-c 'a b.txt' --pre",
            "--req=base.txt ignored",
            "--hash=sha256:00 --hash sha256:11",
            "--config-settings=\"--build-option=-j 4\"",
            "-i https://index.example.org/simple --extra-index-url=https://other.example.org",
            "--no",
            "--pre=yes",
            "--hash",
            "--hsah=sha256:00",
            "--install-option=x",
            "-x",
            "-r 'base.txt",
            "-r base.txt\\",
        ];
        let all: Vec<_> = texts.iter().map(|text| told(text)).collect();
        insta::assert_snapshot!(all.join("\n"), @"
        --requirement=base.txt
        --constraint='a b.txt' --pre
        the option `--req` may be `--requirement` or `--require-hashes`, expected a whole name
        --hash=sha256:00 --hash=sha256:11
        --config-settings='--build-option=-j 4'
        --index-url=https://index.example.org/simple --extra-index-url=https://other.example.org
        the option `--no` may be `--no-index` or `--no-binary`, expected a whole name
        `--pre` takes no value, and `yes` follows it
        `--hash` has no value, expected one behind it
        unknown option `--hsah`, expected one that pip knows in requirements files; did you mean `--hash`?
        unknown option `--install-option`, expected one that pip knows in requirements files
        unknown option `-x`, expected one that pip knows in requirements files; did you mean `-i`?
        a quotation that begins with `'` does not end
        a backslash ends the options, expected a text
        ");
    }
}
