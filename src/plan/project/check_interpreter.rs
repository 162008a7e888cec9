//! Whether the environment runs on another base.

use crate::diagnostic::Diagnostics;
use crate::plan::model::{
    Environment, OutputFolder, PartId, PlanBuilder, Step, StepMount, StepName,
};
use crate::plan::request::bases;
use crate::plan::scripts::CHECK_INTERPRETER;
use crate::plan::uv::UvRunner;
use crate::values::{ImageRef, TargetPath};

/// The environment, once its interpreter has run on the runtime's base. On the image that the environment was
/// made on it does; on another one (`runtime-from`) the links in it may lead nowhere, or to an interpreter that
/// cannot load what was installed.
pub(crate) fn check_interpreter(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    runtime: PartId,
    environment: &Environment,
) -> Result<Environment, Diagnostics> {
    let site = uv.site;
    let base = &site.selection.runtime_base;
    let build = &site.selection.build_base;
    if base.reference == build.reference {
        return Ok(environment.clone());
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
        env: bases::config(site, build)?.env(),
        mounts: vec![
            StepMount::bind(uv.empty_venv, venv.clone()),
            CHECK_INTERPRETER.mount(plan),
        ],
        ..Step::new(
            &site.options.platform,
            uv.base,
            command(["tell", told.as_str(), "", ""]),
            OutputFolder::empty(told.clone()),
        )
    };
    let title = StepName::new("builder", format!("start the interpreter on {}", names[0]));
    let tell = plan.add_step(title, build.origin.as_ref(), tell);
    let env = bases::config(site, base)?.env();
    Ok(environment.map(|part| {
        let step = Step {
            env: env.clone(),
            mounts: vec![
                StepMount::bind(tell, told.clone()),
                CHECK_INTERPRETER.mount(plan),
            ],
            ..Step::new(
                &site.options.platform,
                runtime,
                command(["compare", told.as_str(), &names[0], &names[1]]),
                OutputFolder::of(part, venv.clone()),
            )
        };
        let title = StepName::new("runtime", format!("start the interpreter on {}", names[1]));
        plan.add_step(title, base.origin.as_ref(), step)
    }))
}
