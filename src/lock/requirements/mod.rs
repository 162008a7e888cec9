//! What pip and uv share where there is no lock: requirements files, and the manifest's own list.

mod asked;
pub(crate) mod indexes;
pub(crate) mod notes;

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Spanned, rules};
use crate::lock::DependencySet;
use crate::options::unknown_word;
use crate::project::requirements::{self, LineKind, Requirements, Root, Target};
use crate::project::{Facts, Pyproject};
use crate::spec::Spec;
use crate::values::{normalized_name, requirement_name};

/// The list of what is installed.
pub(crate) const REQUIREMENTS: &str = "requirements.txt";
pub(crate) const CONSTRAINTS: &str = "constraints.txt";
/// The list of folders that are installed behind it.
pub(crate) const FOLDERS: &str = "folders.txt";

/// What is to be installed.
pub(crate) struct Asked {
    /// What the files say; empty where there are none.
    pub(crate) files: Requirements,
    /// Requirements of the manifest.
    pub(crate) of_manifest: Vec<Spanned<String>>,
    /// What a step that installs it points at.
    pub(crate) origin: Location,
}

/// Of what an environment holds beside the dependencies themselves.
pub(crate) struct Extra<'a> {
    pub(crate) groups: Vec<Spanned<&'a str>>,
    pub(crate) extras: Vec<Spanned<&'a str>>,
}

impl Extra<'_> {
    /// What the spec asks for.
    pub(crate) fn of_spec(spec: &Spec) -> Extra<'_> {
        fn word(word: &Spanned<String>) -> Spanned<&str> {
            Spanned {
                value: &word.value,
                location: word.location.clone(),
            }
        }
        Extra {
            groups: spec.model.groups.iter().map(word).collect(),
            extras: spec.model.extras.iter().map(word).collect(),
        }
    }

    /// What a set adds; `development` are the groups that it has for developers.
    pub(crate) fn of_set<'a>(
        facts: &Facts,
        set: &'a DependencySet,
        development: &'a [String],
    ) -> Extra<'a> {
        let place = &facts.pyproject.place;
        let at = |word: &'a String| Spanned {
            value: word.as_str(),
            location: place.clone(),
        };
        let mut groups: Vec<&String> = set.groups.iter().collect();
        let more = development.iter().filter(|_| set.development);
        for name in more {
            if !groups.contains(&name) {
                groups.push(name);
            }
        }
        Extra {
            groups: groups.into_iter().map(at).collect(),
            extras: set.extras.iter().map(at).collect(),
        }
    }
}

/// Whether there is anything to install from: files, or the manifest's own list.
pub(crate) fn is_there(facts: &Facts) -> bool {
    !facts.requirements.is_empty() || facts.pyproject.name.is_some()
}

/// The error if there is nothing to install from.
pub(crate) fn nothing(facts: &Facts) -> Diagnostic {
    rules::NO_DEPENDENCIES
        .report("there is no requirements file in the build context, and no `[project]`")
        .at(&facts.pyproject.place)
        .hint(
            "add a `requirements.txt`, or name the files in `requirements` of `[tool.wheelwright]`",
        )
}

/// The files that were read, and those of developers.
pub(crate) fn consumed(facts: &Facts) -> Vec<String> {
    let read = requirements::gather(&facts.evidence, &facts.requirements).unwrap_or_default();
    let groups = requirements::development(&facts.evidence);
    let groups = groups.into_iter().map(|group| group.path);
    let paths = read.files.into_iter().chain(groups);
    paths.map(|path| path.to_string()).collect()
}

/// Whether the files say that the project is a package: a line asks for it.
pub(crate) fn package(facts: &Facts) -> Result<Option<Spanned<bool>>, Diagnostics> {
    let files = requirements::gather(&facts.evidence, &facts.requirements)?;
    let mut folders = files.folders().filter(|(path, ..)| path.is_root());
    Ok(folders.next().map(|(_, _, location)| Spanned {
        value: true,
        location: location.clone(),
    }))
}

/// Collects the requirements and reports every error.
pub(crate) fn asked(facts: &Facts, extra: &Extra<'_>) -> Result<Asked, Diagnostics> {
    let mut problems = Vec::new();
    let project = &facts.pyproject;
    let mut roots = facts.requirements.clone();
    let mut of_manifest = Vec::new();
    for group in &extra.groups {
        let candidates = requirements::group_candidates(group.value);
        let mut there = candidates
            .into_iter()
            .filter(|path| facts.evidence.contains_key(path));
        if let Some(path) = there.next() {
            roots.push(Root {
                path,
                named: Some(group.location.clone()),
                source: None,
            });
        } else if is_group(project, group.value) {
            add_group(project, group.value, &mut BTreeSet::new(), &mut of_manifest);
        } else {
            problems.push(unknown_group(facts, group));
        }
    }
    let files = requirements::gather(&facts.evidence, &roots);
    let files = Diagnostics::gather(files, &mut problems).unwrap_or_default();
    let mut extras: BTreeSet<String> = extra
        .extras
        .iter()
        .map(|name| normalized_name(name.value))
        .collect();
    problems.extend(
        extra
            .extras
            .iter()
            .filter_map(|name| unknown_extra(project, name)),
    );
    let mut itself = false;
    for (_, names, _) in files.folders().filter(|(path, ..)| path.is_root()) {
        itself = true;
        extras.extend(names.iter().map(|name| normalized_name(name)));
    }
    // Where all have hashes, the files hold all that there is: pip would take nothing else.
    if facts.requirements.is_empty() || (itself && !files.needs_hashes()) {
        of_manifest.extend(project.dependencies.iter().cloned());
    }
    for (name, requirements) in &project.extras {
        if extras.contains(&normalized_name(&name.value)) {
            of_manifest.extend(requirements.iter().cloned());
        }
    }
    Diagnostics::split(problems)?;
    Ok(Asked {
        files,
        of_manifest,
        origin: origin(facts),
    })
}

/// The first of what is installed.
fn origin(facts: &Facts) -> Location {
    let first = facts.requirements.first();
    let source = first.and_then(|root| match &root.source {
        Some(source) => Some(std::sync::Arc::clone(source)),
        None => facts
            .evidence
            .get(&root.path)
            .and_then(|content| content.source(root.path.as_str()).ok()),
    });
    source.map_or_else(
        || facts.pyproject.dependencies_location.clone(),
        |source| Location::top(&source),
    )
}

/// The dependency groups: files, and those of the manifest.
pub(crate) fn groups(facts: &Facts) -> Vec<String> {
    let files = requirements::development(&facts.evidence).into_iter();
    let mut groups: Vec<String> = files.map(|group| group.name).collect();
    for group in &facts.pyproject.groups {
        if !groups
            .iter()
            .any(|known| normalized_name(known) == normalized_name(&group.name.value))
        {
            groups.push(group.name.value.clone());
        }
    }
    groups
}

/// The names of all required packages.
pub(crate) fn names(asked: &Asked) -> BTreeSet<String> {
    let lines = asked.files.requirements.iter();
    let named = lines.filter_map(|line| match &line.kind {
        LineKind::Requirement(requirement) => match &requirement.target {
            Target::Index { name, .. } => Some(name.clone()),
            Target::Address { name, .. } => name.clone(),
            _ => None,
        },
        _ => None,
    });
    let of_manifest = asked.of_manifest.iter();
    let of_manifest = of_manifest.filter_map(|text| requirement_name(&text.value));
    named
        .chain(of_manifest)
        .map(|name| name.normalized().to_owned())
        .collect()
}

/// Whether a package is required, by its normalized name.
pub(crate) fn has(facts: &Facts, package: &str) -> Result<bool, Diagnostics> {
    let none = Extra {
        groups: Vec::new(),
        extras: Vec::new(),
    };
    Ok(names(&asked(facts, &none)?).contains(package))
}

/// Whether a package is required, for development too, by its normalized name.
pub(crate) fn has_for_developers(facts: &Facts, package: &str) -> Result<bool, Diagnostics> {
    Ok(names(&with_all(facts)?).contains(package))
}

/// All that anybody can have installed.
fn with_all(facts: &Facts) -> Result<Asked, Diagnostics> {
    let project = &facts.pyproject;
    let (groups, extras) = (groups(facts), project.extras.iter());
    let at = |value| Spanned {
        value,
        location: project.place.clone(),
    };
    let all = Extra {
        groups: groups.iter().map(|group| at(group.as_str())).collect(),
        extras: extras.map(|(name, _)| at(name.value.as_str())).collect(),
    };
    asked(facts, &all)
}

fn is_group(project: &Pyproject, name: &str) -> bool {
    let mut groups = project.groups.iter();
    groups.any(|group| normalized_name(&group.name.value) == normalized_name(name))
}

/// Adds what a group of the manifest lists and includes (PEP 735).
fn add_group(
    project: &Pyproject,
    name: &str,
    seen: &mut BTreeSet<String>,
    requirements: &mut Vec<Spanned<String>>,
) {
    if !seen.insert(normalized_name(name)) {
        return;
    }
    let mut groups = project.groups.iter();
    let found = groups.find(|group| normalized_name(&group.name.value) == normalized_name(name));
    if let Some(group) = found {
        requirements.extend(group.requirements.iter().cloned());
        for included in &group.includes {
            add_group(project, &included.value, seen, requirements);
        }
    }
}

fn unknown_group(facts: &Facts, group: &Spanned<&str>) -> Diagnostic {
    let known = groups(facts);
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let name = group.value;
    let error = if known.is_empty() {
        rules::UNKNOWN_GROUP.report(format!(
            "unknown dependency group `{name}`, the project has none"
        ))
    } else {
        unknown_word("dependency group", name, &known)
    };
    error.at(&group.location).hint(format!(
        "write it as `requirements-{name}.txt`, or name the files in `requirements`"
    ))
}

fn unknown_extra(project: &Pyproject, extra: &Spanned<&str>) -> Option<Diagnostic> {
    let known: Vec<&str> = project
        .extras
        .iter()
        .map(|(name, _)| name.value.as_str())
        .collect();
    let name = extra.value;
    if known
        .iter()
        .any(|known| normalized_name(known) == normalized_name(name))
    {
        return None;
    }
    let error = if known.is_empty() {
        rules::UNKNOWN_GROUP.report(format!("unknown extra `{name}`, the project has none")).hint(
            "requirements files have no extras: write them behind a package, as `name[extra]`, or name another file in `requirements`",
        )
    } else {
        unknown_word("extra", name, &known)
    };
    Some(error.at(&extra.location))
}
