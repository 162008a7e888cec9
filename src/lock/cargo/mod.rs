//! The crates of a project whose wheel holds compiled Rust: `Cargo.toml` and `Cargo.lock`.
//!
//! Planning reads the manifests of all crates of the repository that the wheel is made from, so that everything which
//! others have published is compiled before the project's own sources are looked at (`stub`).

mod crates;
mod credentials;
mod lock;
mod members;
mod stub;
pub(crate) mod toolchain;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::context::{FileContent, Files};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source, rules};
use crate::lock::cargo::crates::Crates;
use crate::project::{Facts, Pyproject};
use crate::values::{ContextPath, TextFile, requirement_name};

/// The manifest of a crate or a workspace.
pub(crate) const MANIFEST: &str = "Cargo.toml";
/// The lock file, in the root of a workspace.
pub(crate) const LOCK: &str = "Cargo.lock";
/// What makes the lock file match the manifests and changes nothing else in it.
const RELOCK: &str = "run `cargo update --workspace` and commit `Cargo.lock`";

/// What builds the wheel.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Backend {
    Maturin,
    SetuptoolsRust,
}

impl Backend {
    /// What builds the wheel of a project, if that compiles Rust.
    pub(crate) fn of(project: &Pyproject) -> Option<Self> {
        let build = project.build_system.as_ref()?;
        let requires = build.requires.iter().flatten();
        let mut names = requires.filter_map(|text| requirement_name(&text.value));
        names.find_map(|name| match name.normalized() {
            "maturin" => Some(Self::Maturin),
            "setuptools-rust" => Some(Self::SetuptoolsRust),
            _ => None,
        })
    }

    /// Its name on the package index.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Maturin => "maturin",
            Self::SetuptoolsRust => "setuptools-rust",
        }
    }
}

/// The crates of a project.
pub(crate) struct CargoProject {
    pub(crate) backend: Backend,
    /// The folder of the workspace, which has the lock file.
    pub(crate) root: ContextPath,
    /// The names of the packages that are folders of the project.
    pub(crate) names: Vec<String>,
    /// The lock file; `None` if the file does not exist.
    pub(crate) lock: Option<lock::CargoLock>,
    /// The place to point at: the manifest of the crate.
    pub(crate) place: Location,
    /// The stubs of all crates with their manifests, and what builds them to a wheel.
    pub(crate) stubs: Vec<TextFile>,
    /// Why stubs cannot stand for the crates, so that dependencies are compiled together with them.
    pub(crate) without_stubs: Option<Diagnostic>,
}

/// The paths of more files that planning reads for the crates of a project, once all of its `Cargo.toml` are known; by
/// their paths in the project's folder.
pub(crate) fn wanted(project: &Pyproject, manifests: &Files) -> Vec<ContextPath> {
    let Some(backend) = Backend::of(project) else {
        return Vec::new();
    };
    let Ok(crates) = Crates::read(backend, project, manifests) else {
        // The problems are reported when the project is planned.
        return Vec::new();
    };
    let folders = crates.all.keys();
    let mut paths: Vec<ContextPath> = folders
        .flat_map(|folder| {
            let names = stub::LOOKED_FOR.iter();
            names.filter_map(|name| folder.join(name).ok())
        })
        .collect();
    let roots = [&ContextPath::root(), &crates.root];
    let above = roots.into_iter().flat_map(|folder| {
        let names = toolchain::FILES.iter().chain(CONFIG).chain([&LOCK]);
        names.filter_map(|name| folder.join(name).ok())
    });
    paths.extend(above);
    paths.sort();
    paths.dedup();
    paths
}

/// The settings of cargo in a folder, the one that counts first.
const CONFIG: &[&str] = &[".cargo/config", ".cargo/config.toml"];

/// The crates of a project, which are read once; `None` if its wheel compiles no Rust.
pub(crate) fn read(facts: &Facts) -> Result<Option<Arc<CargoProject>>, Diagnostics> {
    let Some(backend) = Backend::of(&facts.pyproject) else {
        return Ok(None);
    };
    facts
        .memo
        .once(|| CargoProject::read(backend, facts))
        .map(Some)
}

impl CargoProject {
    fn read(backend: Backend, facts: &Facts) -> Result<Self, Diagnostics> {
        let files = &facts.evidence;
        let crates = Crates::read(backend, &facts.pyproject, files)?;
        let lock_path = crates.root.join(LOCK).ok();
        let lock = lock_path.and_then(|path| Some((files.get(&path)?, path)));
        let lock = lock.map(|(content, path)| source(content, &path));
        let lock = lock.transpose()?;
        // First and alone: any other error may show a line with one.
        let manifests = crates.all.values().map(|found| &found.source);
        let mut told = credentials::in_files(manifests.chain(&lock));
        let folders = [&ContextPath::root(), &crates.root];
        told.extend(credentials::in_settings(files, &folders));
        Diagnostics::split(told)?;
        let lock = lock.map(|source| lock::CargoLock::read(&source));
        let lock = lock.transpose()?;
        if let Some(lock) = &lock {
            lock.check(&crates)?;
        }
        let without_stubs = stub::obstacle(&crates, &facts.pyproject);
        Ok(Self {
            backend,
            names: crates.names(),
            place: crates.place.clone(),
            stubs: stub::files(&crates, facts, lock.as_ref()),
            root: crates.root,
            lock,
            without_stubs,
        })
    }

    /// Whether another package is locked, by its name.
    pub(crate) fn locks(&self, name: &str) -> bool {
        self.lock.as_ref().is_some_and(|lock| lock.has(name))
    }

    /// The warning about what another build may have in other versions.
    pub(crate) fn warning(&self) -> Option<Diagnostic> {
        let message = format!("there is no `{LOCK}`: the next build may have other versions");
        self.lock.is_none().then(|| {
            rules::UNLOCKED_CRATES
                .report(message)
                .at(&self.place)
                .hint("run `cargo generate-lockfile` and commit `Cargo.lock`")
        })
    }
}

/// A file of the project's as a text, under its path in the project's folder.
fn source(content: &FileContent, path: &ContextPath) -> Result<Arc<Source>, Diagnostic> {
    content.source(path.as_str())
}

/// The value of a key in `[tool.NAME]` of the manifest.
fn tool_table(project: &Pyproject, name: &str) -> toml::Table {
    // A text that is not TOML was reported when the manifest was read.
    let manifest: toml::Table = project.source.text().parse().unwrap_or_default();
    let tool = manifest.get("tool").and_then(|tool| tool.get(name));
    tool.and_then(toml::Value::as_table)
        .cloned()
        .unwrap_or_default()
}

/// An error about what the manifest of the project says.
fn at_build_system(project: &Pyproject, message: String) -> Diagnostic {
    let build = project.build_system.as_ref();
    let place = build.map_or(&project.place, |build| &build.location);
    rules::CARGO_MANIFEST.report(message).at(place)
}

/// The manifests among files, by their folders.
fn manifests(files: &Files) -> BTreeMap<ContextPath, &FileContent> {
    let is_manifest = |(path, _): &(&ContextPath, &FileContent)| path.file_name() == Some(MANIFEST);
    let found = files.iter().filter(is_manifest);
    found
        .filter_map(|(path, content)| Some((path.parent()?, content)))
        .collect()
}
