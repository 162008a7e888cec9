//! Hosts that are asked over SSH: only those whose keys are known. Nobody could answer the question that ssh asks of
//! others, so it refuses them.

use crate::plan::model::{PartId, PartKind, PlanBuilder, Step, StepMount, StepName};
use crate::plan::request::git;
use crate::plan::request::site::Site;
use crate::values::{TargetPath, TextFile};

const KNOWN_HOSTS: &str = "known_hosts";
/// Where ssh looks by itself, and where no image keeps its own (`GlobalKnownHostsFile` of `ssh_config(5)`). Not by an
/// option in `GIT_SSH_COMMAND`, which pip replaces.
const HOSTS_AT: &str = "/etc/ssh/ssh_known_hosts2";

/// Adds the keys of the hosts.
pub(crate) fn hosts(site: Site<'_>, plan: &mut PlanBuilder) -> PartId {
    let lines = git::hosts(site);
    let lines = lines.iter().map(|host| format!("{host}\n"));
    let file = TextFile {
        name: KNOWN_HOSTS.into(),
        text: lines.collect(),
    };
    let title = StepName::new("internal", format!("write {KNOWN_HOSTS}"));
    plan.add(title, None, PartKind::Files(vec![file]))
}

/// Gives a step that has the agent the keys; whether it has one.
pub(crate) fn give(step: &mut Step, hosts: PartId) -> bool {
    let is_agent = |mount: &StepMount| matches!(mount, StepMount::Ssh { .. });
    if !step.mounts.iter().any(is_agent) {
        return false;
    }
    step.mounts.push(StepMount::bind_path(
        hosts,
        TargetPath::known(&format!("/{KNOWN_HOSTS}")),
        TargetPath::known(HOSTS_AT),
    ));
    true
}
