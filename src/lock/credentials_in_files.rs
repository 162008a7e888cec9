//! Passwords in the files that name packages and indexes: what these say is in the graph of the build, which the engine
//! keeps and shows.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Location, Source, rules};
use crate::lock::package_sources::credentials_at;
use crate::lock::tree::{self, Tree};
use crate::project::requirements::credentials_in;
use crate::project::{Facts, Pyproject};
use crate::toml_document::{Document, Table, Value};

/// The lists of requirements that every tool reads (PEP 621, PEP 735, PEP 518), by their dotted paths.
const STANDARD: &[&str] = &[
    "project.dependencies",
    "project.optional-dependencies",
    "dependency-groups",
    "build-system.requires",
];

/// The keys of uv's settings that name indexes.
const INDEXES: &[&str] = &[
    "index",
    "index-url",
    "extra-index-url",
    "find-links",
    "check-url",
    "publish-url",
];

/// What to do about a package whose address has one.
const HINT: &str = "remove it and change it, as it may be in version control; then lock again, with the repository over SSH (`git+ssh://git@…`, and `--ssh default` at the build) or the package on an index with a `secret`";

/// Those in the manifests of the project and of the packages beside it: in the standard lists, and in the tables of a
/// tool, by their dotted paths.
pub(crate) fn in_manifests(facts: &Facts, tables: &[&str]) -> Vec<Diagnostic> {
    let workspace = facts.workspace.as_ref();
    let root = workspace.and_then(|workspace| workspace.manifest.as_ref());
    let members = facts.members.iter().map(|member| &member.pyproject);
    let manifests = [&facts.pyproject].into_iter().chain(root).chain(members);
    let paths: Vec<&str> = STANDARD.iter().chain(tables).copied().collect();
    manifests
        .flat_map(|manifest: &Pyproject| in_source(&manifest.source, &paths))
        .collect()
}

/// Those in some tables of a TOML file, by their dotted paths.
pub(crate) fn in_tables(facts: &Facts, name: &str, paths: &[&str]) -> Vec<Diagnostic> {
    match facts.text(name) {
        Some(Ok(source)) => in_source(&source, paths),
        // What cannot be read is reported where it is read.
        _ => Vec::new(),
    }
}

/// Those in a TOML file, which may be a lock file.
pub(crate) fn in_file(facts: &Facts, name: &str) -> Vec<Diagnostic> {
    match facts.text(name) {
        Some(Ok(source)) => in_text_of(&source),
        _ => Vec::new(),
    }
}

/// Those in any string of a TOML text.
pub(crate) fn in_text_of(source: &Arc<Source>) -> Vec<Diagnostic> {
    // Lock files are long, and hardly any has one.
    if !source.text().contains('@') {
        return Vec::new();
    }
    let (tree, None) = Tree::recover(source) else {
        return Vec::new();
    };
    let strings = tree.strings();
    strings.filter_map(in_string).collect()
}

fn in_string(value: tree::Value<'_>) -> Option<Diagnostic> {
    let text = value.as_str().filter(|text| text.contains('@'))?;
    let above = std::iter::successors(Some(value), |value| value.parent());
    let keys: Vec<_> = above.filter_map(tree::Value::key).collect();
    // What a package says of itself is no address.
    if keys.iter().any(|key| key == "description") {
        return None;
    }
    let is_index = keys.iter().any(|key| INDEXES.contains(&&**key));
    in_text(&text, &value.location(), is_index)
}

fn in_source(source: &Arc<Source>, paths: &[&str]) -> Vec<Diagnostic> {
    if !source.text().contains('@') {
        return Vec::new();
    }
    let Ok(document) = Document::parse(source) else {
        return Vec::new();
    };
    let root = document.root();
    let mut told = Vec::new();
    let values = paths.iter().filter_map(|path| at(&root, path));
    values.for_each(|value| in_value(&value, &mut told));
    told
}

/// The value at a dotted path.
fn at<'d>(root: &Table<'d>, path: &str) -> Option<Value<'d>> {
    // A category of a Pipfile may have a dot in its name.
    root.get(path).or_else(|| {
        let (key, rest) = path.split_once('.')?;
        at(&root.table(key)?, rest)
    })
}

fn in_table(table: &Table<'_>, told: &mut Vec<Diagnostic>) {
    // What a package says of itself is no address.
    let keys = table.keys().into_iter();
    let keys = keys.filter(|key| key.value != "description");
    let values = keys.filter_map(|key| table.get(key.value));
    values.for_each(|value| in_value(&value, told));
}

fn in_value(value: &Value<'_>, told: &mut Vec<Diagnostic>) {
    if let Some(table) = value.as_table() {
        in_table(&table, told);
    }
    let elements = value.as_array().unwrap_or_default();
    for element in &elements {
        in_value(element, told);
    }
    if let Some(text) = value.as_string() {
        let mut keys = value.path().split(['.', '[']);
        let is_index = keys.any(|key| INDEXES.contains(&key));
        told.extend(in_text(&text.value, &text.location, is_index));
    }
}

/// The error about a text; its line is not shown.
pub(crate) fn in_text(text: &str, place: &Location, is_index: bool) -> Option<Diagnostic> {
    let message = credentials_in(text)?;
    if is_index {
        return Some(credentials_at(place));
    }
    Some(
        rules::CREDENTIALS_IN_FILE
            .report(format!("{}: {message}", place.line()))
            .hint(HINT),
    )
}
