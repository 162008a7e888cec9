//! What `pyproject.toml` says to PDM, and the form of it that the dependency step sees.

use toml::{Table, Value};

use crate::diagnostic::{Diagnostics, Spanned};
use crate::lock::index_login::{Login, VariableStyle};
use crate::lock::package_sources::PackageSource;
use crate::lock::pdm::SETTINGS;
use crate::project::{Facts, NEUTRAL_VERSION, Pyproject};
use crate::toml_document;
use crate::toml_document::Document;
use crate::values::{TextFile, normalized_name};

/// The keys of `[tool.pdm]` that say what is installed and from where. The others are about the project itself
/// (`version`, `build`), about commands that are not run here (`scripts`), or would change what those do that are
/// (`options`).
const KEPT: &[&str] = &["dev-dependencies", "resolution", "source"];

/// The keys of `[project]` that say what is installed. `name` is among them for dependencies on the project's own
/// extras.
const KEPT_OF_PROJECT: &[&str] = &[
    "dependencies",
    "name",
    "optional-dependencies",
    "requires-python",
];

/// The tables of PDM's own settings that say from where. Others would put the environment, or what is in it,
/// somewhere else (`install.cache`, `venv`).
const KEPT_OF_SETTINGS: &[&str] = &["pypi", "strategy"];

/// What the manifest says.
pub(crate) struct Manifest {
    /// Names of the development groups: those of `[dependency-groups]`, then those of `dev-dependencies` alone.
    pub(crate) groups: Vec<String>,
    /// `distribution`: whether the project is a package.
    pub(crate) distribution: Option<Spanned<bool>>,
    /// `source`, and the indexes of PDM's own settings.
    pub(crate) sources: Vec<PackageSource>,
}

impl Manifest {
    /// Reads it.
    pub(crate) fn read(facts: &Facts) -> Result<Self, Diagnostics> {
        let project = &facts.pyproject;
        let document = Document::parse(&project.source)?;
        let tool = document.root().table("tool");
        let pdm = tool.and_then(|tool| tool.table("pdm"));
        let mut groups: Vec<String> = Vec::new();
        let of_pdm = pdm.as_ref().and_then(|pdm| pdm.table("dev-dependencies"));
        let of_pdm = of_pdm.map(|table| table.keys()).unwrap_or_default();
        let stated = project.groups.iter().map(|group| group.name.value.as_str());
        for name in stated.chain(of_pdm.iter().map(|name| name.value)) {
            if !groups
                .iter()
                .any(|known| normalized_name(known) == normalized_name(name))
            {
                groups.push(name.to_owned());
            }
        }
        let distribution = pdm.as_ref().and_then(|pdm| pdm.get("distribution"));
        let mut sources = elements(pdm.as_ref(), "source");
        let own = match facts.text(SETTINGS) {
            Some(source) => Some(source?),
            None => None,
        };
        if let Some(own) = own {
            sources.extend(of_settings(&Document::parse(&own)?));
        }
        Ok(Self {
            groups,
            distribution: distribution.and_then(|value| {
                Some(Spanned {
                    value: value.as_bool()?,
                    location: value.with_key(),
                })
            }),
            sources,
        })
    }
}

fn elements(pdm: Option<&toml_document::Table<'_>>, key: &str) -> Vec<PackageSource> {
    let array = pdm.and_then(|pdm| pdm.get(key)?.as_array());
    let array = array.unwrap_or_default();
    let tables = array.iter().filter_map(toml_document::Value::as_table);
    tables.filter_map(|table| source(&table)).collect()
}

/// `[pypi]` and the tables in it.
fn of_settings(document: &Document<'_>) -> Vec<PackageSource> {
    let Some(pypi) = document.root().table("pypi") else {
        return Vec::new();
    };
    let mut sources: Vec<PackageSource> = source(&pypi).into_iter().collect();
    for source in &mut sources {
        source.is_default = true;
    }
    let names = pypi.keys();
    let tables = names.iter().filter_map(|name| pypi.table(name.value));
    sources.extend(tables.filter_map(|table| source(&table)));
    sources
}

fn source(table: &toml_document::Table<'_>) -> Option<PackageSource> {
    let says = |key: &str, word: &str| table.string(key).is_some_and(|text| text.value == word);
    let has = |key: &str| table.get(key).is_some();
    let mut source = PackageSource::read(table, VariableStyle::Braces)?;
    // The source of this name takes the place of the public index.
    source.is_default = says("name", "pypi");
    source.is_flat = says("type", "find_links");
    if has("username") || has("password") {
        source.login = Login::Written;
    }
    Some(source)
}

/// The manifest as the dependency step sees it, with keys in alphabetical order. PDM's hash of it is that of the whole
/// one.
pub(crate) fn of_project(project: &Pyproject) -> Table {
    let whole: Table = project.source.text().parse().unwrap_or_default();
    let mut kept = Table::new();
    let mut project = of(whole.get("project"), KEPT_OF_PROJECT);
    project.insert(
        "version".to_owned(),
        Value::String(NEUTRAL_VERSION.to_owned()),
    );
    kept.insert("project".to_owned(), Value::Table(project));
    if let Some(groups) = whole.get("dependency-groups") {
        kept.insert("dependency-groups".to_owned(), groups.clone());
    }
    let pdm = of(whole.get("tool").and_then(|tool| tool.get("pdm")), KEPT);
    let tool = Table::from_iter([("pdm".to_owned(), Value::Table(pdm))]);
    kept.insert("tool".to_owned(), Value::Table(tool));
    kept
}

/// The normalized names that a lock has by what `[tool.pdm.resolution]` says, or does not have, whatever needs them.
pub(crate) fn resolved_otherwise(project: &Pyproject) -> Vec<String> {
    let whole: Table = project.source.text().parse().unwrap_or_default();
    let pdm = whole.get("tool").and_then(|tool| tool.get("pdm"));
    let resolution = pdm.and_then(|pdm| pdm.get("resolution"));
    let of = |key: &str| resolution.and_then(|table| table.get(key));
    let overrides = of("overrides").and_then(Value::as_table);
    let overrides = overrides.into_iter().flat_map(Table::keys);
    let excludes = of("excludes").and_then(Value::as_array);
    let excludes = excludes.into_iter().flatten().filter_map(Value::as_str);
    let names = overrides.map(String::as_str).chain(excludes);
    names.map(normalized_name).collect()
}

/// The file with PDM's own settings that the dependency step reads, where the project has them.
pub(crate) fn settings(facts: &Facts) -> Result<Option<TextFile>, Diagnostics> {
    if let Some(source) = facts.text(SETTINGS) {
        let source = source?;
        let settings = source.text().parse::<Table>().map(Value::Table).ok();
        return Ok(Some(TextFile {
            name: SETTINGS.into(),
            text: of(settings.as_ref(), KEPT_OF_SETTINGS).to_string(),
        }));
    }
    Ok(None)
}

/// Some keys of a table.
fn of(table: Option<&Value>, keys: &[&str]) -> Table {
    let table = table.and_then(Value::as_table).cloned();
    let mut table = table.unwrap_or_default();
    table.retain(|key, _| keys.contains(&key));
    table
}
