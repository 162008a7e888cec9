//! What tests need beside the runtime, and how they are run, where the spec does not say.

use crate::diagnostic::Diagnostics;
use crate::plan::installers::Wanted;
use crate::plan::{PartId, Site};
use crate::values::requirement_name;

/// Names of dependency groups and extras that are for tests.
const FOR_TESTS: &[&str] = &["test", "tests", "testing"];

/// What is added for development to a project that has groups or extras of these names alone.
const FOR_DEVELOPMENT: &[&str] = &["dev", "develop", "development"];

/// The one of pytest's names by which a lock knows it.
const PYTEST: &str = "pytest";

/// What runs the tests.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Runner {
    Pytest,
    Unittest,
}

impl Runner {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pytest => PYTEST,
            Self::Unittest => "unittest",
        }
    }
}

/// Dependencies that are added to those of the runtime.
#[derive(Debug, Default)]
pub(in crate::plan::targets) struct Added {
    groups: Vec<String>,
    extras: Vec<String>,
    development: bool,
    /// In the words of the user.
    pub(in crate::plan::targets) value: String,
    pub(in crate::plan::targets) why: String,
}

impl Added {
    /// Whether there is nothing to add.
    pub(in crate::plan::targets) fn is_nothing(&self) -> bool {
        self.groups.is_empty() && self.extras.is_empty() && !self.development
    }

    /// What is wanted of an environment that begins with `from`, which holds what `base` wants.
    pub(in crate::plan::targets) fn added_to(
        self,
        base: Wanted,
        stage: &'static str,
        from: PartId,
    ) -> Wanted {
        let mut wanted = Wanted {
            stage,
            from,
            development: self.development,
            ..base
        };
        for (known, added) in [
            (&mut wanted.groups, self.groups),
            (&mut wanted.extras, self.extras),
        ] {
            for name in added {
                if !known.contains(&name) {
                    known.push(name);
                }
            }
        }
        wanted
    }

    fn groups(groups: Vec<String>, why: &str) -> Self {
        Self {
            value: listed("group", &groups),
            groups,
            why: why.to_owned(),
            ..Self::default()
        }
    }

    fn extras(extras: Vec<String>) -> Self {
        Self {
            value: listed("extra", &extras),
            extras,
            why: "the project has no group for it, and this extra".to_owned(),
            ..Self::default()
        }
    }

    fn development(groups: &[String]) -> Self {
        Self {
            value: listed("group", groups),
            development: true,
            why: "what the installer installs for developers by itself".to_owned(),
            ..Self::default()
        }
    }

    fn nothing() -> Self {
        Self {
            value: "none".to_owned(),
            why: "the project has no group and no extra for it".to_owned(),
            ..Self::default()
        }
    }
}

fn listed(what: &str, names: &[String]) -> String {
    let plural = if names.len() == 1 { "" } else { "s" };
    format!("{what}{plural} {}", names.join(", "))
}

/// The groups for tests; else the development groups; else the extras for tests, else those for development.
pub(in crate::plan::targets) fn dependencies(site: Site<'_>) -> Result<Added, Diagnostics> {
    let installer = site.selection.installer;
    let groups = among(installer.groups(site.facts)?, FOR_TESTS);
    if !groups.is_empty() {
        return Ok(Added::groups(groups, "named for tests"));
    }
    let development = installer.development_groups(site.facts)?;
    if !development.is_empty() {
        return Ok(Added::development(&development));
    }
    let groups = among(installer.groups(site.facts)?, FOR_DEVELOPMENT);
    if !groups.is_empty() {
        return Ok(Added::groups(groups, "named for development"));
    }
    let extras = site.facts.pyproject.extras.iter();
    let extras: Vec<String> = extras.map(|(name, _)| name.value.clone()).collect();
    let for_tests = among(extras.clone(), FOR_TESTS);
    let extras = if for_tests.is_empty() {
        among(extras, FOR_DEVELOPMENT)
    } else {
        for_tests
    };
    Ok(if extras.is_empty() {
        Added::nothing()
    } else {
        Added::extras(extras)
    })
}

/// Those that have one of the names.
fn among(mut names: Vec<String>, wanted: &[&str]) -> Vec<String> {
    names.retain(|name| wanted.contains(&name.to_ascii_lowercase().as_str()));
    names
}

/// pytest where the lock has it, or where there is none that tells, the manifest.
pub(super) fn runner(site: Site<'_>) -> Result<Runner, Diagnostics> {
    Ok(chosen(site)?.0)
}

fn chosen(site: Site<'_>) -> Result<(Runner, &'static str), Diagnostics> {
    let locked = site.selection.installer.locks(site.facts, PYTEST)?;
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
pub(super) fn command(site: Site<'_>) -> Result<(Vec<String>, String), Diagnostics> {
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
