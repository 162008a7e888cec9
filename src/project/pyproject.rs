//! The keys of `pyproject.toml` that planning uses (the `pyproject.toml` specification).

use std::str::FromStr;
use std::sync::Arc;

use pep440_rs::Version;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source, Spanned};
use crate::document::{Document, Table, Value};
use crate::project::normalise::normalised;
use crate::values::{PackageName, RequiresPython};

/// A manifest.
#[derive(Clone, Debug)]
pub struct Pyproject {
    /// Its text.
    pub source: Arc<Source>,
    /// `project.name`
    pub name: Spanned<PackageName>,
    /// `project.version`, where it is static.
    pub version: Option<Spanned<String>>,
    /// `project.dynamic`
    pub dynamic: Vec<Spanned<String>>,
    /// `project.requires-python`
    pub requires_python: Option<Spanned<RequiresPython>>,
    /// `project.dependencies`
    pub dependencies: Vec<Spanned<String>>,
    /// Where the dependencies are written; the place to point at when they do not install.
    pub dependencies_location: Location,
    /// `project.optional-dependencies`
    pub extras: Vec<(Spanned<String>, Vec<Spanned<String>>)>,
    /// `[dependency-groups]`
    pub groups: Vec<DependencyGroup>,
    /// `project.scripts`, name and place.
    pub scripts: Vec<Spanned<String>>,
    /// `[build-system]`
    pub build_system: Option<BuildSystem>,
    /// `project.description`
    pub description: Option<String>,
    /// `project.license`, an SPDX expression (PEP 639).
    pub license: Option<String>,
    /// `project.urls`, label and address.
    pub urls: Vec<(String, String)>,
    /// The place of `tool.pdm.version.source = "scm"`: a version from version control that no build requirement
    /// shows.
    pub pdm_scm: Option<Location>,
    /// The manifest with all that does not bear on dependencies left out (`normalise`).
    pub normalised: String,
}

/// `[build-system]` (PEP 518).
#[derive(Clone, Debug)]
pub struct BuildSystem {
    /// `requires`, where it is there: an empty list says that nothing is needed.
    pub requires: Option<Vec<Spanned<String>>>,
    /// `build-backend`; PEP 517 says what its absence means.
    pub backend: Option<String>,
    /// The table.
    pub location: Location,
}

/// A group of `[dependency-groups]` (PEP 735).
#[derive(Clone, Debug)]
pub struct DependencyGroup {
    /// The name.
    pub name: Spanned<String>,
    /// The requirements that it lists itself.
    pub requirements: Vec<Spanned<String>>,
    /// The groups that it includes (`include-group`).
    pub includes: Vec<Spanned<String>>,
}

impl Pyproject {
    /// Reads a manifest.
    pub fn read(source: &Arc<Source>) -> Result<Self, Diagnostics> {
        let document = Document::parse(source)?;
        let root = document.root();
        let Some(project) = root.table("project") else {
            return Err(no_project(&root).into());
        };
        let mut problems = Vec::new();
        let name = parsed::<PackageName>(&project, "name", &mut problems);
        let requires_python = parsed(&project, "requires-python", &mut problems);
        let pdm_version = ["tool", "pdm", "version"]
            .iter()
            .try_fold(root.clone(), |table, key| table.table(key));
        let pdm_source = pdm_version.and_then(|version| version.string("source"));
        if name.is_none() && problems.is_empty() {
            let error = Diagnostic::error("`project.name` is missing").at(project.location());
            problems.push(error.hint("write `name = \"…\"` in `[project]`"));
        }
        let dependencies = project.get("dependencies");
        let build_system = root.table("build-system").map(|table| BuildSystem {
            requires: table.get("requires").map(|_| table.strings("requires")),
            backend: table.string("build-backend").map(|backend| backend.value),
            location: table.location().clone(),
        });
        let dynamic = project.strings("dynamic");
        for field in dynamic
            .iter()
            .filter(|field| field.value.ends_with("dependencies"))
        {
            let error =
                Diagnostic::error(format!("dynamic `{}` is not supported yet", field.value));
            problems.push(
                error
                    .at(&field.location)
                    .hint("list them in `[project]`, where a lock can record them"),
            );
        }
        let version = project.string("version");
        problems.extend(wrong_version(&project, version.as_ref(), &dynamic));
        Diagnostics::split(problems)?;
        // `split` has returned where the name is missing.
        let Some(name) = name else {
            return Err(no_project(&root).into());
        };
        Ok(Self {
            source: Arc::clone(source),
            name,
            version,
            dynamic,
            requires_python,
            dependencies: project.strings("dependencies"),
            dependencies_location: dependencies
                .map_or_else(|| project.location().clone(), |value| value.with_key()),
            extras: string_lists(project.table("optional-dependencies").as_ref()),
            groups: groups(root.table("dependency-groups").as_ref()),
            scripts: project
                .table("scripts")
                .map(|table| table.keys())
                .unwrap_or_default()
                .into_iter()
                .map(owned)
                .collect(),
            build_system,
            description: project.string("description").map(|text| text.value),
            license: project.string("license").map(|text| text.value),
            urls: string_table(project.table("urls").as_ref()),
            pdm_scm: pdm_source
                .filter(|source| source.value == "scm")
                .map(|source| source.location),
            normalised: normalised(source)?,
        })
    }

    /// Whether a field of `[project]` is given by the build backend.
    pub fn is_dynamic(&self, field: &str) -> bool {
        self.dynamic.iter().any(|dynamic| dynamic.value == field)
    }
}

/// A version is stated, or its field is dynamic (PEP 621); not both, and not neither.
fn wrong_version(
    project: &Table<'_>,
    version: Option<&Spanned<String>>,
    dynamic: &[Spanned<String>],
) -> Option<Diagnostic> {
    let dynamic = dynamic.iter().find(|field| field.value == "version");
    let problem = match (version, dynamic) {
        (Some(version), _) if Version::from_str(&version.value).is_err() => {
            let message = format!(
                "`project.version` is `{}`, expected a version by PEP 440 such as `1.0.0`",
                version.value
            );
            return Some(Diagnostic::error(message).at(&version.location));
        }
        (Some(_), Some(field)) => {
            Diagnostic::error("`project.version` is there, and `dynamic` has `version` too")
                .at(&field.location)
                .hint("remove one of the two")
        }
        (None, None) => match project.get("version") {
            Some(value) => {
                let message = format!("`{}` is {}, expected a string", value.path(), value.kind());
                Diagnostic::error(message)
                    .at(&value.location())
                    .hint("write `version = \"…\"` in `[project]`")
            }
            None => Diagnostic::error("`project.version` is missing")
                .at(project.location())
                .hint("write `version = \"…\"` in `[project]`, or `dynamic = [\"version\"]`"),
        },
        _ => return None,
    };
    Some(problem)
}

fn no_project(root: &Table<'_>) -> Diagnostic {
    let tool = root.table("tool");
    if let Some(poetry) = tool.and_then(|tool| tool.table("poetry")) {
        return Diagnostic::error(
            "Poetry projects without a `[project]` table are not supported yet",
        )
        .at(poetry.location())
        .hint("write a `[project]` table, which Poetry 2 reads too, run `uv lock` and commit `uv.lock`");
    }
    Diagnostic::error("there is no `[project]` table")
        .at(root.location())
        .hint("write `[project]` with `name`, `version` and `dependencies`")
}

fn owned(key: Spanned<&str>) -> Spanned<String> {
    key.map(str::to_owned)
}

fn parsed<T: FromStr<Err: std::fmt::Display>>(
    table: &Table<'_>,
    key: &str,
    problems: &mut Vec<Diagnostic>,
) -> Option<Spanned<T>> {
    let value = table.get(key)?;
    let Some(text) = value.as_string() else {
        let message = format!("`{}` is {}, expected a string", value.path(), value.kind());
        problems.push(Diagnostic::error(message).at(&value.location()));
        return None;
    };
    match text.value.parse() {
        Ok(value) => Some(Spanned {
            value,
            location: text.location,
        }),
        Err(error) => {
            problems.push(
                Diagnostic::error(format!("`{}`: {error}", table.path_of(key))).at(&text.location),
            );
            None
        }
    }
}

fn string_table(table: Option<&Table<'_>>) -> Vec<(String, String)> {
    let Some(table) = table else {
        return Vec::new();
    };
    let entry = |key: Spanned<&str>| Some((key.value.to_owned(), table.string(key.value)?.value));
    table.keys().into_iter().filter_map(entry).collect()
}

fn string_lists(table: Option<&Table<'_>>) -> Vec<(Spanned<String>, Vec<Spanned<String>>)> {
    let Some(table) = table else {
        return Vec::new();
    };
    let list = |key: Spanned<&str>| {
        let elements = table
            .get(key.value)
            .and_then(|value| value.as_array())
            .unwrap_or_default();
        (
            owned(key),
            elements.iter().filter_map(Value::as_string).collect(),
        )
    };
    table.keys().into_iter().map(list).collect()
}

fn groups(table: Option<&Table<'_>>) -> Vec<DependencyGroup> {
    let Some(table) = table else {
        return Vec::new();
    };
    let group = |(name, requirements): (Spanned<String>, _)| {
        let elements = table.get(&name.value).and_then(|value| value.as_array());
        let include = |element: &Value<'_>| element.as_table()?.string("include-group");
        DependencyGroup {
            requirements,
            includes: elements.iter().flatten().filter_map(include).collect(),
            name,
        }
    };
    string_lists(Some(table)).into_iter().map(group).collect()
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::one_line;

    use super::*;

    fn errors(text: &str) -> String {
        let failure = Pyproject::read(&Source::new("pyproject.toml", text)).unwrap_err();
        failure.iter().map(one_line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_cannot_be_planned_is_told() {
        let texts = [
            "[tool.x]\n",
            "[tool.poetry]\nname = \"a\"\n",
            "[project]\nversion = \"1\"\n",
            "[project]\nname = \"-\"\nrequires-python = 3\ndynamic = [\"dependencies\"]\n",
            "[project]\nname = \"a\"\nversion = \"1\"\nrequires-python = \"three\"\n",
            "[project]\nname = \"a\"\n",
            "[project]\nname = \"a\"\nversion = \"one\"\n",
            "[project]\nname = \"a\"\nversion = 1\n",
            "[project]\nname = \"a\"\nversion = \"1\"\ndynamic = [\"version\"]\n",
        ];
        let all: Vec<_> = texts.iter().map(|text| errors(text)).collect();
        insta::assert_snapshot!(all.join("\n"), @r#"
        pyproject.toml:1:1: there is no `[project]` table; write `[project]` with `name`, `version` and `dependencies`
        pyproject.toml:1:7: Poetry projects without a `[project]` table are not supported yet; write a `[project]` table, which Poetry 2 reads too, run `uv lock` and commit `uv.lock`
        pyproject.toml:1:2: `project.name` is missing; write `name = "…"` in `[project]`
        pyproject.toml:1:2: `project.version` is missing; write `version = "…"` in `[project]`, or `dynamic = ["version"]`
        pyproject.toml:2:8: `project.name`: `-` is not a package name, expected ASCII letters and digits with `-`, `_` or `.` between them
        pyproject.toml:3:19: `project.requires-python` is an integer, expected a string
        pyproject.toml:4:12: dynamic `dependencies` is not supported yet; list them in `[project]`, where a lock can record them
        pyproject.toml:4:19: `project.requires-python`: `three` is not a version requirement, expected one such as `>=3.12` or `>=3.12,<3.15`
        pyproject.toml:1:2: `project.version` is missing; write `version = "…"` in `[project]`, or `dynamic = ["version"]`
        pyproject.toml:3:11: `project.version` is `one`, expected a version by PEP 440 such as `1.0.0`
        pyproject.toml:3:11: `project.version` is an integer, expected a string; write `version = "…"` in `[project]`
        pyproject.toml:4:12: `project.version` is there, and `dynamic` has `version` too; remove one of the two
        "#);
    }
}
