//! Steps that run uv: what every one of them needs, and those of the environment.

use crate::diagnostic::{Diagnostics, Location};
use crate::plan::installers::Installed;
use crate::plan::installers::uv::env::{self, CACHE};
use crate::plan::installers::uv::{settings, settings_file, version};
use crate::plan::{
    Layer, OutputFolder, PartId, PartKind, Parts, Sharing, Site, Step, StepMount, StepNetwork,
    Tree, WrittenFile,
};
use crate::project::PYPROJECT;
use crate::values::TargetPath;

/// Where the normalised manifest and lock are seen.
const PROJECT: &str = "/src";
/// Where the tool is seen while it is used; on every search path.
pub(super) const TOOL: &str = "/usr/local/bin/uv";

/// Where steps with uv are made.
pub(in crate::plan) struct Bench<'a> {
    site: Site<'a>,
    base: PartId,
    tool: PartId,
    env: Vec<(String, String)>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(
        site: Site<'a>,
        base: PartId,
        parts: &mut Parts,
    ) -> Result<Self, Diagnostics> {
        let tool = &site.selection.tool;
        let title = format!("[builder] image {}", tool.reference.familiar());
        let image = site.image(&tool.reference)?;
        Ok(Self {
            site,
            base,
            tool: parts.image(image, &title, tool.origin.as_ref()),
            env: env::of_steps(site)?,
        })
    }

    /// The bench of an environment that was installed.
    pub(in crate::plan) fn of(
        site: Site<'a>,
        installed: &Installed,
        parts: &mut Parts,
    ) -> Result<Self, Diagnostics> {
        Self::new(site, installed.base, parts)
    }

    /// The tool at its place.
    pub(super) fn tool_layer(&self, parts: &mut Parts) -> Layer {
        let tree = Tree::path(
            self.tool,
            &TargetPath::known("/uv"),
            &TargetPath::known(TOOL),
        );
        parts.layer("builder", "uv", None, tree)
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
            env: self.env.clone(),
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
            // uv locks what it writes.
            sharing: Sharing::Shared,
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
        let mut arguments = vec![
            "sync",
            // The lock is what is installed; a lock that does not fit is an error.
            "--locked",
        ];
        arguments.extend(self.compile_bytecode());
        arguments.extend(self.selected());
        let output = OutputFolder {
            at: self.site.spec.model.venv.clone(),
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

    /// The same environment, once uv has looked whether it holds what the lock asks for.
    pub(super) fn check_dependencies(
        &self,
        parts: &mut Parts,
        environment: PartId,
        project: PartId,
    ) -> PartId {
        if !version::can_check(self.site) {
            return environment;
        }
        let mut arguments = vec![
            "sync",
            // Nothing is changed, and what would be is an error.
            "--check",
            // The lock was compared in the step before, and to compare it may need the index.
            "--frozen",
            "--offline",
            "--no-cache",
        ];
        arguments.extend(self.selected());
        let output = OutputFolder {
            at: self.site.spec.model.venv.clone(),
            from: Some(environment),
        };
        let directory = TargetPath::known(PROJECT);
        let files = StepMount::Read {
            part: project,
            select: TargetPath::root(),
            at: directory.clone(),
        };
        let step = Step {
            directory,
            ..self.step(&arguments, output, vec![files])
        };
        let origin = &self.site.facts.pyproject.dependencies_location;
        parts.add(
            "[builder] check dependencies",
            Some(origin),
            PartKind::Step(Box::new(step)),
        )
    }

    /// The flags that say which packages of the lock are wanted.
    fn selected(&self) -> Vec<&str> {
        let model = &self.site.spec.model;
        let mut arguments = vec![
            // The project's own wheel is a part of its own, so that a change of code installs nothing here.
            "--no-install-project",
            // Path dependencies are copied, not linked to folders that the runtime does not have.
            "--no-editable",
            // Development groups are for `dev` and `test`.
            "--no-default-groups",
        ];
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
        arguments
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
