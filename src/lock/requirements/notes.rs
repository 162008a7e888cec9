//! Warnings about requirements.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, rules};
use crate::lock::requirements::{Asked, Extra, asked, names};
use crate::project::Facts;
use crate::project::requirements::{Line, LineKind, Target};
use crate::spec::Spec;
use crate::values::requirement_name;

/// What is said of requirements that other versions may meet tomorrow, and what to do.
pub(crate) struct NotReproducible {
    /// What to do about files.
    pub(crate) files: &'static str,
    /// What to do about the manifest's own list.
    pub(crate) manifest: &'static str,
}

/// All of it.
pub(crate) fn notes(
    spec: &Spec,
    facts: &Facts,
    hints: &NotReproducible,
) -> Result<Vec<Diagnostic>, Diagnostics> {
    let asked = asked(facts, &Extra::of_spec(spec))?;
    let told = [unpinned(&asked, hints), missing(facts, &asked)];
    let told = told.into_iter().flatten();
    Ok(told
        .chain(moving_repositories(&asked))
        .chain(remote(&asked))
        .collect())
}

fn unpinned(asked: &Asked, hints: &NotReproducible) -> Option<Diagnostic> {
    let files = &asked.files;
    let constrained: BTreeSet<&str> = files
        .constraints
        .iter()
        .filter_map(|line| match target(line)? {
            Target::Index {
                name, pinned: true, ..
            } => Some(name.normalized()),
            _ => None,
        })
        .collect();
    let is_pinned = |line: &&Line| match target(line) {
        Some(Target::Index { name, pinned, .. }) => {
            *pinned || constrained.contains(name.normalized())
        }
        Some(Target::Address { pinned, .. }) => *pinned,
        _ => true,
    };
    let lines = files.requirements.iter();
    let lines: Vec<&Line> = lines
        .filter(|line| !is_repository(line))
        .filter(|line| !matches!(target(line), Some(Target::Folder { .. })))
        .collect();
    let open: Vec<&&Line> = lines.iter().filter(|line| !is_pinned(line)).collect();
    let of_manifest = asked.of_manifest.first();
    let (place, hint): (&Location, _) = match (open.first(), of_manifest) {
        (Some(line), _) => (&line.location, hints.files),
        (None, Some(_)) if files.files.is_empty() => (&asked.origin, hints.manifest),
        _ => return None,
    };
    let message = if open.is_empty() {
        "the dependencies are not locked: another build may get other versions".to_owned()
    } else {
        format!(
            "{} of {} requirements are not pinned to a version: another build may get other versions",
            open.len(),
            lines.len()
        )
    };
    Some(
        rules::UNPINNED_REQUIREMENT
            .report(message)
            .at(place)
            .hint(hint),
    )
}

/// Repositories without a commit: a version would not help there.
fn moving_repositories(asked: &Asked) -> Vec<Diagnostic> {
    let lines = asked.files.requirements.iter();
    let moving = lines.filter(|line| {
        matches!(target(line), Some(Target::Address { pinned: false, .. })) && is_repository(line)
    });
    let told = moving.map(|line| {
        rules::UNPINNED_REPOSITORY
            .report("this names no commit of the repository: another build may get another one")
            .at(&line.location)
            .hint("write the commit behind the address, as in `….git@<40 hexadecimal digits>`")
    });
    told.collect()
}

pub(crate) fn is_repository(line: &Line) -> bool {
    matches!(target(line), Some(Target::Address { vcs: Some(_), .. }))
}

/// The files are what is installed: what the manifest alone names would be missing in the image.
fn missing(facts: &Facts, asked: &Asked) -> Option<Diagnostic> {
    let files = &asked.files.files;
    let first = files.first()?;
    let known = names(asked);
    let dependencies = facts.pyproject.dependencies.iter();
    let lost: Vec<_> = dependencies
        .filter(|text| {
            let name = requirement_name(&text.value);
            name.is_some_and(|name| !known.contains(name.normalized()))
        })
        .collect();
    let place = &lost.first()?.location;
    let names: Vec<String> = lost
        .iter()
        .map(|text| format!("`{}`", text.value))
        .collect();
    let message = format!(
        "`{first}` is what is installed, and {} of `[project]` is not in it",
        names.join(", ")
    );
    Some(rules::UNLISTED_DEPENDENCY.report(message).at(place).hint(format!(
        "add it to `{first}`, or make that anew with `uv pip compile pyproject.toml -o {first}`"
    )))
}

/// Files that pip fetches are no part of what a step is known by.
fn remote(asked: &Asked) -> Vec<Diagnostic> {
    let includes = asked.files.settings.iter();
    let includes = includes.filter(|line| matches!(line.kind, LineKind::Include(_)));
    includes
        .map(|line| {
            let message =
                "this file is fetched while dependencies are installed: a change of it alone is not seen";
            rules::REMOTE_REQUIREMENTS.report(message)
                .at(&line.location)
                .hint("download it into the project, and name that file here")
        })
        .collect()
}

fn target(line: &Line) -> Option<&Target> {
    match &line.kind {
        LineKind::Requirement(requirement) => Some(&requirement.target),
        _ => None,
    }
}
