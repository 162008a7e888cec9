//! The targets: what each holds, by which names it is asked for. A file for each.

mod base;
mod builder;
mod choice;
pub(super) mod copied;
mod dev;
mod dist;
pub(super) mod index;
mod lock;
pub(super) mod own;
mod runtime;
mod test;
pub(super) mod worker;

use std::collections::BTreeMap;

use crate::context::ImageConfig;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::wheel::Dist;
use crate::plan::{Choice, Layer, PartId, PartKind, Parts, Site, Tree, image, version};

/// The file system of a target, and its configuration.
pub(super) type Built = (PartId, ImageConfig);

/// What the user is told of a plan while its parts are added.
#[derive(Default)]
pub(super) struct Notes {
    /// What was picked and why.
    pub(super) choices: Vec<Choice>,
    /// What stops nothing.
    pub(super) warnings: Vec<Diagnostic>,
    /// The targets that others copy from, by their names ([`index::key`]): each is planned once.
    pub(super) copied: BTreeMap<String, PartId>,
}

impl Notes {
    pub(super) fn choose(&mut self, what: &'static str, value: String, why: impl Into<String>) {
        let why = why.into();
        self.choices.push(Choice { what, value, why });
    }
}

/// A built-in target.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Target {
    /// The runtime's base image, its user and its environment.
    Base,
    /// The build's base image, the tool, and the environment with every third-party dependency.
    Builder,
    /// The project's wheel, alone.
    Wheel,
    /// The project's source distribution, alone.
    Sdist,
    /// Base, dependencies and project: what is shipped.
    Runtime,
    /// The builder, what developers need, and the project to be edited in place.
    Dev,
    /// What the runtime has, and the project's tests, which were run.
    Test,
    /// What the tests left, alone.
    TestReports,
    /// The lock file, made anew, alone.
    Lock,
}

/// Build arguments that targets read.
pub(super) const ARGUMENTS: &[&str] = &[dev::USER_UID, dev::USER_GID, lock::UPGRADE];

/// Every name that a target answers to; its own name first.
const NAMES: &[(&str, Target)] = &[
    ("base", Target::Base),
    ("builder", Target::Builder),
    ("wheel", Target::Wheel),
    ("sdist", Target::Sdist),
    ("runtime", Target::Runtime),
    ("final", Target::Runtime),
    ("production", Target::Runtime),
    ("dev", Target::Dev),
    ("development", Target::Dev),
    ("test", Target::Test),
    ("test-reports", Target::TestReports),
    ("lock", Target::Lock),
];

/// The stage that a name stands for, as the brackets before a step name it. A target may be asked for by any of its
/// names.
pub fn stage(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let known = NAMES.iter().find(|(known, _)| *known == lower);
    known.map(|(_, target)| match target {
        Target::TestReports => Target::Test.name(),
        target => target.name(),
    })
}

/// What installers leave in an environment for themselves alone: uv's lock, which anybody may write to.
pub(super) const LEFT_OVER: &[&str] = &[".lock"];

impl Target {
    /// The target that was asked for; `runtime` when none was.
    pub fn parse(site: Site<'_>) -> Result<Self, Diagnostics> {
        let Some(name) = &site.options.target else {
            return Ok(Self::Runtime);
        };
        if let Some(target) = Self::named(name) {
            return Ok(target);
        }
        Err(worker::unknown(site, name).into())
    }

    /// The target that answers to a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        // Docker's targets are case-insensitive.
        let lower = name.to_ascii_lowercase();
        let known = NAMES.iter().find(|(known, _)| *known == lower);
        known.map(|(_, target)| *target)
    }

    /// Whether it gets the files of `[[copy]]`, and what the steps of `[[run]]` make.
    pub(super) fn has_copies(self) -> bool {
        matches!(self, Self::Runtime | Self::Test | Self::TestReports)
    }

    /// The name.
    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(_, target)| *target == self)
            .map_or("runtime", |(name, _)| name)
    }

    /// The name that the user gave it.
    pub(super) fn title(self, site: Site<'_>) -> &str {
        let own = site.spec.model.target_name.as_deref();
        own.unwrap_or(self.name())
    }

    /// Whether a version that nobody gave may be a placeholder: nothing of the target is shipped.
    pub(super) fn takes_placeholder(self) -> bool {
        matches!(
            self,
            Self::Dev | Self::Test | Self::TestReports | Self::Lock
        )
    }

    /// Whether it holds an environment.
    pub(super) fn installs(self) -> bool {
        !matches!(self, Self::Base | Self::Wheel | Self::Sdist | Self::Lock)
    }

    /// What stands against the target, apart from its parts.
    pub(super) fn problems(self, site: Site<'_>) -> Vec<Diagnostic> {
        let (mut problems, mut notes) = (Vec::new(), Notes::default());
        if self.installs() {
            let installer = site.selection.installer;
            Diagnostics::gather(installer.check(site), &mut problems);
        }
        let is_package = || site.is_package().is_ok_and(|package| package);
        let has_wheel = match self {
            Self::Base => {
                Diagnostics::gather(image::base(site), &mut problems);
                false
            }
            Self::Builder => {
                Diagnostics::gather(image::builder(site), &mut problems);
                false
            }
            Self::Wheel | Self::Sdist => is_package(),
            Self::Lock => {
                Diagnostics::gather(lock::upgrade(site.options), &mut problems);
                false
            }
            Self::Dev => {
                Diagnostics::gather(dev::config(site), &mut problems);
                is_package()
            }
            Self::Test | Self::TestReports => {
                Diagnostics::gather(test::config(site), &mut problems);
                is_package()
            }
            Self::Runtime => {
                let config = image::runtime(site, &mut notes);
                Diagnostics::gather(config, &mut problems);
                is_package()
            }
        };
        if has_wheel {
            let version = version::of_wheel(site, &mut notes.warnings);
            Diagnostics::gather(version, &mut problems);
        }
        problems
    }

    /// Adds the parts of the target, and gives its file system and configuration.
    pub(super) fn build(
        self,
        site: Site<'_>,
        parts: &mut Parts,
        notes: &mut Notes,
    ) -> Result<Built, Diagnostics> {
        match self {
            Self::Base => base::build(site, parts),
            Self::Builder => builder::build(site, parts),
            Self::Wheel => dist::build(site, parts, Dist::Wheel, notes),
            Self::Sdist => dist::build(site, parts, Dist::Sdist, notes),
            Self::Runtime => runtime::build(site, parts, notes),
            Self::Dev => dev::build(site, parts, notes),
            Self::Test => test::build(site, parts, notes),
            Self::TestReports => test::reports(site, parts, notes),
            Self::Lock => lock::build(site, parts),
        }
    }
}

/// A base with layers over it, in order.
fn join(
    parts: &mut Parts,
    target: &str,
    base: PartId,
    layers: impl IntoIterator<Item = Layer>,
) -> PartId {
    let layers = layers.into_iter().collect();
    let title = format!("[{target}] join layers");
    parts.add(title, None, PartKind::Join { base, layers })
}

/// The environment with every third-party dependency, at its place.
fn dependencies(site: Site<'_>, parts: &mut Parts, target: &str, environment: PartId) -> Layer {
    let tree = Tree {
        without: LEFT_OVER,
        ..Tree::whole(environment, &site.spec.model.venv)
    };
    parts.layer(target, "dependencies", None, tree)
}
