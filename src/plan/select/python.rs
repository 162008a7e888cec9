//! The interpreter's version: what the user pinned, else what can be known, else the newest that fits.

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Spanned, rules};
use crate::lock::PackageManager;
use crate::plan::model::Choice;
use crate::plan::request::bases::version_in_tag;
use crate::project::Facts;
use crate::spec::Spec;
use crate::values::{ImageRef, Platform, PythonVersion, SETTLED, SUPPORTED};

/// A version, and the line that asks for it where one does.
pub(crate) struct Chosen {
    pub(crate) value: PythonVersion,
    pub(crate) origin: Option<Location>,
}

/// Chooses: the key `python`, `.python-version`, the tag of the image in `from`, the newest that wheels are built for
/// (`of_wheels`), and last the newest that `requires-python` allows and the locked packages have wheels for.
pub(crate) fn choose(
    (spec, facts): (&Spec, &Facts),
    installer: &dyn PackageManager,
    platform: &Platform,
    of_wheels: &[Spanned<PythonVersion>],
    choices: &mut Vec<Choice>,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Chosen, Diagnostics> {
    let asked = match pinned(spec, facts)? {
        None => installer.python(facts)?,
        pinned => pinned,
    };
    let newest_wheel = of_wheels.iter().max_by_key(|python| python.value);
    let Some(asked) = asked.or_else(|| newest_wheel.cloned()) else {
        return newest(facts, installer, platform, choices, warnings);
    };
    choices.push(Choice {
        what: "python",
        value: asked.value.to_string(),
        why: asked.location.line(),
    });
    Ok(Chosen {
        value: asked.value,
        origin: Some(asked.location),
    })
}

/// The version that the user asks for, in whatever way; one that `requires-python` allows.
pub(crate) fn pinned(
    spec: &Spec,
    facts: &Facts,
) -> Result<Option<Spanned<PythonVersion>>, Diagnostics> {
    let key = spec.model.python.as_ref();
    let pinned = key.or(facts.python_version.as_ref()).cloned();
    let managed = spec.model.managed_python.as_ref();
    // The tag of an image tells nothing of an interpreter that uv brings.
    let from = spec.model.from.as_ref();
    let from = from.filter(|_| !managed.is_some_and(|managed| managed.value));
    let asked = match (pinned, from) {
        (Some(pinned), _) => pinned,
        (None, Some(from)) => of_image(from)?,
        (None, None) => return Ok(None),
    };
    check_requires(&asked, facts)?;
    Ok(Some(asked))
}

/// The version in the tag of an image named `python`, wherever it is mirrored: `3.13-slim`, `3.12.4-alpine`.
fn of_image(from: &Spanned<ImageRef>) -> Result<Spanned<PythonVersion>, Diagnostics> {
    match version_in_tag(&from.value) {
        Some(value) => Ok(Spanned {
            value,
            location: from.location.clone(),
        }),
        None => Err(rules::UNKNOWN_PYTHON
            .report(format!(
                "the version of Python in `{}` is not known",
                from.value.familiar()
            ))
            .at(&from.location)
            .hint(
                "write it in `.python-version`, or as `python = \"3.13\"` in `[tool.wheelwright]`",
            )
            .into()),
    }
}

fn newest(
    facts: &Facts,
    installer: &dyn PackageManager,
    platform: &Platform,
    choices: &mut Vec<Choice>,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Chosen, Diagnostics> {
    let requires = facts.pyproject.requires_python.as_ref();
    let mut allowed: Vec<PythonVersion> = SUPPORTED
        .iter()
        .rev()
        .copied()
        .filter(|version| requires.is_none_or(|requires| requires.value.allows(*version)))
        .collect();
    let mut locks = installer.lock_files().iter();
    let is_locked = locks.any(|lock| facts.text(lock).is_some());
    if !is_locked && allowed.iter().any(|version| *version <= SETTLED) {
        allowed.retain(|version| *version <= SETTLED);
    }
    let without = installer.without_wheel(facts, platform, &allowed)?;
    // The newest of those for which the fewest locked packages lack a wheel.
    let best = allowed
        .iter()
        .copied()
        .zip(without)
        .min_by_key(|(_, without)| without.len());
    let Some((version, without)) = best else {
        let known: Vec<_> = SUPPORTED.iter().map(ToString::to_string).collect();
        let mut error = rules::UNKNOWN_PYTHON.report(format!(
            "`requires-python` allows none of the known versions {}",
            known.join(", ")
        ));
        error.location = requires.map(|requires| requires.location.clone());
        return Err(error
            .hint("widen it, or set `python` in `[tool.wheelwright]`")
            .into());
    };
    let why = match (is_locked, requires) {
        (true, _) => {
            "the newest that `requires-python` allows and that the locked packages have wheels for"
        }
        (false, _) if version > SETTLED => "the only one that `requires-python` allows",
        (false, Some(_)) => {
            "the newest that `requires-python` allows and that most packages have wheels for"
        }
        (false, None) => "the newest that most packages have wheels for, as nothing says which",
    };
    let mut why = why.to_owned();
    if !without.is_empty() {
        why = format!(
            "no version has wheels of all locked packages, and this one lacks the fewest: {}",
            without.join(", ")
        );
    }
    choices.push(Choice {
        what: "python",
        value: version.to_string(),
        why: why.clone(),
    });
    let place = requires.map_or(&facts.pyproject.place, |requires| &requires.location);
    warnings.push(
        rules::UNPINNED_PYTHON.report(format!("no Python version is pinned, {version} was taken: {why}")).at(place).hint(format!(
            "write `{version}` in `.python-version`, or `python = \"{version}\"` in `[tool.wheelwright]`"
        )),
    );
    Ok(Chosen {
        value: version,
        origin: requires.map(|requires| requires.location.clone()),
    })
}

pub(crate) fn check_requires(
    asked: &Spanned<PythonVersion>,
    facts: &Facts,
) -> Result<(), Diagnostics> {
    match &facts.pyproject.requires_python {
        Some(requires) if !requires.value.allows(asked.value) => Err(rules::PYTHON_MISMATCH
            .report(format!(
                "Python {} is asked for, and `requires-python` at {} allows `{}`",
                asked.value, requires.location, requires.value
            ))
            .at(&asked.location)
            .hint("change one of the two")
            .into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Source, one_line};

    use super::*;

    #[test]
    fn the_tag_of_a_python_image_tells_its_version() {
        let source = Source::new("pyproject.toml", "from");
        let check = |image: &str| {
            let from = Spanned {
                value: image.parse().unwrap(),
                location: Location::top(&source),
            };
            match of_image(&from) {
                Ok(version) => version.value.to_string(),
                Err(errors) => errors.iter().map(one_line).collect(),
            }
        };
        assert_eq!(check("python:3.12-slim"), "3.12");
        assert_eq!(
            check("mirror.example/library/python:3.12.4-alpine"),
            "3.12.4"
        );
        insta::assert_snapshot!([check("team/base:1"), check("python:slim")].join("\n"), @r#"
        pyproject.toml:1:1: the version of Python in `team/base:1` is not known; write it in `.python-version`, or as `python = "3.13"` in `[tool.wheelwright]`
        pyproject.toml:1:1: the version of Python in `python:slim` is not known; write it in `.python-version`, or as `python = "3.13"` in `[tool.wheelwright]`
        "#);
    }
}
