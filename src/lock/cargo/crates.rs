//! The crates of the repository that a wheel is made from: the one that it holds, those of its workspace, and what they
//! depend on by path.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::{Table, Value};

use crate::context::Files;
use crate::diagnostic::{Diagnostics, Location, Source, rules};
use crate::lock::cargo::members::{members, texts};
use crate::lock::cargo::{Backend, MANIFEST, at_build_system, manifests, source, tool_table};
use crate::project::Pyproject;
use crate::toml_document::Document;
use crate::values::ContextPath;

/// How many crates of the repository are read.
const MAX_CRATES: usize = 1_000;

/// Where maturin looks for the manifest of the crate where `[tool.maturin]` names none.
const USUAL: &[&str] = &["Cargo.toml", "rust/Cargo.toml"];

/// The crates of a project.
pub(crate) struct Crates {
    pub(crate) backend: Backend,
    /// The manifest that the wheel is made from, or the first of several.
    pub(crate) manifest: ContextPath,
    /// The folder of the workspace.
    pub(crate) root: ContextPath,
    /// All crates by their folders, and the root of the workspace, which may be no crate itself.
    pub(crate) all: BTreeMap<ContextPath, Crate>,
    /// The files that are known to exist.
    files: Vec<ContextPath>,
    /// Whether only `setup.py` says which crates there are.
    pub(crate) of_setup_py: bool,
    /// The place to point at: the manifest that the wheel is made from.
    pub(crate) place: Location,
}

/// A manifest.
pub(crate) struct Crate {
    pub(crate) source: Arc<Source>,
    pub(crate) table: Table,
}

impl Crate {
    fn read(text: &Arc<Source>) -> Result<Self, Diagnostics> {
        // Errors of the syntax with their places.
        Document::parse(text)?;
        Ok(Self {
            source: Arc::clone(text),
            table: text.text().parse().unwrap_or_default(),
        })
    }

    /// `package.name`; `None` of a workspace that is no crate itself.
    pub(crate) fn name(&self) -> Option<&str> {
        self.table.get("package")?.get("name")?.as_str()
    }

    pub(crate) fn workspace(&self) -> Option<&Table> {
        self.table.get("workspace")?.as_table()
    }

    /// The tables of dependencies, those for some platforms included.
    pub(crate) fn dependencies(&self) -> Vec<&Table> {
        let mut found = Vec::new();
        let targets = self.table.get("target").and_then(Value::as_table);
        let targets = targets.into_iter().flat_map(|targets| targets.values());
        let tables = targets.filter_map(Value::as_table);
        for table in [&self.table].into_iter().chain(tables) {
            for kind in DEPENDENCIES {
                found.extend(table.get(*kind).and_then(Value::as_table));
            }
        }
        let shared = self.workspace().and_then(|it| it.get("dependencies"));
        found.extend(shared.and_then(Value::as_table));
        found
    }

    /// The place of a dependency, by its key.
    pub(crate) fn place_of(&self, key: &str) -> Location {
        let place = || {
            let document = Document::parse(&self.source).ok()?;
            let root = document.root();
            let mut tables = DEPENDENCIES.iter().filter_map(|kind| root.table(kind));
            let value = tables.find_map(|table| table.get(key))?;
            Some(value.with_key())
        };
        place().unwrap_or_else(|| Location::top(&self.source))
    }

    /// The folders of the dependencies by path, relative to the crate's.
    fn paths(&self) -> Vec<String> {
        let all = self.dependencies().into_iter();
        let values = all.flat_map(|table| table.values());
        let paths = values.filter_map(|value| value.get("path")?.as_str());
        paths.map(str::to_owned).collect()
    }
}

/// The tables that hold dependencies, with the older spellings that cargo still reads.
pub(crate) const DEPENDENCIES: &[&str] = &[
    "dependencies",
    "dev-dependencies",
    "dev_dependencies",
    "build-dependencies",
    "build_dependencies",
];

impl Crates {
    /// Reads the manifests that count among all that there are.
    pub(crate) fn read(
        backend: Backend,
        project: &Pyproject,
        files: &Files,
    ) -> Result<Self, Diagnostics> {
        let there = manifests(files);
        let (named, of_setup_py) = named_manifests(backend, project, files)?;
        let crate_in = |folder: &ContextPath| -> Result<Option<Crate>, Diagnostics> {
            let Some(content) = there.get(folder) else {
                return Ok(None);
            };
            let path = folder.join(MANIFEST).unwrap_or_else(|_| folder.clone());
            Ok(Some(Crate::read(&source(content, &path)?)?))
        };
        let folders: Vec<&ContextPath> = there.keys().collect();
        let mut all = BTreeMap::new();
        let mut open = Vec::new();
        let mut root: Option<ContextPath> = None;
        for manifest in &named {
            let folder = manifest.parent().unwrap_or_else(ContextPath::root);
            let Some(found) = crate_in(&folder)? else {
                let message = format!("there is no `{manifest}`, which the wheel is made from");
                let error = at_build_system(project, message);
                return Err(error.hint(name_manifest(backend)).into());
            };
            let own = workspace_of(&folder, &found, &crate_in)?;
            match &root {
                Some(root) if *root != own => {
                    let message = format!(
                        "the crates of the wheel are in two workspaces, in `{root}` and `{own}`, which is not supported yet"
                    );
                    let error = at_build_system(project, message);
                    return Err(error.hint("put them into one `[workspace]`").into());
                }
                _ => root = Some(own),
            }
            open.push(folder);
        }
        let root = root.unwrap_or_else(ContextPath::root);
        open.push(root.clone());
        if let Some(workspace) = crate_in(&root)?.as_ref().and_then(Crate::workspace) {
            open.extend(members(workspace, &root, &folders));
        }
        while let Some(folder) = open.pop() {
            if all.contains_key(&folder) {
                continue;
            }
            let Some(found) = crate_in(&folder)? else {
                let message = format!(
                    "there is no `{folder}/{MANIFEST}` in the project's folder, which another crate depends on"
                );
                let error = at_build_system(project, message);
                return Err(error
                    .hint("build with the folder that holds all crates, or publish the crate to a registry")
                    .into());
            };
            for path in found.paths() {
                open.push(dependency(&folder, &found, &path)?);
            }
            all.insert(folder, found);
            if all.len() > MAX_CRATES {
                let message = format!("the workspace has more than {MAX_CRATES} crates");
                return Err(at_build_system(project, message).into());
            }
        }
        let manifest = named.into_iter().next();
        let manifest = manifest.unwrap_or_else(|| ContextPath::known(MANIFEST));
        let own = manifest.parent().and_then(|folder| all.get(&folder));
        let place = own.map(|own: &Crate| Location::top(&own.source));
        Ok(Self {
            place: place.unwrap_or_else(|| project.place.clone()),
            backend,
            manifest,
            root,
            all,
            files: files.keys().cloned().collect(),
            of_setup_py,
        })
    }

    /// Whether a crate is locked whatever else needs it: it is the one of the wheel, or in its workspace.
    pub(crate) fn is_member(&self, found: &Crate) -> bool {
        found.source.name() == self.manifest.as_str()
    }

    /// The name of the package of a dependency that the workspace declares for its members.
    pub(crate) fn shared_name(&self, key: &str) -> Option<&str> {
        let workspace = self.all.get(&self.root)?.workspace()?;
        let shared = workspace.get("dependencies")?.get(key)?;
        shared.get("package")?.as_str()
    }

    /// The names of the crates.
    pub(crate) fn names(&self) -> Vec<String> {
        let names = self.all.values().filter_map(Crate::name);
        names.map(str::to_owned).collect()
    }

    /// Whether a file of the project is known to exist.
    pub(crate) fn has_file(&self, path: &ContextPath) -> bool {
        self.files.binary_search(path).is_ok()
    }
}

/// The manifests that the wheel is made from, and whether only `setup.py` knows them.
fn named_manifests(
    backend: Backend,
    project: &Pyproject,
    files: &Files,
) -> Result<(Vec<ContextPath>, bool), Diagnostics> {
    let tool = tool_table(project, backend.name());
    let stated: Vec<String> = match backend {
        Backend::Maturin => {
            let path = tool.get("manifest-path").and_then(Value::as_str);
            path.map(str::to_owned).into_iter().collect()
        }
        Backend::SetuptoolsRust => {
            let lists = ["ext-modules", "bins"].into_iter();
            let lists = lists.filter_map(|key| tool.get(key)?.as_array());
            let path = |table: &Value| {
                let path = table.get("path").and_then(Value::as_str);
                path.unwrap_or(MANIFEST).to_owned()
            };
            lists.flatten().map(path).collect()
        }
    };
    let mut named = Vec::new();
    for text in stated {
        match text.parse::<ContextPath>() {
            Ok(path) if path.file_name() == Some(MANIFEST) => named.push(path),
            _ => {
                let message = format!(
                    "`{text}` in `[tool.{}]` is not a `{MANIFEST}` in the project's folder",
                    backend.name()
                );
                let error = at_build_system(project, message);
                return Err(error.hint(name_manifest(backend)).into());
            }
        }
    }
    if !named.is_empty() {
        named.dedup();
        return Ok((named, false));
    }
    let usual = USUAL.iter().map(|path| ContextPath::known(path));
    let found = usual.into_iter().find(|path| files.contains_key(path));
    if let Some(path) = found {
        return Ok((vec![path], backend == Backend::SetuptoolsRust));
    }
    let message = format!(
        "the wheel is built with {}, and there is no `{MANIFEST}` in the project's folder",
        backend.name()
    );
    let error = at_build_system(project, message);
    Err(error.hint(name_manifest(backend)).into())
}

/// The folder of a dependency by path.
fn dependency(folder: &ContextPath, found: &Crate, path: &str) -> Result<ContextPath, Diagnostics> {
    folder.join(path).map_err(|_| {
        let message =
            format!("the dependency `{path}` of the crate is outside of the project's folder");
        let place = Location::top(&found.source);
        let error = rules::CARGO_MANIFEST.report(message).at(&place);
        error
            .hint("move the crate into the project's folder, or publish it to a registry")
            .into()
    })
}

fn name_manifest(backend: Backend) -> &'static str {
    match backend {
        Backend::Maturin => "name it: `manifest-path = \"…/Cargo.toml\"` in `[tool.maturin]`",
        Backend::SetuptoolsRust => {
            "name it: `path = \"…/Cargo.toml\"` in `[[tool.setuptools-rust.ext-modules]]`"
        }
    }
}

/// The folder of the workspace of a crate, as cargo finds it: its own, the one that it names, or the nearest above.
fn workspace_of(
    folder: &ContextPath,
    found: &Crate,
    crate_in: &impl Fn(&ContextPath) -> Result<Option<Crate>, Diagnostics>,
) -> Result<ContextPath, Diagnostics> {
    if found.workspace().is_some() {
        return Ok(folder.clone());
    }
    let package = found.table.get("package");
    let named = package.and_then(|package| package.get("workspace")?.as_str());
    if let Some(named) = named.and_then(|named| folder.join(named).ok()) {
        return Ok(named);
    }
    for above in std::iter::successors(folder.parent(), ContextPath::parent) {
        let Some(other) = crate_in(&above)? else {
            continue;
        };
        if let Some(workspace) = other.workspace() {
            let path = relative(folder, &above);
            let is_excluded = texts(workspace, "exclude").iter().any(|excluded| {
                let excluded = excluded.trim_end_matches('/');
                path == excluded || path.starts_with(&format!("{excluded}/"))
            });
            if !is_excluded {
                return Ok(above);
            }
        }
    }
    Ok(folder.clone())
}

/// The path of a folder seen from another one that it is in; its whole path where it is elsewhere.
pub(crate) fn relative<'p>(folder: &'p ContextPath, above: &ContextPath) -> &'p str {
    let path = folder.as_str();
    let rest = path.strip_prefix(above.as_str());
    let rest = rest.and_then(|rest| rest.strip_prefix('/'));
    rest.unwrap_or(path)
}
