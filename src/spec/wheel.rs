//! `[wheel]`: how the wheels of the target `wheel` are published.

use std::str::FromStr as _;

use pep440_rs::Version;

use crate::diagnostic::{Diagnostic, Spanned, rules};
use crate::spec::read::Reader;
use crate::values::{PlatformTag, PythonVersion};

/// `[wheel]`: how the wheels of the target `wheel` are published.
#[derive(Clone, Debug, Default)]
pub struct WheelSpec {
    /// `pythons`: the versions of the interpreter that wheels are built for.
    pub pythons: Vec<Spanned<PythonVersion>>,
    /// `sdist`: whether the source distribution comes with them, and they from it.
    pub sdist: Option<Spanned<bool>>,
    /// `repair`: whether they get what they need of the system, and a tag that says where they run.
    pub repair: Option<Spanned<bool>>,
    /// `platform-tag`: that tag, where it is not to be the one that fits best.
    pub platform_tag: Option<Spanned<PlatformTag>>,
    /// `auditwheel-version`: version of the tool that does it.
    pub auditwheel_version: Option<Spanned<String>>,
}

impl WheelSpec {
    pub(super) fn read(keys: &mut Reader<'_>) -> Self {
        Self {
            pythons: keys.list("pythons"),
            sdist: keys.boolean("sdist"),
            repair: keys.boolean("repair"),
            platform_tag: keys.parsed("platform-tag"),
            auditwheel_version: keys.string("auditwheel-version"),
        }
    }

    /// The line that asks for repaired wheels.
    pub fn repaired(&self) -> Option<&Spanned<bool>> {
        self.repair.as_ref().filter(|repair| repair.value)
    }

    /// What is wrong with it beside the types.
    pub(super) fn check(&self, problems: &mut Vec<Diagnostic>) {
        for (place, python) in self.pythons.iter().enumerate() {
            let minor = python.value.minor_release();
            // A literal duplicate was reported with the types.
            let same = |other: &&Spanned<PythonVersion>| {
                other.value.minor_release() == minor && other.value != python.value
            };
            if let Some(other) = self.pythons[..place].iter().find(same) {
                let message = format!(
                    "`pythons` has `{}` and `{}`, and a wheel for Python {minor} is for both",
                    other.value, python.value
                );
                let error = rules::WHEEL_PYTHONS.report(message).at(&python.location);
                problems.push(error.hint("remove one of them"));
            }
        }
        if self.repaired().is_none() {
            let tag = self.platform_tag.as_ref();
            let version = self.auditwheel_version.as_ref();
            let places = [
                tag.map(|tag| ("platform-tag", &tag.location)),
                version.map(|version| ("auditwheel-version", &version.location)),
            ];
            problems.extend(places.into_iter().flatten().map(|(key, place)| {
                rules::IDLE_KEY
                    .report(format!("`{key}` says nothing without `repair = true`"))
                    .at(place)
                    .hint(format!(
                        "write `repair = true` beside it, or remove `{key}`"
                    ))
            }));
        }
        if let Some(version) = &self.auditwheel_version
            && Version::from_str(&version.value).is_err()
        {
            let message = format!(
                "`auditwheel-version` is `{}`, expected a version of auditwheel such as `6.8.2`",
                version.value
            );
            problems.push(rules::WHEEL_PYTHONS.report(message).at(&version.location));
        }
    }
}
