//! The versions that wheels are built for (`pythons`), and the image of each.

use crate::context::NeededImage;
use crate::diagnostic::{Diagnostic, Diagnostics, Spanned, rules};
use crate::options::BuildOptions;
use crate::plan::model::Choice;
use crate::plan::request::bases::version_in_tag;
use crate::plan::request::selection::WheelPython;
use crate::plan::request::target::Target;
use crate::plan::select::FROM_HINT;
use crate::plan::select::python::check_requires;
use crate::project::Facts;
use crate::spec::Spec;
use crate::values::{ImageRef, PythonVersion};

/// The oldest that auditwheel runs on.
const REPAIRED: PythonVersion = PythonVersion {
    major: 3,
    minor: 10,
    patch: None,
};

/// The versions that the spec lists, where the target is `wheel`; no other is concerned.
pub(crate) fn wanted<'s>(spec: &'s Spec, options: &BuildOptions) -> &'s [Spanned<PythonVersion>] {
    let target = options.target.as_deref().and_then(Target::named);
    if target == Some(Target::Wheel) {
        &spec.model.wheel.pythons
    } else {
        &[]
    }
}

/// The image of each version, the oldest first: the one that the project is built on where it has this version or uv
/// brings the interpreter, else the image of the same name, with the version in its tag.
pub(crate) fn choose(
    spec: &Spec,
    facts: &Facts,
    wanted: &[Spanned<PythonVersion>],
    (python, base): (PythonVersion, &NeededImage),
) -> Result<Vec<WheelPython>, Diagnostics> {
    let (mut chosen, mut problems) = (Vec::new(), Vec::new());
    for asked in wanted {
        Diagnostics::gather(check_requires(asked, facts), &mut problems);
        if spec.model.wheel.repaired().is_some() && asked.value < REPAIRED {
            let message = format!(
                "`pythons` has `{}`, and auditwheel, which repairs wheels, runs on Python {REPAIRED} and newer",
                asked.value
            );
            let error = rules::WHEEL_PYTHONS.report(message).at(&asked.location);
            problems.push(error.hint("remove it, or `repair = true`"));
        }
        let version = asked.value;
        let is_project = version.minor_release() == python.minor_release()
            && (version.patch.is_none() || version.patch == python.patch);
        let managed = spec.model.managed_python.as_ref();
        let image = if is_project || managed.is_some_and(|managed| managed.value) {
            Ok(base.clone())
        } else {
            image(asked, &base.reference)
        };
        match image {
            Ok(base) => chosen.push(WheelPython { version, base }),
            Err(error) => {
                let place = spec.model.from.as_ref().map(|from| &from.location);
                problems.push(error.at(place.unwrap_or(&asked.location)));
            }
        }
    }
    Diagnostics::split(problems)?;
    chosen.sort_by_key(|python| python.version);
    Ok(chosen)
}

/// The image of the base's name with another version.
fn image(asked: &Spanned<PythonVersion>, base: &ImageRef) -> Result<NeededImage, Diagnostic> {
    let name = base.familiar();
    let version = asked.value;
    if base.digest().is_some() {
        let message = format!(
            "`pythons` has `{version}`, and `{name}` is one image by its digest, expected a tag alone"
        );
        return Err(rules::WHEEL_PYTHONS
            .report(message)
            .hint("leave the digest out of `from`"));
    }
    let tag = base.tag().unwrap_or_default();
    let variant = tag.split_once('-').map_or("", |(_, variant)| variant);
    let reference = version_in_tag(base).and_then(|_| {
        let untagged = name.strip_suffix(tag)?;
        let tag = match variant {
            "" => version.to_string(),
            variant => format!("{version}-{variant}"),
        };
        format!("{untagged}{tag}").parse().ok()
    });
    match reference {
        Some(reference) => Ok(NeededImage {
            reference,
            origin: Some(asked.location.clone()),
            hint: FROM_HINT,
        }),
        None => Err(rules::WHEEL_PYTHONS.report(format!(
            "`pythons` has `{version}`, and `{name}` has no version in its tag that could be another, expected an \
             image named `python` such as `python:{version}-slim`"
        ))
        .hint(
            "write such an image in `from`, or `managed-python = true`, with which uv brings an interpreter for each",
        )),
    }
}

/// The chosen Pythons, as the plan shows them.
pub(crate) fn choice(chosen: &[WheelPython], wanted: &[Spanned<PythonVersion>]) -> Option<Choice> {
    let told = chosen
        .iter()
        .map(|python| format!("{} on {}", python.version, python.base.reference.familiar()));
    Some(Choice {
        what: "pythons",
        value: told.collect::<Vec<_>>().join(", "),
        why: wanted.first()?.location.line(),
    })
}
