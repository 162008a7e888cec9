//! The schemes by which a version comes from version control, and the way in which each takes it without.
//!
//! Measured with the schemes themselves in folders without `.git`: what one takes, the next one passes over in silence.

use crate::diagnostic::Location;
use crate::plan::request::version::seen::Seen;

/// A way in which version control gives the version.
pub(crate) struct Scheme {
    /// The name that users know.
    pub(crate) name: &'static str,
    /// The place where the project says that it uses the scheme.
    pub(crate) used: fn(&Seen<'_>) -> Option<Location>,
    /// How it is given a version instead.
    pub(crate) way: Way,
    /// The settings that name a version for want of version control, as dotted paths.
    pub(crate) fallbacks: &'static [&'static str],
}

/// How a scheme is given a version.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// By a variable.
    Variable(&'static str),
    /// By a variable of one distribution, so that no other package is renamed by it: this, and the name's suffix.
    VariableOfProject(&'static str),
    /// By its own setting for sources without version control.
    Versioningit,
    /// By the metadata that an sdist has in its root.
    PkgInfo,
    /// By the name of the folder of the sources.
    Versioneer,
}

/// The schemes. Those of a backend come before those that it builds on: a project may name both.
const SCHEMES: &[Scheme] = &[
    Scheme {
        name: "pdm-backend",
        used: |seen| {
            let source = seen.string("tool.pdm.version.source")?;
            (source.value == "scm").then_some(source.location)
        },
        way: Way::Variable("PDM_BUILD_SCM_VERSION"),
        fallbacks: &["tool.pdm.version.fallback_version"],
    },
    Scheme {
        name: "hatch-vcs",
        used: |seen| seen.hatch("hatch-vcs", "vcs"),
        // hatch-vcs does not read the variable of one distribution.
        way: Way::Variable("SETUPTOOLS_SCM_PRETEND_VERSION"),
        fallbacks: &["tool.hatch.version.fallback-version"],
    },
    Scheme {
        name: "uv-dynamic-versioning",
        used: |seen| seen.hatch("uv-dynamic-versioning", "uv-dynamic-versioning"),
        way: Way::Variable("UV_DYNAMIC_VERSIONING_BYPASS"),
        fallbacks: &["tool.uv-dynamic-versioning.fallback-version"],
    },
    Scheme {
        name: "versioningit",
        used: |seen| seen.hatch("versioningit", "versioningit"),
        way: Way::Versioningit,
        fallbacks: &[
            "tool.hatch.version.default-version",
            "tool.versioningit.default-version",
        ],
    },
    Scheme {
        name: "poetry-dynamic-versioning",
        used: |seen| {
            // Without it the plugin leaves the version alone.
            let enabled = seen.flag("tool.poetry-dynamic-versioning.enable") == Some(true);
            enabled
                .then(|| seen.requirement("poetry-dynamic-versioning"))
                .flatten()
        },
        way: Way::Variable("POETRY_DYNAMIC_VERSIONING_BYPASS"),
        fallbacks: &[],
    },
    Scheme {
        name: "flit-scm",
        used: |seen| seen.requirement("flit-scm"),
        // flit-scm calls setuptools-scm without the name of the project.
        way: Way::Variable("SETUPTOOLS_SCM_PRETEND_VERSION"),
        fallbacks: &["tool.setuptools_scm.fallback_version"],
    },
    Scheme {
        name: "setuptools-git-versioning",
        used: |seen| {
            let off = seen.flag("tool.setuptools-git-versioning.enabled") == Some(false);
            let used = !off && !seen.setuptools_has_its_own();
            used.then(|| seen.requirement("setuptools-git-versioning"))
                .flatten()
        },
        way: Way::PkgInfo,
        fallbacks: &["tool.setuptools-git-versioning.starting_version"],
    },
    Scheme {
        name: "versioneer",
        // Most projects have a copy of versioneer, which no build requirement shows.
        used: |seen| {
            let table = seen.table("tool.versioneer");
            let section = seen.versioneer.as_ref();
            table
                .map(|table| table.location().clone())
                .or(section.map(|section| section.location.clone()))
                .or(seen.requirement("versioneer"))
        },
        way: Way::Versioneer,
        fallbacks: &[],
    },
    Scheme {
        name: "setuptools-scm",
        used: |seen| {
            // Often it is there to find files alone. With its table, it writes the file that setuptools reads.
            let used =
                seen.table("tool.setuptools_scm").is_some() || !seen.setuptools_has_its_own();
            used.then(|| seen.requirement("setuptools-scm")).flatten()
        },
        way: Way::VariableOfProject("SETUPTOOLS_SCM_PRETEND_VERSION_FOR_"),
        fallbacks: &["tool.setuptools_scm.fallback_version"],
    },
];

/// The scheme of a project, and the place that shows it.
pub(crate) fn find(seen: &Seen<'_>) -> Option<(&'static Scheme, Location)> {
    // Poetry's manifests state a version that the plugin puts another in the place of.
    let placeholder = seen.string("tool.poetry.name").is_some();
    SCHEMES
        .iter()
        .filter(|scheme| {
            seen.project.version.is_none()
                || (placeholder && scheme.name == "poetry-dynamic-versioning")
        })
        .find_map(|scheme| Some((scheme, (scheme.used)(seen)?)))
}
