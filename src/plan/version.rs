//! The project's version: where it comes from, and how a build argument becomes it without `.git`.

use std::str::FromStr;

use pep440_rs::Version;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::{Site, Target};
use crate::project::{NEUTRAL_VERSION, Pyproject};
use crate::values::requirement_name;

/// What is known of the version before the wheel is built.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct ProjectVersion {
    /// The version that the wheel must have; `None` where only the sources tell.
    pub(super) expected: Option<String>,
    /// Environment of the step that builds the wheel.
    pub(super) env: Vec<(String, String)>,
}

/// A way in which version control gives the version, and the variable that gives it instead.
struct Scheme {
    /// The build requirement by which the scheme is known.
    requirement: &'static str,
    /// The variable, from the suffix that setuptools-scm makes of the project's name.
    variable: fn(&str) -> String,
}

/// Measured with the schemes themselves, none of which has `.git` here.
const SCHEMES: &[Scheme] = &[
    // The variable of one distribution, so that no other scm-versioned package is renamed by it.
    Scheme {
        requirement: "setuptools-scm",
        variable: |suffix| format!("SETUPTOOLS_SCM_PRETEND_VERSION_FOR_{suffix}"),
    },
    // hatch-vcs does not read the variable of one distribution.
    Scheme {
        requirement: "hatch-vcs",
        variable: |_| "SETUPTOOLS_SCM_PRETEND_VERSION".to_owned(),
    },
];

/// Schemes of version control that are known and still to come.
const NOT_YET: &[&str] = &[
    "uv-dynamic-versioning",
    "poetry-dynamic-versioning",
    "versioningit",
    "setuptools-git-versioning",
    "versioneer",
    "flit-scm",
];

const SUPPORTED_SCHEMES: &str = "use setuptools-scm or hatch-vcs, or a static version";

/// The version of the wheel, or how to give one.
pub(super) fn of_wheel(
    site: Site<'_>,
    warnings: &mut Vec<Diagnostic>,
) -> Result<ProjectVersion, Diagnostics> {
    let project = &site.facts.pyproject;
    let given = given(site)?;
    if let Some(version) = &project.version {
        if let Some(given) = &given
            && !same(&given.text, &version.value)
        {
            let name = &site.spec.model.version.argument;
            let message = format!(
                "`{name}` is `{}`, and the version of the project stays `{}`",
                given.text, version.value
            );
            warnings.push(Diagnostic::warning(message).at(&version.location));
        }
        return Ok(ProjectVersion {
            expected: Some(version.value.clone()),
            env: Vec::new(),
        });
    }
    let Some(scheme) = scheme(project)? else {
        // The sources tell it (setuptools `attr:`, hatch `path`). Where a version is given too, the wheel must
        // have that one, or the install of it fails.
        let expected = given.map(|given| given.version.to_string());
        return Ok(ProjectVersion {
            expected,
            env: Vec::new(),
        });
    };
    let target = Target::parse(site.options.target.as_deref())?;
    let placeholder = || {
        let text = NEUTRAL_VERSION.to_owned();
        let version = Version::from_str(&text).ok()?;
        target
            .takes_placeholder()
            .then_some(Given { text, version })
    };
    let Some(given) = given.or_else(placeholder) else {
        return Err(missing(site, scheme).into());
    };
    let variable = (scheme.variable)(&project.named()?.value.env_suffix());
    Ok(ProjectVersion {
        expected: Some(given.version.to_string()),
        // As PEP 440 writes it: hatch-vcs would take `v1.2.3` as it is.
        env: vec![(variable, given.version.to_string())],
    })
}

/// The version that the label shows: the argument, else what the manifest says.
pub(super) fn of_label(site: Site<'_>) -> Result<Option<String>, Diagnostics> {
    let stated = site
        .facts
        .pyproject
        .version
        .as_ref()
        .map(|version| version.value.clone());
    Ok(given(site)?
        .map(|given| given.version.to_string())
        .or(stated))
}

struct Given {
    text: String,
    version: Version,
}

/// The version that the build argument, or its default in the spec, gives.
fn given(site: Site<'_>) -> Result<Option<Given>, Diagnostics> {
    let spec = &site.spec.model.version;
    let argument = site
        .options
        .build_args
        .get(&spec.argument)
        .filter(|text| !text.is_empty());
    let default = spec.default.as_ref();
    let Some(text) = argument.or(default.map(|default| &default.value)) else {
        return Ok(None);
    };
    if let Ok(version) = Version::from_str(text) {
        Ok(Some(Given {
            text: text.clone(),
            version,
        }))
    } else {
        let what = match argument {
            Some(_) => format!("`--build-arg {}={text}`", spec.argument),
            None => format!("the default version `{text}`"),
        };
        let mut error = Diagnostic::error(format!("{what} is no version by PEP 440"));
        error.location = if argument.is_some() {
            None
        } else {
            default.map(|default| default.location.clone())
        };
        Err(error.hint(how_to_write(text)).into())
    }
}

/// What `git describe` prints is no version; most often one can be made of it.
fn how_to_write(text: &str) -> String {
    if let [tag, commits, hash] = text
        .rsplitn(3, '-')
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect::<Vec<_>>()[..]
    {
        let hash = hash.trim_start_matches('g');
        let made = format!("{}.post{commits}+g{hash}", tag.trim_start_matches('v'));
        if Version::from_str(&made).is_ok() {
            return format!("this looks like `git describe`; write `{made}`");
        }
    }
    "write a version such as `1.4.0`, `1.4.0.dev3` or `1.4.0+g1a2b3c4`".to_owned()
}

fn same(one: &str, other: &str) -> bool {
    match (Version::from_str(one), Version::from_str(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

fn scheme(project: &Pyproject) -> Result<Option<&'static Scheme>, Diagnostics> {
    if !project.is_dynamic("version") {
        return Ok(None);
    }
    let requires: Vec<_> = project
        .build_system
        .iter()
        .filter_map(|build| build.requires.as_ref())
        .flatten()
        .collect();
    let named = |wanted: &str| {
        requires.iter().find(|requirement| {
            requirement_name(&requirement.value).is_some_and(|name| name.normalized() == wanted)
        })
    };
    if let Some(place) = &project.pdm_scm {
        let error =
            Diagnostic::error("versions by pdm-backend's `scm` are not supported yet").at(place);
        return Err(error.hint(SUPPORTED_SCHEMES).into());
    }
    for unsupported in NOT_YET {
        if let Some(requirement) = named(unsupported) {
            let error =
                Diagnostic::error(format!("versions by `{unsupported}` are not supported yet"));
            return Err(error
                .at(&requirement.location)
                .hint(SUPPORTED_SCHEMES)
                .into());
        }
    }
    Ok(SCHEMES
        .iter()
        .find(|scheme| named(scheme.requirement).is_some()))
}

fn missing(site: Site<'_>, scheme: &Scheme) -> Diagnostic {
    let project = &site.facts.pyproject;
    let name = &site.spec.model.version.argument;
    let dynamic = project
        .dynamic
        .iter()
        .find(|field| field.value == "version");
    let mut error = Diagnostic::error(format!(
        "the version comes from version control ({}), which is not in the build context, and `{name}` is not given",
        scheme.requirement
    ));
    error.location = dynamic.map(|field| field.location.clone());
    error.hint(format!(
        "add `--build-arg {name}=1.0.0` with the version to build"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_describes_becomes_a_version() {
        assert_eq!(
            how_to_write("v1.4.0-3-g1a2b3c4"),
            "this looks like `git describe`; write `1.4.0.post3+g1a2b3c4`"
        );
        assert!(how_to_write("latest").starts_with("write a version such as"));
        assert!(same("0.1.0-dev", "0.1.0.dev0"));
    }
}
