//! A package manager for the tests of this crate: what it takes to add one is this file, its steps in
//! `plan::installers`, and a row in each list.

use crate::diagnostic::Diagnostics;
use crate::lock::{PackageManager, Tool, ToolPackages};
use crate::project::Facts;
use crate::spec::Spec;

const CLOSURE: &str = "sample==1.0 --hash=sha256:00\n";
pub(crate) const LOCK: &str = "sample.lock";

pub(crate) struct Sample;

impl PackageManager for Sample {
    fn name(&self) -> &'static str {
        "sample"
    }

    fn lock_files(&self) -> &'static [&'static str] {
        &[LOCK]
    }

    fn lock_command(&self) -> &'static str {
        "sample lock"
    }

    fn tool(&self, spec: &Spec, _: &Facts) -> Result<Tool, Diagnostics> {
        Ok(Tool::Packages(ToolPackages::pinned(
            "sample", "1.0", CLOSURE, spec,
        )?))
    }

    fn check_lock(&self, _: &Spec, _: &Facts) -> Result<(), Diagnostics> {
        Ok(())
    }
}
