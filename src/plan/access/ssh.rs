//! Hosts that are asked over SSH: only those whose keys are known.

use crate::plan::{PartId, PartKind, Parts, Site, Step, StepMount, WrittenFile, git};
use crate::values::TargetPath;

const KNOWN_HOSTS: &str = "known_hosts";
/// Where the keys of hosts are seen.
const HOSTS_AT: &str = "/run/wheelwright-ssh";
/// What git runs; a project's own is left as it is.
const COMMAND: &str = "GIT_SSH_COMMAND";

/// Adds the keys of the hosts.
pub(super) fn hosts(site: Site<'_>, parts: &mut Parts) -> PartId {
    let lines = git::hosts(site);
    let lines = lines.iter().map(|host| format!("{host}\n"));
    let file = WrittenFile {
        name: KNOWN_HOSTS,
        text: lines.collect(),
    };
    let title = format!("[internal] write {KNOWN_HOSTS}");
    parts.add(title, None, PartKind::Written(vec![file]))
}

/// Gives a step that has the agent the keys; whether it has one.
pub(super) fn give(step: &mut Step, hosts: PartId) -> bool {
    let is_agent = |mount: &StepMount| matches!(mount, StepMount::Agent { .. });
    if !step.mounts.iter().any(is_agent) {
        return false;
    }
    if !step.env.iter().any(|(name, _)| name == COMMAND) {
        // Nobody could answer a question, and a host that anybody could be is none to run code of.
        let command = format!(
            "ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile={HOSTS_AT}/{KNOWN_HOSTS}"
        );
        step.env.push((COMMAND.to_owned(), command));
    }
    step.mounts.push(StepMount::Read {
        part: hosts,
        select: TargetPath::root(),
        at: TargetPath::known(HOSTS_AT),
    });
    true
}
