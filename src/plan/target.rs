//! The targets: what each holds, by which names it is asked for.

use crate::context::ImageConfig;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::options::{BuildOptions, NoCache, unknown_word};
use crate::plan::installers::Wanted;
use crate::plan::{
    Bench, Layer, PartId, PartKind, Parts, Site, Tree, application, image, root, system, version,
    writable,
};

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

/// The stage of the steps that build the project's wheel, beside those of the targets.
const WHEEL: &str = "wheel";

/// The stage that a name stands for, as the brackets before a step name it. A target may be asked for by any of its
/// names.
pub fn stage(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    if lower == WHEEL {
        return Some(WHEEL);
    }
    let known = NAMES.iter().find(|(known, _)| *known == lower);
    known.map(|(_, target)| target.name())
}

/// `--no-cache-filter` of a stage that is none would do nothing.
pub(super) fn unknown_stages(options: &BuildOptions) -> Vec<Diagnostic> {
    let NoCache::Targets(names) = &options.no_cache else {
        return Vec::new();
    };
    let known: Vec<_> = NAMES
        .iter()
        .map(|(known, _)| *known)
        .chain([WHEEL])
        .collect();
    let unknown = names.iter().filter(|name| stage(name).is_none());
    unknown
        .map(|name| Diagnostic {
            severity: Severity::Warning,
            ..unknown_word("target", name, &known)
        })
        .map(|warning| Diagnostic {
            message: format!("`--no-cache-filter`: {}", warning.message),
            ..warning
        })
        .collect()
}

/// What installers leave in an environment for themselves alone: uv's lock, which anybody may write to.
pub(super) const LEFT_OVER: &[&str] = &[".lock"];

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

    /// What stands against the target, apart from its parts.
    pub(super) fn problems(self, site: Site<'_>) -> Vec<Diagnostic> {
        let (mut problems, mut warnings) = (Vec::new(), Vec::new());
        if self != Self::Base {
            let installer = site.selection.installer;
            Diagnostics::gather(installer.check(site), &mut problems);
        }
        let config = match self {
            Self::Base => image::base(site),
            Self::Builder => image::builder(site),
            Self::Runtime => image::runtime(site, &mut warnings),
        };
        Diagnostics::gather(config, &mut problems);
        if self == Self::Runtime && site.is_package().is_ok_and(|package| package) {
            let version = version::of_wheel(site, &mut warnings);
            Diagnostics::gather(version, &mut problems);
        }
        problems
    }

    /// Adds the parts of the target, and gives its file system and configuration.
    pub(super) fn build(
        self,
        site: Site<'_>,
        parts: &mut Parts,
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<(PartId, ImageConfig), Diagnostics> {
        let (base, layers, config) = match self {
            Self::Base => {
                let base = root::prepare(site, parts)?;
                let layers = base.packages.into_iter().chain([base.user]);
                (base.image, layers.collect(), image::base(site)?)
            }
            Self::Builder => {
                let base = system::build_base(site, parts)?;
                let installer = site.selection.installer;
                installer.check(site)?;
                let bench = Bench::new(site, base.root, parts)?;
                let environment = installer.install(&bench, parts, &Wanted::for_runtime(&bench))?;
                let compiled = bench.compiled(parts, environment.dependencies);
                let dependencies = dependencies(site, parts, "builder", compiled);
                let layers = base
                    .packages
                    .into_iter()
                    .chain([environment.tool, dependencies]);
                (base.image, layers.collect(), image::builder(site)?)
            }
            Self::Runtime => {
                let installer = site.selection.installer;
                installer.check(site)?;
                let base = root::prepare(site, parts)?;
                let build = system::build_base(site, parts)?;
                let bench = Bench::new(site, build.root, parts)?;
                let environment = installer.install(&bench, parts, &Wanted::for_runtime(&bench))?;
                let dependencies = bench.compiled(parts, environment.dependencies);
                let checked = root::check_interpreter(&bench, parts, base.root, dependencies)?;
                let dependencies = self::dependencies(site, parts, "runtime", checked);
                let project = application::layers(&bench, parts, &base, warnings)?;
                // The part that changes least often lies lowest.
                let writable = writable::layer(site, parts, &base)?;
                let layers = base.packages.into_iter().chain([dependencies]);
                let layers = layers.chain(project).chain([base.user]).chain(writable);
                (
                    base.image,
                    layers.collect(),
                    image::runtime(site, warnings)?,
                )
            }
        };
        let title = format!("[{}] join layers", self.name());
        let join = PartKind::Join { base, layers };
        Ok((parts.add(title, None, join), config))
    }
}

/// The environment with every third-party dependency, at its place.
fn dependencies(site: Site<'_>, parts: &mut Parts, target: &str, environment: PartId) -> Layer {
    let tree = Tree {
        without: LEFT_OVER,
        ..Tree::whole(environment, &site.spec.model.venv)
    };
    parts.layer(target, "dependencies", None, tree)
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
