//! Package indexes that a manifest names.

use toml::{Table, Value};

use crate::diagnostic::{Diagnostic, Diagnostics, Location, rules};
use crate::lock::index_login::{Login, VariableStyle, is_same};
use crate::lock::{BuildSettings, IndexLogin, index_login};
use crate::spec::Spec;
use crate::toml_document;
use crate::values::{IndexName, SecretId};

/// An index of a manifest.
#[derive(Clone, Debug)]
pub(crate) struct PackageSource {
    /// Its name.
    name: Option<String>,
    /// Its address, without credentials.
    url: String,
    /// Where the address is written.
    location: Location,
    /// How variables are written in it.
    style: VariableStyle,
    /// The credentials in the address, or beside it.
    pub(crate) login: Login,
    /// Whether it stands in the place of the public index.
    pub(crate) is_default: bool,
    /// Whether only those packages come from it that name it.
    pub(crate) is_explicit: bool,
    /// Whether it is a page of links, and no index.
    pub(crate) is_flat: bool,
}

impl PackageSource {
    /// Reads the `name` and the `url` of a table; `None` where it has no address.
    pub(crate) fn read(table: &toml_document::Table<'_>, style: VariableStyle) -> Option<Self> {
        let url = table.string("url")?;
        let (plain, login) = index_login::split(&url.value, style);
        Some(Self {
            name: table.string("name").map(|name| name.value),
            url: plain,
            location: url.location,
            style,
            login,
            is_default: false,
            is_explicit: false,
            is_flat: false,
        })
    }

    /// The error about it, if its credentials are variables or absent.
    fn problem(&self, spec: &Spec) -> Option<Diagnostic> {
        if let Some(variable) = index_login::first_variable(&self.url, self.style) {
            let message = format!(
                "`{variable}` in the address of a package index is not known in a build, expected variables in its credentials alone"
            );
            let error = rules::INDEX_CREDENTIALS.report(message).at(&self.location);
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
        Some(
            rules::INDEX_CREDENTIALS
                .report(message)
                .at(&self.location)
                .hint(hint),
        )
    }
}

/// Credentials come as build secrets alone: what is written in a file would be part of the graph and of its log. The
/// line is not shown for the same reason.
pub(crate) fn credentials_at(place: &Location) -> Diagnostic {
    let message = format!(
        "{}: the credentials of this package index are expected as a build secret",
        place.line()
    );
    rules::CREDENTIALS_IN_FILE.report(message).hint(
        "write it without them, lock again, and name the index and its `secret` in `[[tool.wheelwright.index]]`",
    )
}

/// The variables of all the sources get their values from build secrets.
pub(crate) fn check_sources(sources: &[PackageSource], spec: &Spec) -> Result<(), Diagnostics> {
    let told = sources.iter().filter_map(|source| source.problem(spec));
    let mut told: Vec<Diagnostic> = told.collect();
    let logins: Vec<_> = logins(sources).into_iter().zip(places(sources)).collect();
    told.extend(contradictions(&logins, spec));
    Diagnostics::split(told).map(drop)
}

/// A variable has one value, so what it stands for comes from one secret; each login with the place of its address.
pub(crate) fn contradictions(logins: &[(IndexLogin, Location)], spec: &Spec) -> Vec<Diagnostic> {
    let given = logins.iter().flat_map(|(login, place)| {
        let indexes = spec.model.indexes.iter();
        let indexes = indexes.filter(|index| is_same(index.url.value.as_str(), &login.url));
        let secrets = indexes.filter_map(|index| index.secret.as_ref());
        secrets.flat_map(move |secret| {
            let names = login.variables.names();
            names.map(move |name| (name, &secret.value, place))
        })
    });
    let mut known: Vec<(&String, &SecretId, &Location)> = Vec::new();
    let mut told = Vec::new();
    for (name, secret, place) in given {
        match known.iter().find(|(of, ..)| *of == name) {
            None => known.push((name, secret, place)),
            Some((_, other, _)) if *other == secret => {}
            Some((_, other, first)) => {
                let message = format!(
                    "`${{{name}}}` is of the secret `{secret}` here and of the secret `{other}` at {}, expected one secret for a variable",
                    first.line()
                );
                let error = rules::INDEX_CREDENTIALS.report(message).at(place);
                told.push(error.hint("give the variables of each index names of their own"));
            }
        }
    }
    told
}

/// Where those of the sources are that have variables for their credentials.
fn places(sources: &[PackageSource]) -> impl Iterator<Item = Location> {
    let with_variables = |source: &&PackageSource| matches!(source.login, Login::Variables(_));
    let sources = sources.iter().filter(with_variables);
    sources.map(|source| source.location.clone())
}

/// The errors about sources with credentials that are not variables.
pub(crate) fn written(sources: &[PackageSource]) -> Vec<Diagnostic> {
    let written = sources
        .iter()
        .filter(|source| source.login == Login::Written);
    written
        .map(|source| credentials_at(&source.location))
        .collect()
}

/// Those of the sources that have variables for their credentials.
pub(crate) fn logins(sources: &[PackageSource]) -> Vec<IndexLogin> {
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

/// The settings of uv for build requirements: the indexes of these sources.
pub(crate) fn build_settings(sources: &[PackageSource]) -> BuildSettings {
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
