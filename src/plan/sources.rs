//! The project's files: what of the context a build sees.

use crate::plan::{PartId, PartKind, Parts, Site, installers};
use crate::project::{BUILD_FOLDERS, PYPROJECT};
use crate::spec::SpecKind;

/// Not sent, wherever they are: what version control, tools and editors leave behind.
const DROPPED: &[&str] = &[
    "**/.git",
    "**/.hg",
    "**/.svn",
    "**/.venv",
    "**/__pycache__",
    "**/*.pyc",
    "**/.mypy_cache",
    "**/.pytest_cache",
    "**/.ruff_cache",
    "**/.tox",
    "**/.nox",
    "**/.ipynb_checkpoints",
    "**/node_modules",
    "**/.idea",
    "**/.vscode",
    "**/.DS_Store",
    "**/*.egg-info",
];

/// Not sent from the root of the context, beside the folders that tools build in.
const DROPPED_IN_ROOT: &[&str] = &[
    "venv",
    "htmlcov",
    ".coverage",
    "coverage.xml",
    ".dockerignore",
];

/// What the files are for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Purpose {
    /// A wheel is built from them, which there is none of without the manifest.
    Wheel,
    /// They are shipped as they are.
    Copy,
}

/// Adds the files of the project, less what no build needs.
pub(super) fn context(site: Site<'_>, parts: &mut Parts, purpose: Purpose) -> PartId {
    let model = &site.spec.model;
    let built = BUILD_FOLDERS
        .iter()
        .filter(|folder| !site.facts.root_packages.contains(*folder));
    let ours = DROPPED
        .iter()
        .chain(DROPPED_IN_ROOT)
        .chain(built)
        .map(|pattern| (*pattern).to_owned());
    // Planning read them; nothing else does.
    let read = installers::evidence().into_iter().map(str::to_owned);
    let own_spec = (site.spec.kind == SpecKind::Own).then(|| site.spec.source.name().to_owned());
    let manifest = (purpose == Purpose::Wheel).then(|| format!("!{PYPROJECT}"));
    // The user's come behind ours: the last match wins.
    let exclude = ours
        .chain(read)
        .chain(own_spec)
        .chain(site.facts.ignore.patterns().cloned())
        .chain(
            model
                .exclude
                .iter()
                .map(|pattern| pattern.value.to_string()),
        )
        .chain(
            model
                .include
                .iter()
                .map(|pattern| format!("!{}", pattern.value)),
        )
        .chain(manifest)
        .collect();
    parts.add(
        "[internal] load project files",
        None,
        PartKind::Context { exclude },
    )
}
