//! `wheelwright version`: the version and what it pins, a line each.

use std::process::ExitCode;

use crate::cli::{IMAGE, say};
use crate::plan::installers;

pub(super) fn run() -> Result<ExitCode, String> {
    let pins: String = installers::pinned_tools()
        .iter()
        .map(|image| format!("\ntool {image}"))
        .collect();
    say(&format!(
        "wheelwright {}\nfrontend {IMAGE}{pins}",
        env!("CARGO_PKG_VERSION")
    ));
    Ok(ExitCode::SUCCESS)
}
