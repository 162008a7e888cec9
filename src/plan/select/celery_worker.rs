//! `worker`: the runtime with another command, which starts a worker of Celery. It is there where Celery is installed
//! and its application is found; `[target.worker]` adds to it, and says what is started where it wants another command.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::model::Choice;
use crate::plan::request::selection::Selection;
use crate::plan::request::site::is_package;
use crate::plan::select::own_targets;
use crate::project::Facts;
use crate::project::framework::{Celery, is_reachable};
use crate::spec::{Spec, WorkerSpec};

const NAME: &str = "worker";
/// The package, and its command.
const CELERY: &str = "celery";

/// Whether this name requests a target.
pub(crate) fn is_name(name: &str) -> bool {
    name.eq_ignore_ascii_case(NAME)
}

/// The spec with what is started, where the target is a worker and nobody says what else it starts.
pub fn settle(
    mut spec: Spec,
    facts: &Facts,
    selection: &mut Selection,
) -> Result<Spec, Diagnostics> {
    let Some(worker) = spec.model.worker.take() else {
        return Ok(spec);
    };
    let is_installed = selection.installs(facts, CELERY)?;
    let package = is_package(&spec, facts, selection)?;
    let mut found = facts.celery.iter().filter(|_| is_installed);
    let reachable = |celery: &&Celery| is_reachable(&celery.file, celery.in_package, package);
    let Some(celery) = found.find(reachable) else {
        return if worker.is_written {
            Ok(spec)
        } else {
            Err(unknown_worker(&spec, &worker, is_installed, facts).into())
        };
    };
    let says = |key: &str| worker.image_keys.iter().any(|known| known == key);
    if says("entrypoint") || says("cmd") {
        return Ok(spec);
    }
    let program = spec.model.script(CELERY);
    let cmd = [
        program.as_str(),
        "--app",
        &celery.app,
        "worker",
        "--loglevel",
        "INFO",
    ];
    selection.choices.push(Choice {
        what: "cmd",
        value: cmd.join(" "),
        why: format!("Celery at {}", celery.place),
    });
    let image = &mut spec.model.image;
    image.cmd = Some(cmd.map(str::to_owned).to_vec());
    // What starts the server, asks for its health and listens is none of a worker's.
    image.entrypoint = Some(Vec::new());
    if !says("healthcheck") {
        image.healthcheck = None;
    }
    if !says("expose") {
        image.expose.clear();
    }
    Ok(spec)
}

/// The error for a name that no target has; a worker is one of them where there could be one.
pub(crate) fn unknown(spec: &Spec, facts: &Facts, selection: &Selection, name: &str) -> Diagnostic {
    let installed = selection.installs(facts, CELERY);
    let more: &[&str] = if installed.is_ok_and(|installed| installed) {
        &[NAME]
    } else {
        &[]
    };
    own_targets::unknown_beside(&spec.model, name, more)
}

fn unknown_worker(
    spec: &Spec,
    worker: &WorkerSpec,
    is_installed: bool,
    facts: &Facts,
) -> Diagnostic {
    let mut error = own_targets::unknown(&spec.model, NAME);
    error.location.clone_from(&worker.origin);
    let why = if !is_installed {
        "a worker of Celery is built where `celery` is locked".to_owned()
    } else if let Some(celery) = facts.celery.first() {
        format!(
            "Celery's application at {} is not part of the package, so the image does not have it",
            celery.place
        )
    } else {
        "no line begins like `app = Celery(…)` in `celery_app.py`, `worker.py`, `tasks.py`, `app.py` or `main.py`, in \
         `celery.py` of the package, nor in `celery.py` beside Django's settings"
            .to_owned()
    };
    error
        .hint(why)
        .hint("write `[tool.wheelwright.target.worker]` with its `cmd` in `image`")
}
