//! Steps with download caches that no result of before may answer for.
//!
//! An engine empties the caches of a step that is marked to ignore its cache (BuildKit's `PruneCacheMounts`, since 2019;
//! moby/buildkit#1213), which all projects share. So such a step is not marked itself: it sees a file which a step beside
//! it, that is marked, fills with another content each time. Nothing reads it.
//!
//! That is for steps that are made anew in every build. With `--no-cache` it would be wrong: the step with the file is another
//! one to the engine than the step without, so the next build would come back to what was before.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rules::bug;
use crate::llb::{
    Exec, ExecResult, Graph, Mount, MountPoint, Network, NodeMeta, NonEmpty, Op, Subtree,
};
use crate::plan::{Step, StepMount, StepNetwork};
use crate::values::TargetPath;

/// Where the file is made.
const MADE_AT: &str = "/mnt/anew";
/// Where the step sees it.
const SEEN_AT: &str = "/run/wheelwright-anew";

const MAKE: &str = "import os; open('/mnt/anew/chance', 'wb').write(os.urandom(16))";

/// Whether a step has caches to keep, on a root that has an interpreter to make the file.
pub(super) fn has_caches(step: &Step) -> bool {
    let is_cache = |mount: &StepMount| matches!(mount, StepMount::Cache { .. });
    step.network != StepNetwork::Bare && step.mounts.iter().any(is_cache)
}

/// Lets a step see what is different each time.
pub(super) fn show(graph: &mut Graph, exec: &mut Exec) -> Result<(), Diagnostic> {
    let command = ["python3", "-c", MAKE].map(str::to_owned).to_vec();
    let command = NonEmpty::from_vec(command).ok_or_else(|| bug("no command"))?;
    let path = exec.env.iter().filter(|(name, _)| name == "PATH");
    let made = Exec {
        env: path.cloned().collect(),
        result: ExecResult::Folder {
            at: at(MADE_AT)?,
            from: None,
        },
        network: Network::None,
        ..Exec::new(command, exec.root, exec.platform.clone())
    };
    let meta = NodeMeta {
        ignore_cache: true,
        ..NodeMeta::named("[internal] see that downloading steps run again")
    };
    let made = graph.add(Op::Exec(Box::new(made)), meta);
    let seen = Mount::Read(Subtree::all(made));
    exec.mounts.insert(at(SEEN_AT)?, seen);
    Ok(())
}

fn at(path: &str) -> Result<MountPoint, Diagnostic> {
    MountPoint::new(TargetPath::known(path)).ok_or_else(|| bug("a mount at `/`"))
}
