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

mod install;

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::plan::installers::requirements::{self, Asked, Extra, NotReproducible, asked, groups};
use crate::plan::installers::{
    Installed, Installer, Relocked, Tool, ToolPackages, Upgrade, Wanted,
};
use crate::plan::{Bench, IndexLogin, Parts, Repository, Site};
use crate::project::Facts;
use crate::project::requirements::DEFAULTS;
use crate::spec::Spec;

/// The pip that this release is tested with; it needs nothing else.
const PINNED_VERSION: &str = "26.3";
const CLOSURE: &str = include_str!("tool.txt");

/// How versions are pinned.
const PIN: &str = "uv pip compile --generate-hashes requirements.in -o requirements.txt";

const HINTS: NotReproducible = NotReproducible {
    files: "keep this list as `requirements.in`, run `uv pip compile --generate-hashes requirements.in -o requirements.txt` (or `pip-compile`) and commit both",
    manifest: "run `uv pip compile --generate-hashes pyproject.toml -o requirements.txt` (or `pip-compile`) and commit `requirements.txt`",
};

pub(super) struct Pip;

impl Installer for Pip {
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

    fn check(&self, site: Site<'_>) -> Result<(), Diagnostics> {
        self.check_lock(site.spec, site.facts)?;
        requirements::check(site)
    }

    fn warnings(&self, spec: &Spec, facts: &Facts) -> Result<Vec<Diagnostic>, Diagnostics> {
        requirements::notes(spec, facts, &HINTS)
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
        requirements::index_logins(facts)
    }

    fn repositories(&self, facts: &Facts) -> Result<Vec<Repository>, Diagnostics> {
        requirements::repositories(facts)
    }

    fn installs_offline(&self, _: &Facts) -> Result<bool, Diagnostics> {
        Ok(true)
    }

    fn install(
        &self,
        bench: &Bench<'_>,
        parts: &mut Parts,
        wanted: &Wanted,
    ) -> Result<Installed, Diagnostics> {
        let development = self.development_groups(bench.site.facts)?;
        let extra = Extra::of_wanted(bench.site, wanted, &development);
        let asked = asked(bench.site.facts, &extra)?;
        install::install(bench, parts, wanted, &asked)
    }

    fn lock(&self, bench: &Bench<'_>, _: &mut Parts, _: &Upgrade) -> Result<Relocked, Diagnostics> {
        let error = Diagnostic::error("pip has no lock file, which the target `lock` would make");
        let place = &bench.site.facts.pyproject.place;
        Err(error
            .at(place)
            .hint(format!("pin the versions with `{PIN}` on your machine"))
            .into())
    }
}

/// What the spec asks for, where there is something to install from.
fn asked_of(spec: &Spec, facts: &Facts) -> Result<Asked, Diagnostics> {
    if !requirements::is_there(facts) {
        return Err(requirements::nothing(facts).into());
    }
    asked(facts, &Extra::of_spec(spec))
}
