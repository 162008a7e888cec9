//! Package indexes that a manifest names.

use toml::{Table, Value};

use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::document;
use crate::plan::IndexLogin;
use crate::plan::access::{self, Login, VariableStyle, is_same};
use crate::plan::installers::BuildSettings;
use crate::spec::Spec;
use crate::values::IndexName;

/// An index of a manifest.
#[derive(Clone, Debug)]
pub(in crate::plan::installers) struct PackageSource {
    /// Its name.
    name: Option<String>,
    /// Its address, without credentials.
    url: String,
    /// Where the address is written.
    location: Location,
    /// The credentials in the address, or beside it.
    pub(in crate::plan::installers) login: Login,
    /// Whether it stands in the place of the public index.
    pub(in crate::plan::installers) is_default: bool,
    /// Whether only those packages come from it that name it.
    pub(in crate::plan::installers) is_explicit: bool,
    /// Whether it is a page of links, and no index.
    pub(in crate::plan::installers) is_flat: bool,
}

impl PackageSource {
    /// Reads the `name` and the `url` of a table; `None` where it has no address.
    pub(in crate::plan::installers) fn read(
        table: &document::Table<'_>,
        style: VariableStyle,
    ) -> Option<Self> {
        let url = table.string("url")?;
        let (plain, login) = access::split(&url.value, style);
        Some(Self {
            name: table.string("name").map(|name| name.value),
            url: plain,
            location: url.location,
            login,
            is_default: false,
            is_explicit: false,
            is_flat: false,
        })
    }

    /// What stands against it, where its credentials are variables or none.
    fn problem(&self, spec: &Spec) -> Option<Diagnostic> {
        if let Some((_, rest)) = self.url.split_once("${") {
            let name = rest.split('}').next().unwrap_or(rest);
            let message = format!(
                "`${{{name}}}` in the address of a package index is not known in a build, expected variables in its credentials alone"
            );
            let error = Diagnostic::error(message).at(&self.location);
            return Some(error.hint("write its address without variables, and lock again"));
        }
        let Login::Variables(variables) = &self.login else {
            return None;
        };
        let mut indexes = spec.model.indexes.iter();
        let index = indexes.find(|index| is_same(index.url.value.as_str(), &self.url));
        let hint = match index {
            Some(index) if index.secret.is_some() => return None,
            Some(index) => format!(
                "write `secret = \"{name}\"` beside `name = \"{name}\"` in `[[tool.wheelwright.index]]`",
                name = index.name.value
            ),
            None => {
                let name = self.name.as_deref();
                let name = name.filter(|name| name.parse::<IndexName>().is_ok());
                let name = name.unwrap_or("corp");
                format!(
                    "write `[[tool.wheelwright.index]]` with `name = \"{name}\"`, `url = \"{}\"` and `secret = \"{name}\"`, a build secret with `USER:PASSWORD`",
                    self.url
                )
            }
        };
        let names: Vec<_> = variables
            .names()
            .map(|name| format!("`${{{name}}}`"))
            .collect();
        let message = format!(
            "no build secret gives {}, the credentials of this package index",
            names.join(" and ")
        );
        Some(Diagnostic::error(message).at(&self.location).hint(hint))
    }
}

/// Credentials come as build secrets alone: what is written in a file would be part of the graph and of its log. The
/// line is not shown for the same reason.
pub(in crate::plan::installers) fn credentials_at(place: &Location) -> Diagnostic {
    let message = format!(
        "{}: the credentials of this package index are expected as a build secret",
        place.line()
    );
    Diagnostic::error(message).hint(
        "write it without them, lock again, and name the index and its `secret` in `[[tool.wheelwright.index]]`",
    )
}

/// The variables of all the sources get their values from build secrets.
pub(in crate::plan::installers) fn check_sources(
    sources: &[PackageSource],
    spec: &Spec,
) -> Result<(), Diagnostics> {
    let told = sources.iter().filter_map(|source| source.problem(spec));
    Diagnostics::split(told.collect()).map(drop)
}

/// What is told of the sources with credentials that are no variables.
pub(in crate::plan::installers) fn written(sources: &[PackageSource]) -> Vec<Diagnostic> {
    let written = sources
        .iter()
        .filter(|source| source.login == Login::Written);
    written
        .map(|source| credentials_at(&source.location))
        .collect()
}

/// Those of the sources that have variables for their credentials.
pub(in crate::plan::installers) fn logins(sources: &[PackageSource]) -> Vec<IndexLogin> {
    let logins = sources.iter().filter_map(|source| match &source.login {
        Login::Variables(variables) => Some(IndexLogin {
            url: source.url.clone(),
            variables: variables.clone(),
            is_verbatim: false,
        }),
        _ => None,
    });
    logins.collect()
}

/// The same indexes for build requirements, which uv installs.
pub(in crate::plan::installers) fn build_settings(sources: &[PackageSource]) -> BuildSettings {
    let index = |source: &PackageSource| {
        let mut index = Table::from_iter([("url".to_owned(), Value::String(source.url.clone()))]);
        if source.is_default {
            index.insert("default".to_owned(), Value::Boolean(true));
        }
        if source.is_flat {
            index.insert("format".to_owned(), Value::String("flat".to_owned()));
        }
        Value::Table(index)
    };
    let mut settings = BuildSettings::default();
    let sources = sources.iter().filter(|source| !source.is_explicit);
    let indexes: Vec<Value> = sources.map(index).collect();
    if !indexes.is_empty() {
        settings
            .uv
            .insert("index".to_owned(), Value::Array(indexes));
    }
    settings
}
