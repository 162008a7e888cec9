//! The keys of the spec and their defaults. The doc comments are the reference.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Location, Source, Spanned, rules};
use crate::spec::image::{self, ImageSpec};
use crate::spec::read::Reader;
use crate::spec::{
    CargoSpec, CopySpec, KEYS, RunSpec, SpecKind, TargetSpec, WheelSpec, WorkerSpec, typecheck,
};
use crate::toml_document::Table;
use crate::values::{
    ArgumentName, ContextPath, ContextPattern, ImageRef, IndexName, IndexUrl, KnownHost,
    PythonVersion, SecretId, SystemPackage, TargetPath, Template,
};

/// A spec, and the text that it was read from.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The text.
    pub source: Arc<Source>,
    /// What kind of file it is.
    pub kind: SpecKind,
    /// The keys.
    pub model: Model,
    /// The warnings.
    pub warnings: Vec<Diagnostic>,
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
    /// `venv`: path of the virtual environment, which builds have even where the image has none.
    pub venv: TargetPath,
    /// `venv = false`, and where it stands: the image has what is installed in the interpreter itself.
    pub without_venv: Option<Location>,
    /// `workdir`: where application files go.
    pub workdir: TargetPath,
    /// `project-dir`: path of the project in the context.
    pub project_dir: Option<Spanned<ContextPath>>,
    /// `package`: build a wheel and install it, or copy the files as they are.
    pub package: Option<Spanned<bool>>,
    /// `groups`: dependency groups that the runtime gets.
    pub groups: Vec<Spanned<String>>,
    /// `extras`: extras of the project that the runtime gets.
    pub extras: Vec<Spanned<String>>,
    /// `requirements`: the requirements files to install.
    pub requirements: Vec<Spanned<ContextPath>>,
    /// `include`: what is brought back of the context although it would be dropped.
    pub include: Vec<Spanned<ContextPattern>>,
    /// `exclude`: what is dropped of the context.
    pub exclude: Vec<Spanned<ContextPattern>>,
    /// `files`: files and folders of the context that ship beside the package, with wildcards.
    pub files: Vec<Spanned<ContextPath>>,
    /// `version`: the build argument that carries the version.
    pub version: VersionSpec,
    /// `compile-bytecode`: precompile `.pyc` files.
    pub compile_bytecode: bool,
    /// `managed-python`: whether the interpreter is one that uv brings, in place of the image's own.
    pub managed_python: Option<Spanned<bool>>,
    /// `collectstatic`: whether Django's static files are collected in the build.
    pub collectstatic: Option<Spanned<bool>>,
    /// `[system]`: packages of the image's own package manager.
    pub system: SystemSpec,
    /// `[env]`: environment of the runtime, in the order of the text.
    pub env: Vec<(Spanned<String>, Spanned<Template>)>,
    /// `[build-env]`: environment of the build steps, in the order of the text.
    pub build_env: Vec<(Spanned<String>, Spanned<Template>)>,
    /// `[args]`: build arguments with their defaults, in the order of the text.
    pub args: Vec<(Spanned<ArgumentName>, Spanned<String>)>,
    /// `[image]`: configuration of the image.
    pub image: ImageSpec,
    /// `[[copy]]`: extra files of the image, in the order of the text.
    pub copies: Vec<CopySpec>,
    /// `[[run]]`: steps of the user's own, in the order of the text.
    pub runs: Vec<RunSpec>,
    /// `[target.NAME]`: targets of the user's own, in the order of the text.
    pub targets: Vec<TargetSpec>,
    /// The one of them that is built, where it has no name of a built-in one.
    pub target_name: Option<String>,
    /// How the target that is built is one of Celery's workers.
    pub worker: Option<WorkerSpec>,
    /// The keys without those of the target that is built, where they are others.
    pub(super) top: Option<Arc<Model>>,
    /// `[[index]]`: private package indexes.
    pub indexes: Vec<IndexSpec>,
    /// `[cargo]`: how the Rust in the wheel is compiled.
    pub cargo: CargoSpec,
    /// `[wheel]`: how the wheels of the target `wheel` are published.
    pub wheel: WheelSpec,
    /// `[network]`: what the steps that download may reach, and whom they trust.
    pub network: NetworkSpec,
}

/// `[network]`: what the steps that download may reach, and whom they trust.
#[derive(Clone, Debug, Default)]
pub struct NetworkSpec {
    /// `offline`: the folder of the context with the wheels to install from, without a network.
    pub offline: Option<Spanned<ContextPath>>,
    /// `ca-secret`: the secret with a certificate authority.
    pub authority: Option<Spanned<SecretId>>,
    /// `ssh-known-hosts`: keys of the hosts that packages are fetched from over SSH.
    pub known_hosts: Vec<Spanned<KnownHost>>,
}

/// `[[index]]`: a private package index.
#[derive(Clone, Debug)]
pub struct IndexSpec {
    /// `name`
    pub name: Spanned<IndexName>,
    /// `url`: its address, without credentials.
    pub url: Spanned<IndexUrl>,
    /// `secret`: the secret with its credentials.
    pub secret: Option<Spanned<SecretId>>,
    /// `default`: whether it stands for the public index.
    pub default: bool,
}

/// `version`: where the version comes from.
#[derive(Clone, Debug)]
pub struct VersionSpec {
    /// Name of the build argument; `VERSION`.
    pub argument: String,
    /// The version when the argument is not given.
    pub default: Option<Spanned<String>>,
}

/// `[system]`: packages of the image's own package manager.
#[derive(Clone, Debug, Default)]
pub struct SystemSpec {
    /// `build`: those that the build steps need.
    pub build: Vec<Spanned<SystemPackage>>,
    /// `runtime`: those that the image needs.
    pub runtime: Vec<Spanned<SystemPackage>>,
    /// `dev`: those of the target `dev` beside both.
    pub dev: Option<Vec<Spanned<SystemPackage>>>,
}

impl Model {
    /// The interpreter of the image: that of the environment, or the one that `PATH` finds.
    pub fn interpreter(&self) -> String {
        if self.without_venv.is_some() {
            return "python3".to_owned();
        }
        format!("{}/bin/python", self.venv)
    }

    /// How the image starts a program that a package brings: by its path, whatever else `PATH` holds. Where only the
    /// interpreter knows its directory, `PATH` finds it; that it does is looked at in the build.
    pub fn script(&self, name: &str) -> String {
        if self.without_venv.is_some() {
            return name.to_owned();
        }
        format!("{}/bin/{name}", self.venv)
    }
}

/// Where the virtual environment goes: outside the work directory, so that a bind mount there never hides it.
const DEFAULT_VENV: &str = "/opt/venv";
const DEFAULT_WORKDIR: &str = "/app";

impl Model {
    /// Reads the table of the keys. The model holds what is valid; every error is reported.
    pub(super) fn read(table: Option<Table<'_>>, problems: &mut Vec<Diagnostic>) -> Self {
        if let Some(table) = &table {
            typecheck::table(table, KEYS, problems);
        }
        let mut reader = Reader::new(table, KEYS);
        let keys = &mut reader;
        let model = Self {
            python: keys.parsed("python"),
            from: keys.parsed("from"),
            runtime_from: keys.parsed("runtime-from"),
            installer: keys.string("installer"),
            installer_version: keys.string("installer-version"),
            without_venv: without_venv(keys),
            venv: read_venv(keys, problems),
            workdir: keys
                .parsed("workdir")
                .map_or_else(|| TargetPath::known(DEFAULT_WORKDIR), |path| path.value),
            project_dir: keys.parsed("project-dir"),
            package: keys.boolean("package"),
            groups: keys.list("groups"),
            extras: keys.list("extras"),
            requirements: keys.list("requirements"),
            include: keys.list("include"),
            exclude: keys.list("exclude"),
            files: keys.list("files"),
            version: keys.within("version", VersionSpec::read),
            compile_bytecode: keys
                .boolean("compile-bytecode")
                .is_none_or(|compile| compile.value),
            managed_python: keys.boolean("managed-python"),
            collectstatic: keys.boolean("collectstatic"),
            system: keys.within("system", SystemSpec::read),
            env: keys.map("env"),
            build_env: keys.map("build-env"),
            args: keys.map("args"),
            image: keys.within("image", image::read),
            copies: keys.tables("copy", CopySpec::read),
            runs: keys.tables("run", RunSpec::read),
            targets: keys.named_tables("target", TargetSpec::read),
            target_name: None,
            worker: None,
            top: None,
            indexes: keys.tables("index", IndexSpec::read),
            cargo: keys.within("cargo", CargoSpec::read),
            wheel: keys.within("wheel", WheelSpec::read),
            network: keys.within("network", NetworkSpec::read),
        };
        reader.finish();
        model.check_arguments(problems);
        model.wheel.check(problems);
        model.check_indexes(problems);
        let added = model.targets.iter().flat_map(TargetSpec::copies);
        for copy in model.copies.iter().chain(added) {
            copy.check(problems);
        }
        model
    }

    /// One name is one index, and one index at most stands for the public one.
    fn check_indexes(&self, problems: &mut Vec<Diagnostic>) {
        for (place, index) in self.indexes.iter().enumerate() {
            let before = &self.indexes[..place];
            let name = &index.name;
            let variable = |name: &IndexName| name.variable();
            if before
                .iter()
                .any(|other| variable(&other.name.value) == variable(&name.value))
            {
                let message = format!("the index `{name}` is there twice", name = name.value);
                problems.push(
                    rules::DUPLICATE_NAME
                        .report(message)
                        .at(&name.location)
                        .hint("give each a name of its own"),
                );
            }
            if index.default && before.iter().any(|other| other.default) {
                let message = format!(
                    "`{}` is the second index with `default = true`, expected one at most",
                    name.value
                );
                problems.push(rules::RESERVED_NAME.report(message).at(&name.location));
            }
        }
    }

    /// The version's argument has a default of its own, and reaches no other step.
    fn check_arguments(&self, problems: &mut Vec<Diagnostic>) {
        let taken = &self.version.argument;
        let same = self
            .args
            .iter()
            .find(|(name, _)| name.value.as_str() == taken);
        if let Some((name, _)) = same {
            let error = rules::RESERVED_NAME.report(format!(
                "`{taken}` is the build argument of the version, expected another name"
            ));
            problems.push(
                error
                    .at(&name.location)
                    .hint("give the version a default with `version = { default = \"…\" }`"),
            );
        }
    }
}

impl NetworkSpec {
    fn read(keys: &mut Reader<'_>) -> Self {
        Self {
            offline: keys.parsed("offline"),
            authority: keys.parsed("ca-secret"),
            known_hosts: keys.list("ssh-known-hosts"),
        }
    }
}

impl SystemSpec {
    pub(super) fn read(keys: &mut Reader<'_>) -> Self {
        Self {
            build: keys.list("build"),
            runtime: keys.list("runtime"),
            dev: keys.given_list("dev"),
        }
    }
}

impl IndexSpec {
    fn read(keys: &mut Reader<'_>) -> Option<Self> {
        // Each key is read, also where one before it is missing.
        let (name, url) = (keys.parsed("name"), keys.parsed("url"));
        let (secret, default) = (keys.parsed("secret"), keys.boolean("default"));
        Some(Self {
            name: name?,
            url: url?,
            secret,
            default: default.is_some_and(|default| default.value),
        })
    }
}

impl VersionSpec {
    fn read(keys: &mut Reader<'_>) -> Self {
        let argument = keys.string("arg").map(|argument| argument.value);
        Self {
            argument: argument.unwrap_or_else(|| "VERSION".to_owned()),
            default: keys.string("default"),
        }
    }
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
    "/opt/wheelwright",
    "/part",
    "/proc",
    "/root/.cache",
    "/run",
    "/src",
    "/sys",
];

fn without_venv(keys: &mut Reader<'_>) -> Option<Location> {
    let value = keys.value("venv")?;
    (value.as_bool() == Some(false)).then(|| value.with_key())
}

fn read_venv(keys: &mut Reader<'_>, problems: &mut Vec<Diagnostic>) -> TargetPath {
    let Some(path) = keys.parsed::<TargetPath>("venv") else {
        return TargetPath::known(DEFAULT_VENV);
    };
    let text = path.value.as_str();
    let below = |folder: &str| text == folder || text.starts_with(&format!("{folder}/"));
    if TAKEN.contains(&text) || MOUNTED.iter().any(|folder| below(folder)) {
        let error = rules::INVALID_VALUE.report(format!(
            "`venv` is `{text}`, which the image or its build uses for other things"
        ));
        problems.push(
            error
                .at(&path.location)
                .hint("write a folder of its own, such as `/opt/venv`"),
        );
    }
    path.value
}
