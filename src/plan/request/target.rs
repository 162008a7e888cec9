//! The names of targets.

use crate::plan::request::site::Site;

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
pub(crate) const ARGUMENTS: &[&str] = &[USER_UID, USER_GID, UPGRADE];

/// Every name that a target answers to; its own name first.
pub(crate) const NAMES: &[(&str, Target)] = &[
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

/// The stage that a name stands for, as the brackets before a step name it. A target may be requested by any of its
/// names.
pub fn stage(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let known = NAMES.iter().find(|(known, _)| *known == lower);
    known.map(|(_, target)| match target {
        Target::TestReports => Target::Test.name(),
        target => target.name(),
    })
}

/// The build arguments with the ids.
pub(crate) const USER_UID: &str = "USER_UID";

pub(crate) const USER_GID: &str = "USER_GID";

/// The build argument that says what is upgraded.
pub(crate) const UPGRADE: &str = "UPGRADE";

impl Target {
    /// The target that answers to a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        // Docker's targets are case-insensitive.
        let lower = name.to_ascii_lowercase();
        let known = NAMES.iter().find(|(known, _)| *known == lower);
        known.map(|(_, target)| *target)
    }

    /// Whether it gets the files of `[[copy]]`, and what the steps of `[[run]]` make.
    pub(crate) fn has_copies(self) -> bool {
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
    pub(crate) fn title(self, site: Site<'_>) -> &str {
        let own = site.spec.model.target_name.as_deref();
        own.unwrap_or(self.name())
    }

    /// Whether a version that nobody gave may be a placeholder: nothing of the target is shipped.
    pub(crate) fn takes_placeholder(self) -> bool {
        matches!(
            self,
            Self::Dev | Self::Test | Self::TestReports | Self::Lock
        )
    }

    /// Whether it holds an environment.
    pub(crate) fn installs(self) -> bool {
        !matches!(self, Self::Base | Self::Wheel | Self::Sdist | Self::Lock)
    }
}
