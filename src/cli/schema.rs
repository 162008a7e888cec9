//! `wheelwright schema`: the JSON schema of the spec, for editors.

use crate::cli::{DONE, say};
use crate::plan::installers::INSTALLERS;
use crate::spec;

pub(super) fn run() -> u8 {
    let names: Vec<_> = INSTALLERS
        .iter()
        .map(|installer| installer.name())
        .collect();
    say(&format!("{:#}", spec::schema(&names)));
    DONE
}
