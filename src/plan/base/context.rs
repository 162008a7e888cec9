//! What of the build context is sent.

use crate::diagnostic::Spanned;
use crate::lock;
use crate::plan::model::{PartId, PartKind, Placed, PlanBuilder, StepName, Tree};
use crate::plan::request::site::Site;
use crate::project::{BUILD_FOLDERS, PYPROJECT};
use crate::spec::SpecKind;
use crate::values::{ContextPath, ContextPattern, TargetPath};

/// Not sent, wherever they are: what version control, tools and editors leave behind.
const DROPPED: &[&str] = &[
    "**/.git",
    "**/.hg",
    "**/.svn",
    "**/.venv*",
    "**/__pycache__",
    "**/__pypackages__",
    "**/*.pyc",
    "**/.mypy_cache",
    "**/.pytest_cache",
    "**/.ruff_cache",
    "**/.hypothesis",
    "**/.tox",
    "**/.nox",
    "**/.eggs",
    "**/.direnv",
    "**/.ipynb_checkpoints",
    "**/node_modules",
    "**/.idea",
    "**/.vscode",
    "**/.DS_Store",
    "**/*.egg-info",
];

/// Not sent, wherever they are: where developers keep passwords. Any layer that holds one gives it away, so only
/// who says so (`include`, or `!` in the ignore file) ships them.
const SECRETS: &[&str] = &[
    "**/.env",
    // All of `.env.*` but `.env.example`, `.env.sample` and `.env.template`, which are made to be shown. Not by lines
    // with `!`: one that has a wildcard makes clients walk through all that is dropped, `node_modules` too.
    "**/.env.[^est]*",
    "**/.env.e[^x]*",
    "**/.env.s[^a]*",
    "**/.env.sa[^m]*",
    "**/.env.t[^e]*",
    "**/.env.te[^m]*",
    "**/.envrc",
    "**/.netrc",
    "**/.pypirc",
    "**/.git-credentials",
];

/// Not sent from the root of the context, beside the folders that tools build in.
const DROPPED_IN_ROOT: &[&str] = &[
    "venv",
    "venv[0-9]*",
    ".cache",
    "htmlcov",
    ".coverage",
    "coverage.xml",
    ".dockerignore",
];

/// What the files are for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Purpose {
    /// A wheel is built from them, which there is none of without the manifest.
    Wheel,
    /// They are shipped as they are.
    Copy,
    /// They are edited: what tools for developers read is there too.
    Develop,
}

/// Adds the files of the project, less what no build needs, seen from its folder.
pub(crate) fn context(site: Site<'_>, plan: &mut PlanBuilder, purpose: Purpose) -> PartId {
    let folder = &site.facts.folder;
    if folder.is_root() {
        return load(
            site,
            plan,
            purpose,
            StepName::new("internal", "load project files"),
        );
    }
    let title = StepName::new("internal", format!("load files of {folder}"));
    let files = load(site, plan, purpose, title);
    let root = TargetPath::root();
    let tree = Tree::path(files, &root.join_context(folder), &root);
    let title = StepName::new("internal", format!("choose files of {folder}"));
    let origin = site.spec.model.project_dir.as_ref();
    plan.add(title, origin.map(|key| &key.location), PartKind::Tree(tree))
}

/// A pattern of a folder, seen from the root of the context.
pub(crate) fn below(folder: &ContextPath, pattern: &str) -> String {
    if folder.is_root() {
        return pattern.to_owned();
    }
    match pattern.strip_prefix('!') {
        Some(".") => format!("!{folder}"),
        Some(pattern) => format!("!{folder}/{pattern}"),
        None if pattern == "." => folder.to_string(),
        None => format!("{folder}/{pattern}"),
    }
}

/// Adds what is sent of the context.
fn load(site: Site<'_>, plan: &mut PlanBuilder, purpose: Purpose, title: StepName) -> PartId {
    let folder = &site.facts.folder;
    let model = &site.spec.model;
    let built = BUILD_FOLDERS
        .iter()
        .filter(|folder| !site.facts.root_packages.contains(*folder));
    let in_folder = |pattern: &str| below(folder, pattern);
    // They are no part of this one, and come as wheels of their own where it needs them.
    let others = site.facts.workspace.iter();
    let others = others.flat_map(|around| around.below(folder));
    let others = others.map(|other| other.to_string());
    let in_root = DROPPED_IN_ROOT
        .iter()
        .chain(built)
        .chain(&site.facts.environments)
        .map(|pattern| in_folder(pattern));
    let everywhere = DROPPED.iter().chain(SECRETS);
    let ours = everywhere
        .map(|pattern| (*pattern).to_owned())
        .chain(in_root);
    // Planning read them; nothing else does.
    let read = lock::lock_files().into_iter().map(in_folder);
    let read = read.filter(|_| purpose != Purpose::Develop);
    let consumed = match purpose {
        Purpose::Copy => site.selection.installer.consumed(site.facts),
        // Backends read them, too (setuptools' `file:`), and so do tools for developers.
        Purpose::Wheel | Purpose::Develop => Vec::new(),
    };
    let consumed = consumed.iter().map(|name| in_folder(name));
    let own_spec =
        (site.spec.kind != SpecKind::Pyproject).then(|| in_folder(site.spec.source.name()));
    // What is installed from is not shipped.
    let wheels = site
        .spec
        .model
        .network
        .offline
        .as_ref()
        .map(|folder| in_folder(folder.value.as_str()));
    // The spec is the project's, and says nothing of other packages.
    let of_spec = |_: &&Spanned<ContextPattern>| !site.facts.is_member;
    let manifest = (purpose != Purpose::Copy).then(|| in_folder(&format!("!{PYPROJECT}")));
    // The user's come behind ours: the last match wins.
    let exclude = ours
        .chain(others)
        .chain(read)
        .chain(consumed)
        .chain(own_spec)
        .chain(wheels)
        .chain(site.facts.ignore.patterns().cloned())
        .chain(
            (model.exclude.iter().filter(of_spec)).map(|pattern| in_folder(pattern.value.as_str())),
        )
        .chain(
            (model.include.iter().filter(of_spec))
                .map(|pattern| in_folder(&format!("!{}", pattern.value))),
        )
        .chain(manifest)
        .collect();
    let folder = folder.clone();
    plan.add(title, None, PartKind::Context { folder, exclude })
}

/// Paths of the project's files alone, at their places below the working directory: other files are then no part of
/// the key.
pub(crate) fn chosen(site: Site<'_>, of: PartId, paths: &[Spanned<ContextPath>]) -> Tree {
    let root = TargetPath::root();
    let placed = |path: &Spanned<ContextPath>| {
        let target = site.spec.model.workdir.join_context(&path.value);
        let wildcard = path.value.to_string().contains('*');
        Placed {
            select: root.join_context(&path.value),
            at: if wildcard {
                target.parent().unwrap_or(root.clone())
            } else {
                target
            },
            into: false,
        }
    };
    Tree {
        of,
        paths: paths.iter().map(placed).collect(),
        owner: None,
    }
}
