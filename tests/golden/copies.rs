//! Copies in the build graphs: none from the output of a step has a pattern.
//!
//! `BuildKit` compares each path with the patterns of a copy while it computes the digest of what is copied. For the
//! environment of a large project that took a third of a clean build.

use std::collections::BTreeSet;

use wheelwright::llb::{FileAction, Graph, Op, Wildcard};

/// Copies that may have a pattern, by how the name of the step starts that is copied from, and why.
const PATTERNS: &[(&str, &str)] = &[
    (
        "[wheel] build",
        "the folder has one wheel and uv's `.gitignore`; the name of the wheel is not known before the build",
    ),
    (
        "[wheel] lay out wheel",
        "the project's own `[[copy]]` has the pattern, and the target `wheel` has one file",
    ),
    (
        "[sdist] build",
        "the folder has one archive and uv's `.gitignore`; its name is not known before the build",
    ),
];

/// What was found in the graphs so far.
#[derive(Default)]
pub(crate) struct Checked {
    copies: usize,
    used: BTreeSet<&'static str>,
    problems: Vec<String>,
}

impl Checked {
    /// Checks a graph.
    pub(crate) fn add(&mut self, name: &str, graph: &Graph) {
        for (step, pattern) in copies_from_steps(graph) {
            self.copies += 1;
            let Some(pattern) = pattern else { continue };
            let allowed = PATTERNS.iter().find(|(start, _)| step.starts_with(start));
            match allowed {
                Some((start, _)) => drop(self.used.insert(start)),
                None => self.problems.push(format!(
                    "{name}: `{step}` is copied with the pattern `{pattern}`; delete what must not be copied in the step itself"
                )),
            }
        }
    }

    /// Fails with all that was found, and checks that the list has no entry too many and that there was something
    /// to check.
    pub(crate) fn finish(self) {
        let Self {
            copies,
            used,
            problems,
        } = self;
        assert!(problems.is_empty(), "{}", problems.join("\n"));
        assert!(copies > 500, "only {copies} copies from steps");
        let listed: BTreeSet<&str> = PATTERNS.iter().map(|(start, _)| *start).collect();
        assert_eq!(used, listed, "remove what no graph has any more");
    }
}

/// The copies of a graph whose source is the output of a step (not the context or an image): its name, and the pattern of the copy where it has one.
fn copies_from_steps(graph: &Graph) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    for node in graph.nodes() {
        let Op::File(file) = node.op() else { continue };
        for action in file.actions.iter() {
            let FileAction::Copy(copy) = action else {
                continue;
            };
            let from = &graph.nodes()[copy.from.op().index()];
            if matches!(from.op(), Op::Source(_)) {
                continue;
            }
            let wildcard = (copy.wildcard != Wildcard::No).then(|| copy.select.to_string());
            let mut patterns = copy.include.iter().chain(&copy.exclude).cloned();
            found.push((from.meta().name.clone(), patterns.next().or(wildcard)));
        }
    }
    found
}
