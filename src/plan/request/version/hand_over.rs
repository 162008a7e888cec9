//! How a version reaches the scheme that would ask version control for it.

use crate::diagnostic::{Diagnostics, Location, rules};
use crate::plan::model::{PartKind, PlanBuilder, Step, StepMount, StepName};
use crate::plan::request::version::scheme::{Scheme, Way};
use crate::plan::request::version::seen::Seen;
use crate::plan::request::version::versioningit::with_default_version;
use crate::project::PYPROJECT;
use crate::values::{ContextPath, TargetPath, TextFile};

/// Where the sources are while the wheel is built.
const SOURCES: &str = "/src";
const PKG_INFO: &str = "PKG-INFO";

/// What the step that builds the wheel is given beside the sources.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct HandedOver {
    /// The folder of the sources, whose name may be what tells the version.
    pub(crate) sources: TargetPath,
    /// More environment.
    env: Vec<(String, String)>,
    /// A file in the root of the sources, in the place of one that may be there.
    file: Option<TextFile>,
}

impl HandedOver {
    /// Nothing: the version is there.
    pub(crate) fn nothing() -> Self {
        Self {
            sources: TargetPath::known(SOURCES),
            env: Vec::new(),
            file: None,
        }
    }

    fn variable(name: &str, value: &str) -> Self {
        Self {
            env: vec![(name.to_owned(), value.to_owned())],
            ..Self::nothing()
        }
    }

    fn file(name: &'static str, text: String) -> Self {
        Self {
            file: Some(TextFile {
                name: name.into(),
                text,
            }),
            ..Self::nothing()
        }
    }

    /// Gives it to a step whose sources are a source distribution, which holds the file already.
    pub(crate) fn variables_to(&self, step: &mut Step) {
        step.env.extend(self.env.iter().cloned());
    }

    /// With another manifest, but for a scheme that takes the version from it.
    pub(crate) fn with_manifest(&mut self, text: String) {
        let manifest = Self::file(PYPROJECT, text).file;
        self.file = self.file.take().or(manifest);
    }

    /// Gives it to a step that has the sources mounted already.
    pub(crate) fn to(&self, step: &mut Step, plan: &mut PlanBuilder) {
        self.variables_to(step);
        if let Some(file) = &self.file {
            let what = if file.name == PYPROJECT {
                "for the build"
            } else {
                "with the version"
            };
            let title = StepName::new("internal", format!("write {} {what}", file.name));
            let name = ContextPath::known(&file.name);
            step.mounts.push(StepMount::bind_path(
                plan.add(title, None, PartKind::Files(vec![file.clone()])),
                TargetPath::root().join_context(&name),
                self.sources.join_context(&name),
            ));
        }
    }
}

/// What tells a scheme the version, and its name for users.
pub(crate) fn hand_over(
    seen: &Seen<'_>,
    scheme: &Scheme,
    place: &Location,
    version: &str,
) -> Result<(HandedOver, String), Diagnostics> {
    let project = &seen.project.named()?.value;
    Ok(match scheme.way {
        Way::Variable(name) => (HandedOver::variable(name, version), name.to_owned()),
        Way::VariableOfProject(name) => {
            let name = format!("{name}{}", project.env_suffix());
            (HandedOver::variable(&name, version), name)
        }
        Way::PkgInfo => pkg_info(project.as_str(), version),
        Way::Versioningit => match with_default_version(seen, version) {
            Some(manifest) => {
                // It prints an error when it finds no version control, which is not an error here.
                let mut handed_over = HandedOver::variable("VERSIONINGIT_LOG_LEVEL", "CRITICAL");
                handed_over.file = Some(TextFile {
                    name: PYPROJECT.into(),
                    text: manifest,
                });
                (handed_over, "default-version".to_owned())
            }
            // Its settings are in a file of their own, which there are few of.
            None => pkg_info(project.as_str(), version),
        },
        Way::Versioneer => {
            let folder = versioneer_folder(seen, place, version)?;
            let sources = TargetPath::known(SOURCES).join(&folder);
            let sources = sources
                .map_err(|error| rules::INVALID_VERSION.report(error.to_string()).at(place))?;
            let how = sources.to_string();
            let nothing = HandedOver::nothing();
            (HandedOver { sources, ..nothing }, how)
        }
    })
}

/// The metadata that makes of the sources what an sdist unpacks to; no backend puts it in a wheel.
fn pkg_info(name: &str, version: &str) -> (HandedOver, String) {
    let text = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
    (HandedOver::file(PKG_INFO, text), PKG_INFO.to_owned())
}

/// The name of the folder by which versioneer knows the version.
fn versioneer_folder(
    seen: &Seen<'_>,
    place: &Location,
    version: &str,
) -> Result<String, Diagnostics> {
    const KEY: &str = "parentdir_prefix";
    let stated = match seen.table("tool.versioneer") {
        Some(table) => table.string(KEY),
        None => seen
            .versioneer
            .as_ref()
            .and_then(|section| section.get(KEY).cloned()),
    };
    let stated = stated.filter(|prefix| !prefix.value.is_empty());
    let name = seen.project.named()?.value.normalized();
    let of_a_name = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
    match stated {
        Some(prefix) if prefix.value.chars().all(of_a_name) => {
            Ok(format!("{}{version}", prefix.value))
        }
        Some(prefix) => {
            let message = format!(
                "`{KEY}` is `{}`, expected letters and digits with `-`, `_`, `.` or `+`, since a folder is named by it",
                prefix.value
            );
            let error = rules::VERSION_SCHEME.report(message).at(&prefix.location);
            Err(error.hint(format!("write `{KEY} = \"{name}-\"`")).into())
        }
        None => {
            let error = rules::VERSION_SCHEME.report(format!(
                "versioneer takes the version of sources without version control from the name of their folder, and `{KEY}` is not set"
            ));
            let hint = if place.source.name() == PYPROJECT {
                format!("write `{KEY} = \"{name}-\"` in `[tool.versioneer]`")
            } else {
                format!("write `{KEY} = {name}-` in `[versioneer]`")
            };
            Err(error.at(place).hint(hint).into())
        }
    }
}
