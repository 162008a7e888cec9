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
use crate::lock::Tool;
use crate::plan::base::context::Purpose;
use crate::plan::base::{context, system_packages};
use crate::plan::image::config;
use crate::plan::installers;
use crate::plan::installers::InstallRequest;
use crate::plan::model::{Layer, Notes, PartId, PartKind, PlanBuilder, StepName, Tree};
use crate::plan::project::wheel::editable::{self, InPlace};
use crate::plan::request::site::Site;
use crate::plan::rust::toolchain;
use crate::plan::targets::dev::user::Developer;
use crate::plan::targets::{Built, added, join};
use crate::plan::uv::UvRunner;
use crate::values::TargetPath;

const STAGE: &str = "dev";

/// Where the packages of the project's workspace are, each by its path in the context.
const MEMBERS: &str = "/workspace";

/// Adds the target.
pub(crate) fn build(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    notes: &mut Notes,
) -> Result<Built, Diagnostics> {
    let developer = Developer::of(site.options)?;
    let installer = installers::of(site.selection.installer)?;
    installer.check_site(site)?;
    let build = system_packages::build_base(site, plan)?;
    let uv = UvRunner::new(site, build.root, plan)?;
    let shipped = InstallRequest::for_runtime(&uv);
    let mut environment = installer.install(&uv, plan, &shipped)?;
    let mut members = installer.members(site.facts, &shipped.set, site.marker_environment())?;
    let choice = added::for_developers(site)?;
    notes.choose("dev dependencies", choice.value.clone(), choice.why.clone());
    if !choice.is_nothing() {
        let wanted = choice.added_to(shipped, STAGE, environment.dependencies.whole);
        environment.dependencies = installer.install(&uv, plan, &wanted)?.dependencies;
        members = installer.members(site.facts, &wanted.set, site.marker_environment())?;
    }
    let base = system_packages::dev_base(site, plan)?;
    let user = developer.layer(site, plan, base.root)?;
    let select = |of: PartId, path: &TargetPath, at: &TargetPath| Tree {
        owner: developer.owner(),
        ..Tree::path(of, path, at)
    };
    let owned = |of: PartId, at: &TargetPath| select(of, &TargetPath::root(), at);
    let venv = &site.spec.model.venv;
    let mut layers: Vec<Layer> = base.layers;
    if let Some(toolchain) = toolchain::of(site)? {
        layers.extend(toolchain.layer(site, plan, STAGE, developer.owner())?);
    }
    layers.push(environment.tool);
    for part in environment.dependencies.parts {
        layers.push(plan.layer(STAGE, "dependencies", None, owned(part, venv)));
    }
    let mut files = Vec::new();
    for name in members {
        let uv = uv.of_member(&name)?;
        let at = TargetPath::known(MEMBERS).join_context(&uv.site.facts.folder);
        let sources = context::context(uv.site, plan, Purpose::Develop);
        let title = StepName::new("dev", format!("copy files of {name}"));
        let brought = in_place(&uv, plan, (sources, &at), title, &mut Vec::new())?;
        let tree = select(brought.part, &brought.venv, venv);
        layers.push(plan.layer(STAGE, &name, None, tree));
        let tree = owned(sources, &at);
        files.push(plan.layer(STAGE, &format!("files of {name}"), None, tree));
        if let Some(libraries) = &brought.libraries {
            let tree = select(brought.part, libraries, &at);
            files.push(plan.layer(STAGE, &format!("libraries of {name}"), None, tree));
        }
    }
    let mut libraries = None;
    let sources = context::context(site, plan, Purpose::Develop);
    let workdir = &site.spec.model.workdir;
    if site.is_package()? {
        let title = StepName::new("dev", "copy project files");
        let project = in_place(&uv, plan, (sources, workdir), title, &mut notes.warnings)?;
        let tree = select(project.part, &project.venv, venv);
        layers.push(plan.layer(STAGE, "project", None, tree));
        libraries = project.libraries.map(|path| (project.part, path));
        if let Some(layer) = toolchain::maturin(site, plan, STAGE, project.environment)? {
            layers.push(layer);
            // `maturin develop` installs by uv where the environment has no pip.
            if let Tool::Packages(_) = site.selection.tool {
                layers.push(uv.uv_layer(plan));
            }
        }
    }
    layers.extend(user);
    layers.extend(files);
    let files = owned(sources, workdir);
    layers.push(plan.layer(STAGE, "project files", None, files));
    if let Some((part, path)) = &libraries {
        let tree = select(*part, path, workdir);
        layers.push(plan.layer(STAGE, "libraries of the project", None, tree));
    }
    let root = join(plan, STAGE, base.image, layers);
    Ok((root, config::dev(site, &developer.user())?))
}

/// Adds what makes the files of a project importable, which are to be at a place.
fn in_place(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    (sources, at): (PartId, &TargetPath),
    title: StepName,
    warnings: &mut Vec<Diagnostic>,
) -> Result<InPlace, Diagnostics> {
    let tree = PartKind::Tree(Tree::whole(sources, &TargetPath::root()));
    let copied = plan.add(title, None, tree);
    editable::build(uv, plan, (copied, at), warnings)
}

/// The configuration of the image.
pub(crate) fn config(site: Site<'_>) -> Result<ImageConfig, Diagnostics> {
    config::dev(site, &Developer::of(site.options)?.user())
}
