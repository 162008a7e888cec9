//! Commands as JSON.

use serde_json::{Value, json};

use crate::definition::json::{list, object, optional};
use crate::pb;

pub(super) fn exec(exec: &pb::ExecOp) -> Value {
    let network = match exec.network() {
        pb::NetMode::Unset => "",
        pb::NetMode::Host => "host",
        pb::NetMode::None => "none",
    };
    let secrets = exec.secretenv.iter().map(|secret| {
        object([
            ("id", json!(secret.id)),
            ("name", json!(secret.name)),
            ("optional", json!(secret.optional)),
        ])
    });
    object([
        ("meta", optional(exec.meta.as_ref(), meta)),
        ("mounts", list(exec.mounts.iter().map(mount))),
        ("network", json!(network)),
        ("secretenv", list(secrets)),
    ])
}

fn meta(meta: &pb::Meta) -> Value {
    let hosts = meta.extra_hosts.iter();
    let limits = meta.ulimit.iter();
    object([
        ("args", json!(meta.args)),
        ("env", json!(meta.env)),
        ("cwd", json!(meta.cwd)),
        ("user", json!(meta.user)),
        ("hostname", json!(meta.hostname)),
        ("proxyEnv", optional(meta.proxy_env.as_ref(), proxies)),
        (
            "extraHosts",
            list(hosts.map(|host| json!({"host": host.host, "ip": host.ip}))),
        ),
        (
            "ulimit",
            list(
                limits.map(
                    |limit| json!({"name": limit.name, "soft": limit.soft, "hard": limit.hard}),
                ),
            ),
        ),
        ("cgroupParent", json!(meta.cgroup_parent)),
        (
            "removeMountStubsRecursive",
            json!(meta.remove_mount_stubs_recursive),
        ),
        ("validExitCodes", json!(meta.valid_exit_codes)),
    ])
}

fn proxies(proxies: &pb::ProxyEnv) -> Value {
    object([
        ("httpProxy", json!(proxies.http_proxy)),
        ("httpsProxy", json!(proxies.https_proxy)),
        ("ftpProxy", json!(proxies.ftp_proxy)),
        ("noProxy", json!(proxies.no_proxy)),
        ("allProxy", json!(proxies.all_proxy)),
    ])
}

fn mount(mount: &pb::Mount) -> Value {
    let kind = match mount.mount_type() {
        pb::MountType::Bind => "bind",
        pb::MountType::Secret => "secret",
        pb::MountType::Ssh => "ssh",
        pb::MountType::Cache => "cache",
        pb::MountType::Tmpfs => "tmpfs",
    };
    let cache = |cache: &pb::CacheOpt| {
        let sharing = match cache.sharing() {
            pb::CacheSharingOpt::Shared => "shared",
            pb::CacheSharingOpt::Private => "private",
            pb::CacheSharingOpt::Locked => "locked",
        };
        object([("id", json!(cache.id)), ("sharing", json!(sharing))])
    };
    let tmpfs = |tmpfs: &pb::TmpfsOpt| json!({"size": tmpfs.size});
    let secret = |secret: &pb::SecretOpt| {
        let owner = (secret.uid, secret.gid);
        access(&secret.id, owner, secret.mode, secret.optional)
    };
    let ssh = |agent: &pb::SshOpt| {
        let owner = (agent.uid, agent.gid);
        access(&agent.id, owner, agent.mode, agent.optional)
    };
    object([
        ("dest", json!(mount.dest)),
        ("mountType", json!(kind)),
        ("input", json!(mount.input)),
        ("selector", json!(mount.selector)),
        ("output", json!(mount.output)),
        ("readonly", json!(mount.readonly)),
        ("cacheOpt", optional(mount.cache_opt.as_ref(), cache)),
        ("tmpfsOpt", optional(mount.tmpfs_opt.as_ref(), tmpfs)),
        ("secretOpt", optional(mount.secret_opt.as_ref(), secret)),
        ("sshOpt", optional(mount.ssh_opt.as_ref(), ssh)),
    ])
}

fn access(id: &str, (uid, gid): (u32, u32), mode: u32, optional: bool) -> Value {
    object([
        ("id", json!(id)),
        ("uid", json!(uid)),
        ("gid", json!(gid)),
        ("mode", json!(format!("0{mode:o}"))),
        ("optional", json!(optional)),
    ])
}
