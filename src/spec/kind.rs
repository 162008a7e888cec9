//! What TOML file was handed over, known by its content: with local contexts the engine tells only a base name,
//! and for standard input and inline specs that is always `Dockerfile`.

use crate::diagnostic::{Diagnostics, rules};
use crate::toml_document::{Document, Table};

/// The kinds of spec.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SpecKind {
    /// A `pyproject.toml`: the spec is `[tool.wheelwright]`.
    Pyproject,
    /// A file of its own (`wheelwright.toml`, or a `Dockerfile` with one `# syntax=` line): the keys are at
    /// the top.
    Own,
    /// A requirements file of pip's: it says what is installed, and has no keys.
    Requirements,
}

/// What to do with a file that stands beside the manifest.
const BESIDE: &str = "hand over the `pyproject.toml` beside it";
const OF_THE_PROJECT: &str = "hand over the `pyproject.toml` of the Python project";

/// What a document is that is no spec.
struct Foreign {
    /// Its name, with an article.
    what: &'static str,
    /// The key that shows it.
    key: &'static str,
    hint: &'static str,
}

impl SpecKind {
    /// The kind of a TOML document; an error for those that are no spec.
    pub(crate) fn of(document: &Document<'_>) -> Result<Self, Diagnostics> {
        let root = document.root();
        if let Some(foreign) = lock(&root).or_else(|| manifest(&root)) {
            let message = format!(
                "this is {}, expected a spec or a `pyproject.toml`",
                foreign.what
            );
            let place = root.get(foreign.key).map(|value| value.with_key());
            let place = place.unwrap_or_else(|| root.location().clone());
            return Err(rules::FOREIGN_FILE
                .report(message)
                .at(&place)
                .hint(foreign.hint)
                .into());
        }
        let tables = ["project", "build-system", "tool", "dependency-groups"];
        if tables.iter().any(|key| root.get(key).is_some()) {
            return Ok(Self::Pyproject);
        }
        Ok(Self::Own)
    }
}

fn lock(root: &Table<'_>) -> Option<Foreign> {
    let is_array = |key: &str| {
        root.get(key)
            .is_some_and(|value| value.as_array().is_some())
    };
    // PEP 751; it may have a table `tool`.
    if root.get("lock-version").is_some() && root.get("created-by").is_some() {
        return Some(Foreign {
            what: "a pylock.toml",
            key: "lock-version",
            hint: BESIDE,
        });
    }
    let metadata = root.table("metadata");
    let in_metadata = |key: &str| {
        metadata
            .as_ref()
            .is_some_and(|table| table.get(key).is_some())
    };
    let (what, hint) = match () {
        () if in_metadata("content-hash") => ("a poetry.lock", BESIDE),
        () if in_metadata("content_hash") => ("a pdm.lock", BESIDE),
        () if !is_array("package") => return None,
        () if root.get("requires-python").is_some() => ("a uv.lock", BESIDE),
        () if root.get("version").is_some() => ("a Cargo.lock", OF_THE_PROJECT),
        () => ("a lock file", BESIDE),
    };
    let key = if is_array("package") {
        "package"
    } else {
        "metadata"
    };
    Some(Foreign { what, key, hint })
}

/// Manifests of other tools that are TOML.
fn manifest(root: &Table<'_>) -> Option<Foreign> {
    let is_table = |key: &str| root.table(key).is_some();
    // `package` of a spec is a boolean.
    if let Some(key) = ["package", "workspace"]
        .into_iter()
        .find(|key| is_table(key))
    {
        return Some(Foreign {
            what: "a Cargo manifest",
            key,
            hint: OF_THE_PROJECT,
        });
    }
    let key = ["packages", "dev-packages"]
        .into_iter()
        .find(|key| is_table(key))?;
    Some(Foreign {
        what: "a Pipfile",
        key,
        hint: "Pipenv is not supported yet; lock the project with uv",
    })
}
