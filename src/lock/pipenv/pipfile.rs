//! `Pipfile`: what planning reads of it, and the form of it that the dependency step sees.

use std::sync::Arc;

use toml::Table;

use crate::diagnostic::{Diagnostics, Location, Source, Spanned, rules};
use crate::lock::index_login::VariableStyle;
use crate::lock::package_sources::PackageSource;
use crate::lock::pipenv::MANIFEST;
use crate::project::Facts;
use crate::toml_document;
use crate::toml_document::Document;
use crate::values::PythonVersion;

/// The category of what developers need.
pub(crate) const DEV_PACKAGES: &str = "dev-packages";
/// That of the project's own dependencies.
pub(crate) const PACKAGES: &str = "packages";

/// The tables that are no category (plette, `PIPFILE_SECTIONS`).
pub(crate) const SECTIONS: &[&str] = &[
    "source",
    PACKAGES,
    DEV_PACKAGES,
    "requires",
    "scripts",
    "pipfile",
    "pipenv",
];

/// A manifest.
pub(crate) struct Pipfile {
    /// Its text.
    pub(crate) source: Arc<Source>,
    /// `[[source]]`
    pub(crate) sources: Vec<PackageSource>,
    /// `dev-packages`, where it is there, and the user's own categories.
    pub(crate) categories: Vec<String>,
    /// The names in `packages`.
    pub(crate) packages: Vec<Spanned<String>>,
    /// Where `packages` is, else the top.
    pub(crate) place: Location,
    /// `requires.python_full_version`, else `requires.python_version`.
    requires: Option<Spanned<String>>,
}

impl Pipfile {
    /// Reads it.
    pub(crate) fn read(facts: &Facts) -> Result<Self, Diagnostics> {
        let Some(source) = facts.text(MANIFEST) else {
            let error = rules::MISSING_FILE.report("there is no `Pipfile` in the build context");
            return Err(error
                .at(&facts.pyproject.place)
                .hint("commit the `Pipfile` that `Pipfile.lock` was made from")
                .into());
        };
        let source = source?;
        let document = Document::parse(&source)?;
        let root = document.root();
        let packages = root.table(PACKAGES);
        let names = packages.as_ref().map(toml_document::Table::keys);
        let names = names.unwrap_or_default().into_iter();
        let tables = root.get("source").and_then(|array| array.as_array());
        let tables = tables.unwrap_or_default();
        let tables = tables.iter().filter_map(toml_document::Value::as_table);
        let read = |table| PackageSource::read(&table, VariableStyle::Shell);
        let mut sources: Vec<PackageSource> = tables.filter_map(read).collect();
        if let Some(first) = sources.first_mut() {
            first.is_default = true;
        }
        let is_category = |name: &str| name == DEV_PACKAGES || !SECTIONS.contains(&name);
        let categories = root.keys().into_iter().map(|name| name.value);
        let table = root.table("requires");
        let required = |key: &str| table.as_ref().and_then(|table| table.string(key));
        Ok(Self {
            sources,
            categories: categories
                .filter(|name| is_category(name))
                .map(str::to_owned)
                .collect(),
            packages: names.map(|name| name.map(str::to_owned)).collect(),
            place: packages
                .map_or_else(|| Location::top(&source), |table| table.location().clone()),
            requires: required("python_full_version").or_else(|| required("python_version")),
            source,
        })
    }

    /// The Python that it requires; `None` where that is a range, or nothing.
    pub(crate) fn python(&self) -> Result<Option<Spanned<PythonVersion>>, Diagnostics> {
        let Some(required) = &self.requires else {
            return Ok(None);
        };
        if required.value.starts_with(['<', '>', '=', '!', '~', '*']) {
            return Ok(None);
        }
        match required.value.parse() {
            Ok(value) => Ok(Some(Spanned {
                value,
                location: required.location.clone(),
            })),
            Err(error) => {
                let error = rules::INVALID_VALUE.report(format!("`[requires]`: {error}"));
                Err(error.at(&required.location).into())
            }
        }
    }

    /// The whole text as a tree.
    pub(crate) fn table(&self) -> Table {
        self.source.text().parse().unwrap_or_default()
    }

    /// The text without the commands that the project gives names; keys in alphabetical order.
    pub(crate) fn normalized(&self) -> String {
        let mut table = self.table();
        table.remove("scripts");
        table.to_string()
    }
}

/// Whether a path is that of the project itself.
pub(crate) fn is_own(path: Option<&str>) -> bool {
    path.is_some_and(|path| [".", "./"].contains(&path))
}
