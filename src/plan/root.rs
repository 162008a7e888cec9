//! The runtime's base: a user that is not root, with a name and a home, and the working directory.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::script::PREPARE_ROOT;
use crate::plan::{
    Layer, OutputFolder, PartId, PartKind, Parts, Site, Step, StepMount, StepNetwork, Tree, system,
};
use crate::values::TargetPath;

/// The user of images whose base has none but root. Numeric, so that Kubernetes can see that it is not root
/// (`runAsNonRoot`), and above the range that distributions give to their own.
pub(super) const DEFAULT_USER: &str = "10001:10001";

const USER_NAME: &str = "app";
const HOME: &str = "/home/app";
/// The runtime's base image and what is laid over it.
pub(super) struct PreparedRoot {
    pub(super) image: PartId,
    /// System packages, where there are some, and the user with the folders.
    pub(super) layers: Vec<Layer>,
    /// All of it joined: what commands run on.
    pub(super) root: PartId,
}

/// Adds the parts of the runtime's base.
pub(super) fn prepare(site: Site<'_>, parts: &mut Parts) -> Result<PreparedRoot, Diagnostics> {
    let base = system::runtime_base(site, parts)?;
    let build = &site.selection.build_base;
    let builder = parts.image(
        site.image(&build.reference)?,
        &format!("[builder] image {}", build.reference.familiar()),
        build.origin.as_ref(),
    );
    // Only the tables of users are read: a mount of the whole base would be hashed file by file.
    let etc = TargetPath::known("/mnt/etc");
    let out = TargetPath::known("/mnt/out");
    let user = root_user(site)?;
    // The interpreter of the build does the work, so that a base without a shell or a Python has a user too.
    let mut command = vec!["python3".to_owned(), PREPARE_ROOT.path()];
    let workdir = &site.spec.model.workdir;
    command.extend([&etc, &out, workdir].map(ToString::to_string));
    let title = match &user {
        RootUser::Known => format!("[base] add {workdir}"),
        RootUser::Named(name) => {
            command.extend(["find".to_owned(), name.clone()]);
            format!("[base] find user {name} and add {workdir}")
        }
        RootUser::Numeric { uid, gid } => {
            command.extend(["add", USER_NAME, HOME, uid, gid].map(ToOwned::to_owned));
            format!("[base] add user {USER_NAME} ({uid}) and {workdir}")
        }
    };
    let step = Step {
        root: builder,
        command,
        env: site.image(&build.reference)?.config.env(),
        directory: TargetPath::root(),
        network: StepNetwork::None,
        output: OutputFolder {
            at: out,
            from: None,
        },
        mounts: vec![
            StepMount::Read {
                part: base.root,
                select: TargetPath::known("/etc"),
                at: etc,
            },
            PREPARE_ROOT.mount(parts),
        ],
    };
    let origin = site
        .spec
        .model
        .image
        .user
        .as_ref()
        .map(|user| &user.location);
    let step = parts.add(title, origin, PartKind::Step(Box::new(step)));
    let tree = Tree::whole(step, &TargetPath::root());
    let user = parts.layer("base", "user and directories", None, tree);
    let layers: Vec<Layer> = base.packages.into_iter().chain([user]).collect();
    let join = PartKind::Join {
        base: base.image,
        layers: layers.clone(),
    };
    Ok(PreparedRoot {
        image: base.image,
        layers,
        root: parts.add("[base] join layers", None, join),
    })
}

/// The environment, once its interpreter has run on the runtime's base. On the image that the environment was
/// made on it does; on another one (`runtime-from`) the links in it may lead nowhere.
pub(super) fn check_interpreter(
    site: Site<'_>,
    parts: &mut Parts,
    runtime: PartId,
    environment: PartId,
) -> Result<PartId, Diagnostics> {
    let selection = site.selection;
    let base = &selection.runtime_base;
    if base.reference == selection.build_base.reference {
        return Ok(environment);
    }
    let venv = &site.spec.model.venv;
    // `-B`: no byte code of start-up files is left behind.
    let command = [
        format!("{venv}/bin/python"),
        "-B".to_owned(),
        "-c".to_owned(),
        String::new(),
    ]
    .to_vec();
    let step = Step {
        root: runtime,
        command,
        env: site.image(&base.reference)?.config.env(),
        directory: TargetPath::root(),
        network: StepNetwork::None,
        output: OutputFolder {
            at: venv.clone(),
            from: Some(environment),
        },
        mounts: Vec::new(),
    };
    let title = format!(
        "[runtime] start the interpreter on {}",
        base.reference.familiar()
    );
    Ok(parts.add(title, base.origin.as_ref(), PartKind::Step(Box::new(step))))
}

/// The user of the image's configuration.
pub(super) fn user(site: Site<'_>) -> Result<String, Diagnostics> {
    match &site.spec.model.image.user {
        // The name of the user that we add, whose ids the configuration shows.
        Some(user) if user.value == USER_NAME => Ok(DEFAULT_USER.to_owned()),
        Some(user) => Ok(user.value.clone()),
        None => {
            let base = site.image(&site.selection.runtime_base.reference)?;
            Ok(base
                .config
                .non_root_user()
                .unwrap_or(DEFAULT_USER)
                .to_owned())
        }
    }
}

/// What the base image must have for its user.
enum RootUser {
    /// Nothing: root, or the user that the base itself sets.
    Known,
    /// The entry of a name.
    Named(String),
    /// An entry for ids, which is made unless there is one.
    Numeric { uid: String, gid: String },
}

fn root_user(site: Site<'_>) -> Result<RootUser, Diagnostics> {
    let asked = site.spec.model.image.user.as_ref();
    let text = user(site)?;
    if asked.is_none() && text != DEFAULT_USER {
        return Ok(RootUser::Known);
    }
    let (uid, gid) = text.split_once(':').unwrap_or((&text, &text));
    if !uid.starts_with(|first: char| first.is_ascii_digit()) {
        return Ok(if uid == "root" {
            RootUser::Known
        } else {
            RootUser::Named(uid.to_owned())
        });
    }
    match (uid.parse::<u32>(), gid.parse::<u32>()) {
        // Root has its entry in every base.
        (Ok(0), Ok(_)) => Ok(RootUser::Known),
        (Ok(_), Ok(_)) => Ok(RootUser::Numeric {
            uid: uid.to_owned(),
            gid: gid.to_owned(),
        }),
        _ => {
            let mut error =
                Diagnostic::error(format!("`{text}` is no user, expected `UID:GID` or a name"));
            error.location = asked.map(|user| user.location.clone());
            Err(error.into())
        }
    }
}
