//! `wheel` and `sdist`: what is published of a project, alone in the root, for `--output`.

use crate::context::ImageConfig;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::sources::{self, Purpose};
use crate::plan::targets::{Built, Notes};
use crate::plan::wheel::{self, Dist};
use crate::plan::{Bench, PartKind, Parts, Site, Tree, system};
use crate::values::TargetPath;

/// Adds the target.
pub(super) fn build(
    site: Site<'_>,
    parts: &mut Parts,
    dist: Dist,
    notes: &mut Notes,
) -> Result<Built, Diagnostics> {
    check(site, dist)?;
    let base = system::build_base(site, parts)?;
    let bench = Bench::new(site, base.root, parts)?;
    let context = sources::context(site, parts, Purpose::Wheel);
    let built = wheel::build(&bench, parts, context, dist, &mut notes.warnings)?;
    let name = dist.name();
    // uv leaves a `.gitignore` beside what it builds.
    let select = TargetPath::known(&format!("/*{}", dist.ending()));
    let tree = Tree::path(built.part, &select, &TargetPath::root());
    let tree = parts.add(
        format!("[{name}] lay out {name}"),
        None,
        PartKind::Tree(tree),
    );
    Ok((tree, ImageConfig::empty(&site.options.platform)))
}

/// Only a package is published.
pub(super) fn check(site: Site<'_>, dist: Dist) -> Result<(), Diagnostics> {
    if site.is_package()? {
        return Ok(());
    }
    let message = format!(
        "the project is no package, so there is no {} of it",
        dist.name()
    );
    let mut error = Diagnostic::error(message);
    error = match &site.spec.model.package {
        Some(package) => error.at(&package.location).hint("remove `package = false`"),
        None => error
            .at(&site.facts.pyproject.place)
            .hint("write `[build-system]`, or `package = true` in `[tool.wheelwright]`"),
    };
    Err(error.into())
}
