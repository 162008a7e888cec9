//! Tools of the index, each in an environment of its own: it is mounted where it is used, laid into the builder, and
//! never reaches what is shipped.

use crate::diagnostic::{Diagnostics, rules};
use crate::lock::{Tool, ToolPackages};
use crate::plan::base::build_env;
use crate::plan::model::{
    Layer, OutputFolder, PartId, PartKind, Placed, PlanBuilder, Sharing, Step, StepMount, StepName,
    StepNetwork, Tree,
};
use crate::plan::scripts::{RUN_TOOL, run_tool};
use crate::plan::uv::{FILES, UvRunner, cache};
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
    /// Its environment variables.
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

impl UvRunner<'_> {
    /// Adds the tool of the installer, which comes from the index.
    pub(crate) fn tool(&self, plan: &mut PlanBuilder) -> Result<InstalledTool, Diagnostics> {
        match &self.site.selection.tool {
            Tool::Packages(packages) => Ok(self.tool_of(plan, packages)),
            Tool::Uv(_) => Err(rules::bug("uv is in an image of its own").into()),
        }
    }

    /// Adds a tool of the index.
    pub(crate) fn tool_of(&self, plan: &mut PlanBuilder, packages: &ToolPackages) -> InstalledTool {
        let name = packages.name;
        let at = TargetPath::known(&format!("{TOOLS}/{name}"));
        let empty_venv = self.uv.empty_venv(self.site, plan, &at);
        let requirements = TextFile {
            name: REQUIREMENTS.into(),
            text: packages.requirements.clone(),
        };
        let title = StepName::new("internal", format!("write requirements of {name}"));
        let files = plan.add(title, None, PartKind::Files(vec![requirements]));
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
        let step = self.environment_step_at(plan, &arguments, (empty_venv, &at), files);
        let step = PartKind::Step(Box::new(self.downloading(step)));
        let title = StepName::new("builder", format!("install {name} {}", packages.version));
        let part = plan.add(title, packages.origin.as_ref(), step);
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
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        run: &ToolRun<'_>,
        environment: PartId,
        files: PartId,
    ) -> Result<Step, Diagnostics> {
        let output = OutputFolder::of(environment, uv.site.spec.model.venv.clone());
        let script = run_tool(&uv.python(), output.at.as_str());
        let mut step = self.step(uv, run, output)?;
        step.wrap(script);
        let files = StepMount::bind(files, step.directory.clone());
        step.mounts.extend([files, RUN_TOOL.mount(plan)]);
        Ok(step)
    }

    /// The tool at work on files that it may change: they, and what it adds, become the part. It finds the empty
    /// environment at its place.
    pub(crate) fn on_files(
        &self,
        uv: &UvRunner<'_>,
        run: &ToolRun<'_>,
        files: PartId,
    ) -> Result<Step, Diagnostics> {
        let output = OutputFolder::of(files, TargetPath::known(FILES));
        let mut step = self.step(uv, run, output)?;
        // Pipenv writes in it (`src`) where it only locks.
        step.mounts.push(StepMount::BindWritable {
            part: uv.empty_venv,
            at: uv.site.spec.model.venv.clone(),
        });
        Ok(step)
    }

    /// The tool at work, with what it leaves in the output.
    pub(crate) fn step(
        &self,
        uv: &UvRunner<'_>,
        run: &ToolRun<'_>,
        output: OutputFolder,
    ) -> Result<Step, Diagnostics> {
        let program = self.program();
        let command = [program.as_str()]
            .into_iter()
            .chain(run.arguments.iter().copied());
        let (at, sharing) = run.cache;
        let cache = StepMount::Cache {
            id: cache::id(self.name, &uv.cache_scope),
            at: TargetPath::known(at),
            sharing,
        };
        Ok(Step {
            env: build_env::of_tool(uv.site, &uv.build_env, &run.env)?,
            directory: TargetPath::known(FILES),
            // The lock and the project's own settings name the indexes.
            network: StepNetwork::IndexCredentials,
            mounts: vec![self.mount(), cache],
            ..Step::new(
                &uv.site.options.platform,
                uv.base,
                command.map(str::to_owned).collect(),
                output,
            )
        })
    }

    /// The interpreter of the tool with arguments, without a cache and without a network.
    pub(crate) fn offline_step(
        &self,
        uv: &UvRunner<'_>,
        arguments: &[&str],
        output: OutputFolder,
        mounts: Vec<StepMount>,
    ) -> Result<Step, Diagnostics> {
        let python = format!("{}/bin/python", self.at);
        let command = [python.as_str()]
            .into_iter()
            .chain(arguments.iter().copied());
        Ok(Step {
            env: build_env::of_tool(uv.site, &uv.build_env, &[])?,
            mounts: [vec![self.mount()], mounts].concat(),
            ..Step::new(
                &uv.site.options.platform,
                uv.base,
                command.map(str::to_owned).collect(),
                output,
            )
        })
    }

    /// The tool at its place, to read.
    pub(crate) fn mount(&self) -> StepMount {
        StepMount::bind(self.part, self.at.clone())
    }

    /// The tool as a layer of the builder, with its command on the search path.
    pub(crate) fn layer(&self, plan: &mut PlanBuilder) -> Layer {
        let command = Placed {
            select: TargetPath::known(&format!("/bin/{}", self.name)),
            at: TargetPath::known(&format!("/usr/local/bin/{}", self.name)),
            into: false,
        };
        let mut tree = Tree::whole(self.part, &self.at);
        tree.paths.push(command);
        plan.layer("builder", self.name, None, tree)
    }
}
