//! Package indexes that a manifest names.

use toml::{Table, Value};

use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::plan::installers::BuildSettings;

/// An index of a manifest.
#[derive(Clone, Debug)]
pub(in crate::plan::installers) struct PackageSource {
    /// Its address.
    pub(in crate::plan::installers) url: String,
    /// Where the address is written.
    pub(in crate::plan::installers) location: Location,
    /// Whether it stands in the place of the public index.
    pub(in crate::plan::installers) is_default: bool,
    /// Whether it is a page of links, and no index.
    pub(in crate::plan::installers) is_flat: bool,
    /// Whether credentials are written beside the address.
    pub(in crate::plan::installers) has_credentials: bool,
}

/// Credentials come as build secrets alone: what is written in a file would be part of the graph and of its log.
pub(in crate::plan::installers) fn credentials_at(place: &Location) -> Diagnostic {
    let message = "the credentials of this package index are expected as a build secret";
    Diagnostic::error(message)
        .at(place)
        .hint("write its address without them, lock again, and name the index and its `secret` in `[[tool.wheelwright.index]]`")
}

/// None of the sources has credentials.
pub(in crate::plan::installers) fn check_sources(
    sources: &[PackageSource],
) -> Result<(), Diagnostics> {
    let needs = |source: &&PackageSource| source.has_credentials || source.url.contains("${");
    let told = sources.iter().filter(needs);
    let told = told.map(|source| credentials_at(&source.location));
    Diagnostics::split(told.collect()).map(drop)
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
    if !sources.is_empty() {
        let indexes = sources.iter().map(index).collect();
        settings
            .uv
            .insert("index".to_owned(), Value::Array(indexes));
    }
    settings
}
