//! Where in the build context the project is: of a local file the engine tells the base name, and not the folder.
//!
//! The key `project-dir` says it. Else a `pyproject.toml` is its own proof: the project is where the same text lies.
//! That is looked for in the root first, then where `uv.lock` has a member of that name, then everywhere.

use crate::context::Files;
use crate::diagnostic::{Diagnostic, Location, rules};
use crate::project::workspace::LocalPackage;
use crate::project::{PYPROJECT, Pyproject};
use crate::spec::{Spec, SpecKind};
use crate::values::ContextPath;

/// How many paths a message names.
const NAMED: usize = 10;

/// What is known of the project's folder before more files are read.
#[derive(Debug, Eq, PartialEq)]
pub enum Folder {
    /// It is this one.
    At(ContextPath),
    /// It is the one with the same manifest: these are looked at first, then all.
    Among(Vec<ContextPath>),
}

impl Folder {
    /// By the spec and the files in the root of the context; `local_packages` are the packages that the `uv.lock` among
    /// them has in folders, read only where they count.
    pub fn of(
        spec: &Spec,
        in_root: &Files,
        local_packages: impl FnOnce() -> Vec<LocalPackage>,
    ) -> Self {
        if let Some(folder) = &spec.model.project_dir {
            return Self::At(folder.value.clone());
        }
        let root = ContextPath::root();
        if spec.kind != SpecKind::Pyproject || same_manifests(spec, in_root).contains(&root) {
            return Self::At(root);
        }
        let name = Pyproject::read(&spec.source).ok();
        let name = name.and_then(|manifest| manifest.name);
        let own = local_packages().into_iter().filter(|package| {
            let own = name.as_ref().map(|name| name.value.normalized());
            own == Some(package.name.as_str())
        });
        Self::Among(own.filter_map(|package| package.folder).collect())
    }
}

/// The manifest of a folder.
pub fn manifest_in(folder: &ContextPath) -> ContextPath {
    folder
        .join(PYPROJECT)
        .unwrap_or_else(|_| ContextPath::known(PYPROJECT))
}

/// The folders of the files whose text is that of the spec.
fn same_manifests(spec: &Spec, files: &Files) -> Vec<ContextPath> {
    let same = files.iter().filter(|(path, content)| {
        path.file_name() == Some(PYPROJECT) && content.is_text_of(&spec.source)
    });
    same.filter_map(|(path, _)| path.parent()).collect()
}

/// The one folder with the spec's own text among files that were read; `None` where there is none.
pub fn among(spec: &Spec, files: &Files) -> Result<Option<ContextPath>, Diagnostic> {
    let mut same = same_manifests(spec, files);
    if same.len() < 2 {
        return Ok(same.pop());
    }
    let message = format!(
        "this `{}` is in several folders of the build context: {}",
        spec.source.name(),
        listed(&same)
    );
    Err(rules::PROJECT_FOLDER.report(message)
        .at(&Location::top(&spec.source))
        .hint(format!(
            "write `project-dir = \"{}\"` in `[tool.wheelwright]` of the one to build, or name its folder as the \
             context",
            same[0]
        )))
}

/// The error if no manifest has the spec's text; `files` are all manifests of the context.
pub fn nowhere(spec: &Spec, files: &Files) -> Diagnostic {
    let own = Pyproject::read(&spec.source).ok().and_then(|own| own.name);
    let named = |manifest: &Pyproject| match (&manifest.name, &own) {
        (Some(one), Some(other)) => one.value == other.value,
        _ => false,
    };
    let namesakes = files.iter().filter(|(path, content)| {
        let source = content.source(path.as_str()).ok();
        let manifest = source.and_then(|source| Pyproject::read(&source).ok());
        manifest.as_ref().is_some_and(named)
    });
    let namesakes: Vec<ContextPath> = namesakes.map(|(path, _)| path.clone()).collect();
    let name = spec.source.name();
    if own.is_none() && name != PYPROJECT {
        let message = format!("`{name}` has tables of a manifest, and a spec has none of them");
        return rules::MISPLACED_KEYS
            .report(message)
            .at(&Location::top(&spec.source))
            .hint(
                "the keys stand at the top of it: write `[image]` for `[tool.wheelwright.image]`",
            );
    }
    let message = format!("this `{name}` is not in the build context");
    let error = rules::PROJECT_FOLDER
        .report(message)
        .at(&Location::top(&spec.source));
    match namesakes.first() {
        None => error.hint("name a folder as the context that the project is in"),
        Some(first) => error.hint(format!(
            "another text with the same project name is in {}; build with `-f {first}`",
            listed(&namesakes)
        )),
    }
}

/// What is wrong with the folder that `project-dir` names; `files` are those in it.
pub fn check(spec: &Spec, folder: &ContextPath, files: &Files) -> Result<(), Diagnostic> {
    let Some(key) = &spec.model.project_dir else {
        return Ok(());
    };
    let path = manifest_in(folder);
    let message = match (spec.kind, files.get(&ContextPath::known(PYPROJECT))) {
        (SpecKind::Pyproject, None) => {
            format!("there is no `{path}` in the build context")
        }
        (SpecKind::Pyproject, Some(content)) if !content.is_text_of(&spec.source) => {
            let name = spec.source.name();
            format!("`{path}` has another text than the `{name}` that is built")
        }
        (SpecKind::Own | SpecKind::Requirements, _) if files.is_empty() => {
            format!(
                "there is no project in `{folder}`: no `{PYPROJECT}`, no lock file and no requirements file"
            )
        }
        _ => return Ok(()),
    };
    Err(rules::PROJECT_FOLDER
        .report(message)
        .at(&key.location)
        .hint("write the path of the project's folder, seen from the root of the build context"))
}

fn listed(paths: &[ContextPath]) -> String {
    let named = paths.iter().take(NAMED).map(|path| format!("`{path}`"));
    let named = named.collect::<Vec<_>>().join(", ");
    match paths.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
