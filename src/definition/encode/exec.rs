//! Commands.

use crate::definition::encode::{Inputs, NONE};
use crate::llb::{CacheSharing, Exec, Laid, Mount, Network, Subtree};
use crate::options::Proxies;
use crate::pb;

pub(super) fn encode(exec: &Exec, inputs: &mut Inputs<'_>) -> pb::ExecOp {
    let mut outputs = 0;
    let mut mounts = Vec::new();
    for (at, laid) in exec.layout() {
        let mut message = match laid {
            Laid::Output(from) => {
                let input = from.map_or(NONE, |output| inputs.place(output));
                outputs += 1;
                pb::Mount {
                    input,
                    output: outputs - 1,
                    ..pb::Mount::default()
                }
            }
            Laid::Mount(mount) => encode_mount(mount, inputs),
        };
        at.clone_into(&mut message.dest);
        mounts.push(message);
    }
    let network = match exec.network {
        Network::Sandbox => pb::NetMode::Unset,
        Network::Host => pb::NetMode::Host,
        Network::None => pb::NetMode::None,
    };
    let secrets = exec.secret_env.iter();
    pb::ExecOp {
        meta: Some(encode_meta(exec)),
        mounts,
        network: network.into(),
        secretenv: secrets
            .map(|(name, secret)| pb::SecretEnv {
                id: secret.id.clone(),
                name: name.clone(),
                optional: secret.optional,
            })
            .collect(),
        ..pb::ExecOp::default()
    }
}

fn encode_meta(exec: &Exec) -> pb::Meta {
    let env = exec.environment().into_iter();
    let hosts = exec.extra_hosts.iter();
    let limits = exec.ulimits.iter();
    pb::Meta {
        args: exec.arguments.iter().cloned().collect(),
        env: env.map(|(name, value)| format!("{name}={value}")).collect(),
        cwd: exec.directory.to_string(),
        user: exec.user.clone(),
        proxy_env: (exec.proxies != Proxies::default()).then(|| encode_proxies(&exec.proxies)),
        extra_hosts: hosts
            .map(|(host, ip)| pb::HostIp {
                host: host.clone(),
                ip: ip.clone(),
            })
            .collect(),
        hostname: exec.hostname.clone(),
        ulimit: limits
            .map(|limit| pb::Ulimit {
                name: limit.name.clone(),
                soft: limit.soft,
                hard: limit.hard,
            })
            .collect(),
        cgroup_parent: exec.cgroup_parent.clone(),
        // Mount points that the engine made are no part of a result.
        remove_mount_stubs_recursive: true,
        valid_exit_codes: exec.exit_codes.iter().copied().collect(),
    }
}

/// A mount without its place.
fn encode_mount(mount: &Mount, inputs: &mut Inputs<'_>) -> pb::Mount {
    let tree = mount.tree();
    let mut message = pb::Mount {
        input: tree.map_or(NONE, |tree| inputs.place(tree.of)),
        selector: tree.map_or("", Subtree::selector).to_owned(),
        output: NONE,
        ..pb::Mount::default()
    };
    match mount {
        Mount::Read(_) => message.readonly = true,
        Mount::Scratch(_) => {}
        Mount::Cache { id, sharing, .. } => {
            message.set_mount_type(pb::MountType::Cache);
            let sharing = match sharing {
                CacheSharing::Shared => pb::CacheSharingOpt::Shared,
                CacheSharing::Private => pb::CacheSharingOpt::Private,
                CacheSharing::Locked => pb::CacheSharingOpt::Locked,
            };
            message.cache_opt = Some(pb::CacheOpt {
                id: id.clone(),
                sharing: sharing.into(),
            });
        }
        Mount::Tmpfs { size } => {
            message.set_mount_type(pb::MountType::Tmpfs);
            let size = i64::try_from(*size).unwrap_or(i64::MAX);
            message.tmpfs_opt = Some(pb::TmpfsOpt { size });
        }
        Mount::Secret(secret) => {
            message.set_mount_type(pb::MountType::Secret);
            // As Go leaves it: the engine does not look at it.
            message.output = 0;
            message.secret_opt = Some(pb::SecretOpt {
                id: secret.id.clone(),
                uid: secret.owner.user,
                gid: secret.owner.group,
                mode: secret.mode.bits().into(),
                optional: secret.optional,
            });
        }
        Mount::Ssh(agent) => {
            message.set_mount_type(pb::MountType::Ssh);
            // As Go leaves it: the engine does not look at it.
            message.output = 0;
            message.ssh_opt = Some(pb::SshOpt {
                id: agent.id.clone(),
                uid: agent.owner.user,
                gid: agent.owner.group,
                mode: agent.mode.bits().into(),
                optional: agent.optional,
            });
        }
    }
    message
}

fn encode_proxies(proxies: &Proxies) -> pb::ProxyEnv {
    pb::ProxyEnv {
        http_proxy: proxies.http.clone(),
        https_proxy: proxies.https.clone(),
        ftp_proxy: proxies.ftp.clone(),
        no_proxy: proxies.no.clone(),
        all_proxy: proxies.all.clone(),
    }
}
