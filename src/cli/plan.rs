//! `wheelwright plan`: what would be built, from what and why.

use std::process::ExitCode;

use crate::cli::folder::{self, render};
use crate::cli::{say, tell};

pub(super) fn run(arguments: &folder::Arguments) -> Result<ExitCode, String> {
    let (plan, _) = arguments.plan()?;
    if !plan.warnings.is_empty() {
        tell(&render(plan.warnings.iter()));
    }
    say(&plan.to_string());
    Ok(ExitCode::SUCCESS)
}
