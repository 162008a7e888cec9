//! From an op of the wire to a typed one, as far as our types can say it.

use std::collections::BTreeMap;

use wheelwright::llb::{
    CacheSharing, CopyFiles, Destination, Diff, Exec, ExecResult, FileAction, FileOp, ImageSource,
    LocalSource, MakeDirectory, MakeFile, Merge, Mode, Mount, MountPoint, Network, NonEmpty, Op,
    Output, Owner, Remove, SecretFile, SecretVariable, Source, SshAgent, Subtree, Symlink,
    Wildcard,
};
use wheelwright::options::ResolveMode;
use wheelwright::pb::{self, MountType, file_action::Action, op::Op as Kind};
use wheelwright::values::{Platform, TargetPath};

/// Why an op cannot be written with our types.
pub(crate) type Reason = &'static str;

pub(crate) fn op(op: &pb::Op, inputs: &[Output]) -> Result<Op, Reason> {
    let platform = op.platform.as_ref().map(platform);
    match op.op.as_ref().ok_or("an op that is an end")? {
        Kind::Source(op) => source(op, platform).map(Op::Source),
        Kind::Exec(op) => exec(op, inputs, platform.ok_or("a command without a platform")?)
            .map(|exec| Op::Exec(Box::new(exec))),
        Kind::File(op) => file(op, inputs).map(Op::File),
        Kind::Merge(op) => {
            let trees: Option<Vec<_>> = op.inputs.iter().map(|it| of(inputs, it.input)).collect();
            let trees = trees.ok_or("a merge of an empty tree")?;
            let (lowest, above) = trees.split_first().ok_or("a merge of nothing")?;
            let above = NonEmpty::from_vec(above.to_vec()).ok_or("a merge of one tree")?;
            let lowest = *lowest;
            Ok(Op::Merge(Merge { lowest, above }))
        }
        Kind::Diff(op) => {
            let lower = op.lower.as_ref().and_then(|it| of(inputs, it.input));
            let upper = op.upper.as_ref().and_then(|it| of(inputs, it.input));
            match (lower, upper) {
                (Some(lower), Some(upper)) => Ok(Op::Diff(Diff::Between { lower, upper })),
                (None, Some(upper)) => Ok(Op::Diff(Diff::FromEmpty { upper })),
                (Some(lower), None) => Ok(Op::Diff(Diff::ToEmpty { lower })),
                (None, None) => Err("a diff of two empty trees"),
            }
        }
        Kind::Build(_) => Err("a build op"),
    }
}

fn of(inputs: &[Output], index: i64) -> Option<Output> {
    inputs.get(usize::try_from(index).ok()?).copied()
}

fn platform(platform: &pb::Platform) -> Platform {
    Platform {
        os: platform.os.clone(),
        architecture: platform.architecture.clone(),
        variant: platform.variant.clone(),
        os_version: platform.os_version.clone(),
        os_features: platform.os_features.clone(),
    }
}

fn source(op: &pb::SourceOp, platform: Option<Platform>) -> Result<Source, Reason> {
    let attribute = |key| op.attrs.get(key).cloned().unwrap_or_default();
    let list = |key| -> Vec<String> {
        let text = attribute(key);
        match text.as_str() {
            "" => Vec::new(),
            text => serde_json::from_str(text).unwrap(),
        }
    };
    match op.identifier.split_once("://") {
        Some(("docker-image", reference)) => Ok(Source::Image(ImageSource {
            reference: reference.parse().map_err(|_| "no image reference")?,
            platform: platform.ok_or("an image without a platform")?,
            resolve_mode: match attribute("image.resolvemode").as_str() {
                "" => ResolveMode::Default,
                "pull" => ResolveMode::Pull,
                "local" => ResolveMode::Local,
                _ => return Err("another resolve mode"),
            },
        })),
        Some(("local", name)) => Ok(Source::Local(LocalSource {
            session: attribute("local.session"),
            include: list("local.includepattern"),
            exclude: list("local.excludepatterns"),
            follow: list("local.followpaths"),
            shared_key_hint: attribute("local.sharedkeyhint"),
            ..LocalSource::new(name)
        })),
        _ => Err("a source of another kind"),
    }
}

fn exec(op: &pb::ExecOp, inputs: &[Output], platform: Platform) -> Result<Exec, Reason> {
    if op.security() != pb::SecurityMode::Sandbox {
        return Err("a command without a sandbox");
    }
    let meta = op.meta.as_ref().ok_or("a command without arguments")?;
    let arguments = NonEmpty::from_vec(meta.args.clone()).ok_or("a command without arguments")?;
    let (mut root, mut result) = (None, ExecResult::Root);
    let mut mounts = BTreeMap::new();
    let mut agents = Vec::new();
    for mount in &op.mounts {
        let from = of(inputs, mount.input);
        if mount.dest == "/" {
            root = from;
            continue;
        }
        let at = mount.dest.parse().ok().and_then(MountPoint::new);
        let at = at.ok_or("a mount at a relative path")?;
        match mount.mount_type() {
            MountType::Bind if mount.output >= 0 => {
                if result != ExecResult::Root {
                    return Err("a command with outputs of several folders");
                }
                result = ExecResult::Folder { at, from };
                continue;
            }
            MountType::Ssh => agents.push(at.clone()),
            _ => {}
        }
        mounts.insert(at, self::mount(mount, from)?);
    }
    if !agents.is_sorted() {
        return Err("agents in another order than that of their paths");
    }
    let env = meta.env.iter().filter_map(|entry| {
        let (name, value) = entry.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    let secrets = op.secretenv.iter().map(|secret| {
        let variable = SecretVariable {
            id: secret.id.clone(),
            optional: secret.optional,
        };
        (secret.name.clone(), variable)
    });
    Ok(Exec {
        // With the agent's variable, which Go wrote by itself: our own is the same, or the bytes differ.
        env: env
            .filter(|(name, _)| !(name == "SSH_AUTH_SOCK" && agents.len() == 1))
            .collect(),
        secret_env: secrets.collect(),
        directory: meta
            .cwd
            .parse()
            .map_err(|_| "a relative working directory")?,
        user: meta.user.clone(),
        mounts,
        result,
        network: match op.network() {
            pb::NetMode::Unset => Network::Sandbox,
            pb::NetMode::Host => Network::Host,
            pb::NetMode::None => Network::None,
        },
        ..Exec::new(arguments, root, platform)
    })
}

fn mount(mount: &pb::Mount, from: Option<Output>) -> Result<Mount, Reason> {
    let tree = from.map(|of| Subtree {
        of,
        select: mount.selector.parse().unwrap_or(TargetPath::root()),
    });
    let owner = |user, group| Owner { user, group };
    match mount.mount_type() {
        MountType::Bind => match (tree, mount.readonly) {
            (Some(tree), true) => Ok(Mount::Read(tree)),
            (Some(tree), false) => Ok(Mount::Scratch(tree)),
            (None, _) => Err("a mount of an empty tree without an output"),
        },
        MountType::Cache => {
            let cache = mount.cache_opt.as_ref().ok_or("a cache without an id")?;
            Ok(Mount::Cache {
                id: cache.id.clone(),
                sharing: match cache.sharing() {
                    pb::CacheSharingOpt::Shared => CacheSharing::Shared,
                    pb::CacheSharingOpt::Private => CacheSharing::Private,
                    pb::CacheSharingOpt::Locked => CacheSharing::Locked,
                },
                from: tree,
            })
        }
        MountType::Tmpfs => Err("memory, which no golden file has"),
        MountType::Secret => {
            let secret = mount.secret_opt.as_ref().ok_or("a secret without an id")?;
            Ok(Mount::Secret(SecretFile {
                mode: mode(secret.mode)?,
                owner: owner(secret.uid, secret.gid),
                optional: secret.optional,
                ..SecretFile::new(&secret.id)
            }))
        }
        MountType::Ssh => {
            let agent = mount.ssh_opt.as_ref().ok_or("an agent without an id")?;
            Ok(Mount::Ssh(SshAgent {
                mode: mode(agent.mode)?,
                owner: owner(agent.uid, agent.gid),
                optional: agent.optional,
                ..SshAgent::new(&agent.id)
            }))
        }
    }
}

fn mode<T: TryInto<u16>>(bits: T) -> Result<Mode, Reason> {
    bits.try_into()
        .map(Mode::new)
        .map_err(|_| "a mode with other bits")
}

fn path(text: &str) -> Result<TargetPath, Reason> {
    text.parse().map_err(|_| "a relative path")
}

fn file(op: &pb::FileOp, inputs: &[Output]) -> Result<FileOp, Reason> {
    let mut actions = Vec::new();
    for (index, step) in op.actions.iter().enumerate() {
        let previous = i64::try_from(inputs.len() + index).unwrap() - 1;
        if index > 0 && step.input != previous {
            return Err("changes that are no chain");
        }
        actions.push(action(step, of(inputs, step.secondary_input))?);
    }
    let first = op.actions.first().ok_or("a file op without a change")?;
    Ok(FileOp {
        base: of(inputs, first.input),
        actions: NonEmpty::from_vec(actions).ok_or("a file op without a change")?,
    })
}

/// No golden file has an owner or a time; the bytes would differ if one had.
fn action(step: &pb::FileAction, from: Option<Output>) -> Result<FileAction, Reason> {
    let (owner, time) = (None, None);
    Ok(match step.action.as_ref().ok_or("no change")? {
        Action::Copy(copy) => FileAction::Copy(CopyFiles {
            at: match copy.dest.strip_suffix('/') {
                Some(folder) if !folder.is_empty() => Destination::Into(path(folder)?),
                _ => Destination::As(path(&copy.dest)?),
            },
            include: copy.include_patterns.clone(),
            exclude: copy.exclude_patterns.clone(),
            wildcard: match (copy.allow_wildcard, copy.allow_empty_wildcard) {
                (false, _) => Wildcard::No,
                (true, false) => Wildcard::Some,
                (true, true) => Wildcard::Any,
            },
            unpack: copy.attempt_unpack_docker_compatibility,
            follow_links: copy.follow_symlink,
            contents: copy.dir_copy_contents,
            ..CopyFiles::new(
                from.ok_or("a copy of an empty tree")?,
                path(&copy.src)?,
                path(&copy.dest)?,
            )
        }),
        Action::Mkfile(file) => FileAction::MakeFile(MakeFile {
            path: path(&file.path)?,
            data: file.data.clone(),
            mode: mode(file.mode)?,
            owner,
            time,
        }),
        Action::Mkdir(directory) => FileAction::MakeDirectory(MakeDirectory {
            path: path(&directory.path)?,
            mode: mode(directory.mode)?,
            parents: directory.make_parents,
            owner,
            time,
        }),
        Action::Symlink(link) => FileAction::Symlink(Symlink {
            path: path(&link.newpath)?,
            target: link.oldpath.clone(),
            owner,
            time,
        }),
        Action::Rm(remove) => FileAction::Remove(Remove {
            path: path(&remove.path)?,
            wildcard: remove.allow_wildcard,
            allow_missing: remove.allow_not_found,
        }),
    })
}
