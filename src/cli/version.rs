//! `wheelwright version`: the version and what it pins, a line each.

use std::process::ExitCode;

use crate::cli::{IMAGE, say};
use crate::plan::installers;

pub(super) fn run() -> ExitCode {
    say(&format!("wheelwright {}", env!("CARGO_PKG_VERSION")));
    say(&format!("frontend {IMAGE}"));
    for image in installers::pinned_tools() {
        say(&format!("tool {image}"));
    }
    ExitCode::SUCCESS
}
