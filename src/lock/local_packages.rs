//! Packages in folders that a lock has beside the project: whether they are there, and whether the lock was made of them
//! as they are.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Spanned, rules};
use crate::lock::MarkerEnvironment;
use crate::project::folder::manifest_in;
use crate::project::{Facts, PYPROJECT};
use crate::values::{PackageName, normalized_name, requirement_name};

/// What to do where a package is not in the context.
pub(crate) const HOLDS_BOTH: &str = "name a folder as the context that holds both";

/// A lock, as it is asked of the packages in folders that it has.
pub(crate) struct Around<'l> {
    /// Its file.
    pub(crate) lock: &'static str,
    /// What requires it.
    pub(crate) here: MarkerEnvironment,
    /// How it is made anew.
    pub(crate) relock: &'static str,
    /// The packages in folders that are wanted, by their normalized names, with where the lock says so.
    pub(crate) wanted: Vec<(&'l str, &'l Location)>,
    /// What all packages of the lock are, by their normalized names, with their versions.
    pub(crate) versions: Vec<(&'l str, Option<&'l str>)>,
    /// The normalized names of packages beside the project itself that the tool leaves out of the lock, or locks whatever
    /// the manifests say.
    pub(crate) free: Vec<String>,
    /// What a manifest says that the package always needs.
    pub(crate) needs: fn(&Facts) -> Vec<Spanned<String>>,
    /// The normalized names of all that a manifest names.
    pub(crate) names: fn(&Facts) -> Vec<String>,
}

/// The error about a package whose folder has no manifest; `place` is its entry in the lock file.
pub(crate) fn missing(
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
        rules::LOCAL_PACKAGE.report(message).at(place).hint(hint)
    })
}

/// The error about a package that is an archive; `place` is its entry in the lock file.
pub(crate) fn archive(lock: &str, name: &str, place: &Location) -> Diagnostic {
    let message =
        format!("`{lock}` has `{name}`, an archive in a folder, which is not supported yet");
    rules::LOCAL_PACKAGE
        .report(message)
        .at(place)
        .hint("name the folder of its sources, or publish it to an index, and lock again")
}

/// The error about a lock file that cannot be updated, since the tool would read the folders of other packages.
pub(crate) fn no_relock(facts: &Facts, command: &str) -> Result<(), Diagnostics> {
    if facts.workspace.is_none() {
        return Ok(());
    }
    let message = "the target `lock` is not supported for a project with path dependencies yet";
    Err(rules::LOCK_TARGET
        .report(message)
        .at(&facts.pyproject.dependencies_location)
        .hint(format!("run `{command}` in the folder `{}`", facts.folder))
        .into())
}

impl Around<'_> {
    /// Every error about the selected packages.
    pub(crate) fn problems(&self, facts: &Facts) -> Vec<Diagnostic> {
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
                problems.push(
                    rules::LOCAL_PACKAGE
                        .report(message)
                        .at(place)
                        .hint(HOLDS_BOTH),
                );
                continue;
            };
            problems.extend(missing(facts, self.lock, name, place));
            let member = facts.members.iter().find(|it| it.folder == *folder);
            if let Some(member) = member {
                problems.extend(self.of_member(facts, member, name));
                problems.extend(self.not_named(facts, member, (name, place)));
            }
        }
        problems
    }

    /// What of a package the lock was not made from.
    fn of_member(&self, facts: &Facts, member: &Facts, name: &str) -> Vec<Diagnostic> {
        let project = &member.pyproject;
        // One without a name may have it in `setup.cfg`; the wheel shows it.
        let other = project.name.as_ref();
        if let Some(other) = other.filter(|other| other.value.normalized() != name) {
            let message = format!(
                "`{}` has the package `{name}` in `{}`, whose manifest has `{}`",
                self.lock, member.folder, other.value
            );
            let error = rules::OUTDATED_LOCK.report(message).at(&project.place);
            return vec![error.hint(self.relock)];
        }
        let own = facts.pyproject.name.as_ref();
        let own = own.map(|own| own.value.normalized());
        let is_free = |requirement: &Spanned<String>| {
            let name = requirement_name(&requirement.value);
            let name = name.as_ref().map(PackageName::normalized);
            name.is_some_and(|name| own == Some(name) || self.free.iter().any(|it| it == name))
        };
        let mut needs = (self.needs)(member);
        needs.retain(|requirement| !is_free(requirement));
        let told = needs.iter().filter_map(|requirement| {
            let message = format!(
                "`{}` is out of date: {}",
                self.lock,
                self.unmet(requirement)?
            );
            let error = rules::OUTDATED_LOCK
                .report(message)
                .at(&requirement.location);
            Some(error.hint(self.relock))
        });
        told.collect()
    }

    /// Why the lock does not meet a requirement. One with a marker may count on other systems alone.
    fn unmet(&self, requirement: &Spanned<String>) -> Option<String> {
        let text = &requirement.value;
        let (text, marker) = text.split_once(';').unwrap_or((text, ""));
        if !marker.is_empty() && self.here.meets(marker, &[]) != Some(true) {
            return None;
        }
        let name = requirement_name(text)?;
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
        (!fits).then(|| {
            format!(
                "it locks `{name}` {first}, which `{}` does not allow",
                requirement.value
            )
        })
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
        let folder = member.folder.file_name().map(normalized_name);
        let names = |facts: &Facts| {
            let names = (self.names)(facts);
            let mut names = names.iter();
            names.any(|known| known == name || Some(known) == folder.as_ref())
        };
        let is_named = names(facts) || others.any(names);
        (!is_named).then(|| {
            let message = format!(
                "`{}` is out of date: it has the package `{name}`, and no `{PYPROJECT}` names it",
                self.lock
            );
            rules::LOCAL_PACKAGE
                .report(message)
                .at(place)
                .hint(self.relock)
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::context::{FileContent, Files, SpecFile};
    use crate::diagnostic::{Source, one_line};
    use crate::values::Platform;
    use crate::{project, spec};

    use super::*;

    /// Of a project that is a manifest and nothing else.
    pub(crate) fn facts_of(manifest: &str) -> Facts {
        let spec = spec::parse(&Source::new(PYPROJECT, manifest)).unwrap();
        let spec_file = SpecFile {
            name: PYPROJECT.into(),
            content: FileContent::from(manifest.as_bytes()),
            ignore_file: None,
        };
        project::survey(&spec, &spec_file, Files::new()).unwrap()
    }

    /// The error about a package with a manifest, which the lock file has as `plug`.
    fn told(manifest: &str, free: &[&str]) -> String {
        let around = Around {
            lock: "some.lock",
            here: MarkerEnvironment::new(&Platform::new("linux", "amd64"), "3.13".parse().unwrap()),
            relock: "lock again",
            wanted: Vec::new(),
            versions: vec![("idna", Some("3.7")), ("plug", Some("1"))],
            free: free.iter().map(|name| (*name).to_owned()).collect(),
            needs: |facts| facts.pyproject.dependencies.clone(),
            names: |_| Vec::new(),
        };
        let app = facts_of("[project]\nname = \"My.App\"\nversion = \"1\"\n");
        let told = around.of_member(&app, &facts_of(manifest), "plug");
        told.iter().map(one_line).collect::<Vec<_>>().join("\n")
    }

    fn needing(needs: &str) -> String {
        format!("[project]\nname = \"plug\"\nversion = \"1\"\ndependencies = [{needs}]\n")
    }

    #[test]
    fn what_the_lock_was_not_made_from_is_told() {
        insta::assert_snapshot!(told(&needing("'idna>=3.10', 'new'"), &[]), @"
        pyproject.toml:4:17: `some.lock` is out of date: it locks `idna` 3.7, which `idna>=3.10` does not allow; lock again
        pyproject.toml:4:31: `some.lock` is out of date: it does not lock `new`; lock again
        ");
        insta::assert_snapshot!(told(&needing("").replace("plug", "gulp"), &[]), @"pyproject.toml:2:8: `some.lock` has the package `plug` in `.`, whose manifest has `gulp`; lock again");
    }

    #[test]
    fn a_lock_need_not_have_the_project_itself_and_what_the_tool_was_told_of() {
        assert_eq!(told(&needing("'my_app>=1'"), &[]), "");
        assert_eq!(told(&needing("'IDNA>=3.10', 'new'"), &["idna", "new"]), "");
    }

    #[test]
    fn a_need_with_a_marker_counts_where_that_is_met() {
        let needs = "'idna>=3.10; os_name == \"posix\"', 'new; python_version >= \"3.8\"'";
        insta::assert_snapshot!(told(&needing(needs), &[]), @r#"
        pyproject.toml:4:17: `some.lock` is out of date: it locks `idna` 3.7, which `idna>=3.10; os_name == "posix"` does not allow; lock again
        pyproject.toml:4:51: `some.lock` is out of date: it does not lock `new`; lock again
        "#);
        let needs = "'pywin32; os_name == \"nt\"', 'idna>4; python_full_version < \"3.13.3\"'";
        assert_eq!(told(&needing(needs), &[]), "");
    }

    #[test]
    fn a_manifest_without_a_name_is_no_other_package() {
        let manifest = "[build-system]\nrequires = [\"setuptools\"]\n";
        assert_eq!(told(manifest, &[]), "");
    }
}
