//! Django's static files, collected in the build: a server before the container, or a package in it, serves them from
//! one folder, which nobody in the container may write to.

use crate::diagnostic::{Diagnostics, Location, rules};
use crate::plan::image::run_steps::Run;
use crate::plan::model::{Choice, Notes};
use crate::plan::request::site::Site;
use crate::project::framework::{Django, Kind, MANAGE};
use crate::spec::RunSpec;
use crate::values::ContextPath;

const COMMAND: &str = "collectstatic";

/// What settings often read from the environment, and stop without. It has its value in a container; the step has this
/// one, unless the spec gives it another.
const PLACEHOLDERS: &[(&str, &str)] = &[
    ("SECRET_KEY", "of-the-build-alone"),
    ("DJANGO_SECRET_KEY", "of-the-build-alone"),
];

const ADVICE: &str = "give the settings what they read in `[build-env]`, or write `collectstatic = false` to leave it out";

/// The step, where the settings say where the files go and nobody says otherwise.
pub(crate) fn find<'a>(site: Site<'a>, notes: &mut Notes) -> Result<Option<Run<'a>>, Diagnostics> {
    let model = &site.spec.model;
    let key = model.collectstatic.as_ref();
    let asked = key.filter(|key| key.value);
    let django = site
        .facts
        .applications
        .iter()
        .find_map(|application| match &application.kind {
            Kind::Django(django) => Some(django),
            _ => None,
        });
    let shipped = is_shipped(site)?;
    let (origin, why) = match (asked, django) {
        (None, _) if key.is_some() || !shipped || is_own(site) => return Ok(None),
        (None, Some(django)) => match found(django) {
            Some(origin) => (origin, format!("`STATIC_ROOT` at {origin}")),
            None => return Ok(None),
        },
        (None, None) => return Ok(None),
        (Some(key), Some(_)) if shipped => (&key.location, "the spec".to_owned()),
        (Some(key), found) => {
            let (message, hint) = match found {
                None => (
                    format!(
                        "`{COMMAND} = true`, and no `{MANAGE}` in the root names Django's settings"
                    ),
                    "remove it, and run the command of your project with `[[run]]`",
                ),
                Some(_) => (
                    format!("`{COMMAND} = true`, and `{MANAGE}` is not in the image"),
                    "add it to `files`, and take it out of the ignore file",
                ),
            };
            return Err(rules::COLLECT_STATIC
                .report(message)
                .at(&key.location)
                .hint(hint)
                .into());
        }
    };
    notes.choices.push(Choice {
        what: COMMAND,
        value: "true".to_owned(),
        why: format!("{why}; `{COMMAND} = false` leaves it out"),
    });
    let python = model.interpreter();
    let command = [&python, MANAGE, COMMAND, "--noinput"].map(str::to_owned);
    Ok(Some(Run {
        origin,
        name: format!("{MANAGE} {COMMAND}"),
        command: command.to_vec(),
        inputs: &[],
        network: false,
        secrets: &[],
        defaults: PLACEHOLDERS,
        advice: Some(ADVICE),
    }))
}

/// Where the settings say where the files go, of a project that has the command.
fn found(django: &Django) -> Option<&Location> {
    django.static_root.as_ref().filter(|_| django.static_files)
}

/// Whether the script is in the image.
fn is_shipped(site: Site<'_>) -> Result<bool, Diagnostics> {
    let mut files = site.spec.model.files.iter();
    let copied = !site.is_package()? || files.any(|file| takes_script(&file.value));
    Ok(copied && site.facts.hidden(MANAGE).is_none())
}

/// Whether one of `files` is the script, or a pattern that it fits.
fn takes_script(file: &ContextPath) -> bool {
    let text = file.to_string();
    match text.split_once('*') {
        Some((start, end)) => MANAGE.starts_with(start) && MANAGE.ends_with(end),
        None => text == MANAGE,
    }
}

/// Whether a step of the project's own does it.
fn is_own(site: Site<'_>) -> bool {
    let runs = site.spec.model.runs.iter();
    let mut texts = runs.flat_map(RunSpec::templates);
    texts.any(|text| text.value.mentions(COMMAND))
}
