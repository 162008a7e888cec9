//! What `[tool.uv]` says that bears on a plan; all else in it goes to uv as it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostics, Spanned};
use crate::lock::uv::DEV;
use crate::project::{Facts, Pyproject};
use crate::toml_document;
use crate::toml_document::Document;
use crate::values::normalized_name;

/// Name of uv's own settings file, which it takes in place of `[tool.uv]`.
pub(crate) const FILE: &str = "uv.toml";

/// Some keys of `[tool.uv]`.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    /// `required-version`
    pub(crate) required_version: Option<Spanned<String>>,
    /// `package`: whether the project is one, whatever else says so.
    pub(crate) package: Option<Spanned<bool>>,
    /// `dev-dependencies`, which uv takes for the group `dev`.
    pub(crate) dev_dependencies: Vec<Spanned<String>>,
    /// `default-groups`: those that uv installs by itself.
    pub(crate) default_groups: DefaultGroups,
    /// `dependency-groups`: some groups are for some Pythons only.
    pub(crate) limits_groups: bool,
    /// `sources`, by normalized name.
    pub(crate) sources: BTreeMap<String, Sourced>,
}

/// `default-groups`
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) enum DefaultGroups {
    /// Nothing is said, and it is `dev`.
    #[default]
    Dev,
    /// `"all"`
    All,
    /// A list of names.
    These(Vec<String>),
}

impl DefaultGroups {
    /// Those of a project's groups that it means.
    pub(crate) fn of(&self, mut groups: Vec<String>) -> Vec<String> {
        groups.retain(|group| match self {
            Self::Dev => normalized_name(group) == DEV,
            Self::All => true,
            Self::These(names) => names
                .iter()
                .any(|name| normalized_name(name) == normalized_name(group)),
        });
        groups
    }
}

/// What `sources` says of a package.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Sourced {
    /// It is on an index, always.
    Index,
    /// It is a repository, an archive or a folder, always.
    Elsewhere,
    /// It depends.
    Sometimes,
}

/// Reads those of a project, with what the root of its workspace says for it.
pub(crate) fn of(facts: &Facts) -> Result<Arc<Settings>, Diagnostics> {
    let own = read(&facts.pyproject)?;
    let workspace = facts.workspace.as_ref();
    let Some(root) = workspace.and_then(|workspace| workspace.manifest.as_ref()) else {
        return Ok(own);
    };
    let root = read(root)?;
    let mut settings = (*own).clone();
    settings.required_version.clone_from(&root.required_version);
    settings.limits_groups |= root.limits_groups;
    for (name, sourced) in &root.sources {
        settings.sources.entry(name.clone()).or_insert(*sourced);
    }
    Ok(Arc::new(settings))
}

/// Reads those of a manifest, once.
pub(crate) fn read(project: &Pyproject) -> Result<Arc<Settings>, Diagnostics> {
    project.memo.once(|| parse(project))
}

fn parse(project: &Pyproject) -> Result<Settings, Diagnostics> {
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
        default_groups: default_groups(&uv),
        limits_groups: uv.get("dependency-groups").is_some(),
        sources: sources(&uv),
    })
}

fn default_groups(uv: &toml_document::Table<'_>) -> DefaultGroups {
    match uv.string("default-groups") {
        Some(word) if word.value == "all" => DefaultGroups::All,
        _ if uv.get("default-groups").is_some() => {
            let names = uv.strings("default-groups").into_iter();
            DefaultGroups::These(names.map(|name| name.value).collect())
        }
        _ => DefaultGroups::Dev,
    }
}

fn sources(uv: &toml_document::Table<'_>) -> BTreeMap<String, Sourced> {
    let Some(table) = uv.table("sources") else {
        return BTreeMap::new();
    };
    let entry = |name: Spanned<&str>| {
        let keys: Vec<_> = table
            .table(name.value)
            .map(|source| source.keys())
            .unwrap_or_default();
        let has = |names: &[&str]| keys.iter().any(|key| names.contains(&key.value));
        let sourced = if has(&["marker", "extra", "group"]) {
            Sourced::Sometimes
        } else if has(&["index"]) {
            Sourced::Index
        } else if has(&["git", "url", "path", "workspace"]) {
            Sourced::Elsewhere
        } else {
            Sourced::Sometimes
        };
        (normalized_name(name.value), sourced)
    };
    table.keys().into_iter().map(entry).collect()
}
