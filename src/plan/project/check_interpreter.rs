//! Whether the environment runs on another base.

use crate::diagnostic::Diagnostics;
use crate::plan::model::{OutputFolder, PartId, PartKind, Parts, Step, StepMount, StepNetwork};
use crate::plan::request::bases;
use crate::plan::scripts::CHECK_INTERPRETER;
use crate::plan::uv::Bench;
use crate::values::{ImageRef, TargetPath};

/// The environment, once its interpreter has run on the runtime's base. On the image that the environment was
/// made on it does; on another one (`runtime-from`) the links in it may lead nowhere, or to an interpreter that
/// cannot load what was installed.
pub(crate) fn check_interpreter(
    bench: &Bench<'_>,
    parts: &mut Parts,
    runtime: PartId,
    environment: PartId,
) -> Result<PartId, Diagnostics> {
    let site = bench.site;
    let base = &site.selection.runtime_base;
    let build = &site.selection.build_base;
    if base.reference == build.reference {
        return Ok(environment);
    }
    let venv = &site.spec.model.venv;
    // `-B`: no byte code of start-up files is left behind.
    let command = |words: [&str; 4]| {
        let python = format!("{venv}/bin/python");
        let script = CHECK_INTERPRETER.path();
        let fixed = [python, "-B".to_owned(), script].into_iter();
        let words = words.into_iter().filter(|word| !word.is_empty());
        fixed.chain(words.map(str::to_owned)).collect()
    };
    let told = TargetPath::known("/mnt/told");
    let names = [&build.reference, &base.reference].map(ImageRef::familiar);
    let tell = Step {
        root: bench.base,
        command: command(["tell", told.as_str(), "", ""]),
        env: bases::config(site, build)?.env(),
        directory: TargetPath::root(),
        network: StepNetwork::None,
        output: OutputFolder {
            at: told.clone(),
            from: None,
        },
        mounts: vec![
            StepMount::Read {
                part: bench.skeleton,
                select: TargetPath::root(),
                at: venv.clone(),
            },
            CHECK_INTERPRETER.mount(parts),
        ],
    };
    let title = format!("[builder] start the interpreter on {}", names[0]);
    let tell = parts.add(title, build.origin.as_ref(), PartKind::Step(Box::new(tell)));
    let step = Step {
        root: runtime,
        command: command(["compare", told.as_str(), &names[0], &names[1]]),
        env: bases::config(site, base)?.env(),
        directory: TargetPath::root(),
        network: StepNetwork::None,
        output: OutputFolder {
            at: venv.clone(),
            from: Some(environment),
        },
        mounts: vec![
            StepMount::Read {
                part: tell,
                select: TargetPath::root(),
                at: told,
            },
            CHECK_INTERPRETER.mount(parts),
        ],
    };
    let title = format!("[runtime] start the interpreter on {}", names[1]);
    Ok(parts.add(title, base.origin.as_ref(), PartKind::Step(Box::new(step))))
}
