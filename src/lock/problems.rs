//! What several installers tell and read in the same way.

use crate::diagnostic::{Diagnostic, Location, Spanned, rules};
use crate::options::unknown_word;
use crate::project::{Facts, Pyproject};
use crate::values::{normalized_name, requirement_name};

/// The problem of a lock file without a key that the tool always writes.
pub(crate) fn no_key(lock: &str, key: &str, place: &Location, relock: &str) -> Diagnostic {
    let error = rules::MALFORMED_LOCK.report(format!("`{lock}` has no `{key}`"));
    error.at(place).hint(relock)
}

/// The problem of a lock file in a format that the tool does not read; `reads` is the tool with what it reads.
pub(crate) fn other_format(lock: &str, version: &str, reads: &str, place: &Location) -> Diagnostic {
    let message = format!("the format version of `{lock}` is `{version}`, and {reads}");
    rules::LOCK_FORMAT.report(message).at(place)
}

/// The problem of a lock file that is missing.
pub(crate) fn no_lock(facts: &Facts, lock: &str, command: &str) -> Diagnostic {
    rules::MISSING_LOCK
        .report(format!("there is no `{lock}` in the build context"))
        .at(&facts.pyproject.place)
        .hint(format!("run `{command}` and commit `{lock}`"))
}

/// The selected names that do not exist; `table` is where they would be defined.
pub(crate) fn unknown_names(
    (what, table): (&str, &str),
    asked: &[Spanned<String>],
    known: &[&str],
) -> Vec<Diagnostic> {
    let is_known = |name: &str| {
        known
            .iter()
            .any(|known| normalized_name(known) == normalized_name(name))
    };
    let unknown = asked.iter().filter(|name| !is_known(&name.value));
    let told = unknown.map(|name| {
        let problem = if known.is_empty() {
            let message = format!("unknown {what} `{}`, the project has none", name.value);
            rules::UNKNOWN_GROUP
                .report(message)
                .hint(format!("define it in `[{table}]`, or remove it here"))
        } else {
            unknown_word(what, &name.value, known)
        };
        problem.at(&name.location)
    });
    told.collect()
}

/// A lock records no dependencies that only the build backend knows.
pub(crate) fn dynamic_dependencies(project: &Pyproject, installer: &str) -> Vec<Diagnostic> {
    let fields = project.dynamic.iter();
    let fields = fields.filter(|field| field.value.ends_with("dependencies"));
    let told = fields.map(|field| {
        let message = format!(
            "dynamic `{}` is not supported with {installer} yet",
            field.value
        );
        rules::DYNAMIC_DEPENDENCIES
            .report(message)
            .at(&field.location)
            .hint("list them in `[project]`, where a lock can record them")
    });
    told.collect()
}

/// The error about a package that is locked from a path; `place` is its entry in the lock file.
pub(crate) fn path_dependency(package: &str, lock: &str, place: &Location) -> Diagnostic {
    let message =
        format!("path dependencies are not supported yet: `{lock}` has `{package}` from a path");
    rules::LOCAL_PACKAGE
        .report(message)
        .at(place)
        .hint("publish it to an index, and lock again")
}

/// The first of the requirements whose package is not among those that are locked: why a lock is stale, where its
/// hash only says that it is.
pub(crate) fn first_unlocked<'r>(
    requirements: impl IntoIterator<Item = &'r Spanned<String>>,
    is_locked: impl Fn(&str) -> bool,
) -> Option<(String, &'r Location)> {
    requirements.into_iter().find_map(|requirement| {
        let name = requirement_name(&requirement.value)?;
        (!is_locked(name.normalized())).then(|| (name.to_string(), &requirement.location))
    })
}
