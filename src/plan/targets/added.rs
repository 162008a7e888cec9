//! What tests and developers need beside the runtime, where the spec does not say.

use crate::diagnostic::Diagnostics;
use crate::lock::DependencySet;
use crate::plan::installers::InstallRequest;
use crate::plan::model::PartId;
use crate::plan::request::site::Site;

/// Names of dependency groups and extras that are for tests.
const FOR_TESTS: &[&str] = &["test", "tests", "testing"];

/// Names of those that are for developers.
const FOR_DEVELOPMENT: &[&str] = &["dev", "develop", "development"];

/// Dependencies that are added to those of the runtime.
#[derive(Debug, Default)]
pub(crate) struct Added {
    groups: Vec<String>,
    extras: Vec<String>,
    development: bool,
    /// In the words of the user.
    pub(crate) value: String,
    pub(crate) why: String,
}

impl Added {
    /// Whether there is nothing to add.
    pub(crate) fn is_nothing(&self) -> bool {
        self.groups.is_empty() && self.extras.is_empty() && !self.development
    }

    /// The request for an environment that starts as `from`, which holds what `base` requests.
    pub(crate) fn added_to(
        self,
        base: InstallRequest,
        stage: &'static str,
        from: PartId,
    ) -> InstallRequest {
        let mut set = DependencySet {
            development: self.development,
            ..base.set
        };
        for (known, added) in [
            (&mut set.groups, self.groups),
            (&mut set.extras, self.extras),
        ] {
            for name in added {
                if !known.contains(&name) {
                    known.push(name);
                }
            }
        }
        InstallRequest { stage, from, set }
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
pub(crate) fn for_tests(site: Site<'_>) -> Result<Added, Diagnostics> {
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
    let tests = among(extras.clone(), FOR_TESTS);
    let extras = if tests.is_empty() {
        among(extras, FOR_DEVELOPMENT)
    } else {
        tests
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

/// Those for developers: what the installer installs by itself, and what the tests need.
pub(crate) fn for_developers(site: Site<'_>) -> Result<Added, Diagnostics> {
    let tests = for_tests(site)?;
    let development = site.selection.installer.development_groups(site.facts)?;
    if development.is_empty() || tests.development {
        return Ok(tests);
    }
    let more = tests.groups.iter();
    let more = more.filter(|group| !development.contains(group)).cloned();
    let groups: Vec<String> = development.iter().cloned().chain(more).collect();
    let mut value = listed("group", &groups);
    if !tests.extras.is_empty() {
        value = format!("{value}, {}", listed("extra", &tests.extras));
    }
    Ok(Added {
        value,
        why: "what the installer installs for developers by itself, and what tests need".to_owned(),
        development: true,
        ..tests
    })
}
