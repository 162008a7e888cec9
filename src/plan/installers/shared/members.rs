//! Packages in folders that a lock has beside the project: whether they are there, and whether the lock was made of them
//! as they are.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Spanned};
use crate::plan::installers::shared::normal;
use crate::project::folder::manifest_in;
use crate::project::{Facts, PYPROJECT};
use crate::values::requirement_name;

/// What to do where a package is not in the context.
pub(in crate::plan::installers) const HOLDS_BOTH: &str =
    "name a folder as the context that holds both";

/// A lock, as it is asked of the packages in folders that it has.
pub(in crate::plan::installers) struct Around<'l> {
    /// Its file.
    pub(in crate::plan::installers) lock: &'static str,
    /// How it is made anew.
    pub(in crate::plan::installers) relock: &'static str,
    /// The packages in folders that are wanted, by their normalised names, with where the lock says so.
    pub(in crate::plan::installers) wanted: Vec<(&'l str, &'l Location)>,
    /// What all packages of the lock are, by their normalised names, with their versions.
    pub(in crate::plan::installers) versions: Vec<(&'l str, Option<&'l str>)>,
    /// What a manifest says that the package always needs.
    pub(in crate::plan::installers) needs: fn(&Facts) -> Vec<Spanned<String>>,
    /// The normalised names of all that a manifest names.
    pub(in crate::plan::installers) names: fn(&Facts) -> Vec<String>,
}

/// What is told of a package whose folder has no manifest; `place` is where the lock has it.
pub(in crate::plan::installers) fn missing(
    facts: &Facts,
    lock: &str,
    name: &str,
    place: &Location,
) -> Option<Diagnostic> {
    let around = facts.workspace.as_ref()?;
    let package = around.packages.iter().find(|known| known.name == name)?;
    let folder = package.folder.as_ref()?;
    let is_there = *folder == facts.folder || facts.members.iter().any(|it| it.folder == *folder);
    let manifest = manifest_in(folder);
    (!is_there).then(|| {
        let message = format!(
            "`{lock}` has the package `{folder}`, and there is no `{manifest}` in the build context"
        );
        let tool = lock.split('.').next().unwrap_or(lock);
        let hint =
            format!("run `{tool} lock` where the package is gone, or name a context that holds it");
        Diagnostic::error(message).at(place).hint(hint)
    })
}

/// What is told of a package that is an archive; `place` is where the lock has it.
pub(in crate::plan::installers) fn archive(lock: &str, name: &str, place: &Location) -> Diagnostic {
    let message =
        format!("`{lock}` has `{name}`, an archive in a folder, which is not supported yet");
    Diagnostic::error(message)
        .at(place)
        .hint("name the folder of its sources, or publish it to an index, and lock again")
}

/// What is told where a lock is to be made anew for which the tool would read the folders of others.
pub(in crate::plan::installers) fn no_relock(
    facts: &Facts,
    command: &str,
) -> Result<(), Diagnostics> {
    if facts.workspace.is_none() {
        return Ok(());
    }
    let message = "the target `lock` is not supported for a project with path dependencies yet";
    Err(Diagnostic::error(message)
        .at(&facts.pyproject.dependencies_location)
        .hint(format!("run `{command}` in the folder `{}`", facts.folder))
        .into())
}

impl Around<'_> {
    /// All that stands against the packages that are wanted.
    pub(in crate::plan::installers) fn problems(&self, facts: &Facts) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for (name, place) in &self.wanted {
            let around = facts.workspace.iter().flat_map(|it| &it.packages);
            let package = around.clone().find(|package| package.name == *name);
            let folder = package.and_then(|package| package.folder.as_ref());
            let Some(folder) = folder else {
                let message = format!(
                    "`{}` has `{name}`, whose folder is outside of the build context",
                    self.lock
                );
                problems.push(Diagnostic::error(message).at(place).hint(HOLDS_BOTH));
                continue;
            };
            problems.extend(missing(facts, self.lock, name, place));
            let member = facts.members.iter().find(|it| it.folder == *folder);
            if let Some(member) = member {
                problems.extend(self.of_member(member, name));
                problems.extend(self.not_named(facts, member, (name, place)));
            }
        }
        problems
    }

    /// What of a package the lock was not made from.
    fn of_member(&self, member: &Facts, name: &str) -> Vec<Diagnostic> {
        let project = &member.pyproject;
        let known = project.name.as_ref();
        if known.is_none_or(|known| known.value.normalized() != name) {
            let told = known.map_or("no name".to_owned(), |known| format!("`{}`", known.value));
            let message = format!(
                "`{}` has the package `{name}` in `{}`, whose manifest has {told}",
                self.lock, member.folder
            );
            let error = Diagnostic::error(message).at(&project.place);
            return vec![error.hint(self.relock)];
        }
        let needs = (self.needs)(member);
        let told = needs.iter().filter_map(|requirement| {
            let message = format!("`{}` is stale: {}", self.lock, self.unmet(requirement)?);
            let error = Diagnostic::error(message).at(&requirement.location);
            Some(error.hint(self.relock))
        });
        told.collect()
    }

    /// Why the lock does not meet a requirement. One with a marker may count on other systems alone.
    fn unmet(&self, requirement: &Spanned<String>) -> Option<String> {
        let text = &requirement.value;
        let name = requirement_name(text).filter(|_| !text.contains(';'))?;
        let named = self.versions.iter();
        let named = named.filter(|(known, _)| *known == name.normalized());
        let mut versions = named.map(|(_, version)| *version).peekable();
        if versions.peek().is_none() {
            return Some(format!("it does not lock `{name}`"));
        }
        let start = text.find(['<', '>', '=', '!', '~'])?;
        // A direct reference may have these too.
        let asked = text[start..].trim().trim_end_matches(')');
        let asked = VersionSpecifiers::from_str(asked).ok()?;
        let versions = versions.filter_map(|version| Version::from_str(version?).ok());
        let versions: Vec<Version> = versions.collect();
        let first = versions.first()?;
        let fits = versions.iter().any(|version| asked.contains(version));
        (!fits).then(|| format!("it locks `{name}` {first}, which `{text}` does not allow"))
    }

    /// A package that the lock brings and that no manifest names any more.
    fn not_named(
        &self,
        facts: &Facts,
        member: &Facts,
        (name, place): (&str, &Location),
    ) -> Option<Diagnostic> {
        let others = facts.members.iter();
        let mut others = others.filter(|other| other.folder != member.folder);
        // What only its build tells may be this one.
        if others
            .clone()
            .any(|other| other.pyproject.is_dynamic("dependencies"))
        {
            return None;
        }
        let folder = member.folder.file_name().map(normal);
        let names = |facts: &Facts| {
            let names = (self.names)(facts);
            let mut names = names.iter();
            names.any(|known| known == name || Some(known) == folder.as_ref())
        };
        let is_named = names(facts) || others.any(names);
        (!is_named).then(|| {
            let message = format!(
                "`{}` is stale: it has the package `{name}`, and no `{PYPROJECT}` names it",
                self.lock
            );
            Diagnostic::error(message).at(place).hint(self.relock)
        })
    }
}
