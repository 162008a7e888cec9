//! `uv.lock`, made anew.

use crate::diagnostic::Diagnostics;
use crate::plan::installers::uv::{LOCK, settings_file};
use crate::plan::installers::{Relocked, Upgrade};
use crate::plan::{Bench, PartKind, Parts, WrittenFile};
use crate::project::PYPROJECT;

/// Adds the step: the same as `uv lock` in the project's folder.
pub(super) fn relock(
    bench: &Bench<'_>,
    parts: &mut Parts,
    upgrade: &Upgrade,
) -> Result<Relocked, Diagnostics> {
    let facts = bench.site.facts;
    let mut files = vec![WrittenFile {
        name: PYPROJECT,
        text: facts.pyproject.source.text().to_owned(),
    }];
    if let Some(lock) = facts.text(LOCK) {
        // uv keeps the versions in it, as far as they fit.
        files.push(WrittenFile {
            name: LOCK,
            text: lock?.text().to_owned(),
        });
    }
    files.extend(settings_file(facts)?);
    let title = "[internal] write pyproject.toml and uv.lock";
    let files = parts.add(title, None, PartKind::Written(files));
    let mut arguments = vec!["lock"];
    match upgrade {
        Upgrade::None => {}
        Upgrade::All => arguments.push("--upgrade"),
        Upgrade::Packages(packages) => arguments.extend(
            packages
                .iter()
                .flat_map(|package| ["--upgrade-package", package.as_str()]),
        ),
    }
    let step = bench.fetching(bench.step_on_files(&arguments, files));
    // What an index has today is no part of any key.
    let part = parts.add_always_anew(
        "[lock] run uv lock",
        Some(&facts.pyproject.dependencies_location),
        PartKind::Step(Box::new(step)),
    );
    Ok(Relocked { part, file: LOCK })
}
