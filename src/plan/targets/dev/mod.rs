//! `dev`: the builder with what developers need beside: the system packages of builds, of the runtime and their own,
//! the groups for development and for tests, the installer's tool, and the project installed in place, so that an edit
//! of a file in the working directory is seen by the next import. For a bind mount there, `docker compose watch` or a
//! dev container.
//!
//! The environment lies outside of the working directory, so a mount does not hide it. Both belong to the developer, by
//! default the first user of most machines, `--build-arg USER_UID=…` and `USER_GID=…` else: what a container writes
//! through a mount is then theirs.

mod user;

use crate::context::ImageConfig;
use crate::diagnostic::Diagnostics;
use crate::plan::installers::Wanted;
use crate::plan::sources::{self, Purpose};
use crate::plan::targets::{Built, LEFT_OVER, Notes, choice, join};
use crate::plan::wheel::editable;
use crate::plan::{Bench, Layer, PartId, PartKind, Parts, Site, Tree, image, system};
use crate::values::TargetPath;
use user::Developer;
pub(super) use user::{USER_GID, USER_UID};

const STAGE: &str = "dev";

/// Adds the target.
pub(super) fn build(
    site: Site<'_>,
    parts: &mut Parts,
    notes: &mut Notes,
) -> Result<Built, Diagnostics> {
    let developer = Developer::of(site.options)?;
    let installer = site.selection.installer;
    installer.check(site)?;
    let build = system::build_base(site, parts)?;
    let bench = Bench::new(site, build.root, parts)?;
    let shipped = Wanted::for_runtime(&bench);
    let mut environment = installer.install(&bench, parts, &shipped)?;
    let choice = choice::for_developers(site)?;
    notes.choose("dev dependencies", choice.value.clone(), choice.why.clone());
    if !choice.is_nothing() {
        let wanted = choice.added_to(shipped, STAGE, environment.dependencies);
        environment.dependencies = installer.install(&bench, parts, &wanted)?.dependencies;
    }
    let base = system::dev_base(site, parts)?;
    let user = developer.layer(site, parts, base.root)?;
    let owned = |of: PartId, at: &TargetPath| Tree {
        owner: developer.owner(),
        ..Tree::whole(of, at)
    };
    let venv = &site.spec.model.venv;
    let dependencies = Tree {
        without: LEFT_OVER,
        ..owned(environment.dependencies, venv)
    };
    let mut layers: Vec<Layer> = base.packages.into_iter().collect();
    layers.extend([
        environment.tool,
        parts.layer(STAGE, "dependencies", None, dependencies),
    ]);
    let sources = sources::context(site, parts, Purpose::Develop);
    if site.is_package()? {
        let tree = PartKind::Tree(Tree::whole(sources, &TargetPath::root()));
        let copied = parts.add("[dev] copy project files", None, tree);
        let project = editable::build(&bench, parts, copied, &mut notes.warnings)?;
        let project = Tree {
            without: LEFT_OVER,
            ..owned(project, venv)
        };
        layers.push(parts.layer(STAGE, "project", None, project));
    }
    layers.extend(user);
    let files = owned(sources, &site.spec.model.workdir);
    layers.push(parts.layer(STAGE, "project files", None, files));
    let root = join(parts, STAGE, base.image, layers);
    Ok((root, image::dev(site, &developer.user())?))
}

/// The configuration of the image.
pub(super) fn config(site: Site<'_>) -> Result<ImageConfig, Diagnostics> {
    image::dev(site, &Developer::of(site.options)?.user())
}
