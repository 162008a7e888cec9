//! `dev`: the builder with what developers need beside: the system packages of builds, of the runtime and their own,
//! the groups for development and for tests, the installer's tool, and the project installed in place, so that an edit
//! of a file in the working directory is seen by the next import. For a bind mount there, `docker compose watch` or a
//! dev container.
//!
//! Packages of its repository that the project needs are installed in place too, in `/workspace`, each at its path in
//! the context.
//!
//! The environment lies outside of the working directory, so a mount does not hide it. Both belong to the developer, by
//! default the first user of most machines, `--build-arg USER_UID=…` and `USER_GID=…` else: what a container writes
//! through a mount is then theirs.

pub(crate) mod user;

use crate::context::ImageConfig;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::base::context::Purpose;
use crate::plan::base::{context, system_packages};
use crate::plan::image::config;
use crate::plan::installers;
use crate::plan::installers::InstallRequest;
use crate::plan::model::{Layer, Notes, PartId, PartKind, Parts, Tree};
use crate::plan::project::wheel::editable;
use crate::plan::request::site::Site;
use crate::plan::targets::dev::user::Developer;
use crate::plan::targets::{Built, added, join};
use crate::plan::uv::Bench;
use crate::values::TargetPath;

const STAGE: &str = "dev";

/// Where the packages of the project's workspace are, each by its path in the context.
const MEMBERS: &str = "/workspace";

/// Adds the target.
pub(crate) fn build(
    site: Site<'_>,
    parts: &mut Parts,
    notes: &mut Notes,
) -> Result<Built, Diagnostics> {
    let developer = Developer::of(site.options)?;
    let installer = installers::of(site.selection.installer)?;
    installer.check_site(site)?;
    let build = system_packages::build_base(site, parts)?;
    let bench = Bench::new(site, build.root, parts)?;
    let shipped = InstallRequest::for_runtime(&bench);
    let mut environment = installer.install(&bench, parts, &shipped)?;
    let mut members = installer.members(site.facts, &shipped.set, site.marker_environment())?;
    let choice = added::for_developers(site)?;
    notes.choose("dev dependencies", choice.value.clone(), choice.why.clone());
    if !choice.is_nothing() {
        let wanted = choice.added_to(shipped, STAGE, environment.dependencies);
        environment.dependencies = installer.install(&bench, parts, &wanted)?.dependencies;
        members = installer.members(site.facts, &wanted.set, site.marker_environment())?;
    }
    let base = system_packages::dev_base(site, parts)?;
    let user = developer.layer(site, parts, base.root)?;
    let owned = |of: PartId, at: &TargetPath| Tree {
        owner: developer.owner(),
        ..Tree::whole(of, at)
    };
    let venv = &site.spec.model.venv;
    let dependencies = owned(environment.dependencies, venv);
    let mut layers: Vec<Layer> = base.layers;
    layers.extend([
        environment.tool,
        parts.layer(STAGE, "dependencies", None, dependencies),
    ]);
    let mut files = Vec::new();
    for name in members {
        let bench = bench.of_member(&name)?;
        let at = TargetPath::known(MEMBERS).join_context(&bench.site.facts.folder);
        let sources = context::context(bench.site, parts, Purpose::Develop);
        let title = format!("[dev] copy files of {name}");
        let brought = in_place(&bench, parts, (sources, &at), title, &mut Vec::new())?;
        let brought = owned(brought, venv);
        layers.push(parts.layer(STAGE, &name, None, brought));
        let tree = owned(sources, &at);
        files.push(parts.layer(STAGE, &format!("files of {name}"), None, tree));
    }
    let sources = context::context(site, parts, Purpose::Develop);
    let workdir = &site.spec.model.workdir;
    if site.is_package()? {
        let title = "[dev] copy project files".to_owned();
        let project = in_place(
            &bench,
            parts,
            (sources, workdir),
            title,
            &mut notes.warnings,
        )?;
        let project = owned(project, venv);
        layers.push(parts.layer(STAGE, "project", None, project));
    }
    layers.extend(user);
    layers.extend(files);
    let files = owned(sources, workdir);
    layers.push(parts.layer(STAGE, "project files", None, files));
    let root = join(parts, STAGE, base.image, layers);
    Ok((root, config::dev(site, &developer.user())?))
}

/// Adds what makes the files of a project importable, which are to be at a place.
fn in_place(
    bench: &Bench<'_>,
    parts: &mut Parts,
    (sources, at): (PartId, &TargetPath),
    title: String,
    warnings: &mut Vec<Diagnostic>,
) -> Result<PartId, Diagnostics> {
    let tree = PartKind::Tree(Tree::whole(sources, &TargetPath::root()));
    let copied = parts.add(title, None, tree);
    editable::build(bench, parts, (copied, at), warnings)
}

/// The configuration of the image.
pub(crate) fn config(site: Site<'_>) -> Result<ImageConfig, Diagnostics> {
    config::dev(site, &Developer::of(site.options)?.user())
}
