//! The runtime's base: a user that is not root, with a name and a home, and the working directory.

use crate::diagnostic::Diagnostics;
use crate::plan::base::script_runner::view;
use crate::plan::base::system_packages;
use crate::plan::model::{
    Layer, OutputFolder, PartId, PartKind, PlanBuilder, Step, StepName, Tree,
};
use crate::plan::request::site::Site;
use crate::plan::request::user::{RootUser, USER_NAME, root_user};
use crate::plan::scripts::PREPARE_ROOT;
use crate::values::TargetPath;

/// The runtime's base image and what is laid over it.
pub(crate) struct RuntimeBase {
    pub(crate) image: PartId,
    /// What is laid over it first: an interpreter, system packages.
    pub(crate) layers: Vec<Layer>,
    /// The user with the folders. It lies above what brings files: those bring the folders on their way too, and this
    /// one gives them back the owners and modes that the base has.
    pub(crate) user: Layer,
    /// All of it joined: what commands run on.
    pub(crate) root: PartId,
}

/// Adds the parts of the runtime's base.
pub(crate) fn prepare(site: Site<'_>, plan: &mut PlanBuilder) -> Result<RuntimeBase, Diagnostics> {
    let base = system_packages::runtime_base(site, plan)?;
    let out = TargetPath::known("/mnt/out");
    let user = root_user(site)?;
    let seen = view(site, plan, base.root)?;
    let mut command = vec!["python3".to_owned(), PREPARE_ROOT.path()];
    let (workdir, venv) = (&site.spec.model.workdir, &site.spec.model.venv);
    command.extend([&seen.at, &out, workdir, venv].map(ToString::to_string));
    let title = match &user {
        RootUser::Known => StepName::new("base", format!("add {workdir}")),
        RootUser::Named(name) => {
            command.extend(["find".to_owned(), name.clone()]);
            StepName::new("base", format!("find user {name} and add {workdir}"))
        }
        RootUser::Numeric { uid, gid } => {
            command.extend(["add", USER_NAME, uid, gid].map(ToOwned::to_owned));
            StepName::new(
                "base",
                format!("add user {USER_NAME} ({uid}) and {workdir}"),
            )
        }
        RootUser::Own { uid, gid } => {
            command.extend(["own", USER_NAME, uid, gid].map(ToOwned::to_owned));
            StepName::new(
                "base",
                format!("add user {USER_NAME} ({uid}) and {workdir}"),
            )
        }
    };
    let step = Step {
        env: seen.env,
        mounts: [PREPARE_ROOT.mount(plan)]
            .into_iter()
            .chain(seen.mount)
            .collect(),
        ..Step::new(
            &site.options.platform,
            seen.root,
            command,
            OutputFolder::empty(out),
        )
    };
    let origin = site
        .spec
        .model
        .image
        .user
        .as_ref()
        .map(|user| &user.location);
    let step = plan.add_step(title, origin, step);
    let tree = Tree::whole(step, &TargetPath::root());
    let user = plan.layer("base", "user and directories", None, tree);
    let layers = base.layers.iter().cloned().chain([user.clone()]);
    let join = PartKind::Merge {
        base: base.image,
        layers: layers.collect(),
    };
    Ok(RuntimeBase {
        image: base.image,
        layers: base.layers,
        user,
        root: plan.add(StepName::new("base", "join layers"), None, join),
    })
}
