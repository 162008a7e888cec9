//! A command as readable text.

use std::fmt;

use crate::llb::text::{name, tree};
use crate::llb::{Exec, Laid, Mode, Mount, Network, Owner, Subtree};
use crate::options::Proxies;

pub(super) fn write(f: &mut fmt::Formatter<'_>, exec: &Exec) -> fmt::Result {
    let arguments: Vec<_> = exec.arguments.iter().map(String::as_str).collect();
    writeln!(f, "exec {}", arguments.join(" "))?;
    writeln!(f, "  in {} for {}", exec.directory, exec.platform)?;
    for (variable, value) in exec.environment() {
        writeln!(f, "  env {variable}={value}")?;
    }
    for (variable, secret) in &exec.secret_env {
        let optional = optional(secret.optional);
        writeln!(f, "  env {variable} from secret {}{optional}", secret.id)?;
    }
    let mut outputs = 0;
    for (at, laid) in exec.layout() {
        write!(f, "  mount {at} ")?;
        match laid {
            Laid::Output(from) => {
                writeln!(f, "{}, output {outputs}", tree(from))?;
                outputs += 1;
            }
            Laid::Mount(mount) => writeln!(f, "{}", mount_line(mount))?,
        }
    }
    write_rest(f, exec)
}

fn mount_line(mount: &Mount) -> String {
    match mount {
        Mount::Read(tree) => format!("{}, read only", subtree(tree)),
        Mount::Scratch(tree) => subtree(tree),
        Mount::Cache { id, sharing, from } => {
            let from = from.as_ref();
            let from = from.map(|tree| format!(" from {}", subtree(tree)));
            format!("cache {id} {sharing:?}{}", from.unwrap_or_default())
        }
        Mount::Tmpfs { size: 0 } => "memory".to_owned(),
        Mount::Tmpfs { size } => format!("memory, {size} bytes"),
        Mount::Secret(secret) => {
            let access = access(secret.mode, secret.owner, secret.optional);
            format!("secret {}{access}", secret.id)
        }
        Mount::Ssh(agent) => {
            let access = access(agent.mode, agent.owner, agent.optional);
            let id = Some(agent.id.as_str()).filter(|id| !id.is_empty());
            format!("agent {}{access}", id.unwrap_or("default"))
        }
    }
}

fn subtree(tree: &Subtree) -> String {
    match tree.selector() {
        "" => name(tree.of),
        path => format!("{}:{path}", name(tree.of)),
    }
}

fn access(mode: Mode, owner: Owner, is_optional: bool) -> String {
    let (user, group) = (owner.user, owner.group);
    let optional = optional(is_optional);
    format!(", mode {mode}, owner {user}:{group}{optional}")
}

fn optional(is_optional: bool) -> &'static str {
    if is_optional { ", optional" } else { "" }
}

fn write_rest(f: &mut fmt::Formatter<'_>, exec: &Exec) -> fmt::Result {
    let said = [
        ("user", &exec.user),
        ("host name", &exec.hostname),
        ("cgroup parent", &exec.cgroup_parent),
    ];
    for (what, value) in said.iter().filter(|(_, value)| !value.is_empty()) {
        writeln!(f, "  {what} {value}")?;
    }
    for limit in &exec.ulimits {
        writeln!(f, "  limit {} {}:{}", limit.name, limit.soft, limit.hard)?;
    }
    if !exec.exit_codes.is_empty() {
        let codes: Vec<_> = exec.exit_codes.iter().map(ToString::to_string).collect();
        writeln!(f, "  succeeds with {}", codes.join(" "))?;
    }
    match exec.network {
        Network::Sandbox => {}
        Network::Host => writeln!(f, "  network host")?,
        Network::None => writeln!(f, "  network none")?,
    }
    let Proxies {
        http,
        https,
        ftp,
        no,
        all,
    } = &exec.proxies;
    if exec.proxies != Proxies::default() {
        writeln!(
            f,
            "  proxies http={http} https={https} ftp={ftp} no={no} all={all}"
        )?;
    }
    for (host, address) in &exec.extra_hosts {
        writeln!(f, "  host {host}={address}")?;
    }
    Ok(())
}
