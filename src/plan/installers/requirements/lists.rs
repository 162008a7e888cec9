//! The lists that steps read, and the files of the context that these name.

use crate::diagnostic::Location;
use crate::lock::requirements::{Asked, CONSTRAINTS, FOLDERS, REQUIREMENTS};
use crate::plan::base::context;
use crate::plan::model::{PartId, PartKind, Placed, PlanBuilder, StepMount, StepName, Tree};
use crate::plan::request::site::Site;
use crate::values::{ContextPath, TargetPath, TextFile};

/// Where the files are mounted that lines name by their paths: pip and uv start there.
pub(crate) const FILES: &str = "/src";
/// Where the lists are mounted where those files are.
const ASIDE: &str = "/mnt/requirements";

/// The lists as a step sees them.
pub(crate) struct Lists {
    /// Where the command starts, and what is mounted.
    pub(crate) mounts: Vec<StepMount>,
    /// The folder that holds the lists; empty where the command starts there.
    pub(crate) prefix: String,
}

/// Adds the lists, with the archives of the context that they name, and with more files.
pub(crate) fn lists(
    site: Site<'_>,
    asked: &Asked,
    plan: &mut PlanBuilder,
    more: Vec<TextFile>,
) -> Lists {
    let constraints = asked.files.constraints_text();
    let mut text = asked.requirements_text();
    let mut files = more;
    if !constraints.is_empty() {
        text = format!("-c {CONSTRAINTS}\n{text}");
        files.push(TextFile {
            name: CONSTRAINTS.into(),
            text: constraints,
        });
    }
    files.insert(
        0,
        TextFile {
            name: REQUIREMENTS.into(),
            text,
        },
    );
    let title = StepName::new("internal", "write the list of requirements");
    let written = plan.add(title, None, PartKind::Files(files));
    let archives = asked.files.archives();
    if archives.is_empty() {
        return Lists {
            mounts: vec![read(written, FILES)],
            prefix: String::new(),
        };
    }
    let paths: Vec<&ContextPath> = archives.iter().collect();
    let tree = context_paths(site, plan, &paths, &asked.origin);
    Lists {
        mounts: vec![read(tree, FILES), read(written, ASIDE)],
        prefix: format!("{ASIDE}/"),
    }
}

/// Adds the list of the folders, with these: commands may write into them.
pub(crate) fn folder_lists(site: Site<'_>, asked: &Asked, plan: &mut PlanBuilder) -> Lists {
    let folders = asked.folders();
    let line = |(path, extras): &(&ContextPath, &[String])| match extras {
        [] => format!("./{path}\n"),
        extras => format!("./{path}[{}]\n", extras.join(",")),
    };
    let settings = asked.files.settings.iter();
    let settings: String = settings.map(|line| line.text() + "\n").collect();
    let lines: String = folders.iter().map(line).collect();
    let constraints = asked.files.constraints_text();
    let constrained = if constraints.is_empty() {
        String::new()
    } else {
        format!("-c {CONSTRAINTS}\n")
    };
    let mut files = vec![TextFile {
        name: FOLDERS.into(),
        text: constrained + &settings + &lines,
    }];
    if !constraints.is_empty() {
        files.push(TextFile {
            name: CONSTRAINTS.into(),
            text: constraints,
        });
    }
    let title = StepName::new("internal", "write the folders to install");
    let written = plan.add(title, None, PartKind::Files(files));
    let archives = asked.files.archives();
    let paths = folders.iter().map(|(path, _)| *path).chain(&archives);
    let paths: Vec<&ContextPath> = paths.collect();
    let part = context_paths(site, plan, &paths, &asked.origin);
    let at = TargetPath::known(FILES);
    Lists {
        // Backends write beside the sources.
        mounts: vec![StepMount::BindWritable { part, at }, read(written, ASIDE)],
        prefix: format!("{ASIDE}/"),
    }
}

fn read(part: PartId, at: &str) -> StepMount {
    StepMount::bind(part, TargetPath::known(at))
}

/// Adds some paths of the context at their own places, and nothing else of it.
fn context_paths(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    paths: &[&ContextPath],
    origin: &Location,
) -> PartId {
    let folder = &site.facts.folder;
    let wanted = paths
        .iter()
        .map(|path| format!("!{}", context::below(folder, path.as_str())));
    let ignored = site.facts.ignore.patterns().cloned();
    let exclude = ["*".to_owned()].into_iter().chain(wanted).chain(ignored);
    let exclude = exclude.chain(["**/__pycache__".to_owned(), "**/*.pyc".to_owned()]);
    let title = StepName::new("internal", "load files that requirements name");
    let context = PartKind::Context {
        folder: folder.clone(),
        exclude: exclude.collect(),
    };
    let context = plan.add(title, None, context);
    let root = TargetPath::root();
    let placed = |path: &&ContextPath| Placed {
        select: root.join_context(folder).join_context(path),
        at: root.join_context(path),
        into: false,
    };
    let tree = Tree {
        of: context,
        paths: paths.iter().map(placed).collect(),
        owner: None,
    };
    let title = StepName::new("builder", "choose files that requirements name");
    plan.add(title, Some(origin), PartKind::Tree(tree))
}
