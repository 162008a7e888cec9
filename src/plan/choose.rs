//! The choices that come before planning: the installer, the Python version, and so the images to resolve.

use std::collections::BTreeMap;

use crate::context::ResolvedImage;
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Spanned};
use crate::options::unknown_word;
use crate::plan::Choice;
use crate::plan::installers::{self, Installer};
use crate::project::Facts;
use crate::spec::Spec;
use crate::values::{ImageRef, Platform, PythonVersion, SUPPORTED};

/// What was chosen.
pub struct Selection {
    /// The installer.
    pub installer: &'static dyn Installer,
    /// The image that holds the installer's tool.
    pub tool: NeededImage,
    /// The interpreter's version.
    pub python: PythonVersion,
    /// The image that the build starts from.
    pub build_base: NeededImage,
    /// The image that the result starts from.
    pub runtime_base: NeededImage,
    /// What was picked and why.
    pub choices: Vec<Choice>,
    /// What the user is told though it stops nothing.
    pub warnings: Vec<Diagnostic>,
}

/// An image that must be resolved before planning.
#[derive(Clone, Debug)]
pub struct NeededImage {
    /// The image.
    pub reference: ImageRef,
    /// The line that asks for it.
    pub origin: Option<Location>,
    /// What to do when it cannot be had.
    pub hint: &'static str,
}

const FROM_HINT: &str = "check the name and the tag, and that the engine can reach the registry";

/// Resolved images by the reference that was asked for.
pub type Images = BTreeMap<ImageRef, ResolvedImage>;

impl Selection {
    /// The images to resolve, each once.
    pub fn images(&self) -> Vec<&NeededImage> {
        let mut images: Vec<&NeededImage> = Vec::new();
        for image in [&self.build_base, &self.runtime_base, &self.tool] {
            if images
                .iter()
                .all(|known| known.reference != image.reference)
            {
                images.push(image);
            }
        }
        images
    }
}

/// Chooses; all that stands against it is told at once.
pub fn choose(spec: &Spec, facts: &Facts, platform: &Platform) -> Result<Selection, Diagnostics> {
    let mut choices = Vec::new();
    let mut warnings = Vec::new();
    let installer = choose_installer(spec, facts, &mut choices)?;
    let tool = installer.tool(spec, facts)?;
    choices.push(Choice {
        what: "installer-version",
        value: tool.reference.tag().unwrap_or_default().to_owned(),
        why: tool.origin.as_ref().map_or_else(
            || "pinned by this release of wheelwright".to_owned(),
            place_name,
        ),
    });
    let python = choose_python(
        spec,
        facts,
        installer,
        platform,
        &mut choices,
        &mut warnings,
    )?;
    let build_base = match &spec.model.from {
        Some(from) => NeededImage {
            reference: from.value.clone(),
            origin: Some(from.location.clone()),
            hint: FROM_HINT,
        },
        None => default_base(&python)?,
    };
    choices.push(Choice {
        what: "from",
        value: build_base.reference.familiar(),
        why: match &spec.model.from {
            Some(from) => place_name(&from.location),
            None => "the slim variant of the official image".to_owned(),
        },
    });
    let runtime_base = match &spec.model.runtime_from {
        Some(from) => NeededImage {
            reference: from.value.clone(),
            origin: Some(from.location.clone()),
            hint: FROM_HINT,
        },
        None => build_base.clone(),
    };
    Ok(Selection {
        installer,
        tool,
        python: python.value,
        build_base,
        runtime_base,
        choices,
        warnings,
    })
}

fn choose_installer(
    spec: &Spec,
    facts: &Facts,
    choices: &mut Vec<Choice>,
) -> Result<&'static dyn Installer, Diagnostics> {
    if let Some(name) = &spec.model.installer {
        let Some(installer) = installers::find(&name.value) else {
            let names: Vec<_> = installers::INSTALLERS
                .iter()
                .map(|installer| installer.name())
                .collect();
            return Err(unknown_word("installer", &name.value, &names)
                .at(&name.location)
                .into());
        };
        choices.push(Choice {
            what: "installer",
            value: name.value.clone(),
            why: place_name(&name.location),
        });
        return Ok(installer);
    }
    for installer in installers::INSTALLERS {
        if let Some(evidence) = installer
            .evidence()
            .iter()
            .find(|name| facts.text(name).is_some())
        {
            let why = format!("`{evidence}` is there");
            choices.push(Choice {
                what: "installer",
                value: installer.name().to_owned(),
                why,
            });
            return Ok(*installer);
        }
    }
    Err(
        Diagnostic::error("there is no lock file in the build context, expected `uv.lock`")
            .at(&facts.pyproject.name.location)
            .hint("run `uv lock` and commit `uv.lock`")
            .into(),
    )
}

/// A version, and the line that asks for it where one does.
struct ChosenPython {
    value: PythonVersion,
    origin: Option<Location>,
}

fn choose_python(
    spec: &Spec,
    facts: &Facts,
    installer: &dyn Installer,
    platform: &Platform,
    choices: &mut Vec<Choice>,
    warnings: &mut Vec<Diagnostic>,
) -> Result<ChosenPython, Diagnostics> {
    let requires = facts.pyproject.requires_python.as_ref();
    if let Some(asked) = spec.model.python.as_ref().or(facts.python_version.as_ref()) {
        check_requires(asked, facts)?;
        let choice = Choice {
            what: "python",
            value: asked.value.to_string(),
            why: place_name(&asked.location),
        };
        choices.push(choice);
        return Ok(ChosenPython {
            value: asked.value,
            origin: Some(asked.location.clone()),
        });
    }
    let allowed: Vec<PythonVersion> = SUPPORTED
        .iter()
        .rev()
        .copied()
        .filter(|version| requires.is_none_or(|r| r.value.allows(*version)))
        .collect();
    if allowed.is_empty() {
        let known: Vec<_> = SUPPORTED.iter().map(ToString::to_string).collect();
        let mut error = Diagnostic::error(format!(
            "`requires-python` allows none of the known versions {}",
            known.join(", ")
        ));
        error.location = requires.map(|requires| requires.location.clone());
        return Err(error
            .hint("widen it, or set `python` in `[tool.wheelwright]`")
            .into());
    }
    let fits = installer.python_fit(facts, platform, &allowed)?;
    let version = allowed
        .iter()
        .copied()
        .find(|version| fits.contains(version))
        .unwrap_or(allowed[0]);
    let why =
        "the newest that `requires-python` allows and that the locked packages have wheels for";
    choices.push(Choice {
        what: "python",
        value: version.to_string(),
        why: why.to_owned(),
    });
    warnings.push(
        Diagnostic::warning(format!("no Python version is pinned, {version} was taken: {why}"))
            .at(requires.map_or(&facts.pyproject.name.location, |requires| &requires.location))
            .hint(format!("write `{version}` in `.python-version`, or `python = \"{version}\"` in `[tool.wheelwright]`")),
    );
    Ok(ChosenPython {
        value: version,
        origin: requires.map(|requires| requires.location.clone()),
    })
}

fn check_requires(asked: &Spanned<PythonVersion>, facts: &Facts) -> Result<(), Diagnostics> {
    match &facts.pyproject.requires_python {
        Some(requires) if !requires.value.allows(asked.value) => Err(Diagnostic::error(format!(
            "Python {} is asked for, and `requires-python` at {} allows `{}`",
            asked.value, requires.location, requires.value
        ))
        .at(&asked.location)
        .hint("change one of the two")
        .into()),
        _ => Ok(()),
    }
}

/// `python:{version}-slim`: the official image, without compilers.
fn default_base(python: &ChosenPython) -> Result<NeededImage, Diagnostics> {
    let reference = format!("python:{}-slim", python.value)
        .parse()
        .map_err(|error| Diagnostic::error(format!("the default base image: {error}")))?;
    Ok(NeededImage {
        reference,
        origin: python.origin.clone(),
        hint: "pin another version in `.python-version`, or name an image in `from` of `[tool.wheelwright]`",
    })
}

fn place_name(location: &Location) -> String {
    format!("{}:{}", location.source.name(), location.lines().0)
}
