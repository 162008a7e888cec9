//! The project's version: where it comes from, and how a build argument becomes it without `.git`.

mod given;
pub(crate) mod hand_over;
mod scheme;
mod seen;
#[cfg(test)]
mod tests;
mod versioningit;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, rules};
use crate::plan::request::site::Site;
use crate::plan::request::version::given::{given, same};
use crate::plan::request::version::hand_over::{HandedOver, hand_over};
use crate::plan::request::version::scheme::Scheme;
use crate::plan::request::version::seen::Seen;
use crate::project::{IniSection, NEUTRAL_VERSION, PYPROJECT, SETUP_CFG};
use crate::toml_document::Document;

/// What is known of the version before the wheel is built.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ProjectVersion {
    /// The version that the wheel must have; `None` where only the sources tell.
    pub(crate) expected: Option<String>,
    /// What makes it the version of the wheel, and from where, as `build_dist.py` takes them.
    pub(crate) taken: [String; 2],
    /// What the step that builds the wheel is given, so that it has this version.
    pub(crate) handed_over: HandedOver,
}

/// The version of the wheel, or how to give one.
pub(crate) fn of_wheel(
    site: Site<'_>,
    warnings: &mut Vec<Diagnostic>,
) -> Result<ProjectVersion, Diagnostics> {
    let project = &site.facts.pyproject;
    let argument = &site.spec.model.version.argument;
    let given = given(site)?;
    let manifest = Document::parse(&project.source)?;
    let seen = Seen {
        project,
        root: manifest.root(),
        // One that cannot be read says nothing of versioneer, which is one of many things that it may be there for.
        versioneer: (site.facts.text(SETUP_CFG))
            .and_then(Result::ok)
            .and_then(|text| IniSection::find(&text, "versioneer")),
    };
    if let Some((scheme, place)) = scheme::find(&seen) {
        let target = site.selection.target;
        let version = match given {
            // As PEP 440 writes it: hatch-vcs would take `v1.2.3` as it is.
            Some(given) => given.version.to_string(),
            None if target.takes_placeholder() => NEUTRAL_VERSION.to_owned(),
            None => return Err(missing(site, &seen, scheme, &place).into()),
        };
        let (handed_over, how) = hand_over(&seen, scheme, &place, &version)?;
        return Ok(ProjectVersion {
            expected: Some(version),
            taken: [scheme.name.to_owned(), how],
            handed_over,
        });
    }
    let Some(version) = &project.version else {
        // The sources tell it (setuptools `attr:`, hatch `path`). Where a version is given too, the wheel must
        // have that one, or the build of it fails.
        let given = given.filter(|_| !site.facts.is_member);
        return Ok(ProjectVersion {
            expected: given.map(|given| given.version.to_string()),
            taken: ["sources".to_owned(), argument.clone()],
            handed_over: HandedOver::nothing(),
        });
    };
    if let Some(given) = &given
        && !same(&given.text, &version.value)
    {
        let message = format!(
            "`{argument}` is `{}`, and the version of the project stays `{}`",
            given.text, version.value
        );
        warnings.push(
            rules::VERSION_MISMATCH
                .report(message)
                .at(&version.location),
        );
    }
    let backend = project.build_system.as_ref();
    let backend = backend.and_then(|build| build.backend.as_deref());
    Ok(ProjectVersion {
        expected: Some(version.value.clone()),
        taken: [backend.unwrap_or("setuptools"), PYPROJECT].map(str::to_owned),
        handed_over: HandedOver::nothing(),
    })
}

/// The version that the label shows: the argument, else what the manifest says.
pub(crate) fn of_label(site: Site<'_>) -> Result<Option<String>, Diagnostics> {
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

fn missing(site: Site<'_>, seen: &Seen<'_>, scheme: &Scheme, place: &Location) -> Diagnostic {
    let name = &site.spec.model.version.argument;
    let mut dynamic = seen.project.dynamic.iter();
    let dynamic = dynamic.find(|field| field.value == "version");
    let place = dynamic.map_or(place, |field| &field.location);
    let error = rules::MISSING_VERSION.report(format!(
        "the version comes from version control ({}), which is not in the build context, and `{name}` is not given",
        scheme.name
    ));
    let error = error.at(place).hint(format!(
        "add `--build-arg {name}=1.0.0` with the version to build"
    ));
    // It is meant for folders without version control, and not for what ships without anybody's knowing.
    let fallbacks = scheme.fallbacks.iter();
    let mut stated = fallbacks.filter_map(|path| Some((path, seen.string(path)?.value)));
    match stated.next() {
        Some((path, version)) => error.hint(format!(
            "to build `{version}`, the `{path}`, write `version = {{ default = \"{version}\" }}` in `[tool.wheelwright]`"
        )),
        None => error,
    }
}
