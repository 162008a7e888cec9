//! The keys of `pyproject.toml` that planning uses (the `pyproject.toml` specification).

mod poetry;
mod read;

use std::str::FromStr;
use std::sync::Arc;

use pep440_rs::Version;
use read::{groups, owned, parsed, string_lists, string_table};

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source, Spanned, rules};
use crate::project::Memo;
use crate::project::normalize::normalized;
use crate::toml_document::{Document, Table};
use crate::values::{PackageName, RequiresPython};
pub(crate) use poetry::specifiers as poetry_specifiers;

/// A manifest.
#[derive(Clone, Debug)]
pub struct Pyproject {
    /// Its text.
    pub source: Arc<Source>,
    /// Whether the file is there.
    pub is_there: bool,
    /// The place to point at where the project as a whole is meant: its name, else what there is.
    pub place: Location,
    /// `project.name`; `None` where there is no `[project]`, and nothing else names the project.
    pub name: Option<Spanned<PackageName>>,
    /// `project.version`, where it is static.
    pub version: Option<Spanned<String>>,
    /// `project.dynamic`
    pub dynamic: Vec<Spanned<String>>,
    /// The names of the tables in `[tool]`.
    pub tools: Vec<Spanned<String>>,
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
    /// The manifest with all that does not bear on dependencies left out (`normalize`).
    pub normalized: String,
    /// What its package manager reads of it.
    pub memo: Memo,
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
    /// What is known of a project without a manifest; `source` is the text to point at.
    pub fn absent(source: &Arc<Source>) -> Self {
        Self {
            // Nothing of what that text says is of a manifest.
            source: Source::new(source.name(), ""),
            is_there: false,
            place: Location::top(source),
            name: None,
            version: None,
            dynamic: Vec::new(),
            tools: Vec::new(),
            requires_python: None,
            dependencies: Vec::new(),
            dependencies_location: Location::top(source),
            extras: Vec::new(),
            groups: Vec::new(),
            scripts: Vec::new(),
            build_system: None,
            description: None,
            license: None,
            urls: Vec::new(),
            normalized: String::new(),
            memo: Memo::default(),
        }
    }

    /// Reads a manifest. One without `[project]` says what `[tool.poetry]` does, where that is there.
    pub fn read(source: &Arc<Source>) -> Result<Self, Diagnostics> {
        let document = Document::parse(source)?;
        let root = document.root();
        let tool = root.table("tool");
        let mut problems = Vec::new();
        let read = match (root.table("project"), poetry::table(&root)) {
            (Some(project), _) => Self::standard(source, &project, &mut problems),
            (None, Some(poetry)) => poetry::read(source, &poetry, &mut problems),
            (None, None) => Self::absent(source),
        };
        Diagnostics::split(problems)?;
        let build_system = root.table("build-system").map(|table| BuildSystem {
            requires: table.get("requires").map(|_| table.strings("requires")),
            backend: table.string("build-backend").map(|backend| backend.value),
            location: table.location().clone(),
        });
        let tools = tool.map(|tool| tool.keys()).unwrap_or_default();
        Ok(Self {
            source: Arc::clone(source),
            is_there: true,
            tools: tools.into_iter().map(owned).collect(),
            groups: groups(root.table("dependency-groups").as_ref()),
            build_system,
            normalized: normalized(source)?,
            ..read
        })
    }

    /// What `[project]` says (PEP 621).
    fn standard(source: &Arc<Source>, project: &Table<'_>, problems: &mut Vec<Diagnostic>) -> Self {
        let name = parsed::<PackageName>(project, "name", problems);
        let requires_python = parsed(project, "requires-python", problems);
        if name.is_none() && problems.is_empty() {
            let error = rules::MISSING_NAME
                .report("`project.name` is missing")
                .at(project.location());
            problems.push(error.hint("write `name = \"…\"` in `[project]`"));
        }
        let dependencies = project.get("dependencies");
        let dynamic = project.strings("dynamic");
        let version = project.string("version");
        problems.extend(wrong_version(project, version.as_ref(), &dynamic));
        let place = name.as_ref().map(|name| name.location.clone());
        Self {
            place: place.unwrap_or_else(|| project.location().clone()),
            name,
            version,
            dynamic,
            requires_python,
            dependencies: project.strings("dependencies"),
            dependencies_location: dependencies
                .map_or_else(|| project.location().clone(), |value| value.with_key()),
            extras: string_lists(project.table("optional-dependencies").as_ref()),
            scripts: keys(project.table("scripts").as_ref()),
            description: project.string("description").map(|text| text.value),
            license: project.string("license").map(|text| text.value),
            urls: string_table(project.table("urls").as_ref()),
            ..Self::absent(source)
        }
    }

    /// The name, without which there is no wheel.
    pub fn named(&self) -> Result<&Spanned<PackageName>, Diagnostic> {
        self.name.as_ref().ok_or_else(|| {
            rules::MISSING_NAME
                .report("there is no `[project]` table")
                .at(&self.place)
                .hint("write `[project]` with `name`, `version` and `dependencies`")
        })
    }

    /// Whether the file has a table `[tool.NAME]`.
    pub fn has_tool(&self, name: &str) -> bool {
        self.tools.iter().any(|tool| tool.value == name)
    }

    /// Whether a field of `[project]` is given by the build backend.
    pub fn is_dynamic(&self, field: &str) -> bool {
        self.dynamic.iter().any(|dynamic| dynamic.value == field)
    }
}

fn keys(table: Option<&Table<'_>>) -> Vec<Spanned<String>> {
    let keys = table.map(Table::keys).unwrap_or_default();
    keys.into_iter().map(owned).collect()
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
            return Some(rules::INVALID_VERSION.report(message).at(&version.location));
        }
        (Some(_), Some(field)) => rules::MISSING_VERSION
            .report("`project.version` is there, and `dynamic` has `version` too")
            .at(&field.location)
            .hint("remove one of the two"),
        (None, None) => match project.get("version") {
            Some(value) => {
                let message = format!("`{}` is {}, expected a string", value.path(), value.kind());
                rules::MISSING_VERSION
                    .report(message)
                    .at(&value.location())
                    .hint("write `version = \"…\"` in `[project]`")
            }
            None => rules::MISSING_VERSION
                .report("`project.version` is missing")
                .at(project.location())
                .hint("write `version = \"…\"` in `[project]`, or `dynamic = [\"version\"]`"),
        },
        _ => return None,
    };
    Some(problem)
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
            "[tool.poetry]\nname = \"-\"\nversion = \"one\"\n",
            "[project]\nversion = \"1\"\n",
            "[project]\nname = \"-\"\nrequires-python = 3\n",
            "[project]\nname = \"a\"\nversion = \"1\"\nrequires-python = \"three\"\n",
            "[project]\nname = \"a\"\n",
            "[project]\nname = \"a\"\nversion = \"one\"\n",
            "[project]\nname = \"a\"\nversion = 1\n",
            "[project]\nname = \"a\"\nversion = \"1\"\ndynamic = [\"version\"]\n",
        ];
        let all: Vec<_> = texts.iter().map(|text| errors(text)).collect();
        insta::assert_snapshot!(all.join("\n"), @r#"
        pyproject.toml:2:8: `tool.poetry.name`: `-` is not a package name, expected ASCII letters and digits with `-`, `_` or `.` between them
        pyproject.toml:3:11: `tool.poetry.version` is `one`, expected a version by PEP 440 such as `1.0.0`
        pyproject.toml:1:2: `project.name` is missing; write `name = "…"` in `[project]`
        pyproject.toml:1:2: `project.version` is missing; write `version = "…"` in `[project]`, or `dynamic = ["version"]`
        pyproject.toml:2:8: `project.name`: `-` is not a package name, expected ASCII letters and digits with `-`, `_` or `.` between them
        pyproject.toml:3:19: `project.requires-python` is an integer, expected a string
        pyproject.toml:4:19: `project.requires-python`: `three` is not a version requirement, expected one such as `>=3.12` or `>=3.12,<3.15`
        pyproject.toml:1:2: `project.version` is missing; write `version = "…"` in `[project]`, or `dynamic = ["version"]`
        pyproject.toml:3:11: `project.version` is `one`, expected a version by PEP 440 such as `1.0.0`
        pyproject.toml:3:11: `project.version` is an integer, expected a string; write `version = "…"` in `[project]`
        pyproject.toml:4:12: `project.version` is there, and `dynamic` has `version` too; remove one of the two
        "#);
    }
}
