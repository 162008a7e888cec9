//! `wheelwright check`: everything that stands against a build, and every warning, without an engine.

use std::process::ExitCode;

use crate::cli::folder::{self, render};
use crate::cli::{say, tell};

pub(super) fn run(arguments: &folder::Arguments) -> Result<ExitCode, String> {
    let (plan, _) = arguments.plan()?;
    if !plan.warnings.is_empty() {
        tell(&render(plan.warnings.iter()));
    }
    say(&format!(
        "target {} for {} can be built",
        plan.target, plan.platform
    ));
    Ok(ExitCode::SUCCESS)
}
