//! Which requirements files are a project's: those that the spec names, else the well-known ones.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::context::Files;
use crate::project::requirements::tree::{self, Root};
use crate::spec::{Spec, SpecKind};
use crate::values::ContextPath;

/// The files of which the first that is there is installed.
pub const DEFAULTS: &[&str] = &[
    "requirements.txt",
    "requirements.base.txt",
    "requirements/base.txt",
    "requirements/production.txt",
];

/// Files of what only developers need, as projects name them, by the group that each is.
pub const DEVELOPMENT: &[(&str, &str)] = &[
    ("requirements-dev.txt", "dev"),
    ("requirements_dev.txt", "dev"),
    ("requirements.dev.txt", "dev"),
    ("dev-requirements.txt", "dev"),
    ("requirements/dev.txt", "dev"),
    ("requirements/development.txt", "dev"),
    ("requirements-test.txt", "test"),
    ("requirements_test.txt", "test"),
    ("requirements.test.txt", "test"),
    ("test-requirements.txt", "test"),
    ("requirements/test.txt", "test"),
    ("requirements/tests.txt", "test"),
];

/// Folders in which a requirements file may be of which only the name is known.
const FOLDERS: &[&str] = &[".", "requirements"];

/// A requirements file that is a dependency group.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Group {
    /// The name of the group.
    pub name: String,
    /// The file.
    pub path: ContextPath,
}

/// The files that are installed: all that the spec names, or the first of those that are well-known.
pub fn roots(spec: &Spec, files: &Files) -> Vec<Root> {
    if spec.kind == SpecKind::Requirements {
        return vec![Root {
            path: own_path(spec, files),
            named: None,
            source: Some(Arc::clone(&spec.source)),
        }];
    }
    let named = &spec.model.requirements;
    if named.is_empty() {
        let mut paths = DEFAULTS.iter().map(|name| ContextPath::known(name));
        let first = paths.find(|path| files.contains_key(path));
        return first.into_iter().map(at).collect();
    }
    let named = named.iter().map(|file| Root {
        path: file.value.clone(),
        named: Some(file.location.clone()),
        source: None,
    });
    named.collect()
}

/// A file without a line that names it.
pub(super) fn at(path: ContextPath) -> Root {
    Root {
        path,
        named: None,
        source: None,
    }
}

/// Where a spec that is a requirements file stands: with local contexts the engine tells the base name alone, and the
/// same text in the context tells the folder.
fn own_path(spec: &Spec, files: &Files) -> ContextPath {
    let same = |path: &ContextPath| {
        let content = files.get(path);
        content.is_some_and(|content| content.is_text_of(&spec.source))
    };
    let mut candidates = own_candidates(spec).into_iter();
    let in_root = candidates.clone().next();
    let found = candidates.find(same).or(in_root);
    found.unwrap_or_else(|| ContextPath::known(DEFAULTS[0]))
}

fn own_candidates(spec: &Spec) -> Vec<ContextPath> {
    let folders = FOLDERS.iter().map(|folder| ContextPath::known(folder));
    folders
        .filter_map(|folder| folder.join(spec.source.name()).ok())
        .collect()
}

/// The groups that well-known files are, each once.
pub fn development(files: &Files) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (path, name) in DEVELOPMENT {
        let path = ContextPath::known(path);
        if files.contains_key(&path) && groups.iter().all(|group| group.name != *name) {
            groups.push(Group {
                name: (*name).to_owned(),
                path,
            });
        }
    }
    groups
}

/// The names under which a group may have a file.
pub fn group_candidates(name: &str) -> Vec<ContextPath> {
    let known = DEVELOPMENT.iter().filter(|(_, group)| *group == name);
    let known = known.map(|(path, _)| ContextPath::known(path));
    let usual = [
        format!("requirements-{name}.txt"),
        format!("requirements/{name}.txt"),
        format!("requirements_{name}.txt"),
        format!("requirements.{name}.txt"),
        format!("{name}-requirements.txt"),
    ];
    let named = usual.iter().filter_map(|path| path.parse().ok());
    known.chain(named).collect()
}

/// The files that are still to be read, as far as those that were tell: what the spec names, the well-known ones, and
/// what any of these includes. None where a lock is there and the spec says nothing else: `locks` are the names of all.
pub fn wanted(spec: &Spec, files: &Files, locks: &[&'static str]) -> BTreeSet<ContextPath> {
    let asked = spec.kind == SpecKind::Requirements || !spec.model.requirements.is_empty();
    let mut locks = locks.iter().map(|lock| ContextPath::known(lock));
    if spec.model.installer.is_none() && !asked && locks.any(|lock| files.contains_key(&lock)) {
        return BTreeSet::new();
    }
    let groups = spec.model.groups.iter();
    let candidates = groups.flat_map(|group| group_candidates(&group.value));
    let candidates: Vec<ContextPath> = match spec.kind {
        SpecKind::Requirements => candidates.chain(own_candidates(spec)).collect(),
        _ => candidates.collect(),
    };
    let there = candidates.iter().filter(|path| files.contains_key(path));
    let development = development(files).into_iter().map(|group| group.path);
    let more = there.cloned().chain(development).map(at);
    let roots: Vec<Root> = roots(spec, files).into_iter().chain(more).collect();
    let mut wanted = tree::unread(files, &roots);
    wanted.extend(candidates);
    let known = DEFAULTS
        .iter()
        .chain(DEVELOPMENT.iter().map(|(path, _)| path));
    wanted.extend(known.map(|path| ContextPath::known(path)));
    wanted.retain(|path| !files.contains_key(path));
    wanted
}
