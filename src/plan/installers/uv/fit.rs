//! Whether a lock was made from this manifest: uv would notice only when the step runs, and in words about
//! build backends.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::plan::installers::uv::lock::{Package, UvLock};
use crate::plan::installers::uv::requirement::{Requirement, normal};
use crate::plan::installers::uv::settings;
use crate::project::Pyproject;
use crate::values::{RequiresPython, SUPPORTED};

const RELOCK: &str = "run `uv lock` and commit `uv.lock`";

/// Compares the manifest with what the lock records of it: requirements of the project, of its extras and of
/// its groups, and `requires-python`.
pub(super) fn check(lock: &UvLock, project: &Pyproject) -> Result<(), Diagnostics> {
    let own = project.name.value.normalized();
    let (ours, others): (Vec<_>, Vec<_>) = lock
        .packages
        .iter()
        .filter(|package| package.local)
        .partition(|package| package.name == own);
    let Some(package) = ours.first() else {
        let message = format!("`uv.lock` does not lock `{}`", project.name.value);
        return Err(Diagnostic::error(message)
            .at(&project.name.location)
            .hint(RELOCK)
            .into());
    };
    if let Some(other) = others.first() {
        let message = format!(
            "workspaces and path dependencies are not supported yet: `uv.lock` has `{}`",
            other.name
        );
        return Err(Diagnostic::error(message)
            .at(&project.dependencies_location)
            .into());
    }
    let mut problems = Vec::new();
    compare_requirements(package, project, &mut problems);
    compare_groups(package, project, &mut problems);
    compare_python(lock, project, &mut problems);
    // uv takes a project with `[build-system]` for a package, unless told otherwise.
    let told = settings::read(project)?.package;
    let is_package = told
        .as_ref()
        .map_or(project.build_system.is_some(), |package| package.value);
    if is_package == package.is_virtual {
        let what = if is_package {
            "it was made for a project that is no package"
        } else {
            "it was made for a package"
        };
        let place = told.map(|package| package.location);
        let place = place.or(project
            .build_system
            .as_ref()
            .map(|build| build.location.clone()));
        problems.push(stale(what).at(place.as_ref().unwrap_or(&project.name.location)));
    }
    Diagnostics::split(problems).map(drop)
}

fn stale(what: &str) -> Diagnostic {
    Diagnostic::error(format!("`uv.lock` is stale: {what}")).hint(RELOCK)
}

fn compare_requirements(package: &Package, project: &Pyproject, problems: &mut Vec<Diagnostic>) {
    let extras = project
        .extras
        .iter()
        .flat_map(|(_, requirements)| requirements);
    let wanted: Vec<&Spanned<String>> = project.dependencies.iter().chain(extras).collect();
    for text in &wanted {
        problems.extend(unknown(text, &package.requires, &package.name));
    }
    let names: BTreeSet<String> = wanted
        .iter()
        .filter_map(|text| Some(Requirement::parse(&text.value)?.name))
        .collect();
    for gone in package
        .requires
        .iter()
        .filter(|locked| !names.contains(&locked.name))
    {
        let what = format!(
            "it was made with the dependency `{}`, which is gone",
            gone.name
        );
        problems.push(stale(&what).at(&project.dependencies_location));
    }
}

/// One way only: a group may hold what it includes of others, which the lock records spelt out.
fn compare_groups(package: &Package, project: &Pyproject, problems: &mut Vec<Diagnostic>) {
    for (name, requirements) in &project.groups {
        let locked = package
            .groups
            .iter()
            .find(|(group, _)| *group == normal(&name.value));
        let Some((_, locked)) = locked else {
            // A group without requirements is not recorded.
            if !requirements.is_empty() {
                let what = format!("it does not know the dependency group `{}`", name.value);
                problems.push(stale(&what).at(&name.location));
            }
            continue;
        };
        for text in requirements {
            problems.extend(unknown(text, locked, &package.name));
        }
    }
}

/// Compared by what they allow: uv writes the same range in its own words.
fn compare_python(lock: &UvLock, project: &Pyproject, problems: &mut Vec<Diagnostic>) {
    let Some(requires) = &project.requires_python else {
        return;
    };
    let locked = lock
        .requires_python
        .as_ref()
        .and_then(|text| text.parse::<RequiresPython>().ok());
    let missing = SUPPORTED.iter().find(|version| {
        requires.value.allows(**version)
            && !locked
                .as_ref()
                .is_none_or(|locked| locked.allows(**version))
    });
    if let Some(version) = missing {
        let what = format!("`requires-python` allows {version}, which it was not made for");
        problems.push(stale(&what).at(&requires.location));
    }
}

/// A requirement that the lock does not know, or knows otherwise.
fn unknown(text: &Spanned<String>, locked: &[Requirement], own: &str) -> Option<Diagnostic> {
    let requirement = Requirement::parse(&text.value)?;
    // Extras that name the project's own extras are recorded spelt out.
    if requirement.name == own {
        return None;
    }
    let same: Vec<_> = locked
        .iter()
        .filter(|locked| locked.name == requirement.name)
        .collect();
    let what = if same.is_empty() {
        format!("it does not know the dependency `{}`", text.value)
    } else if same.iter().any(|locked| locked.fits(&requirement)) {
        return None;
    } else {
        format!("`{}` is not what it was made from", text.value)
    };
    Some(stale(&what).at(&text.location))
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Source, one_line};

    use super::*;

    const LOCK: &str = r#"
version = 1
requires-python = ">=3.12"

[[package]]
name = "a"
source = { editable = "." }

[package.metadata]
requires-dist = [{ name = "b", specifier = ">=1" }]

[package.metadata.requires-dev]
dev-tools = [{ name = "c", specifier = ">=2" }]
"#;

    fn check_manifest(rest: &str) -> String {
        let text = format!(
            "[project]\nname = \"A\"\nversion = \"1\"\n{rest}[build-system]\nrequires = []\n"
        );
        let project = Pyproject::read(&Source::new("pyproject.toml", text)).unwrap();
        match check(
            &UvLock::parse(&Source::new("uv.lock", LOCK)).unwrap(),
            &project,
        ) {
            Ok(()) => "fits".to_owned(),
            Err(errors) => errors.iter().map(one_line).collect::<Vec<_>>().join("\n"),
        }
    }

    #[test]
    fn a_lock_is_compared_with_everything_it_records() {
        let fitting = "dependencies = [\"b>=1\"]\nrequires-python = \">=3.12\"\n[dependency-groups]\ndev_tools = [\"c>=2\"]\n";
        assert_eq!(check_manifest(fitting), "fits");
        insta::assert_snapshot!(
            check_manifest(
                "dependencies = [\"b>=2\", \"d\"]\nrequires-python = \">=3.11\"\n[dependency-groups]\n\
                 dev-tools = [\"c>=3\", \"e\"]\nnew = [\"f\"]\nempty = []\n"
            ),
            @"
        pyproject.toml:4:17: `uv.lock` is stale: `b>=2` is not what it was made from; run `uv lock` and commit `uv.lock`
        pyproject.toml:4:25: `uv.lock` is stale: it does not know the dependency `d`; run `uv lock` and commit `uv.lock`
        pyproject.toml:5:19: `uv.lock` is stale: `requires-python` allows 3.11, which it was not made for; run `uv lock` and commit `uv.lock`
        pyproject.toml:7:14: `uv.lock` is stale: `c>=3` is not what it was made from; run `uv lock` and commit `uv.lock`
        pyproject.toml:7:22: `uv.lock` is stale: it does not know the dependency `e`; run `uv lock` and commit `uv.lock`
        pyproject.toml:8:1: `uv.lock` is stale: it does not know the dependency group `new`; run `uv lock` and commit `uv.lock`
        "
        );
        insta::assert_snapshot!(check_manifest("dependencies = []\n"), @"pyproject.toml:4:1: `uv.lock` is stale: it was made with the dependency `b`, which is gone; run `uv lock` and commit `uv.lock`");
    }
}
