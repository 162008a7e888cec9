//! A set of requirements files with all that they include, as the lists that an installer sees.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::context::Files;
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source, rules};
use crate::project::requirements::address;
use crate::project::requirements::line::{self, Include, Line, LineKind};
use crate::project::requirements::options::{self, FIND_LINKS, Setting};
use crate::project::requirements::requirement::{Target, local};
use crate::values::ContextPath;

/// How deep files may include files; pip knows no limit, and nobody nests so deep.
const MAX_DEPTH: usize = 20;

/// How many lines all files may have, without blank lines and comments: locks of 1,000 packages have as many.
const MAX_LINES: usize = 50_000;

/// What some requirements files ask for.
#[derive(Clone, Debug, Default)]
pub struct Requirements {
    /// The files, in the order of reading, each once.
    pub files: Vec<ContextPath>,
    /// The requirements.
    pub requirements: Vec<Line>,
    /// The constraints.
    pub constraints: Vec<Line>,
    /// The options, and the addresses of further files that pip fetches by itself.
    pub settings: Vec<Line>,
}

/// A file that is to be read, with its text where it is no file of the context.
#[derive(Clone, Debug)]
pub struct Root {
    /// Its path, from which includes are found.
    pub path: ContextPath,
    /// The line that names it.
    pub named: Option<Location>,
    /// The text.
    pub source: Option<Arc<Source>>,
}

/// Reads them and reports every error.
pub fn gather(files: &Files, roots: &[Root]) -> Result<Requirements, Diagnostics> {
    let mut walk = Walk::new(files);
    for root in roots {
        walk.root(root);
    }
    Diagnostics::split(walk.problems)?;
    Ok(walk.read)
}

/// The files that these include and that were not read yet.
pub(super) fn unread(files: &Files, roots: &[Root]) -> BTreeSet<ContextPath> {
    let mut walk = Walk::new(files);
    for root in roots {
        walk.root(root);
    }
    walk.missing
}

struct Walk<'f> {
    files: &'f Files,
    read: Requirements,
    problems: Vec<Diagnostic>,
    missing: BTreeSet<ContextPath>,
    /// The files that were read, as constraints or not. pip reads a file again for each line that includes it, and
    /// takes its requirements once.
    known: BTreeSet<(ContextPath, bool)>,
    lines: usize,
}

impl<'f> Walk<'f> {
    fn new(files: &'f Files) -> Self {
        Self {
            files,
            read: Requirements::default(),
            problems: Vec::new(),
            missing: BTreeSet::new(),
            known: BTreeSet::new(),
            lines: 0,
        }
    }

    fn root(&mut self, root: &Root) {
        let source = match &root.source {
            Some(source) => Some(Arc::clone(source)),
            None => self.text(&root.path, root.named.as_ref()),
        };
        if let Some(source) = source {
            self.file(std::slice::from_ref(&root.path), &source, false);
        }
    }

    /// The text of a file; errors are reported at the line that names it.
    fn text(&mut self, path: &ContextPath, named: Option<&Location>) -> Option<Arc<Source>> {
        let Some(content) = self.files.get(path) else {
            self.missing.insert(path.clone());
            let mut error = rules::MISSING_FILE
                .report(format!("there is no file `{path}` in the build context"));
            error.location = named.cloned();
            let hint = "write the path of a file, or hand over the folder that holds it as the build context";
            self.problems.push(error.hint(hint));
            return None;
        };
        Diagnostics::gather(content.source(path.as_str()), &mut self.problems)
    }

    /// Reads a file; `trail` holds those that include it, and itself.
    fn file(&mut self, trail: &[ContextPath], source: &Arc<Source>, constraint: bool) {
        let Some(path) = trail.last() else { return };
        let is_new = !self.known.contains(&(path.clone(), !constraint));
        if !self.known.insert((path.clone(), constraint)) {
            return;
        }
        if is_new {
            self.read.files.push(path.clone());
        }
        let most = MAX_LINES - self.lines;
        let (lines, problems) = match line::read(source, most) {
            Ok(read) => read,
            Err(place) => {
                let message =
                    format!("requirements files have more than {MAX_LINES} lines together");
                let hint = "check that they are the right files";
                let error = rules::INVALID_REQUIREMENT
                    .report(message)
                    .at(&place)
                    .hint(hint);
                return self.problems.push(error);
            }
        };
        self.lines += lines.len() + problems.len();
        self.problems.extend(problems);
        for line in lines {
            match &line.kind {
                LineKind::Include(include) if include.is_remote() => self.read.settings.push(line),
                LineKind::Include(include) => self.include(trail, include, &line.location),
                LineKind::Settings(_) => self.read.settings.push(line),
                LineKind::Requirement(requirement) if constraint => {
                    if requirement.editable {
                        let error = rules::INVALID_REQUIREMENT
                            .report("a constraint cannot be editable, expected a version");
                        let hint = "write `NAME==VERSION`, or leave the line out";
                        self.problems.push(error.at(&line.location).hint(hint));
                    }
                    self.read.constraints.push(line);
                }
                LineKind::Requirement(_) => self.read.requirements.push(line),
            }
        }
    }

    fn include(&mut self, trail: &[ContextPath], include: &Include, at: &Location) {
        let folder = trail.last().and_then(ContextPath::parent);
        let folder = folder.unwrap_or_else(ContextPath::root);
        let path = match folder.join(&include.path) {
            Ok(path) => path,
            Err(error) => {
                let hint = "hand over the folder that holds both as the build context";
                let error = rules::INVALID_REQUIREMENT.report(error.to_string());
                return self.problems.push(error.at(at).hint(hint));
            }
        };
        if trail.contains(&path) {
            let way: Vec<_> = trail.iter().map(|path| format!("`{path}`")).collect();
            let message = format!("`{path}` includes itself, by way of {}", way.join(", "));
            let error = rules::INVALID_REQUIREMENT.report(message).at(at);
            return self.problems.push(error.hint("remove this line"));
        }
        if trail.len() > MAX_DEPTH {
            let message =
                format!("files include each other more than {MAX_DEPTH} deep, expected less");
            return self
                .problems
                .push(rules::INVALID_REQUIREMENT.report(message).at(at));
        }
        // Before its text is made, which takes as long as the file is large.
        if self.known.contains(&(path.clone(), include.constraint)) {
            return;
        }
        if let Some(source) = self.text(&path, Some(at)) {
            let trail = [trail, &[path]].concat();
            self.file(&trail, &source, include.constraint);
        }
    }
}

impl Requirements {
    /// Whether pip takes nothing without a hash: one that is there asks for all the others.
    pub fn needs_hashes(&self) -> bool {
        let hashed = |line: &Line| match &line.kind {
            LineKind::Requirement(requirement) => requirement.is_hashed(),
            LineKind::Settings(settings) => settings
                .iter()
                .any(|setting| setting.name == "--require-hashes"),
            LineKind::Include(_) => false,
        };
        let mut all = self.requirements.iter().chain(&self.settings);
        all.any(hashed)
    }

    /// The folders of the context to be built, with their lines.
    pub fn folders(&self) -> impl Iterator<Item = (&ContextPath, &[String], &Location)> {
        self.requirements
            .iter()
            .filter_map(|line| match &line.kind {
                LineKind::Requirement(requirement) => match &requirement.target {
                    Target::Folder { path, extras } => {
                        Some((path, extras.as_slice(), &line.location))
                    }
                    _ => None,
                },
                _ => None,
            })
    }

    /// The archives and the folders of archives in the context that pip reads while it installs.
    pub fn archives(&self) -> BTreeSet<ContextPath> {
        let lines = self.requirements.iter().chain(&self.constraints);
        let named = lines.filter_map(|line| match &line.kind {
            LineKind::Requirement(requirement) => match &requirement.target {
                Target::Archive { path } => Some(path.clone()),
                _ => None,
            },
            _ => None,
        });
        named.chain(self.links()).collect()
    }

    /// The values of `--find-links` that are paths. pip looks for them beside the file first, and then from where it is
    /// started; here they are found from the root of the context.
    fn links(&self) -> impl Iterator<Item = ContextPath> {
        let settings = self.settings.iter().flat_map(settings);
        settings.filter_map(|setting| {
            let value = setting.value.as_deref()?;
            let is_path = setting.name == FIND_LINKS && !value.contains("://");
            let value = value.strip_prefix("file:").unwrap_or(value);
            local(value).ok().filter(|_| is_path)
        })
    }

    /// The variables that pip takes from its environment, each with the line that asks for it.
    pub fn variables(&self) -> Vec<(String, Location)> {
        let lines = [&self.requirements, &self.constraints, &self.settings];
        let lines = lines.into_iter().flatten();
        lines
            .flat_map(|line| {
                let names = address::variables(&line.text()).into_iter();
                names.map(|name| (name, line.location.clone()))
            })
            .collect()
    }

    /// The text of a requirements file that asks for the same, but for the folders of the context; comments and the
    /// files that lines stand in make no difference to it.
    pub fn text(&self) -> String {
        let settings = self.settings.iter().map(|line| line.text() + "\n");
        let requirements = self.requirements.iter().filter(|line| !line.is_folder());
        settings.chain(once(requirements)).collect()
    }

    /// The text of a constraints file; empty where there are none.
    pub fn constraints_text(&self) -> String {
        once(self.constraints.iter()).into_iter().collect()
    }
}

/// The texts of lines, each once: a file may be included by several.
fn once<'l>(lines: impl Iterator<Item = &'l Line>) -> Vec<String> {
    let mut known = BTreeSet::new();
    let texts = lines.map(|line| line.text() + "\n");
    texts.filter(|text| known.insert(text.clone())).collect()
}

fn settings(line: &Line) -> &[Setting] {
    match &line.kind {
        LineKind::Settings(settings) => settings,
        _ => &[],
    }
}

impl Line {
    fn is_folder(&self) -> bool {
        matches!(&self.kind, LineKind::Requirement(requirement) if matches!(requirement.target, Target::Folder { .. }))
    }

    /// The line as pip would read it, in one form.
    pub fn text(&self) -> String {
        match &self.kind {
            LineKind::Requirement(requirement) => {
                let editable = requirement.editable.then_some("-e ".to_owned());
                let text = if requirement.editable {
                    options::quoted(&requirement.text)
                } else {
                    requirement.text.clone()
                };
                let settings = requirement.settings.iter();
                let settings = settings.map(|setting| format!(" {}", setting.text()));
                editable.into_iter().chain([text]).chain(settings).collect()
            }
            LineKind::Include(include) => {
                let option = if include.constraint { "-c" } else { "-r" };
                format!("{option} {}", options::quoted(&include.path))
            }
            LineKind::Settings(settings) => {
                let texts: Vec<_> = settings.iter().map(Setting::text).collect();
                texts.join(" ")
            }
        }
    }
}
