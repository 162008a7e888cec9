//! What the engine can do: what is required of it, what is given up where it cannot, and since when it can.

use crate::diagnostic::{Diagnostic, rules};
use crate::gateway::Error;
use crate::llb::{self, Capabilities, Capability};
use crate::options::BuildOptions;
use crate::pb::apicaps::ApiCap;

/// What every graph of ours uses and the oldest engines lack: refused before anything is read.
const REQUIRED_LLB: &[Capability] = &["file.base", "exec.mount.bind.readwrite-nooutput"];

/// The calls that every build makes, and the first BuildKit that has each (its history of
/// `frontend/gateway/pb/caps.go`).
const REQUIRED_API: &[(Capability, &str)] = &[
    ("solve.base", "0.4"),
    ("resolveimage", "0.4"),
    ("resolveimage.resolvemode", "0.4"),
    ("readfile", "0.4"),
    ("readdir", "0.4"),
    ("statfile", "0.4"),
    ("importcaches", "0.4"),
    ("return", "0.4"),
    ("proto.refarray", "0.7"),
];

/// Came with BuildKit 0.11.
const AFTER_DOCKER_23: Capability = "source.ocilayout";

/// The first BuildKit that has a capability of either kind. Those of graphs without a row are older than any
/// engine with what is required.
pub(super) fn since(capability: &str) -> &'static str {
    let api = REQUIRED_API.iter().find(|(name, _)| *name == capability);
    api.map(|(_, version)| *version)
        .or_else(|| llb::since(capability))
        .unwrap_or("0.3")
}

/// What an engine can do with graphs. Docker 23 (BuildKit 0.10) lists merges as enabled also with the classic image
/// store, whose graph drivers get them wrong; Docker 24, the next one, switches them off there. So they are used only
/// by the side of a capability that came after, in 0.11.
pub(super) fn of_graphs(capabilities: Vec<ApiCap>) -> Capabilities {
    let enabled = enabled(capabilities);
    if enabled.has(AFTER_DOCKER_23) {
        return enabled;
    }
    enabled.without("mergeop").without("diffop")
}

/// A capability that is there and switched off counts as missing: dockerd with the classic image store lists
/// `mergeop` that way.
pub(super) fn enabled(capabilities: Vec<ApiCap>) -> Capabilities {
    capabilities
        .into_iter()
        .filter(|capability| capability.enabled)
        .map(|capability| capability.id)
        .collect()
}

/// Refuses an engine on which nothing could be built.
pub(super) fn require(llb: &Capabilities, api: &Capabilities) -> Result<(), Error> {
    let llb = REQUIRED_LLB.iter().find(|name| !llb.has(name));
    let mut calls = REQUIRED_API.iter().map(|(name, _)| name);
    match llb.or_else(|| calls.find(|name| !api.has(name))) {
        Some(missing) => Err(Error::Capability((*missing).to_owned())),
        None => Ok(()),
    }
}

/// Takes out of the options what the engine would ignore in silence and what changes no result: limits of the
/// containers that steps run in. The user is warned.
pub(super) fn fit(mut options: BuildOptions, llb: &Capabilities) -> BuildOptions {
    let lacks = |name: Capability| !llb.has(name);
    if lacks("exec.mount.tmpfs.size") && options.shm_size.take().is_some() {
        options
            .warnings
            .push(no_effect("--shm-size", "exec.mount.tmpfs.size"));
    }
    if lacks("exec.meta.ulimit") && !std::mem::take(&mut options.ulimits).is_empty() {
        options
            .warnings
            .push(no_effect("--ulimit", "exec.meta.ulimit"));
    }
    if lacks("exec.meta.cgroup.parent") && options.cgroup_parent.take().is_some() {
        options
            .warnings
            .push(no_effect("--cgroup-parent", "exec.meta.cgroup.parent"));
    }
    options
}

fn no_effect(flag: &str, capability: Capability) -> Diagnostic {
    rules::MISSING_CAPABILITY.report(format!(
        "`{flag}` has no effect: this engine lacks the capability `{capability}`, which BuildKit has since {}",
        since(capability)
    ))
}
