//! What file was handed over, known by its content: with local contexts the engine tells only a base name,
//! and for standard input and inline specs that is always `Dockerfile`.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source};
use crate::document::Document;

/// The kinds of spec.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SpecKind {
    /// A `pyproject.toml`: the spec is `[tool.wheelwright]`.
    Pyproject,
    /// A file of its own (`wheelwright.toml`, or a `Dockerfile` with one `# syntax=` line): the keys are at
    /// the top.
    Own,
}

/// Instructions that begin a line of a Dockerfile and can begin none of a TOML file.
const INSTRUCTIONS: &[&str] = &[
    "ADD ",
    "ARG ",
    "CMD ",
    "COPY ",
    "ENTRYPOINT ",
    "ENV ",
    "EXPOSE ",
    "FROM ",
    "LABEL ",
    "RUN ",
    "USER ",
    "WORKDIR ",
];

/// Refuses texts that are plainly something else, before TOML errors would hide what they are.
pub(super) fn refuse_foreign(source: &Arc<Source>) -> Result<(), Diagnostics> {
    let mut offset = 0;
    for line in source.text().split_inclusive('\n') {
        let text = line.trim();
        let place = Location::new(source, offset..offset + line.trim_end().len());
        offset += line.len();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let upper = text.to_ascii_uppercase();
        if INSTRUCTIONS
            .iter()
            .any(|instruction| upper.starts_with(instruction))
            && !text.contains(" = ")
        {
            return Err(Diagnostic::error("this is a Dockerfile, expected a spec in TOML")
                .at(&place)
                .hint(
                    "remove the instructions and keep the `# syntax=` line: the project beside the file is \
                     built from its `pyproject.toml`",
                )
                .into());
        }
        if is_requirement(text) {
            return Err(Diagnostic::error(
                "this is a requirements file; projects without a `pyproject.toml` are not supported yet",
            )
            .at(&place)
            .hint("run `uv init --bare` and `uv add -r` with this file, then build `-f pyproject.toml`")
            .into());
        }
        // The first line with content decides; what comes later is TOML's to judge.
        break;
    }
    Ok(())
}

fn is_requirement(line: &str) -> bool {
    let option = ["-r ", "-c ", "-e ", "--"]
        .iter()
        .any(|option| line.starts_with(option));
    let named = line.starts_with(|first: char| first.is_ascii_alphanumeric())
        && ["==", ">=", "<=", "~=", "!="]
            .iter()
            .any(|operator| line.contains(operator))
        && !line.contains(" = ");
    option || named
}

impl SpecKind {
    /// The kind of a TOML document; an error for those that are no spec.
    pub(super) fn of(document: &Document<'_>) -> Result<Self, Diagnostics> {
        let root = document.root();
        let has = |key: &str| root.get(key).is_some();
        let wrong = |key: &str, what: &str, hint: &str| {
            let place = root
                .get(key)
                .map_or_else(|| root.location().clone(), |value| value.with_key());
            Err(Diagnostic::error(format!(
                "this is {what}, expected a spec or a `pyproject.toml`"
            ))
            .at(&place)
            .hint(hint.to_owned())
            .into())
        };
        if has("project") || has("build-system") || has("tool") || has("dependency-groups") {
            return Ok(Self::Pyproject);
        }
        if root
            .get("package")
            .is_some_and(|package| package.as_array().is_some())
        {
            return wrong(
                "package",
                "a lock file",
                "hand over the `pyproject.toml` beside it",
            );
        }
        if root
            .table("package")
            .is_some_and(|package| package.get("name").is_some())
            || has("workspace")
        {
            return wrong(
                "package",
                "a Cargo manifest",
                "hand over the `pyproject.toml` of the Python project",
            );
        }
        if has("packages") || has("dev-packages") {
            return wrong(
                "packages",
                "a Pipfile",
                "Pipenv is not supported yet; lock the project with uv",
            );
        }
        Ok(Self::Own)
    }
}
