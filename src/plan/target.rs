//! The targets: what each holds, by which names it is asked for.

use crate::context::ImageConfig;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::options::unknown_word;
use crate::plan::{PartId, PartKind, Parts, Site, application, image, root};

/// A built-in target.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Target {
    /// The runtime's base image, its user and its environment.
    Base,
    /// The build's base image, the tool, and the environment with every third-party dependency.
    Builder,
    /// Base, dependencies and project: what is shipped.
    Runtime,
}

/// Every name that a target answers to; its own name first.
const NAMES: &[(&str, Target)] = &[
    ("base", Target::Base),
    ("builder", Target::Builder),
    ("runtime", Target::Runtime),
    ("final", Target::Runtime),
    ("production", Target::Runtime),
];

/// What installers leave in an environment for themselves alone: uv's lock, which anybody may write to.
const LEFT_OVER: &[&str] = &[".lock"];

/// Targets of the design that are still to come.
const NOT_YET: &[&str] = &["wheel", "dev", "development", "test", "lock"];

impl Target {
    /// The target that was asked for; `runtime` when none was.
    pub fn parse(name: Option<&str>) -> Result<Self, Diagnostics> {
        let Some(name) = name else {
            return Ok(Self::Runtime);
        };
        // Docker's targets are case-insensitive.
        let lower = name.to_ascii_lowercase();
        if let Some((_, target)) = NAMES.iter().find(|(known, _)| *known == lower) {
            return Ok(*target);
        }
        if NOT_YET.contains(&lower.as_str()) {
            let version = env!("CARGO_PKG_VERSION");
            return Err(Diagnostic::error(format!(
                "target `{name}` is not supported yet by wheelwright {version}"
            ))
            .into());
        }
        let names: Vec<_> = NAMES.iter().map(|(known, _)| *known).collect();
        Err(unknown_word("target", name, &names).into())
    }

    /// The name.
    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(_, target)| *target == self)
            .map_or("runtime", |(name, _)| name)
    }

    /// Adds the parts of the target, and gives its file system and configuration.
    pub(super) fn build(
        self,
        site: Site<'_>,
        parts: &mut Parts,
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<(PartId, ImageConfig), Diagnostics> {
        match self {
            Self::Base => {
                let base = root::prepare(site, parts)?;
                let join = PartKind::Join {
                    base: base.image,
                    layers: vec![base.layer],
                };
                Ok((
                    parts.add("[base] join layers", None, join),
                    image::base(site)?,
                ))
            }
            Self::Builder => {
                let installed = site.selection.installer.install(site, parts)?;
                let venv = &site.spec.model.venv;
                let dependencies = parts.layer(
                    "builder",
                    "dependencies",
                    installed.dependencies,
                    venv,
                    LEFT_OVER,
                );
                let join = PartKind::Join {
                    base: installed.base,
                    layers: vec![installed.tool, dependencies],
                };
                Ok((
                    parts.add("[builder] join layers", None, join),
                    image::builder(site)?,
                ))
            }
            Self::Runtime => {
                let base = root::prepare(site, parts)?;
                let installed = site.selection.installer.install(site, parts)?;
                let project = application::install(site, parts, &installed, warnings)?;
                let venv = &site.spec.model.venv;
                let checked =
                    root::check_interpreter(site, parts, base.image, installed.dependencies)?;
                let dependencies = parts.layer("runtime", "dependencies", checked, venv, LEFT_OVER);
                let project = parts.layer("runtime", "project", project, venv, LEFT_OVER);
                // The part that changes least often lies lowest.
                let layers = vec![base.layer, dependencies, project];
                let join = PartKind::Join {
                    base: base.image,
                    layers,
                };
                Ok((
                    parts.add("[runtime] join layers", None, join),
                    image::runtime(site, warnings)?,
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::one_line;

    use super::*;

    #[test]
    fn targets_answer_to_their_names_and_strangers_are_told_the_list() {
        let check = |name: &str| {
            Target::parse(Some(name))
                .map(Target::name)
                .map_err(|errors| errors.iter().map(one_line).collect::<String>())
        };
        assert_eq!(check("Production"), Ok("runtime"));
        assert_eq!(check("builder"), Ok("builder"));
        insta::assert_snapshot!(format!("{}\n{}", check("bulider").unwrap_err(), check("test").unwrap_err()), @"
        unknown target `bulider`, expected one of `base`, `builder`, `runtime`, `final`, `production`; did you mean `builder`?
        target `test` is not supported yet by wheelwright 0.1.0
        ");
    }
}
