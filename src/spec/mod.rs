//! The spec: what the user wrote, with the place of everything in it.

mod foreign;
mod image;
mod keys;
mod kind;
mod model;
mod read;
mod schema;
mod typecheck;

use std::sync::Arc;

pub use image::{HealthCommand, Healthcheck, ImageSpec};
pub use keys::{KEYS, Key, Kind, Word};
pub use kind::SpecKind;
pub use model::{IndexSpec, Model, Spec, SystemSpec, VersionSpec};
pub use schema::schema;

use crate::diagnostic::{Diagnostic, Diagnostics, Source};
use crate::document::{Document, Table};

/// Reads a spec: the table `[tool.wheelwright]` of a `pyproject.toml`, or the same keys at the top of a file
/// of its own. All that is wrong is told at once.
pub fn parse(source: &Arc<Source>) -> Result<Spec, Diagnostics> {
    let requirements = || Spec {
        source: Arc::clone(source),
        kind: SpecKind::Requirements,
        model: Model::read(None, &mut Vec::new()),
    };
    if foreign::is_named_requirements(source) {
        // `flask = 3` would be TOML.
        return Ok(requirements());
    }
    let document = match Document::parse(source) {
        Ok(document) => document,
        Err(_) if foreign::is_requirements(source) => return Ok(requirements()),
        Err(errors) => return Err(foreign::explain(source, errors)),
    };
    let kind = SpecKind::of(&document)?;
    let mut problems = Vec::new();
    let table = table(&document, kind, &mut problems);
    let model = Model::read(table, &mut problems);
    Diagnostics::split(problems)?;
    Ok(Spec {
        source: Arc::clone(source),
        kind,
        model,
    })
}

/// The table that holds the keys, where there is one.
fn table<'d>(
    document: &'d Document<'d>,
    kind: SpecKind,
    problems: &mut Vec<Diagnostic>,
) -> Option<Table<'d>> {
    if kind == SpecKind::Own {
        return Some(document.root());
    }
    let value = document.root().table("tool")?.get("wheelwright")?;
    let table = value.as_table();
    if table.is_none() {
        let message = format!("`{}` is {}, expected a table", value.path(), value.kind());
        problems.push(Diagnostic::error(message).at(&value.with_key()));
    }
    table
}

#[cfg(test)]
mod tests;
