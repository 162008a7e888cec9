//! Scripts of ours that run in steps, where a tool's own command cannot say all that must be seen to: written in
//! Python, since that is there, and read from a mount, since an argument would fill the log.

use crate::plan::{PartId, PartKind, Parts, StepMount, WrittenFile};
use crate::values::TargetPath;

/// A script and the name that it is seen under.
pub(super) struct Script {
    name: &'static str,
    text: &'static str,
    /// The one that it imports.
    imports: Option<&'static Script>,
}

/// What several scripts know of images.
const BASE_IMAGE: Script = Script {
    name: "base_image.py",
    text: include_str!("base_image.py"),
    imports: None,
};
/// Compiles modules to the same bytes in every run.
pub(super) const COMPILE_BYTECODE: Script = Script {
    name: "compile_bytecode.py",
    text: include_str!("compile_bytecode.py"),
    imports: None,
};
/// Adds a user, and folders.
pub(super) const PREPARE_ROOT: Script = Script {
    name: "prepare_root.py",
    text: include_str!("prepare_root.py"),
    imports: Some(&BASE_IMAGE),
};
/// Makes folders that the user may write to.
pub(super) const MAKE_WRITABLE: Script = Script {
    name: "make_writable.py",
    text: include_str!("make_writable.py"),
    imports: Some(&BASE_IMAGE),
};
/// Copies the project's files with the modes and owners of an image.
pub(super) const COPY_FILES: Script = Script {
    name: "copy_files.py",
    text: include_str!("copy_files.py"),
    imports: Some(&BASE_IMAGE),
};
/// Lays files over a base image.
pub(super) const LAY_FILES: Script = Script {
    name: "lay_files.py",
    text: include_str!("lay_files.py"),
    imports: Some(&COPY_FILES),
};
/// Copies the project's tests.
pub(super) const COPY_TESTS: Script = Script {
    name: "copy_tests.py",
    text: include_str!("copy_tests.py"),
    imports: Some(&COPY_FILES),
};
/// Runs the project's tests.
pub(super) const RUN_TESTS: Script = Script {
    name: "run_tests.py",
    text: include_str!("run_tests.py"),
    imports: Some(&BASE_IMAGE),
};
/// Compares the interpreters of two images.
pub(super) const CHECK_INTERPRETER: Script = Script {
    name: "check_interpreter.py",
    text: include_str!("check_interpreter.py"),
    imports: None,
};
/// Installs system packages.
pub(super) const INSTALL_SYSTEM: Script = Script {
    name: "install_system.py",
    text: include_str!("install_system.py"),
    imports: None,
};
/// Builds a distribution of the project, and looks whether it has the version that it should.
pub(super) const BUILD_DIST: Script = Script {
    name: "build_dist.py",
    text: include_str!("build_dist.py"),
    imports: None,
};
/// Looks whether an environment holds what was asked for.
pub(super) const CHECK_REQUIREMENTS: Script = Script {
    name: "check_requirements.py",
    text: include_str!("check_requirements.py"),
    imports: None,
};
/// Installs the project's wheel.
pub(super) const INSTALL_PROJECT: Script = Script {
    name: "install_project.py",
    text: include_str!("install_project.py"),
    imports: Some(&COMPILE_BYTECODE),
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
        let files = std::iter::successors(Some(self), |script| script.imports);
        let files = files.map(|script| WrittenFile {
            name: script.name,
            text: script.text.to_owned(),
        });
        let part: PartId = parts.add(title, None, PartKind::Written(files.collect()));
        StepMount::Read {
            part,
            select: TargetPath::root(),
            at: TargetPath::known(DIRECTORY),
        }
    }
}
