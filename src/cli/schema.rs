//! `wheelwright schema`: the JSON schema of the spec, for editors.

use crate::cli::{DONE, say};

use crate::lock::PACKAGE_MANAGERS;
use crate::spec;

pub(super) fn run() -> u8 {
    let names: Vec<_> = PACKAGE_MANAGERS
        .iter()
        .map(|installer| installer.name())
        .collect();
    say(&format!("{:#}", spec::schema(&names)));
    DONE
}
