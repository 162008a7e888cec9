//! `wheelwright check`: reports every error and warning of a build, without an engine.

use crate::cli::folder::{self, render};
use crate::cli::{DONE, Outcome, say, tell};

pub(super) fn run(arguments: &folder::Arguments) -> Outcome {
    let (plan, _) = arguments.plan()?;
    if !plan.warnings.is_empty() {
        tell(&render(plan.warnings.iter()));
    }
    say(&format!(
        "target {} for {} can be built",
        plan.target, plan.platform
    ));
    Ok(DONE)
}
