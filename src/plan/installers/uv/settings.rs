//! What `[tool.uv]` says that bears on a plan; all else in it goes to uv as it is.

use toml::{Table, Value};

use crate::diagnostic::{Diagnostics, Spanned};
use crate::document::Document;
use crate::plan::installers::uv::requirement::normal;
use crate::project::{NEUTRAL_VERSION, Pyproject};

/// Name of uv's own settings file, which it takes in place of `[tool.uv]`.
pub(super) const FILE: &str = "uv.toml";

/// Some keys of `[tool.uv]`.
#[derive(Default)]
pub(super) struct Settings {
    /// `required-version`
    pub(super) required_version: Option<Spanned<String>>,
    /// `package`: whether the project is one, whatever else says so.
    pub(super) package: Option<Spanned<bool>>,
    /// `dev-dependencies`, which uv takes for the group `dev`.
    pub(super) dev_dependencies: Vec<Spanned<String>>,
}

/// Reads them.
pub(super) fn read(project: &Pyproject) -> Result<Settings, Diagnostics> {
    let document = Document::parse(&project.source)?;
    let Some(uv) = document
        .root()
        .table("tool")
        .and_then(|tool| tool.table("uv"))
    else {
        return Ok(Settings::default());
    };
    let package = uv.get("package");
    Ok(Settings {
        required_version: uv.string("required-version"),
        package: package.and_then(|value| {
            Some(Spanned {
                value: value.as_bool()?,
                location: value.with_key(),
            })
        }),
        dev_dependencies: uv.strings("dev-dependencies"),
    })
}

/// A manifest whose dependencies are what the wheel is built with, so that uv takes them from the indexes and
/// sources that the project names (a private build plugin is never looked up in a public index).
pub(super) fn build_manifest(project: &Pyproject, requires: &[&str]) -> String {
    let whole: Table = project.source.text().parse().unwrap_or_default();
    let uv = whole.get("tool").and_then(|tool| tool.get("uv"));
    let extra = uv
        .map(|uv| extra_build_dependencies(uv, project.name.value.normalized()))
        .unwrap_or_default();
    let requires: Vec<Value> = requires
        .iter()
        .map(|text| (*text).to_owned())
        .chain(extra)
        .map(Value::String)
        .collect();
    let text = |text: &str| Value::String(text.to_owned());
    let mut table = Table::from_iter([
        // Another name than the project's own, which may not depend on itself.
        ("name".to_owned(), text("build-requirements")),
        ("version".to_owned(), text(NEUTRAL_VERSION)),
        ("dependencies".to_owned(), Value::Array(requires)),
    ]);
    if let Some(python) = whole
        .get("project")
        .and_then(|project| project.get("requires-python"))
    {
        table.insert("requires-python".to_owned(), python.clone());
    }
    let mut manifest = Table::from_iter([("project".to_owned(), Value::Table(table))]);
    if let Some(uv) = uv {
        let tool = Table::from_iter([("uv".to_owned(), uv.clone())]);
        manifest.insert("tool".to_owned(), Value::Table(tool));
    }
    manifest.to_string()
}

/// `extra-build-dependencies` of one package: strings, or tables with a `requirement`.
fn extra_build_dependencies(uv: &Value, name: &str) -> Vec<String> {
    let packages = uv.get("extra-build-dependencies").and_then(Value::as_table);
    let own = packages
        .into_iter()
        .flatten()
        .filter(|(package, _)| normal(package) == name);
    let entries = own.flat_map(|(_, entries)| entries.as_array().into_iter().flatten());
    let text = |entry: &Value| {
        entry
            .as_str()
            .or_else(|| entry.get("requirement")?.as_str())
            .map(str::to_owned)
    };
    entries.filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Source;

    use super::*;

    #[test]
    fn build_requirements_keep_the_projects_indexes_and_extras() {
        let text = "[project]\nname = \"A\"\nrequires-python = \">=3.12\"\n[[tool.uv.index]]\nname = \"own\"\n\
                    url = \"https://example.org/simple\"\ndefault = true\n[tool.uv.extra-build-dependencies]\n\
                    a = [\"jinja2\", { requirement = \"numpy\", match-runtime = true }]\nb = [\"no\"]\n";
        let project = Pyproject::read(&Source::new("pyproject.toml", text)).unwrap();
        insta::assert_snapshot!(build_manifest(&project, &["hatchling"]), @r#"
        [project]
        dependencies = ["hatchling", "jinja2", "numpy"]
        name = "build-requirements"
        requires-python = ">=3.12"
        version = "0.0.0"

        [tool.uv.extra-build-dependencies]
        a = ["jinja2", { match-runtime = true, requirement = "numpy" }]
        b = ["no"]

        [[tool.uv.index]]
        default = true
        name = "own"
        url = "https://example.org/simple"
        "#);
    }
}
