//! `wheelwright version`: the version and what it pins, a line each.

use crate::cli::{DONE, IMAGE, say};
use crate::lock;

pub(super) fn run() -> u8 {
    say(&format!("wheelwright {}", env!("CARGO_PKG_VERSION")));
    say(&format!("frontend {IMAGE}"));
    for image in lock::pinned_tools() {
        say(&format!("tool {image}"));
    }
    DONE
}
