//! `wheelwright schema`: the JSON schema of the spec, for editors.

use std::process::ExitCode;

use crate::cli::say;
use crate::plan::installers::INSTALLERS;
use crate::spec;

pub(super) fn run() -> ExitCode {
    let names: Vec<_> = INSTALLERS
        .iter()
        .map(|installer| installer.name())
        .collect();
    say(&format!("{:#}", spec::schema(&names)));
    ExitCode::SUCCESS
}
