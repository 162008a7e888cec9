//! pip: requirements files, installed by pip itself.
//!
//! Selected by `requirements.txt` (else `requirements.base.txt`, `requirements/base.txt`, `requirements/production.txt`;
//! the key `requirements` names others) where there is no lock, or by a spec that is a requirements file. The step that
//! installs sees what these files and all that they include ask for, in one form: comments, line breaks and the files
//! that lines stand in make no difference to it. Options (indexes, `--no-binary`, `--pre`, hashes) mean what pip says
//! they mean.
//!
//! The line `.` or `-e .` is the project itself, whose wheel is a part of its own; other folders are built and installed
//! behind all else. `requirements-dev.txt` and the like are dependency groups.

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::lock::requirements::notes::NotReproducible;
use crate::lock::requirements::{Asked, Extra, asked, groups, indexes, notes};
use crate::lock::{IndexLogin, PackageManager, Repository, Tool, ToolPackages, requirements};
use crate::project::Facts;
use crate::project::requirements::DEFAULTS;
use crate::spec::Spec;

/// The pip that this release is tested with; it needs nothing else.
pub(crate) const PINNED_VERSION: &str = "26.3";
pub(crate) const CLOSURE: &str = include_str!("tool.txt");

/// How versions are pinned.
pub(crate) const PIN: &str = "uv pip compile --generate-hashes requirements.in -o requirements.txt";

const HINTS: NotReproducible = NotReproducible {
    files: "keep this list as `requirements.in`, run `uv pip compile --generate-hashes requirements.in -o requirements.txt` (or `pip-compile`) and commit both",
    manifest: "run `uv pip compile --generate-hashes pyproject.toml -o requirements.txt` (or `pip-compile`) and commit `requirements.txt`",
};

pub(crate) struct Pip;

impl PackageManager for Pip {
    fn name(&self) -> &'static str {
        "pip"
    }

    fn lock_files(&self) -> &'static [&'static str] {
        &[]
    }

    fn manifests(&self) -> &'static [&'static str] {
        DEFAULTS
    }

    fn lock_command(&self) -> &'static str {
        PIN
    }

    fn consumed(&self, facts: &Facts) -> Vec<String> {
        requirements::consumed(facts)
    }

    fn tool(&self, spec: &Spec, _: &Facts) -> Result<Tool, Diagnostics> {
        Ok(Tool::Packages(ToolPackages::pinned(
            "pip",
            PINNED_VERSION,
            CLOSURE,
            spec,
        )?))
    }

    fn package(&self, facts: &Facts) -> Result<Option<Spanned<bool>>, Diagnostics> {
        requirements::package(facts)
    }

    fn check_lock(&self, spec: &Spec, facts: &Facts) -> Result<(), Diagnostics> {
        asked_of(spec, facts).map(drop)
    }

    fn warnings(&self, spec: &Spec, facts: &Facts) -> Result<Vec<Diagnostic>, Diagnostics> {
        notes::notes(spec, facts, &HINTS)
    }

    fn groups(&self, facts: &Facts) -> Result<Vec<String>, Diagnostics> {
        Ok(groups(facts))
    }

    fn locks(&self, facts: &Facts, package: &str) -> Result<Option<bool>, Diagnostics> {
        requirements::has(facts, package).map(Some)
    }

    fn locks_for_developers(
        &self,
        facts: &Facts,
        package: &str,
    ) -> Result<Option<bool>, Diagnostics> {
        requirements::has_for_developers(facts, package).map(Some)
    }

    fn index_logins(&self, facts: &Facts) -> Result<Vec<IndexLogin>, Diagnostics> {
        indexes::index_logins(facts)
    }

    fn repositories(&self, facts: &Facts) -> Result<Vec<Repository>, Diagnostics> {
        indexes::repositories(facts)
    }

    fn installs_offline(&self, _: &Facts) -> Result<bool, Diagnostics> {
        Ok(true)
    }
}

/// What the spec asks for, where there is something to install from.
fn asked_of(spec: &Spec, facts: &Facts) -> Result<Asked, Diagnostics> {
    if !requirements::is_there(facts) {
        return Err(requirements::nothing(facts).into());
    }
    asked(facts, &Extra::of_spec(spec))
}
