//! The runtime's base: a user that is not root, with a name and a home, and the working directory.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::{
    Layer, OutputFolder, PartId, PartKind, Parts, Site, Step, StepMount, StepNetwork, WrittenFile,
};
use crate::values::TargetPath;

/// The user of images whose base has none but root. Numeric, so that Kubernetes can see that it is not root
/// (`runAsNonRoot`), and above the range that distributions give to their own.
pub(super) const DEFAULT_USER: &str = "10001:10001";

const USER_NAME: &str = "app";
const HOME: &str = "/home/app";
const SCRIPT: &str = include_str!("prepare_root.py");
const SCRIPT_NAME: &str = "prepare_root.py";
const SCRIPT_DIRECTORY: &str = "/run/wheelwright";

/// The runtime's base image and what is laid over it.
pub(super) struct PreparedRoot {
    pub(super) image: PartId,
    pub(super) layer: Layer,
}

/// Adds the parts of the runtime's base.
pub(super) fn prepare(site: Site<'_>, parts: &mut Parts) -> Result<PreparedRoot, Diagnostics> {
    let runtime = &site.selection.runtime_base;
    let build = &site.selection.build_base;
    let image = parts.image(
        site.image(&runtime.reference)?,
        &format!("[base] image {}", runtime.reference.familiar()),
        runtime.origin.as_ref(),
    );
    let builder = parts.image(
        site.image(&build.reference)?,
        &format!("[builder] image {}", build.reference.familiar()),
        build.origin.as_ref(),
    );
    let script = parts.add(
        "[internal] write prepare_root.py",
        None,
        PartKind::Written(vec![WrittenFile {
            name: SCRIPT_NAME,
            text: SCRIPT.to_owned(),
        }]),
    );
    // Only the tables of users are read: a mount of the whole base would be hashed file by file.
    let base = TargetPath::known("/mnt/etc");
    let out = TargetPath::known("/mnt/out");
    let directory = TargetPath::known(SCRIPT_DIRECTORY);
    let user = numeric_user(site)?;
    // The interpreter of the build does the work, so that a base without a shell or a Python has a user too.
    let mut command = vec![
        "python3".to_owned(),
        format!("{SCRIPT_DIRECTORY}/{SCRIPT_NAME}"),
    ];
    command.extend([&base, &out, &site.spec.model.workdir].map(ToString::to_string));
    if let Some((uid, gid)) = &user {
        command.extend([USER_NAME, HOME, uid, gid].map(ToOwned::to_owned));
    }
    let title = match &user {
        Some((uid, _)) => format!(
            "[base] add user {USER_NAME} ({uid}) and {}",
            site.spec.model.workdir
        ),
        None => format!("[base] add {}", site.spec.model.workdir),
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
                part: image,
                select: TargetPath::known("/etc"),
                at: base,
            },
            StepMount::Read {
                part: script,
                select: TargetPath::root(),
                at: directory,
            },
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
    let layer = parts.layer(
        "base",
        "user and directories",
        step,
        &TargetPath::root(),
        &[],
    );
    Ok(PreparedRoot { image, layer })
}

/// The user of the image's configuration.
pub(super) fn user(site: Site<'_>) -> Result<String, Diagnostics> {
    if let Some(user) = &site.spec.model.image.user {
        return Ok(user.value.clone());
    }
    let base = site.image(&site.selection.runtime_base.reference)?;
    Ok(base
        .config
        .non_root_user()
        .unwrap_or(DEFAULT_USER)
        .to_owned())
}

/// The ids of a user that needs an entry; a name is one that the base image has.
fn numeric_user(site: Site<'_>) -> Result<Option<(String, String)>, Diagnostics> {
    let asked = site.spec.model.image.user.as_ref();
    if asked.is_none() && user(site)? != DEFAULT_USER {
        return Ok(None);
    }
    let text = user(site)?;
    let (uid, gid) = text.split_once(':').unwrap_or((&text, &text));
    if !uid.starts_with(|first: char| first.is_ascii_digit()) {
        return Ok(None);
    }
    match (uid.parse::<u32>(), gid.parse::<u32>()) {
        // Root has its entry in every base.
        (Ok(0), Ok(_)) => Ok(None),
        (Ok(_), Ok(_)) => Ok(Some((uid.to_owned(), gid.to_owned()))),
        _ => {
            let mut error =
                Diagnostic::error(format!("`{text}` is no user, expected `UID:GID` or a name"));
            error.location = asked.map(|user| user.location.clone());
            Err(error.into())
        }
    }
}
