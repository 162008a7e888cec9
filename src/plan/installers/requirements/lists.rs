//! The lists that steps read, and the files of the context that these name.

use crate::diagnostic::Location;
use crate::plan::installers::requirements::{Asked, CONSTRAINTS, FILES, FOLDERS, REQUIREMENTS};
use crate::plan::sources;
use crate::plan::{PartId, PartKind, Parts, Placed, Site, StepMount, Tree, WrittenFile};
use crate::project::PYPROJECT;
use crate::project::requirements::{LineKind, Target};
use crate::values::{ContextPath, TargetPath};

/// Where the lists are seen where those files are.
const ASIDE: &str = "/mnt/requirements";

/// The lists as a step sees them.
pub(in crate::plan::installers) struct Lists {
    /// Where the command starts, and what is mounted.
    pub(in crate::plan::installers) mounts: Vec<StepMount>,
    /// The folder that holds the lists; empty where the command starts there.
    pub(in crate::plan::installers) prefix: String,
}

impl Asked {
    /// Whether there is nothing to install but folders.
    pub(in crate::plan::installers) fn is_empty(&self) -> bool {
        self.requirements_text().is_empty()
    }

    /// Whether nothing is taken without a hash.
    pub(in crate::plan::installers) fn is_hashed(&self) -> bool {
        self.files.needs_hashes()
    }

    /// The names of the files, or of the manifest.
    pub(in crate::plan::installers) fn what(&self) -> String {
        let names = self.files.files.iter().map(ToString::to_string);
        let names: Vec<String> = names.collect();
        match names.first() {
            None => PYPROJECT.to_owned(),
            Some(first) if names.len() > 2 => format!("{first} and {} more", names.len() - 1),
            Some(_) => names.join(" and "),
        }
    }

    fn requirements_text(&self) -> String {
        let of_manifest = self.of_manifest.iter();
        let of_manifest = of_manifest.map(|text| text.value.clone() + "\n");
        let text = self.files.text() + &of_manifest.collect::<String>();
        let has_requirement = !self.of_manifest.is_empty()
            || self.files.requirements.iter().any(|line| match &line.kind {
                LineKind::Requirement(requirement) => {
                    !matches!(requirement.target, Target::Folder { .. })
                }
                _ => false,
            });
        if has_requirement { text } else { String::new() }
    }

    /// The folders to be built and installed behind all else, and not the project itself.
    pub(in crate::plan::installers) fn folders(&self) -> Vec<(&ContextPath, &[String])> {
        let folders = self.files.folders().filter(|(path, ..)| !path.is_root());
        folders.map(|(path, extras, _)| (path, extras)).collect()
    }

    /// Adds the lists, with the archives of the context that they name, and with more files.
    pub(in crate::plan::installers) fn lists(
        &self,
        site: Site<'_>,
        parts: &mut Parts,
        more: Vec<WrittenFile>,
    ) -> Lists {
        let constraints = self.files.constraints_text();
        let mut text = self.requirements_text();
        let mut files = more;
        if !constraints.is_empty() {
            text = format!("-c {CONSTRAINTS}\n{text}");
            files.push(WrittenFile {
                name: CONSTRAINTS.into(),
                text: constraints,
            });
        }
        files.insert(
            0,
            WrittenFile {
                name: REQUIREMENTS.into(),
                text,
            },
        );
        let title = "[internal] write the list of requirements";
        let written = parts.add(title, None, PartKind::Written(files));
        let archives = self.files.archives();
        if archives.is_empty() {
            return Lists {
                mounts: vec![read(written, FILES)],
                prefix: String::new(),
            };
        }
        let paths: Vec<&ContextPath> = archives.iter().collect();
        let tree = context_paths(site, parts, &paths, &self.origin);
        Lists {
            mounts: vec![read(tree, FILES), read(written, ASIDE)],
            prefix: format!("{ASIDE}/"),
        }
    }

    /// Adds the list of the folders, with these: commands may write into them.
    pub(in crate::plan::installers) fn folder_lists(
        &self,
        site: Site<'_>,
        parts: &mut Parts,
    ) -> Lists {
        let folders = self.folders();
        let line = |(path, extras): &(&ContextPath, &[String])| match extras {
            [] => format!("./{path}\n"),
            extras => format!("./{path}[{}]\n", extras.join(",")),
        };
        let settings = self.files.settings.iter();
        let settings: String = settings.map(|line| line.text() + "\n").collect();
        let lines: String = folders.iter().map(line).collect();
        let constraints = self.files.constraints_text();
        let constrained = if constraints.is_empty() {
            String::new()
        } else {
            format!("-c {CONSTRAINTS}\n")
        };
        let mut files = vec![WrittenFile {
            name: FOLDERS.into(),
            text: constrained + &settings + &lines,
        }];
        if !constraints.is_empty() {
            files.push(WrittenFile {
                name: CONSTRAINTS.into(),
                text: constraints,
            });
        }
        let title = "[internal] write the folders to install";
        let written = parts.add(title, None, PartKind::Written(files));
        let archives = self.files.archives();
        let paths = folders.iter().map(|(path, _)| *path).chain(&archives);
        let paths: Vec<&ContextPath> = paths.collect();
        let part = context_paths(site, parts, &paths, &self.origin);
        let at = TargetPath::known(FILES);
        Lists {
            // Backends write beside the sources.
            mounts: vec![StepMount::Scratch { part, at }, read(written, ASIDE)],
            prefix: format!("{ASIDE}/"),
        }
    }
}

fn read(part: PartId, at: &str) -> StepMount {
    StepMount::Read {
        part,
        select: TargetPath::root(),
        at: TargetPath::known(at),
    }
}

/// Adds some paths of the context at their own places, and nothing else of it.
fn context_paths(
    site: Site<'_>,
    parts: &mut Parts,
    paths: &[&ContextPath],
    origin: &Location,
) -> PartId {
    let folder = &site.facts.folder;
    let wanted = paths
        .iter()
        .map(|path| format!("!{}", sources::below(folder, path.as_str())));
    let ignored = site.facts.ignore.patterns().cloned();
    let exclude = ["*".to_owned()].into_iter().chain(wanted).chain(ignored);
    let exclude = exclude.chain(["**/__pycache__".to_owned(), "**/*.pyc".to_owned()]);
    let title = "[internal] load files that requirements name";
    let context = PartKind::Context {
        folder: folder.clone(),
        exclude: exclude.collect(),
    };
    let context = parts.add(title, None, context);
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
    let title = "[builder] choose files that requirements name";
    parts.add(title, Some(origin), PartKind::Tree(tree))
}
