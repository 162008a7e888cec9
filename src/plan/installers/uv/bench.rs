//! Steps that run uv: what every one of them needs, and those of the environment.

use crate::diagnostic::{Diagnostics, Location};
use crate::plan::installers::Installed;
use crate::plan::installers::uv::{settings, settings_file};
use crate::plan::{
    OutputFolder, PartId, PartKind, Parts, Site, Step, StepMount, StepNetwork, WrittenFile,
};
use crate::project::PYPROJECT;
use crate::values::TargetPath;

/// uv's download cache while a step runs.
const CACHE: &str = "/root/.cache/uv";
/// Where the normalised manifest and lock are seen.
const PROJECT: &str = "/src";
/// Where the tool is seen while it is used; on every search path.
pub(super) const TOOL: &str = "/usr/local/bin/uv";

/// Where steps with uv are made.
pub(in crate::plan) struct Bench<'a> {
    site: Site<'a>,
    base: PartId,
    tool: PartId,
}

impl<'a> Bench<'a> {
    pub(super) fn new(site: Site<'a>, base: PartId, tool: PartId) -> Self {
        Self { site, base, tool }
    }

    /// The bench of an environment that was installed.
    pub(in crate::plan) fn of(
        site: Site<'a>,
        installed: &Installed,
        parts: &mut Parts,
    ) -> Result<Self, Diagnostics> {
        let image = site.image(&site.selection.tool.reference)?;
        let tool = parts.image(image, "[builder] image uv", None);
        Ok(Self {
            site,
            base: installed.base,
            tool,
        })
    }

    /// `uv` with arguments, without a cache and without a network.
    pub(in crate::plan) fn step(
        &self,
        arguments: &[&str],
        output: OutputFolder,
        mounts: Vec<StepMount>,
    ) -> Step {
        let command = ["uv"]
            .iter()
            .chain(arguments)
            .map(|argument| (*argument).to_owned())
            .collect();
        let tool = StepMount::Read {
            part: self.tool,
            select: TargetPath::known("/uv"),
            at: TargetPath::known(TOOL),
        };
        Step {
            root: self.base,
            command,
            env: self.env(),
            directory: TargetPath::root(),
            network: StepNetwork::None,
            output,
            mounts: [vec![tool], mounts].concat(),
        }
    }

    /// A step that may download: with the network of the build and the cache that all projects share.
    pub(in crate::plan) fn fetching_step(
        &self,
        arguments: &[&str],
        output: OutputFolder,
        mounts: Vec<StepMount>,
    ) -> Step {
        let cache = StepMount::Cache {
            id: self.cache_id(),
            at: TargetPath::known(CACHE),
        };
        let step = self.step(arguments, output, [mounts, vec![cache]].concat());
        Step {
            network: StepNetwork::Build,
            ..step
        }
    }

    /// Cached wheels differ by platform and C library, and those that were built here by Python version.
    fn cache_id(&self) -> String {
        let image = &self.site.selection.build_base.reference;
        let libc = if image.tag().is_some_and(|tag| tag.contains("alpine")) {
            "musl"
        } else {
            "glibc"
        };
        let platform = self.site.options.platform.to_string().replace('/', "-");
        format!(
            "wheelwright/uv/v1/{platform}-{libc}/py{}",
            self.site.selection.python.minor_release()
        )
    }

    fn env(&self) -> Vec<(String, String)> {
        let base = self.site.selection.build_base.reference.clone();
        let mut env = self
            .site
            .image(&base)
            .map(|image| image.config.env())
            .unwrap_or_default();
        let python = self.site.selection.python.to_string();
        let ours = [
            // Byte code that is checked by nothing: files do not change in an image, and the times that
            // the default check compares are set to one constant by us.
            ("PYC_INVALIDATION_MODE", "UNCHECKED_HASH"),
            ("UV_CACHE_DIR", CACHE),
            // The cache is another file system than the environment: a hard link would fail and warn.
            ("UV_LINK_MODE", "copy"),
            // Files that record when and from where something was installed make equal trees differ.
            ("UV_NO_INSTALLER_METADATA", "1"),
            // A progress bar is noise in a build log.
            ("UV_NO_PROGRESS", "1"),
            // The interpreter is the one of the image and of this version, or the step fails.
            ("UV_PYTHON", python.as_str()),
            ("UV_PYTHON_DOWNLOADS", "never"),
            ("UV_PROJECT_ENVIRONMENT", self.site.spec.model.venv.as_str()),
        ];
        env.extend(ours.map(|(name, value)| (name.to_owned(), value.to_owned())));
        env
    }

    /// The flag for what is shipped: a start that compiles every module first is slow, and a read-only
    /// environment would compile at every start. What only builds is not worth it.
    pub(in crate::plan) fn compile_bytecode(&self) -> Option<&'static str> {
        self.site
            .spec
            .model
            .compile_bytecode
            .then_some("--compile-bytecode")
    }

    /// The environment without any package.
    pub(super) fn skeleton(&self, parts: &mut Parts) -> PartId {
        let venv = &self.site.spec.model.venv;
        let output = OutputFolder {
            at: venv.clone(),
            from: None,
        };
        // `--no-project`: nothing of a project is there, and nothing of one must be looked for.
        let step = self.step(&["venv", "--no-project", venv.as_str()], output, Vec::new());
        let title = format!("[builder] create virtual environment {venv}");
        parts.add(
            title,
            self.site.selection.build_base.origin.as_ref(),
            PartKind::Step(Box::new(step)),
        )
    }

    /// The environment with every third-party dependency.
    pub(super) fn dependencies(
        &self,
        parts: &mut Parts,
        skeleton: PartId,
        project: PartId,
    ) -> PartId {
        let model = &self.site.spec.model;
        let mut arguments = vec![
            "sync",
            // The lock is what is installed; a lock that does not fit is an error.
            "--locked",
            // The project's own wheel is a part of its own, so that a change of code installs nothing here.
            "--no-install-project",
            // Path dependencies are copied, not linked to folders that the runtime does not have.
            "--no-editable",
            // Development groups are for `dev` and `test`.
            "--no-default-groups",
        ];
        arguments.extend(self.compile_bytecode());
        arguments.extend(
            model
                .groups
                .iter()
                .flat_map(|group| ["--group", group.value.as_str()]),
        );
        arguments.extend(
            model
                .extras
                .iter()
                .flat_map(|extra| ["--extra", extra.value.as_str()]),
        );
        let output = OutputFolder {
            at: model.venv.clone(),
            from: Some(skeleton),
        };
        let directory = TargetPath::known(PROJECT);
        let files = StepMount::Read {
            part: project,
            select: TargetPath::root(),
            at: directory.clone(),
        };
        let step = Step {
            directory,
            ..self.fetching_step(&arguments, output, vec![files])
        };
        let origin = &self.site.facts.pyproject.dependencies_location;
        parts.add(
            "[builder] install dependencies from uv.lock",
            Some(origin),
            PartKind::Step(Box::new(step)),
        )
    }

    /// The environment that the wheel is built in: keyed by the build requirements and by what the project
    /// says of indexes, and by nothing else.
    pub(in crate::plan) fn build_environment(
        &self,
        parts: &mut Parts,
        skeleton: PartId,
        requires: &[&str],
        origin: &Location,
    ) -> Result<PartId, Diagnostics> {
        let facts = self.site.facts;
        let manifest = WrittenFile {
            name: PYPROJECT,
            text: settings::build_manifest(&facts.pyproject, requires),
        };
        let files = [vec![manifest], settings_file(facts)?].concat();
        let requirements = parts.add(
            "[internal] write build requirements",
            None,
            PartKind::Written(files),
        );
        let venv = &self.site.spec.model.venv;
        let python = format!("{venv}/bin/python");
        let arguments = [
            "pip",
            "install",
            "--python",
            &python,
            "--requirements",
            PYPROJECT,
        ];
        let output = OutputFolder {
            at: venv.clone(),
            from: Some(skeleton),
        };
        let directory = TargetPath::known(PROJECT);
        let files = StepMount::Read {
            part: requirements,
            select: TargetPath::root(),
            at: directory.clone(),
        };
        let step = Step {
            directory,
            ..self.fetching_step(&arguments, output, vec![files])
        };
        let title = format!("[wheel] install build requirements {}", requires.join(", "));
        Ok(parts.add(title, Some(origin), PartKind::Step(Box::new(step))))
    }
}
