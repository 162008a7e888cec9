//! What `[tool.poetry]` says where there is no `[project]`: how Poetry 1 described projects, and Poetry 2 still reads
//! (Poetry documentation, "The pyproject.toml file").

use std::str::FromStr;
use std::sync::Arc;

use pep440_rs::Version;

use super::read::{parsed, string_table};
use super::{Pyproject, keys};
use crate::diagnostic::{Diagnostic, Source, Spanned, rules};
use crate::toml_document::Table;
use crate::values::{PackageName, RequiresPython};

/// The table, where it says anything of the project: that of a mere setting does not.
pub(super) fn table<'d>(root: &Table<'d>) -> Option<Table<'d>> {
    root.table("tool")?.table("poetry")
}

/// Reads the table.
pub(super) fn read(
    source: &Arc<Source>,
    poetry: &Table<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Pyproject {
    let name = parsed::<PackageName>(poetry, "name", problems);
    let version = poetry.string("version");
    if let Some(version) = &version
        && Version::from_str(&version.value).is_err()
    {
        let message = format!(
            "`tool.poetry.version` is `{}`, expected a version by PEP 440 such as `1.0.0`",
            version.value
        );
        problems.push(rules::INVALID_VERSION.report(message).at(&version.location));
    }
    let dependencies = poetry.table("dependencies");
    let python = dependencies
        .as_ref()
        .and_then(|table| table.string("python"));
    let place = name.as_ref().map(|name| name.location.clone());
    // Labels are made of them by these names.
    let named = ["homepage", "repository", "documentation"]
        .into_iter()
        .filter_map(|key| Some((key.to_owned(), poetry.string(key)?.value)));
    Pyproject {
        place: place.unwrap_or_else(|| poetry.location().clone()),
        name,
        version,
        requires_python: python.and_then(|python| requires_python(&python)),
        dependencies_location: dependencies.map_or_else(
            || poetry.location().clone(),
            |table| table.location().clone(),
        ),
        scripts: keys(poetry.table("scripts").as_ref()),
        description: poetry.string("description").map(|text| text.value),
        license: poetry.string("license").map(|text| text.value),
        urls: named
            .chain(string_table(poetry.table("urls").as_ref()))
            .collect(),
        ..Pyproject::absent(source)
    }
}

/// The constraint on Python in the words of PEP 440; `None` where these cannot say it (`||`), or it says nothing
/// (`*`): Poetry itself then tells what does not fit.
fn requires_python(python: &Spanned<String>) -> Option<Spanned<RequiresPython>> {
    Some(Spanned {
        value: specifiers(&python.value)?.parse().ok()?,
        location: python.location.clone(),
    })
}

/// A constraint of Poetry in the words of PEP 440; `None` where these cannot say it.
pub(crate) fn specifiers(constraint: &str) -> Option<String> {
    let parts = constraint.split([',', ' ']).map(str::trim);
    let parts: Option<Vec<String>> = parts
        .filter(|part| !part.is_empty())
        .map(specifier)
        .collect();
    Some(parts?.join(","))
}

/// One constraint (Poetry documentation, "Dependency specification").
fn specifier(text: &str) -> Option<String> {
    if let Some(version) = text.strip_prefix('^') {
        let release = release(version)?;
        // The first part that is not zero may not change.
        let fixed = release.iter().position(|part| *part != 0);
        return range(version, &release, fixed.unwrap_or(release.len() - 1));
    }
    if let Some(version) = text.strip_prefix('~').filter(|rest| !rest.starts_with('=')) {
        let release = release(version)?;
        return range(version, &release, 1.min(release.len() - 1));
    }
    if text.starts_with(['<', '>', '=', '!', '~']) {
        return Some(text.to_owned());
    }
    // A version alone is that version, with `*` a series.
    (text != "*" && text.starts_with(|c: char| c.is_ascii_digit())).then(|| format!("=={text}"))
}

fn release(version: &str) -> Option<Vec<u64>> {
    let version = Version::from_str(version).ok()?;
    Some(version.release().to_vec())
}

/// From a version to where the part of an index goes up.
fn range(version: &str, release: &[u64], index: usize) -> Option<String> {
    let mut end = release.get(..=index)?.to_vec();
    *end.last_mut()? += 1;
    Some(format!(">={version},<{}", Version::new(end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_of_poetry_become_those_of_the_standard() {
        let text = |constraint: &str| {
            let text = format!(
                "[tool.poetry]\nname = \"a\"\n[tool.poetry.dependencies]\npython = \"{constraint}\"\n"
            );
            let project = Pyproject::read(&Source::new("pyproject.toml", text)).unwrap();
            project
                .requires_python
                .map_or("none".to_owned(), |requires| requires.value.to_string())
        };
        for (constraint, expected) in [
            ("^3.10", ">=3.10, <4"),
            ("^3.10.2", ">=3.10.2, <4"),
            ("^0.3", ">=0.3, <0.4"),
            ("~3.11", ">=3.11, <3.12"),
            ("~3", ">=3, <4"),
            ("~=3.11", "~=3.11"),
            (">=3.9,<4.0", ">=3.9, <4.0"),
            (">=3.9 <4.0", ">=3.9, <4.0"),
            ("3.12.*", "==3.12.*"),
            ("*", "none"),
            (">=2.7,<3 || >=3.8", "none"),
        ] {
            assert_eq!(
                text(constraint).replace(", ", ","),
                expected.replace(", ", ","),
                "{constraint}"
            );
        }
    }

    #[test]
    fn the_table_names_the_project() {
        let text = "[tool.poetry]\nname = \"a\"\nversion = \"1.2\"\ndescription = \"d\"\nrepository = \"https://example.org/a\"\n\
                    [tool.poetry.scripts]\na = \"a:main\"\n";
        let project = Pyproject::read(&Source::new("pyproject.toml", text)).unwrap();
        assert_eq!(project.name.unwrap().value.as_str(), "a");
        assert_eq!(project.version.unwrap().value, "1.2");
        assert_eq!(project.scripts[0].value, "a");
        assert_eq!(project.urls[0].0, "repository");
    }
}
