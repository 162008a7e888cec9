//! Which installer a project uses.

use crate::diagnostic::{Diagnostic, Diagnostics, Location, rules};
use crate::lock::{self, PACKAGE_MANAGERS, PackageManager, Tool};
use crate::options::unknown_word;
use crate::plan::model::Choice;
use crate::project::Facts;
use crate::project::workspace::LocalPackage;
use crate::spec::{Spec, SpecKind};

/// The one that the spec names; else the one whose table in the manifest and lock are both there; else the only one
/// with a lock; else the one whose own manifest is there (a Pipfile before requirements files); else the one whose
/// table is there; else uv, for what `[project]` lists.
pub(crate) fn choose(
    spec: &Spec,
    facts: &Facts,
    choices: &mut Vec<Choice>,
    warnings: &mut Vec<Diagnostic>,
) -> Result<&'static dyn PackageManager, Diagnostics> {
    if let Some(name) = &spec.model.installer {
        let installer = named(&name.value).map_err(|error| error.at(&name.location))?;
        choices.push(Choice {
            what: "installer",
            value: name.value.clone(),
            why: name.location.line(),
        });
        return Ok(installer);
    }
    let by_spec = by_requirements(spec);
    let Some((installer, why)) = by_spec.or_else(|| found(facts, warnings)) else {
        return Err(nothing_found(facts).into());
    };
    choices.push(Choice {
        what: "installer",
        value: installer.name().to_owned(),
        why,
    });
    Ok(installer)
}

/// The packages in folders of the lock that is installed, where its tool has a lock for each project; `None` where it
/// has not. Errors in the lock file are reported where it is checked.
pub fn local_packages(spec: &Spec, facts: &Facts) -> Option<Vec<LocalPackage>> {
    let installer = choose(spec, facts, &mut Vec::new(), &mut Vec::new()).ok()?;
    installer.local_packages(facts)
}

/// Whoever names requirements files, or hands one over, has them installed.
fn by_requirements(spec: &Spec) -> Option<Found> {
    let why = match spec.model.requirements.first() {
        Some(first) => format!("`requirements` at {}", first.location.line()),
        None if spec.kind == SpecKind::Requirements => {
            format!("`{}` is a requirements file", spec.source.name())
        }
        None => return None,
    };
    Some((lock::find("pip")?, why))
}

/// The error about a project without a detected package manager.
fn nothing_found(facts: &Facts) -> Diagnostic {
    let project = &facts.pyproject;
    let (what, hint) = if project.is_there {
        (
            "`[project]` table",
            "write `[project]` with `name`, `version` and `dependencies`, or add a `requirements.txt`",
        )
    } else {
        (
            "`pyproject.toml`",
            "run the build in the folder of the project, or name that folder as the context; to install a project that has a `setup.py` alone, write a `requirements.txt` with a line `.` and a line for each package that it needs",
        )
    };
    let message =
        format!("there is no {what}, no lock file and no requirements file in the build context");
    rules::NO_DEPENDENCIES
        .report(message)
        .at(&project.place)
        .hint(hint)
}

fn named(name: &str) -> Result<&'static dyn PackageManager, Diagnostic> {
    if let Some(installer) = lock::find(name) {
        return Ok(installer);
    }
    let names: Vec<_> = PACKAGE_MANAGERS
        .iter()
        .map(|installer| installer.name())
        .collect();
    Err(unknown_word("installer", name, &names))
}

/// An installer, and what shows it.
type Found = (&'static dyn PackageManager, String);

fn found(facts: &Facts, warnings: &mut Vec<Diagnostic>) -> Option<Found> {
    let first = |files: &[&'static str]| {
        let mut there = files.iter().filter(|name| facts.text(name).is_some());
        there.next().copied()
    };
    let is_there = |file: &str| format!("`{file}` is there");
    let locks = PACKAGE_MANAGERS.iter().flat_map(|installer| {
        let files = installer.lock_files().iter();
        files.map(|file| (*installer, *file))
    });
    let mut locked: Vec<(&'static dyn PackageManager, &str)> = locks
        .filter(|(_, file)| facts.text(file).is_some())
        .collect();
    // The tools' own say more than the one that all could read.
    locked.sort_by_key(|(_, file)| *file == "pylock.toml");
    let has_table = |name: &str| facts.pyproject.has_tool(name);
    let with_table = locked
        .iter()
        .find(|(installer, _)| has_table(installer.name()));
    if let Some((installer, lock)) = with_table.or(locked.first()) {
        let table = with_table.map(|_| format!(", and so is `[tool.{}]`", installer.name()));
        let why = is_there(lock) + table.as_deref().filter(|_| locked.len() > 1).unwrap_or("");
        warnings.extend(several(facts, &locked, (*installer, lock)));
        return Some((*installer, why));
    }
    let with_manifest = PACKAGE_MANAGERS
        .iter()
        .find_map(|installer| Some((*installer, is_there(first(installer.manifests())?))));
    let by_table = || {
        let mut rows = PACKAGE_MANAGERS.iter();
        let installer = rows.find(|installer| has_table(installer.name()))?;
        let why = format!("`[tool.{}]` is there", installer.name());
        Some((*installer, why))
    };
    let by_project = || {
        let listed = facts.pyproject.name.is_some() && facts.pyproject.is_there;
        let installer = PACKAGE_MANAGERS.first().filter(|_| listed)?;
        Some((*installer, "no lock file is there".to_owned()))
    };
    with_manifest.or_else(by_table).or_else(by_project)
}

/// Two locks may say different things, and only one is installed.
fn several(
    facts: &Facts,
    locked: &[(&'static dyn PackageManager, &str)],
    (taken, lock): (&'static dyn PackageManager, &str),
) -> Option<Diagnostic> {
    let others: Vec<_> = locked.iter().filter(|(_, other)| *other != lock).collect();
    let (_, first) = others.first()?;
    let names: Vec<String> = others.iter().map(|(_, lock)| format!("`{lock}`")).collect();
    let message = format!(
        "`{lock}` and {} are there, and `{lock}` is installed",
        names.join(", ")
    );
    Some(
        rules::SEVERAL_LOCKS
            .report(message)
            .at(&facts.pyproject.place)
            .hint(format!(
                "remove `{first}`, or write `installer = \"{}\"` in `[tool.wheelwright]`",
                taken.name()
            )),
    )
}

/// Where the tool comes from, as a choice to report.
pub(crate) fn tool_choice(tool: &Tool) -> Choice {
    let (value, origin) = match tool {
        Tool::Uv(image) => (image.reference.tag().unwrap_or_default(), &image.origin),
        Tool::Packages(packages) => (packages.version.as_str(), &packages.origin),
    };
    Choice {
        what: "installer-version",
        value: value.to_owned(),
        why: origin.as_ref().map_or_else(
            || "pinned by this release of wheelwright".to_owned(),
            Location::line,
        ),
    }
}
