//! How tests are run, where the spec does not say.

use crate::diagnostic::Diagnostics;
use crate::plan::request::site::Site;
use crate::values::requirement_name;

/// The one of pytest's names by which a lock knows it.
const PYTEST: &str = "pytest";

/// What runs the tests.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Runner {
    Pytest,
    Unittest,
}

impl Runner {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pytest => PYTEST,
            Self::Unittest => "unittest",
        }
    }
}

/// pytest where the lock has it, or where there is none that tells, the manifest.
pub(crate) fn runner(site: Site<'_>) -> Result<Runner, Diagnostics> {
    Ok(chosen(site)?.0)
}

fn chosen(site: Site<'_>) -> Result<(Runner, &'static str), Diagnostics> {
    let installer = site.selection.installer;
    let locked = installer.locks_for_developers(site.facts, PYTEST)?;
    let named = || {
        let project = &site.facts.pyproject;
        let extras = project.extras.iter().flat_map(|(_, extra)| extra);
        let groups = project.groups.iter();
        let groups = groups.flat_map(|group| &group.requirements);
        let mut all = project.dependencies.iter().chain(extras).chain(groups);
        all.any(|text| {
            requirement_name(&text.value).is_some_and(|name| name.normalized() == PYTEST)
        })
    };
    Ok(match locked {
        Some(true) => (Runner::Pytest, "pytest is locked"),
        None if named() => (Runner::Pytest, "pytest is a dependency"),
        _ => (Runner::Unittest, "pytest is no dependency"),
    })
}

/// The command that runs the tests, and why.
pub(crate) fn command(site: Site<'_>) -> Result<(Vec<String>, String), Diagnostics> {
    let (runner, why) = chosen(site)?;
    let python = format!("{}/bin/python", site.spec.model.venv);
    let arguments: &[&str] = match runner {
        Runner::Pytest => &["-m", "pytest", "--junitxml=/reports/junit.xml"],
        // A folder of tests that is a package may import relatively, which needs the folder above it.
        Runner::Unittest => match site.facts.test_packages.first() {
            Some(folder) => &[
                "-m",
                "unittest",
                "discover",
                "--top-level-directory",
                ".",
                "--start-directory",
                folder,
            ],
            None => &["-m", "unittest", "discover", "--start-directory", "tests"],
        },
    };
    let arguments = arguments.iter().map(|argument| (*argument).to_owned());
    Ok((
        [python].into_iter().chain(arguments).collect(),
        why.to_owned(),
    ))
}
