//! One line of a requirements file.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source, Spanned, rules};
use crate::project::requirements::options::{
    self, CONFIG_SETTINGS, CONSTRAINT, EDITABLE, EXTRA_INDEX_URL, FIND_LINKS, HASH, INDEX_URL,
    REQUIREMENT, Setting,
};
use crate::project::requirements::requirement::{self, Target};
use crate::project::requirements::{address, lines};

/// A line.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it says.
    pub kind: LineKind,
    /// Where it stands.
    pub location: Location,
}

/// What a line says.
#[derive(Clone, Debug)]
pub enum LineKind {
    /// A requirement, or a constraint.
    Requirement(Requirement),
    /// Another file.
    Include(Include),
    /// Options for all requirements.
    Settings(Vec<Setting>),
}

/// Another file that a line names.
#[derive(Clone, Debug)]
pub struct Include {
    /// The path, relative to the file that the line stands in, or the address.
    pub path: String,
    /// Whether it holds constraints.
    pub constraint: bool,
}

impl Include {
    /// Whether pip fetches it by itself.
    pub fn is_remote(&self) -> bool {
        let start = self.path.to_ascii_lowercase();
        ["http:", "https:", "file:"]
            .iter()
            .any(|scheme| start.starts_with(scheme))
    }
}

/// A requirement.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// What it asks for, as it is written, with one blank where there were several.
    pub text: String,
    /// What the text requires.
    pub target: Target,
    /// Whether it is to be installed editable.
    pub editable: bool,
    /// Options of this requirement alone.
    pub settings: Vec<Setting>,
}

impl Requirement {
    /// Whether it has hashes.
    pub fn is_hashed(&self) -> bool {
        self.settings.iter().any(|setting| setting.name == HASH)
    }
}

/// The algorithms that pip takes (`STRONG_HASHES`), with the length of their digests in hexadecimal.
const HASHES: &[(&str, usize)] = &[("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// Reads the lines of a file, and reports everything that pip rejects. The error is the place of the first line after
/// `most` lines.
pub(super) fn read(
    source: &Arc<Source>,
    most: usize,
) -> Result<(Vec<Line>, Vec<Diagnostic>), Location> {
    let (mut read, mut problems) = (Vec::new(), Vec::new());
    for (count, line) in lines::logical(source, most + 1).into_iter().enumerate() {
        if count == most {
            return Err(line.location);
        }
        read.extend(Diagnostics::gather(parse(&line), &mut problems));
    }
    Ok((read, problems))
}

/// Reads one logical line; the error says what pip rejects.
pub(super) fn parse(line: &Spanned<String>) -> Result<Line, Diagnostic> {
    let told = |message: String| {
        rules::INVALID_REQUIREMENT
            .report(message)
            .at(&line.location)
    };
    let (text, options) = split(&line.value);
    let settings = options::parse(&options).map_err(told)?;
    // Without the place: the line would be shown.
    let number = line.location.line();
    let secret = |message| {
        rules::INVALID_REQUIREMENT
            .report(format!("{number}: {message}"))
            .hint(address::HINT)
    };
    let values = settings
        .iter()
        .filter_map(|setting| setting.value.as_deref());
    if let Some(message) = values
        .chain([text.as_str()])
        .find_map(address::in_lower_case)
    {
        return Err(rules::INVALID_REQUIREMENT.report(format!("{number}: {message}")));
    }
    if let Some(message) = settings.iter().find_map(address::credentials) {
        return Err(secret(message));
    }
    let find = |name: &str| {
        let mut settings = settings.iter();
        settings.find(|setting| setting.name == name)
    };
    let editable = find(EDITABLE).and_then(|setting| setting.value.clone());
    let is_editable = text.is_empty() && editable.is_some();
    let text = match editable {
        Some(editable) if text.is_empty() => editable,
        _ => text,
    };
    let kind = if !text.is_empty() {
        if let Some(message) = address::credentials_in(&text) {
            return Err(secret(message));
        }
        let target = requirement::parse(&text, is_editable).map_err(|refused| Diagnostic {
            hints: refused.hint.into_iter().collect(),
            ..told(refused.message)
        })?;
        let of_requirement = |setting: &Setting| match setting.name {
            HASH => !is_editable,
            name => name == CONFIG_SETTINGS,
        };
        let settings: Vec<_> = settings.into_iter().filter(of_requirement).collect();
        settings.iter().try_for_each(check_hash).map_err(told)?;
        LineKind::Requirement(Requirement {
            text,
            target,
            editable: is_editable,
            settings,
        })
    } else if let Some(include) = include(&settings) {
        LineKind::Include(include)
    } else {
        settings.iter().try_for_each(check).map_err(told)?;
        LineKind::Settings(settings)
    };
    Ok(Line {
        kind,
        location: line.location.clone(),
    })
}

/// The requirement and the options of a line: these begin with the first word that begins with `-`.
fn split(line: &str) -> (String, String) {
    let words: Vec<&str> = line.split(' ').collect();
    let start = words.iter().position(|word| word.starts_with('-'));
    let (text, options) = words.split_at(start.unwrap_or(words.len()));
    let text = text.join(" ");
    let text: Vec<&str> = text.split_whitespace().collect();
    (text.join(" "), options.join(" "))
}

fn include(settings: &[Setting]) -> Option<Include> {
    // pip looks for requirements first, and takes the first of several.
    [(REQUIREMENT, false), (CONSTRAINT, true)]
        .into_iter()
        .find_map(|(name, constraint)| {
            let mut settings = settings.iter();
            let setting = settings.find(|setting| setting.name == name)?;
            let path = setting.value.clone()?;
            Some(Include { path, constraint })
        })
}

fn check_hash(setting: &Setting) -> Result<(), String> {
    let value = setting.value.as_deref().unwrap_or_default();
    if setting.name != HASH {
        if value.contains('=') {
            return Ok(());
        }
        return Err(format!(
            "`{} {value}` has no value, expected `KEY=VALUE`",
            setting.name
        ));
    }
    let Some((algorithm, digest)) = value.split_once(':') else {
        return Err(format!(
            "`{value}` is no hash, expected one such as `--hash=sha256:…`"
        ));
    };
    let Some((_, length)) = HASHES.iter().find(|(name, _)| *name == algorithm) else {
        let names: Vec<_> = HASHES.iter().map(|(name, _)| format!("`{name}`")).collect();
        return Err(format!(
            "hashes by `{algorithm}` are not taken by pip, expected one of {}",
            names.join(", ")
        ));
    };
    if digest.len() == *length && digest.chars().all(|c| c.is_ascii_hexdigit()) {
        return Ok(());
    }
    Err(format!(
        "`{digest}` is no digest by {algorithm}, expected {length} hexadecimal digits"
    ))
}

/// Options for all requirements, as far as their values can be wrong.
fn check(setting: &Setting) -> Result<(), String> {
    let value = setting.value.as_deref().unwrap_or_default();
    let is_address = [INDEX_URL, EXTRA_INDEX_URL, FIND_LINKS].contains(&setting.name);
    if is_address && value.is_empty() {
        return Err(format!(
            "`{}` has an empty value, expected an address",
            setting.name
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::one_line;

    use super::*;

    #[test]
    fn all_that_pip_refuses_is_told_with_its_line() {
        let text = format!(
            "flask==3.0 --hash=sha256:{}\n\
             a = 1\nb==1 --hash=md5:00\nc==1 --hash=sha256:00\nd --hash 00\n--hsah=sha256:00\n\
             -r base.txt\n--pre=1\ne --config-settings x\n-i ''\n\
             --extra-index-url https://me:secret@index.example.org/simple\n\
             f @ https://token@git.example.org/a.tar.gz\n\
             --extra-index-url https://${{USER}}:${{TOKEN}}@index.example.org/simple\n\
             --extra-index-url https://${{corp_user}}:${{corp_pw}}@index.example.org/simple\n\
             g @ https://${{corp_user}}:${{PW}}@files.example.org/a.tar.gz\n",
            "0".repeat(64)
        );
        let (lines, problems) = read(&Source::new("requirements.txt", text), 100).unwrap();
        assert_eq!(lines.len(), 3);
        let told: Vec<_> = problems.iter().map(one_line).collect();
        insta::assert_snapshot!(told.join("\n"), @"
        requirements.txt:2:1: `= 1` is no version specifier, expected one such as `==1.0` or `>=1.0,<2`; write `a==1`
        requirements.txt:3:1: hashes by `md5` are not taken by pip, expected one of `sha256`, `sha384`, `sha512`
        requirements.txt:4:1: `00` is no digest by sha256, expected 64 hexadecimal digits
        requirements.txt:5:1: `00` is no hash, expected one such as `--hash=sha256:…`
        requirements.txt:6:1: unknown option `--hsah`, expected one that pip knows in requirements files; did you mean `--hash`?
        requirements.txt:8:1: `--pre` takes no value, and `1` follows it
        requirements.txt:9:1: `--config-settings x` has no value, expected `KEY=VALUE`
        requirements.txt:10:1: `--index-url` has an empty value, expected an address
        requirements.txt:11: the address at `index.example.org` holds a password or token, expected none in a file; remove it and change it, as it may be in version control; write `[[tool.wheelwright.index]]` with `url` and `secret`
        requirements.txt:12: the address at `git.example.org` holds a password or token, expected none in a file; remove it and change it, as it may be in version control; write `[[tool.wheelwright.index]]` with `url` and `secret`
        requirements.txt:14: `${corp_user}` in the address at `index.example.org` is no variable, expected a name in upper case: pip and uv take no others
        requirements.txt:15: `${corp_user}` in the address at `files.example.org` is no variable, expected a name in upper case: pip and uv take no others
        ");
    }
}
