//! The runtime's base: a user that is not root, with a name and a home, and the working directory.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::base_view::view;
use crate::plan::scripts::{CHECK_INTERPRETER, PREPARE_ROOT};
use crate::plan::{
    Bench, Layer, OutputFolder, PartId, PartKind, Parts, Site, Step, StepMount, StepNetwork, Tree,
    managed, system,
};
use crate::values::{ImageRef, TargetPath};

/// The user of images whose base has none but root. Numeric, so that Kubernetes can see that it is not root
/// (`runAsNonRoot`), and above the range that distributions give to their own.
pub(super) const DEFAULT_USER: &str = "10001:10001";

/// The name of the users that we add.
pub(super) const USER_NAME: &str = "app";

/// The runtime's base image and what is laid over it.
pub(super) struct PreparedRoot {
    pub(super) image: PartId,
    /// What is laid over it first: an interpreter, system packages.
    pub(super) layers: Vec<Layer>,
    /// The user with the folders. It lies above what brings files: those bring the folders on their way too, and this
    /// one gives them back the owners and modes that the base has.
    pub(super) user: Layer,
    /// All of it joined: what commands run on.
    pub(super) root: PartId,
}

/// Adds the parts of the runtime's base.
pub(super) fn prepare(site: Site<'_>, parts: &mut Parts) -> Result<PreparedRoot, Diagnostics> {
    let base = system::runtime_base(site, parts)?;
    let out = TargetPath::known("/mnt/out");
    let user = root_user(site)?;
    let seen = view(site, parts, base.root)?;
    let mut command = vec!["python3".to_owned(), PREPARE_ROOT.path()];
    let (workdir, venv) = (&site.spec.model.workdir, &site.spec.model.venv);
    command.extend([&seen.at, &out, workdir, venv].map(ToString::to_string));
    let title = match &user {
        RootUser::Known => format!("[base] add {workdir}"),
        RootUser::Named(name) => {
            command.extend(["find".to_owned(), name.clone()]);
            format!("[base] find user {name} and add {workdir}")
        }
        RootUser::Numeric { uid, gid } => {
            command.extend(["add", USER_NAME, uid, gid].map(ToOwned::to_owned));
            format!("[base] add user {USER_NAME} ({uid}) and {workdir}")
        }
        RootUser::Own { uid, gid } => {
            command.extend(["own", USER_NAME, uid, gid].map(ToOwned::to_owned));
            format!("[base] add user {USER_NAME} ({uid}) and {workdir}")
        }
    };
    let step = Step {
        root: seen.root,
        command,
        env: seen.env,
        directory: TargetPath::root(),
        network: StepNetwork::None,
        output: OutputFolder {
            at: out,
            from: None,
        },
        mounts: [PREPARE_ROOT.mount(parts)]
            .into_iter()
            .chain(seen.mount)
            .collect(),
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
    let layers = base.layers.iter().cloned().chain([user.clone()]);
    let join = PartKind::Join {
        base: base.image,
        layers: layers.collect(),
    };
    Ok(PreparedRoot {
        image: base.image,
        layers: base.layers,
        user,
        root: parts.add("[base] join layers", None, join),
    })
}

/// The environment, once its interpreter has run on the runtime's base. On the image that the environment was
/// made on it does; on another one (`runtime-from`) the links in it may lead nowhere, or to an interpreter that
/// cannot load what was installed.
pub(super) fn check_interpreter(
    bench: &Bench<'_>,
    parts: &mut Parts,
    runtime: PartId,
    environment: PartId,
) -> Result<PartId, Diagnostics> {
    let site = bench.site;
    let base = &site.selection.runtime_base;
    let build = &site.selection.build_base;
    if base.reference == build.reference {
        return Ok(environment);
    }
    let venv = &site.spec.model.venv;
    // `-B`: no byte code of start-up files is left behind.
    let command = |words: [&str; 4]| {
        let python = format!("{venv}/bin/python");
        let script = CHECK_INTERPRETER.path();
        let fixed = [python, "-B".to_owned(), script].into_iter();
        let words = words.into_iter().filter(|word| !word.is_empty());
        fixed.chain(words.map(str::to_owned)).collect()
    };
    let told = TargetPath::known("/mnt/told");
    let names = [&build.reference, &base.reference].map(ImageRef::familiar);
    let tell = Step {
        root: bench.base,
        command: command(["tell", told.as_str(), "", ""]),
        env: managed::config(site, build)?.env(),
        directory: TargetPath::root(),
        network: StepNetwork::None,
        output: OutputFolder {
            at: told.clone(),
            from: None,
        },
        mounts: vec![
            StepMount::Read {
                part: bench.skeleton,
                select: TargetPath::root(),
                at: venv.clone(),
            },
            CHECK_INTERPRETER.mount(parts),
        ],
    };
    let title = format!("[builder] start the interpreter on {}", names[0]);
    let tell = parts.add(title, build.origin.as_ref(), PartKind::Step(Box::new(tell)));
    let step = Step {
        root: runtime,
        command: command(["compare", told.as_str(), &names[0], &names[1]]),
        env: managed::config(site, base)?.env(),
        directory: TargetPath::root(),
        network: StepNetwork::None,
        output: OutputFolder {
            at: venv.clone(),
            from: Some(environment),
        },
        mounts: vec![
            StepMount::Read {
                part: tell,
                select: TargetPath::root(),
                at: told,
            },
            CHECK_INTERPRETER.mount(parts),
        ],
    };
    let title = format!("[runtime] start the interpreter on {}", names[1]);
    Ok(parts.add(title, base.origin.as_ref(), PartKind::Step(Box::new(step))))
}

/// The user of the image's configuration.
pub(super) fn user(site: Site<'_>) -> Result<String, Diagnostics> {
    match &site.spec.model.image.user {
        // The name of the user that we add, whose ids the configuration shows.
        Some(user) if is_own(&user.value) => Ok(DEFAULT_USER.to_owned()),
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

/// Whether a user that was asked for is the one that we add.
fn is_own(user: &str) -> bool {
    user.strip_prefix(USER_NAME)
        .is_some_and(|group| group.is_empty() || group.strip_prefix(':') == Some(USER_NAME))
}

/// What the base image must have for its user.
enum RootUser {
    /// Nothing: root, or the user that the base itself sets.
    Known,
    /// The entries of a name, and of a group where one is named.
    Named(String),
    /// An entry for ids, which is made unless there is one.
    Numeric { uid: String, gid: String },
    /// The same under the name that was asked for.
    Own { uid: String, gid: String },
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
            RootUser::Named(text)
        });
    }
    match (uid.parse::<u32>(), gid.parse::<u32>()) {
        // Root has its entry in every base.
        (Ok(0), Ok(_)) => Ok(RootUser::Known),
        (Ok(_), Ok(_)) => {
            let (uid, gid) = (uid.to_owned(), gid.to_owned());
            Ok(match asked {
                Some(user) if is_own(&user.value) => RootUser::Own { uid, gid },
                _ => RootUser::Numeric { uid, gid },
            })
        }
        _ => {
            let mut error =
                Diagnostic::error(format!("`{text}` is no user, expected `UID:GID` or a name"));
            error.location = asked.map(|user| user.location.clone());
            Err(error.into())
        }
    }
}
