//! Scripts of ours that run in steps, where a tool's own command cannot say all that must be seen to: written in
//! Python, since that is there, and read from a mount, since an argument would fill the log.

use crate::plan::model::{PartKey, PartKind, PlanBuilder, StepMount, StepName};
use crate::values::{TargetPath, TextFile};

/// A script and the name that it is seen under.
pub(crate) struct Script {
    name: &'static str,
    text: &'static str,
    /// Those that it imports, or that its command runs.
    imports: &'static [&'static Script],
}

/// What several scripts know of images.
const BASE_IMAGE: Script = Script {
    name: "base_image.py",
    text: include_str!("base_image.py"),
    imports: &[],
};
/// Compiles modules to the same bytes in every run.
pub(crate) const COMPILE_BYTECODE: Script = Script {
    name: "compile_bytecode.py",
    text: include_str!("compile_bytecode.py"),
    imports: &[],
};
/// Adds a user, and folders.
pub(crate) const PREPARE_ROOT: Script = Script {
    name: "prepare_root.py",
    text: include_str!("prepare_root.py"),
    imports: &[&BASE_IMAGE],
};
/// Makes folders that the user may write to.
pub(crate) const MAKE_WRITABLE: Script = Script {
    name: "make_writable.py",
    text: include_str!("make_writable.py"),
    imports: &[&BASE_IMAGE],
};
/// Copies the project's files with the modes and owners of an image.
pub(crate) const COPY_FILES: Script = Script {
    name: "copy_files.py",
    text: include_str!("copy_files.py"),
    imports: &[&BASE_IMAGE],
};
/// Lays files over a base image.
pub(crate) const LAY_FILES: Script = Script {
    name: "lay_files.py",
    text: include_str!("lay_files.py"),
    imports: &[&COPY_FILES],
};
/// Copies the project's tests.
pub(crate) const COPY_TESTS: Script = Script {
    name: "copy_tests.py",
    text: include_str!("copy_tests.py"),
    imports: &[&COPY_FILES],
};
/// Runs the project's tests.
pub(crate) const RUN_TESTS: Script = Script {
    name: "run_tests.py",
    text: include_str!("run_tests.py"),
    imports: &[&BASE_IMAGE],
};
/// Runs a command of the project's own.
pub(crate) const RUN_STEP: Script = Script {
    name: "run_step.py",
    text: include_str!("run_step.py"),
    imports: &[&COPY_FILES, &CHANGES],
};
/// Compares the interpreters of two images.
pub(crate) const CHECK_INTERPRETER: Script = Script {
    name: "check_interpreter.py",
    text: include_str!("check_interpreter.py"),
    imports: &[],
};
/// What a command changes in a file system.
const CHANGES: Script = Script {
    name: "changes.py",
    text: include_str!("changes.py"),
    imports: &[],
};
/// What is known of package managers.
const PACKAGE_MANAGERS: Script = Script {
    name: "package_managers.py",
    text: include_str!("package_managers.py"),
    imports: &[],
};
/// Installs system packages.
pub(crate) const INSTALL_SYSTEM: Script = Script {
    name: "install_system.py",
    text: include_str!("install_system.py"),
    imports: &[&CHANGES, &PACKAGE_MANAGERS],
};
/// Finishes an interpreter that uv brings.
pub(crate) const INSTALL_PYTHON: Script = Script {
    name: "install_python.py",
    text: include_str!("install_python.py"),
    imports: &[&COMPILE_BYTECODE],
};
/// Builds a distribution of the project, and looks whether it has the version that it should.
pub(crate) const BUILD_DIST: Script = Script {
    name: "build_dist.py",
    text: include_str!("build_dist.py"),
    imports: &[],
};
/// Builds a wheel, unless another build has made one that fits.
pub(crate) const BUILD_ONCE: Script = Script {
    name: "build_once.py",
    text: include_str!("build_once.py"),
    imports: &[&BUILD_DIST],
};
/// Unpacks a source distribution.
pub(crate) const UNPACK_SDIST: Script = Script {
    name: "unpack_sdist.py",
    text: include_str!("unpack_sdist.py"),
    imports: &[],
};
/// Makes wheels for this system ones for many.
pub(crate) const REPAIR_WHEELS: Script = Script {
    name: "repair_wheels.py",
    text: include_str!("repair_wheels.py"),
    imports: &[],
};
/// Collects what was built in one folder.
pub(crate) const COLLECT_DISTS: Script = Script {
    name: "collect_dists.py",
    text: include_str!("collect_dists.py"),
    imports: &[],
};
/// Checks that an environment holds every requirement.
pub(crate) const CHECK_REQUIREMENTS: Script = Script {
    name: "check_requirements.py",
    text: include_str!("check_requirements.py"),
    imports: &[],
};
/// Runs uv on an environment.
pub(crate) const RUN_UV: Script = Script {
    name: "run_uv.py",
    text: include_str!("run_uv.py"),
    imports: &[],
};
/// Runs a tool that is not uv on an environment.
pub(crate) const RUN_TOOL: Script = Script {
    name: "run_tool.py",
    text: include_str!("run_tool.py"),
    imports: &[],
};
/// Installs the project's wheel.
pub(crate) const INSTALL_PROJECT: Script = Script {
    name: "install_project.py",
    text: include_str!("install_project.py"),
    imports: &[&COMPILE_BYTECODE, &RUN_UV],
};

/// The Rust toolchain that an image brings.
const TOOLCHAIN: Script = Script {
    name: "toolchain.py",
    text: include_str!("toolchain.py"),
    imports: &[],
};
/// Brings the crates of a workspace.
pub(crate) const VENDOR_CRATES: Script = Script {
    name: "vendor_crates.py",
    text: include_str!("vendor_crates.py"),
    imports: &[&TOOLCHAIN],
};
/// Runs a command that compiles crates, which may be one of those that build a wheel.
pub(crate) const RUN_CARGO: Script = Script {
    name: "run_cargo.py",
    text: include_str!("run_cargo.py"),
    imports: &[&TOOLCHAIN, &BUILD_ONCE, &RUN_UV],
};

/// Lays out an environment in the directories of its interpreter.
pub(crate) const INTO_INTERPRETER: Script = Script {
    name: "into_interpreter.py",
    text: include_str!("into_interpreter.py"),
    imports: &[],
};

/// The start of a command line: uv's own follows, and the lock file that uv leaves in the folder is deleted.
pub(crate) fn run_uv(python: &str, folder: &str) -> [String; 4] {
    wrapper(&RUN_UV, python, folder)
}

/// The start of a command line: that of a tool follows, and only the owner may write to what it leaves in the folder.
pub(crate) fn run_tool(python: &str, folder: &str) -> [String; 4] {
    wrapper(&RUN_TOOL, python, folder)
}

fn wrapper(script: &Script, python: &str, folder: &str) -> [String; 4] {
    // The script needs no packages, and nothing is written beside it.
    [python, "-SB", &script.path(), folder].map(str::to_owned)
}

/// Where scripts are seen.
const DIRECTORY: &str = "/run/wheelwright";

impl Script {
    /// The path that an interpreter is given.
    pub(crate) fn path(&self) -> String {
        format!("{DIRECTORY}/{}", self.name)
    }

    /// Adds the part with the script, once, and returns the mount that shows it.
    pub(crate) fn mount(&self, plan: &mut PlanBuilder) -> StepMount {
        let key = PartKey::Script(self.name);
        let part = plan.known(&key).unwrap_or_else(|| {
            let mut files = Vec::new();
            self.add_to(&mut files);
            let name = StepName::new(StepName::INTERNAL, format!("write {}", self.name));
            let part = plan.add(name, None, PartKind::Files(files));
            plan.remember(key, part)
        });
        StepMount::bind(part, TargetPath::known(DIRECTORY))
    }

    /// Adds it and what it imports.
    fn add_to(&self, files: &mut Vec<TextFile>) {
        if files.iter().all(|file| file.name != self.name) {
            files.push(TextFile {
                name: self.name.into(),
                text: self.text.to_owned(),
            });
        }
        for script in self.imports {
            script.add_to(files);
        }
    }
}
