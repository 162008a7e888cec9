//! Tools of the index, each in an environment of its own: it is mounted where it is used, laid into the builder, and
//! never reaches what is shipped.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lock::{Tool, ToolPackages};
use crate::plan::base::build_env;
use crate::plan::model::{
    Layer, OutputFolder, PartId, PartKind, Parts, Placed, Sharing, Step, StepMount, StepNetwork,
    Tree,
};
use crate::plan::scripts::{RUN_TOOL, run_tool};
use crate::plan::uv::{Bench, FILES, cache};
use crate::values::{TargetPath, TextFile};

/// Where tools have their environments: console scripts name their interpreter by its path, so that it is the same
/// where they are made, used and laid.
const TOOLS: &str = "/opt/wheelwright";

/// The name of the file that holds the requirements of a tool.
const REQUIREMENTS: &str = "requirements.txt";

/// How a tool is run: in a step that may use the network.
#[derive(Clone, Debug)]
pub(crate) struct ToolRun<'r> {
    /// What follows its name.
    pub(crate) arguments: Vec<&'r str>,
    /// What it is told by its environment.
    pub(crate) env: Vec<(&'r str, &'r str)>,
    /// The folder of its download cache, and who may use that at once.
    pub(crate) cache: (&'static str, Sharing),
}

/// A tool in its environment.
#[derive(Clone, Debug)]
pub(crate) struct InstalledTool {
    name: &'static str,
    at: TargetPath,
    part: PartId,
}

impl Bench<'_> {
    /// Adds the tool of the installer, which comes from the index.
    pub(crate) fn tool(&self, parts: &mut Parts) -> Result<InstalledTool, Diagnostics> {
        match &self.site.selection.tool {
            Tool::Packages(packages) => Ok(self.tool_of(parts, packages)),
            Tool::Uv(_) => {
                Err(Diagnostic::error("uv is in an image of its own; this is a bug").into())
            }
        }
    }

    /// Adds a tool of the index.
    pub(crate) fn tool_of(&self, parts: &mut Parts, packages: &ToolPackages) -> InstalledTool {
        let name = packages.name;
        let at = TargetPath::known(&format!("{TOOLS}/{name}"));
        let skeleton = self.uv.skeleton(self.site, parts, &at);
        let requirements = TextFile {
            name: REQUIREMENTS.into(),
            text: packages.requirements.clone(),
        };
        let title = format!("[internal] write requirements of {name}");
        let files = parts.add(title, None, PartKind::Written(vec![requirements]));
        let python = format!("{at}/bin/python");
        let mut arguments = vec![
            "pip",
            "install",
            "--python",
            &python,
            "--requirements",
            REQUIREMENTS,
            // It starts in each step that uses it.
            "--compile-bytecode",
        ];
        if packages.is_hashed() {
            // What was tested, and nothing else.
            arguments.push("--require-hashes");
        }
        let step = self.environment_step_at(parts, &arguments, (skeleton, &at), files);
        let step = PartKind::Step(Box::new(self.downloading(step)));
        let title = format!("[builder] install {name} {}", packages.version);
        let part = parts.add(title, packages.origin.as_ref(), step);
        InstalledTool { name, at, part }
    }
}

impl InstalledTool {
    /// The path of its command.
    pub(crate) fn program(&self) -> String {
        format!("{}/bin/{}", self.at, self.name)
    }

    /// The tool at work on an environment; the files are in its working directory.
    pub(crate) fn on_environment(
        &self,
        bench: &Bench<'_>,
        parts: &mut Parts,
        run: &ToolRun<'_>,
        environment: PartId,
        files: PartId,
    ) -> Result<Step, Diagnostics> {
        let output = OutputFolder {
            at: bench.site.spec.model.venv.clone(),
            from: Some(environment),
        };
        let script = run_tool(&bench.python(), output.at.as_str());
        let mut step = self.step(bench, run, output)?;
        step.command.splice(0..0, script);
        let files = StepMount::Read {
            part: files,
            select: TargetPath::root(),
            at: step.directory.clone(),
        };
        step.mounts.extend([files, RUN_TOOL.mount(parts)]);
        Ok(step)
    }

    /// The tool at work on files that it may change: they, and what it adds, become the part. It finds the empty
    /// environment at its place.
    pub(crate) fn on_files(
        &self,
        bench: &Bench<'_>,
        run: &ToolRun<'_>,
        files: PartId,
    ) -> Result<Step, Diagnostics> {
        let output = OutputFolder {
            at: TargetPath::known(FILES),
            from: Some(files),
        };
        let mut step = self.step(bench, run, output)?;
        // Pipenv writes in it (`src`) where it only locks.
        step.mounts.push(StepMount::Scratch {
            part: bench.skeleton,
            at: bench.site.spec.model.venv.clone(),
        });
        Ok(step)
    }

    /// The tool at work, with what it leaves in the output.
    pub(crate) fn step(
        &self,
        bench: &Bench<'_>,
        run: &ToolRun<'_>,
        output: OutputFolder,
    ) -> Result<Step, Diagnostics> {
        let program = self.program();
        let command = [program.as_str()]
            .into_iter()
            .chain(run.arguments.iter().copied());
        let (at, sharing) = run.cache;
        let cache = StepMount::Cache {
            id: cache::id(self.name, &bench.cache_scope),
            at: TargetPath::known(at),
            sharing,
        };
        Ok(Step {
            root: bench.base,
            command: command.map(str::to_owned).collect(),
            env: build_env::of_tool(bench.site, &bench.build_env, &run.env)?,
            directory: TargetPath::known(FILES),
            // The lock and the project's own settings name the indexes.
            network: StepNetwork::Locked,
            output,
            mounts: vec![self.mount(), cache],
        })
    }

    /// The interpreter of the tool with arguments, without a cache and without a network.
    pub(crate) fn offline_step(
        &self,
        bench: &Bench<'_>,
        arguments: &[&str],
        output: OutputFolder,
        mounts: Vec<StepMount>,
    ) -> Result<Step, Diagnostics> {
        let python = format!("{}/bin/python", self.at);
        let command = [python.as_str()]
            .into_iter()
            .chain(arguments.iter().copied());
        Ok(Step {
            root: bench.base,
            command: command.map(str::to_owned).collect(),
            env: build_env::of_tool(bench.site, &bench.build_env, &[])?,
            directory: TargetPath::root(),
            network: StepNetwork::None,
            output,
            mounts: [vec![self.mount()], mounts].concat(),
        })
    }

    /// The tool at its place, to read.
    pub(crate) fn mount(&self) -> StepMount {
        StepMount::Read {
            part: self.part,
            select: TargetPath::root(),
            at: self.at.clone(),
        }
    }

    /// The tool as a layer of the builder, with its command on the search path.
    pub(crate) fn layer(&self, parts: &mut Parts) -> Layer {
        let command = Placed {
            select: TargetPath::known(&format!("/bin/{}", self.name)),
            at: TargetPath::known(&format!("/usr/local/bin/{}", self.name)),
            into: false,
        };
        let mut tree = Tree::whole(self.part, &self.at);
        tree.paths.push(command);
        parts.layer("builder", self.name, None, tree)
    }
}
