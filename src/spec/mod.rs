//! The spec: what the user wrote, with the place of everything in it.

mod cargo;
mod copies;
mod foreign;
mod image;
mod keys;
mod kind;
mod model;
mod place;
mod read;
mod run;
mod schema;
mod target;
mod typecheck;
mod wheel;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Source, nearest, rules};
use crate::toml_document::{Document, Table};
pub use cargo::CargoSpec;
pub use copies::CopySpec;
pub use image::{HealthCommand, Healthcheck, ImageSpec};
pub use keys::{KEYS, Key, Kind, Word};
pub use kind::SpecKind;
pub use model::{IndexSpec, Model, NetworkSpec, Spec, SystemSpec, VersionSpec};
pub use place::in_own_file;
pub use run::{RunAfter, RunCommand, RunSpec};
pub use schema::schema;
pub use target::{TargetSpec, WorkerSpec};
pub use wheel::WheelSpec;

/// Reads a spec: the table `[tool.wheelwright]` of a `pyproject.toml`, or the same keys at the top of a file
/// of its own. Every error is reported at once.
pub fn parse(source: &Arc<Source>) -> Result<Spec, Diagnostics> {
    let requirements = || Spec {
        source: Arc::clone(source),
        kind: SpecKind::Requirements,
        model: Model::read(None, &mut Vec::new()),
        warnings: Vec::new(),
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
        warnings: Vec::new(),
    })
}

/// The spec of a build with the manifest beside it. A file that says nothing (a `Dockerfile` with its one `# syntax=`
/// line, a requirements file) leaves the word to `[tool.wheelwright]` there; one that has keys is the spec alone.
pub fn with_manifest(spec: Spec, manifest: &Arc<Source>) -> Result<Spec, Diagnostics> {
    let is_manifest = spec.kind == SpecKind::Pyproject;
    // Errors in a manifest are reported with the facts.
    let (false, Ok(document)) = (is_manifest, Document::parse(manifest)) else {
        return Ok(spec);
    };
    let mut problems = Vec::new();
    let Some(table) = table(&document, SpecKind::Pyproject, &mut problems) else {
        Diagnostics::split(problems)?;
        return Ok(spec);
    };
    if has_keys(&spec) {
        let name = spec.source.name();
        let message = format!("`[tool.wheelwright]` is not read, since `{name}` has keys");
        let warning = rules::TWO_SPECS
            .report(message)
            .at(table.location())
            .hint(format!(
                "keep the keys in one of the two, or build with `-f {}`",
                manifest.name()
            ));
        let warnings = [spec.warnings, vec![warning]].concat();
        return Ok(Spec { warnings, ..spec });
    }
    let model = Model::read(Some(table), &mut problems);
    Diagnostics::split(problems)?;
    Ok(Spec { model, ..spec })
}

fn has_keys(spec: &Spec) -> bool {
    spec.kind == SpecKind::Own
        && Document::parse(&spec.source).is_ok_and(|document| !document.root().keys().is_empty())
}

/// The name of our table in `[tool]`.
const TABLE: &str = "wheelwright";

/// The table that holds the keys, where there is one.
fn table<'d>(
    document: &'d Document<'d>,
    kind: SpecKind,
    problems: &mut Vec<Diagnostic>,
) -> Option<Table<'d>> {
    if kind == SpecKind::Own {
        return Some(document.root());
    }
    let tools = document.root().table("tool")?;
    let Some(value) = tools.get(TABLE) else {
        // The tables of other tools are none of ours, but for one that nobody else has.
        let mut names = tools.keys().into_iter();
        problems.extend(names.find_map(|name| {
            nearest(name.value, [TABLE])?;
            let message = format!("`[tool.{}]` is no table of ours", name.value);
            let error = rules::MISSPELT_TABLE.report(message).at(&name.location);
            Some(error.hint(format!("did you mean `[tool.{TABLE}]`?")))
        }));
        return None;
    };
    let table = value.as_table();
    if table.is_none() {
        let message = format!("`{}` is {}, expected a table", value.path(), value.kind());
        problems.push(rules::WRONG_TYPE.report(message).at(&value.with_key()));
    }
    table
}

#[cfg(test)]
mod tests;
