//! `wheelwright plan`: what would be built, from what and why.

use crate::cli::folder::{self, render};
use crate::cli::{DONE, Outcome, say, tell};

pub(super) fn run(arguments: &folder::Arguments) -> Outcome {
    let (plan, _) = arguments.plan()?;
    if !plan.warnings.is_empty() {
        tell(&render(plan.warnings.iter()));
    }
    say(&plan.to_string());
    Ok(DONE)
}
