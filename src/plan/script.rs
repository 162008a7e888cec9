//! Scripts of ours that run in steps, where a tool's own command cannot say all that must be seen to: written in
//! Python, since that is there, and read from a mount, since an argument would fill the log.

use crate::plan::{PartId, PartKind, Parts, StepMount, WrittenFile};
use crate::values::TargetPath;

/// A script and the name that it is seen under.
pub(super) struct Script {
    name: &'static str,
    text: &'static str,
}

/// Adds a user, and folders.
pub(super) const PREPARE_ROOT: Script = Script {
    name: "prepare_root.py",
    text: include_str!("prepare_root.py"),
};
/// Makes folders that the user may write to.
pub(super) const MAKE_WRITABLE: Script = Script {
    name: "make_writable.py",
    text: include_str!("make_writable.py"),
};
/// Installs system packages.
pub(super) const INSTALL_SYSTEM: Script = Script {
    name: "install_system.py",
    text: include_str!("install_system.py"),
};
/// Installs the project's wheel.
pub(super) const INSTALL_PROJECT: Script = Script {
    name: "install_project.py",
    text: include_str!("install_project.py"),
};

/// Where scripts are seen.
const DIRECTORY: &str = "/run/wheelwright";

impl Script {
    /// The path that an interpreter is given.
    pub(super) fn path(&self) -> String {
        format!("{DIRECTORY}/{}", self.name)
    }

    /// Adds the part with the script, and gives the mount that shows it.
    pub(super) fn mount(&self, parts: &mut Parts) -> StepMount {
        let title = format!("[internal] write {}", self.name);
        let file = WrittenFile {
            name: self.name,
            text: self.text.to_owned(),
        };
        let part: PartId = parts.add(title, None, PartKind::Written(vec![file]));
        StepMount::Read {
            part,
            select: TargetPath::root(),
            at: TargetPath::known(DIRECTORY),
        }
    }
}
