//! What builds the wheel, by `[build-system]`.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use crate::project::Pyproject;
use crate::values::requirement_name;

/// What builds a wheel where the manifest does not say (PEP 518); what all front ends take.
const DEFAULT: &str = "setuptools>=40.8.0";

/// The first setuptools that builds wheels by itself. Older ones ask for `wheel` through the hook
/// `get_requires_for_build_wheel`, which needs the sources and so cannot be asked here.
const BUILDS_WHEELS: &str = "70.1";

/// The build requirements of a project.
pub(crate) fn of(project: &Pyproject) -> Vec<String> {
    let stated = project
        .build_system
        .as_ref()
        .and_then(|build| build.requires.as_ref());
    let Some(stated) = stated else {
        return vec![DEFAULT.to_owned()];
    };
    let mut requires: Vec<String> = stated.iter().map(|text| text.value.clone()).collect();
    let names = |requirement: &String, wanted: &str| {
        requirement_name(requirement).is_some_and(|name| name.normalized() == wanted)
    };
    let has_wheel = requires.iter().any(|text| names(text, "wheel"));
    let setuptools = requires.iter().find(|text| names(text, "setuptools"));
    if !has_wheel && setuptools.is_some_and(|text| is_older(text)) {
        requires.push("wheel".to_owned());
    }
    requires
}

/// Whether a requirement of setuptools allows only those that build no wheels by themselves.
fn is_older(requirement: &str) -> bool {
    let text = requirement.split(';').next().unwrap_or_default();
    // Behind the name and its extras.
    let start = text.find(['<', '>', '=', '!', '~']).unwrap_or(text.len());
    let specifiers = text[start..].trim().trim_end_matches(')');
    let (Ok(specifiers), Ok(first)) = (
        VersionSpecifiers::from_str(specifiers),
        Version::from_str(BUILDS_WHEELS),
    ) else {
        return false;
    };
    // One of these is allowed wherever any newer version is, but for ranges between two releases, where `wheel`
    // does no harm.
    let named = specifiers.iter().map(|one| one.version().clone());
    !named
        .chain([first.clone(), Version::new([9999])])
        .any(|version| version >= first && specifiers.contains(&version))
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Source;

    use super::*;

    #[test]
    fn requirements_are_those_that_are_written_and_the_default_only_without() {
        let check = |build_system: &str, expected: &[&str]| {
            let text = format!("[project]\nname = \"a\"\nversion = \"1\"\n{build_system}\n");
            let project = Pyproject::read(&Source::new("pyproject.toml", text)).unwrap();
            assert_eq!(of(&project), expected, "{build_system}");
        };
        check("", &["setuptools>=40.8.0"]);
        check(
            "[build-system]\nbuild-backend = \"x\"",
            &["setuptools>=40.8.0"],
        );
        check("[build-system]\nrequires = []\nbackend-path = [\".\"]", &[]);
        let requires =
            |requirement: &str| format!("[build-system]\nrequires = [\"{requirement}\"]");
        for new in [
            "setuptools",
            "setuptools>=61",
            "setuptools>=61,<71",
            "setuptools==75.0.1",
            "setuptools ~= 71.0",
            "setuptools[core] (>=64)",
            "hatchling<1",
            "setuptools @ https://files.example.org/setuptools.whl",
        ] {
            check(&requires(new), &[new]);
        }
        for old in [
            "setuptools<70",
            "setuptools==65.5.1",
            "Setuptools ~= 65.0",
            "setuptools>=40,<70.1; python_version >= '3'",
        ] {
            check(&requires(old), &[old, "wheel"]);
        }
        check(
            "[build-system]\nrequires = [\"setuptools<70\", \"Wheel>0.4\"]",
            &["setuptools<70", "Wheel>0.4"],
        );
    }
}
