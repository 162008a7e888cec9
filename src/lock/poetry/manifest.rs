//! What `pyproject.toml` says to Poetry, and the form of it that the dependency step sees.

use toml::{Table, Value};

use crate::diagnostic::{Diagnostics, Location, Spanned};
use crate::lock::index_login::VariableStyle;
use crate::lock::package_sources::PackageSource;
use crate::lock::poetry::SETTINGS;
use crate::project::{Facts, NEUTRAL_VERSION, PYPROJECT, Pyproject};
use crate::toml_document;
use crate::toml_document::Document;
use crate::values::{TextFile, normalized_name};

/// The keys of `[tool.poetry]` that say what is installed and from where, and what Poetry wants to know of a package.
/// The others are about the project itself, or (`requires-plugins`) would install more into Poetry.
const KEPT: &[&str] = &[
    "dependencies",
    "dev-dependencies",
    "extras",
    "group",
    "name",
    "package-mode",
    "requires-poetry",
    "source",
];

/// The keys of `[project]` that say what is installed; `name` is for dependencies on the project's own extras.
const KEPT_OF_PROJECT: &[&str] = &[
    "dependencies",
    "name",
    "optional-dependencies",
    "requires-python",
];

/// The tables of Poetry's own settings that say what is installed. Others would put the environment somewhere else.
const KEPT_OF_SETTINGS: &[&str] = &["installer", "solver"];

/// What the manifest says.
pub(crate) struct Manifest {
    /// The groups of both tables.
    pub(crate) groups: Vec<Group>,
    /// Names of the extras.
    pub(crate) extras: Vec<String>,
    /// `package-mode`: whether the project is a package.
    pub(crate) package_mode: Option<Spanned<bool>>,
    /// `requires-poetry`
    pub(crate) requires_poetry: Option<Spanned<String>>,
    /// What the project itself depends on; of Poetry's own table the names alone.
    pub(crate) dependencies: Vec<Spanned<String>>,
    /// `source`
    pub(crate) sources: Vec<PackageSource>,
    /// Where Poetry's own settings have credentials.
    pub(crate) credentials: Vec<Location>,
}

/// A dependency group.
pub(crate) struct Group {
    /// The name.
    pub(crate) name: String,
    /// Whether it is installed only if it is selected.
    pub(crate) is_optional: bool,
}

impl Manifest {
    /// Reads it.
    pub(crate) fn read(facts: &Facts) -> Result<Self, Diagnostics> {
        let project = &facts.pyproject;
        let document = Document::parse(&project.source)?;
        let tool = document.root().table("tool");
        let poetry = tool.and_then(|tool| tool.table("poetry"));
        let table = |key: &str| poetry.as_ref().and_then(|poetry| poetry.table(key));
        let keys = |key: &str| owned(table(key).map(|table| table.keys()).unwrap_or_default());
        let extras = project.extras.iter().map(|(name, _)| name.clone());
        let of_poetry = keys("dependencies").into_iter();
        let dependencies = project.dependencies.iter().cloned();
        let package_mode = poetry
            .as_ref()
            .and_then(|poetry| poetry.get("package-mode"));
        let credentials = match facts.text(SETTINGS) {
            Some(source) => credentials(&Document::parse(&source?)?),
            None => Vec::new(),
        };
        Ok(Self {
            groups: groups(project, poetry.as_ref()),
            extras: extras
                .chain(keys("extras"))
                .map(|name| name.value)
                .collect(),
            package_mode: package_mode.and_then(|value| {
                Some(Spanned {
                    value: value.as_bool()?,
                    location: value.with_key(),
                })
            }),
            requires_poetry: poetry
                .as_ref()
                .and_then(|poetry| poetry.string("requires-poetry")),
            dependencies: dependencies
                .chain(of_poetry.filter(|name| name.value != "python"))
                .collect(),
            sources: sources(poetry.as_ref()),
            credentials,
        })
    }
}

fn owned(keys: Vec<Spanned<&str>>) -> Vec<Spanned<String>> {
    let keys = keys.into_iter();
    keys.map(|key| key.map(str::to_owned)).collect()
}

/// Those of `[dependency-groups]`, those of Poetry's own table, and the one that `dev-dependencies` is. Poetry's own
/// table may add to one of the first, and make it optional.
fn groups(project: &Pyproject, poetry: Option<&toml_document::Table<'_>>) -> Vec<Group> {
    let own = poetry.and_then(|poetry| poetry.table("group"));
    let own_names = own
        .as_ref()
        .map(toml_document::Table::keys)
        .unwrap_or_default();
    let is_optional = |name: &str| {
        let tables = own_names
            .iter()
            .filter(|own| normalized_name(own.value) == normalized_name(name));
        let mut tables = tables.filter_map(|own_name| own.as_ref()?.table(own_name.value));
        tables.any(|table| table.get("optional").and_then(|is| is.as_bool()) == Some(true))
    };
    let stated = project.groups.iter().map(|group| group.name.value.as_str());
    let legacy = poetry.and_then(|poetry| poetry.get("dev-dependencies"));
    let legacy = legacy.map(|_| "dev");
    let mut groups: Vec<Group> = Vec::new();
    for name in stated
        .chain(own_names.iter().map(|name| name.value))
        .chain(legacy)
    {
        if !groups
            .iter()
            .any(|known| normalized_name(&known.name) == normalized_name(name))
        {
            groups.push(Group {
                name: name.to_owned(),
                is_optional: is_optional(name),
            });
        }
    }
    groups
}

fn sources(poetry: Option<&toml_document::Table<'_>>) -> Vec<PackageSource> {
    let array = poetry.and_then(|poetry| poetry.get("source")?.as_array());
    let tables = array.unwrap_or_default();
    let tables = tables.iter().filter_map(toml_document::Value::as_table);
    let mut sources: Vec<PackageSource> = tables.filter_map(|table| source(&table)).collect();
    // The first of those that stand in the place of the public index.
    let mut has_default = false;
    for source in &mut sources {
        source.is_default &= !has_default;
        has_default |= source.is_default;
    }
    sources
}

fn source(table: &toml_document::Table<'_>) -> Option<PackageSource> {
    let priority = table.string("priority").map(|word| word.value);
    // Poetry takes an address as it is.
    let mut source = PackageSource::read(table, VariableStyle::None)?;
    source.is_default = matches!(priority.as_deref(), None | Some("primary" | "default"));
    source.is_explicit = priority.as_deref() == Some("explicit");
    Some(source)
}

fn credentials(settings: &Document<'_>) -> Vec<Location> {
    let root = settings.root();
    let tables = ["http-basic", "pypi-token"];
    let values = tables.iter().filter_map(|key| root.get(key));
    values.map(|value| value.location()).collect()
}

/// The manifest as the dependency step sees it, with keys in alphabetical order. Poetry's hash of it is that of the
/// whole one.
pub(crate) fn of_project(project: &Pyproject) -> Table {
    let whole: Table = project.source.text().parse().unwrap_or_default();
    let text = |text: &str| Value::String(text.to_owned());
    let mut kept = Table::new();
    if let Some(project) = whole.get("project") {
        let mut of_project = of(Some(project), KEPT_OF_PROJECT);
        of_project.insert("version".to_owned(), text(NEUTRAL_VERSION));
        // What Poetry's own table then says.
        let mut dynamic = project.get("dynamic").and_then(Value::as_array).cloned();
        if let Some(fields) = &mut dynamic {
            let stays = |field: &str| field.ends_with("dependencies") || field == "requires-python";
            fields.retain(|field| field.as_str().is_some_and(stays));
        }
        of_project.extend(dynamic.map(|fields| ("dynamic".to_owned(), Value::Array(fields))));
        kept.insert("project".to_owned(), Value::Table(of_project));
    }
    if let Some(groups) = whole.get("dependency-groups") {
        kept.insert("dependency-groups".to_owned(), groups.clone());
    }
    if let Some(poetry) = whole.get("tool").and_then(|tool| tool.get("poetry")) {
        let mut of_poetry = of(Some(poetry), KEPT);
        // Poetry 1 misses them where they are not there.
        let neutral = [
            ("version", text(NEUTRAL_VERSION)),
            ("description", text("")),
            ("authors", Value::Array(Vec::new())),
        ];
        let neutral = neutral
            .into_iter()
            .filter(|(key, _)| poetry.get(key).is_some());
        of_poetry.extend(neutral.map(|(key, value)| (key.to_owned(), value)));
        let tool = Table::from_iter([("poetry".to_owned(), Value::Table(of_poetry))]);
        kept.insert("tool".to_owned(), Value::Table(tool));
    }
    kept
}

/// The files that the dependency step reads beside the lock.
pub(crate) fn normalized(facts: &Facts) -> Result<Vec<TextFile>, Diagnostics> {
    let mut files = vec![TextFile {
        name: PYPROJECT.into(),
        text: of_project(&facts.pyproject).to_string(),
    }];
    if let Some(source) = facts.text(SETTINGS) {
        let settings = source?.text().parse::<Table>().map(Value::Table).ok();
        files.push(TextFile {
            name: SETTINGS.into(),
            text: of(settings.as_ref(), KEPT_OF_SETTINGS).to_string(),
        });
    }
    Ok(files)
}

/// Some keys of a table.
fn of(table: Option<&Value>, keys: &[&str]) -> Table {
    let table = table.and_then(Value::as_table).cloned();
    let mut table = table.unwrap_or_default();
    table.retain(|key, _| keys.contains(&key));
    table
}
