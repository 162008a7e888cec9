//! The keys of the spec and their defaults. The doc comments are the reference.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Source, Spanned};
use crate::spec::SpecKind;
use crate::spec::fields::Fields;
use crate::spec::image;
use crate::values::{ImageRef, PythonVersion, TargetPath};

/// A spec, and the text that it was read from.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The text.
    pub source: Arc<Source>,
    /// What kind of file it is.
    pub kind: SpecKind,
    /// The keys.
    pub model: Model,
}

/// The keys of a spec.
#[derive(Clone, Debug)]
pub struct Model {
    /// `python`: version of the interpreter, `"3.12"` or `"3.12.4"`.
    pub python: Option<Spanned<PythonVersion>>,
    /// `from`: the image that the builder and the runtime start from.
    pub from: Option<Spanned<ImageRef>>,
    /// `runtime-from`: another image for the runtime only.
    pub runtime_from: Option<Spanned<ImageRef>>,
    /// `installer`: name of the tool that installs the dependencies.
    pub installer: Option<Spanned<String>>,
    /// `installer-version`: version of that tool.
    pub installer_version: Option<Spanned<String>>,
    /// `venv`: path of the virtual environment.
    pub venv: TargetPath,
    /// `workdir`: where application files go.
    pub workdir: TargetPath,
    /// `groups`: dependency groups that the runtime gets.
    pub groups: Vec<Spanned<String>>,
    /// `extras`: extras of the project that the runtime gets.
    pub extras: Vec<Spanned<String>>,
    /// `version`: the build argument that carries the version.
    pub version: VersionSpec,
    /// `compile-bytecode`: precompile `.pyc` files.
    pub compile_bytecode: bool,
    /// `[env]`: environment of the runtime, in the order of the text.
    pub env: Vec<(Spanned<String>, Spanned<String>)>,
    /// `[image]`: configuration of the image.
    pub image: ImageSpec,
}

/// `version`: where the version comes from.
#[derive(Clone, Debug)]
pub struct VersionSpec {
    /// Name of the build argument; `VERSION`.
    pub argument: String,
    /// The version when the argument is not given.
    pub default: Option<Spanned<String>>,
}

/// `[image]`: configuration of the image.
#[derive(Clone, Debug, Default)]
pub struct ImageSpec {
    /// `entrypoint`, as arguments.
    pub entrypoint: Option<Vec<String>>,
    /// `cmd`, as arguments.
    pub cmd: Option<Vec<String>>,
    /// `user`: `"10001:10001"` or a name that the base image has.
    pub user: Option<Spanned<String>>,
    /// `expose`: ports, `8000` or `"53/udp"`.
    pub expose: Vec<Spanned<String>>,
    /// `labels`
    pub labels: Vec<(Spanned<String>, Spanned<String>)>,
    /// `stop-signal`
    pub stop_signal: Option<Spanned<String>>,
}

/// Where the virtual environment goes: outside the work directory, so that a bind mount there never hides it.
const DEFAULT_VENV: &str = "/opt/venv";
const DEFAULT_WORKDIR: &str = "/app";

/// Keys of the design whose features are still to come.
const NOT_YET: &[&str] = &[
    "project-dir",
    "package",
    "requirements",
    "include",
    "exclude",
    "files",
    "layers",
    "system",
    "cargo",
    "build-env",
    "args",
    "run",
    "copy",
    "index",
    "network",
    "target",
];

impl Default for Model {
    fn default() -> Self {
        Self {
            python: None,
            from: None,
            runtime_from: None,
            installer: None,
            installer_version: None,
            venv: TargetPath::known(DEFAULT_VENV),
            workdir: TargetPath::known(DEFAULT_WORKDIR),
            groups: Vec::new(),
            extras: Vec::new(),
            version: VersionSpec::default(),
            compile_bytecode: true,
            env: Vec::new(),
            image: ImageSpec::default(),
        }
    }
}

impl Default for VersionSpec {
    fn default() -> Self {
        Self {
            argument: "VERSION".to_owned(),
            default: None,
        }
    }
}

impl Model {
    pub(super) fn read(fields: &mut Fields<'_, '_>) -> Self {
        let defaults = Self::default();
        let model = Self {
            python: fields.parsed("python"),
            from: fields.parsed("from"),
            runtime_from: fields.parsed("runtime-from"),
            installer: fields.string("installer"),
            installer_version: fields.string("installer-version"),
            venv: read_venv(fields, defaults.venv),
            workdir: read_path(fields, "workdir", defaults.workdir),
            groups: fields.strings("groups"),
            extras: fields.strings("extras"),
            version: fields.within("version", VersionSpec::read),
            compile_bytecode: fields.boolean("compile-bytecode").unwrap_or(true),
            env: fields.string_table("env"),
            image: fields.within("image", image::read),
        };
        for (name, _) in &model.env {
            if name.value.is_empty() || name.value.contains(['=', '\0']) {
                let message = format!("`{}` cannot name an environment variable", name.value);
                fields.push(Diagnostic::error(message).at(&name.location));
            }
        }
        fields.not_yet(NOT_YET);
        model
    }
}

impl VersionSpec {
    fn read(fields: &mut Fields<'_, '_>) -> Self {
        let argument = fields.string("arg").map(|argument| argument.value);
        Self {
            argument: argument.unwrap_or(Self::default().argument),
            default: fields.string("default"),
        }
    }
}

fn read_path(fields: &mut Fields<'_, '_>, key: &'static str, default: TargetPath) -> TargetPath {
    fields.parsed(key).map_or(default, |path| path.value)
}

/// Paths that the image or the steps themselves use: an environment there would hide them.
const TAKEN: &[&str] = &[
    "/",
    "/bin",
    "/dev",
    "/etc",
    "/home",
    "/lib",
    "/lib64",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/sys",
    "/tmp",
    "/usr",
    "/usr/bin",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/lib",
    "/var",
];

/// Folders below which steps mount what they read and write.
const MOUNTED: &[&str] = &[
    "/dev",
    "/dist",
    "/mnt",
    "/part",
    "/proc",
    "/root/.cache",
    "/run",
    "/src",
    "/sys",
];

fn read_venv(fields: &mut Fields<'_, '_>, default: TargetPath) -> TargetPath {
    let Some(path) = fields.parsed::<TargetPath>("venv") else {
        return default;
    };
    let text = path.value.as_str();
    let below = |folder: &str| text == folder || text.starts_with(&format!("{folder}/"));
    if TAKEN.contains(&text) || MOUNTED.iter().any(|folder| below(folder)) {
        let error = Diagnostic::error(format!(
            "`venv` is `{text}`, which the image or its build uses for other things"
        ));
        fields.push(
            error
                .at(&path.location)
                .hint("write a folder of its own, such as `/opt/venv`"),
        );
    }
    path.value
}
