//! uv with an empty environment: here every project's environment is made, and its wheel is built and installed,
//! whichever package manager installs the dependencies. A build frontend does the same for all of them (PEP 517), and uv
//! does it without a network, a cache and a second copy of pip.

pub(crate) mod cache;
pub(crate) mod tool_env;

use crate::diagnostic::{Diagnostics, rules};
use crate::plan::base::uv_image::{IN_IMAGE, UV};
use crate::plan::base::{build_env, uv_image};
use crate::plan::model::{
    Environment, Layer, OutputFolder, PartId, PlanBuilder, Sharing, Step, StepMount, StepName,
    StepNetwork, Tree,
};
use crate::plan::request::git;
use crate::plan::request::site::Site;
use crate::plan::scripts::{COMPILE_BYTECODE, RUN_UV, run_uv};
use crate::project::Facts;
use crate::values::{Platform, TargetPath};

/// Where uv finds the files that a step is about.
const FILES: &str = "/src";

/// Makes steps that run uv.
#[derive(Clone)]
pub(super) struct UvRunner<'a> {
    /// What planning looks at.
    pub site: Site<'a>,
    /// What build steps run on.
    pub base: PartId,
    /// The environment without any package: the interpreter's links, and the same for every project.
    pub empty_venv: PartId,
    uv: UvCommand,
    /// What the spec adds to the environment of builds.
    build_env: Vec<(String, String)>,
    /// What the names of caches end in.
    cache_scope: String,
}

/// uv, and what it runs in.
#[derive(Clone)]
struct UvCommand {
    platform: Platform,
    base: PartId,
    image: PartId,
    env: Vec<(String, String)>,
}

impl UvCommand {
    /// uv with arguments, without a cache and without a network.
    fn step(&self, arguments: &[&str], output: OutputFolder, mounts: Vec<StepMount>) -> Step {
        let uv = StepMount::bind_path(
            self.image,
            TargetPath::known(IN_IMAGE),
            TargetPath::known(UV),
        );
        // By its path: a base may have another uv earlier on the search path.
        let command = [UV].iter().chain(arguments);
        Step {
            env: self.env.clone(),
            mounts: [vec![uv], mounts].concat(),
            ..Step::new(
                &self.platform,
                self.base,
                command.map(|argument| (*argument).to_owned()).collect(),
                output,
            )
        }
    }

    /// Adds an environment without any package.
    fn empty_venv(&self, site: Site<'_>, plan: &mut PlanBuilder, at: &TargetPath) -> PartId {
        let output = OutputFolder::empty(at.clone());
        // `--no-project`: nothing of a project is there, and nothing of one must be looked for.
        let step = self.step(&["venv", "--no-project", at.as_str()], output, Vec::new());
        let title = StepName::new("builder", format!("create virtual environment {at}"));
        let origin = site.selection.build_base.origin.as_ref();
        plan.add_step(title, origin, step)
    }
}

impl<'a> UvRunner<'a> {
    /// Adds uv and the empty environment; `base` is what build steps run on.
    pub(crate) fn new(
        site: Site<'a>,
        base: PartId,
        plan: &mut PlanBuilder,
    ) -> Result<Self, Diagnostics> {
        let selection = site.selection;
        let build_env = build_env::of_builds(site)?;
        let packages = selection.system_build.iter();
        let seen = cache::Seen {
            platform: &site.options.platform,
            base: &site.image(&selection.build_base.reference)?.reference,
            python: selection.python,
            packages: packages.map(|package| &package.value).collect(),
            env: &build_env,
        };
        let uv = UvCommand {
            platform: site.options.platform.clone(),
            base,
            image: uv_image::uv_part(site, plan)?,
            env: build_env::of_steps(site, &build_env)?,
        };
        Ok(Self {
            site,
            base,
            empty_venv: uv.empty_venv(site, plan, &site.spec.model.venv),
            cache_scope: seen.scope(),
            build_env,
            uv,
        })
    }

    /// This runner for a package that the project needs ([`Facts::members`]), by its normalized name.
    pub(crate) fn of_member(&self, name: &str) -> Result<Self, Diagnostics> {
        // Its own manifest may not tell its name.
        let around = self.site.facts.workspace.as_ref();
        let packages = around.map(|around| around.packages.as_slice());
        let packages = packages.unwrap_or_default().iter();
        let named = packages.filter(|package| package.name == name);
        let folders: Vec<_> = named.filter_map(|it| it.folder.as_ref()).collect();
        let is_it = |facts: &&Facts| folders.contains(&&facts.folder);
        let missing = || rules::bug(format!("nothing was read of `{name}`"));
        let facts = self.site.facts.members.iter().find(is_it);
        let facts = facts.ok_or_else(missing)?;
        let site = Site { facts, ..self.site };
        Ok(Self {
            site,
            ..self.clone()
        })
    }

    /// uv at its place.
    pub(crate) fn uv_layer(&self, plan: &mut PlanBuilder) -> Layer {
        let tree = Tree::path(
            self.uv.image,
            &TargetPath::known(IN_IMAGE),
            &TargetPath::known(UV),
        );
        plan.layer("builder", "uv", None, tree)
    }

    /// The path of the environment's interpreter.
    pub(crate) fn python(&self) -> String {
        format!("{}/bin/python", self.site.spec.model.venv)
    }

    /// uv with arguments, without a cache and without a network.
    pub(crate) fn step(
        &self,
        arguments: &[&str],
        output: OutputFolder,
        mounts: Vec<StepMount>,
    ) -> Step {
        self.uv.step(arguments, output, mounts)
    }

    /// uv with arguments, which installs into an environment in the output folder: the lock file that it leaves there is
    /// deleted.
    /// `python` is the interpreter that runs the script which runs uv.
    pub(crate) fn install_step(
        &self,
        plan: &mut PlanBuilder,
        (python, arguments): (&str, &[&str]),
        (output, environment): (OutputFolder, &str),
        mounts: Vec<StepMount>,
    ) -> Step {
        let script = run_uv(python, environment);
        let mounts = [mounts, vec![RUN_UV.mount(plan)]].concat();
        let mut step = self.step(arguments, output, mounts);
        step.wrap(script);
        step
    }

    /// A step of uv that changes an environment by what the files of another part say: they are in its working
    /// directory.
    pub(crate) fn environment_step(
        &self,
        plan: &mut PlanBuilder,
        arguments: &[&str],
        environment: PartId,
        files: PartId,
    ) -> Step {
        let at = &self.site.spec.model.venv;
        self.environment_step_at(plan, arguments, (environment, at), files)
    }

    /// As [`UvRunner::environment_step`], for an environment at another place.
    fn environment_step_at(
        &self,
        plan: &mut PlanBuilder,
        arguments: &[&str],
        (environment, at): (PartId, &TargetPath),
        files: PartId,
    ) -> Step {
        let output = OutputFolder::of(environment, at.clone());
        let directory = TargetPath::known(FILES);
        let files = StepMount::bind(files, directory.clone());
        let python = format!("{at}/bin/python");
        Step {
            directory,
            ..self.install_step(
                plan,
                (&python, arguments),
                (output, at.as_str()),
                vec![files],
            )
        }
    }

    /// uv at work on files that it may change: they, and what it adds, become the part.
    pub(crate) fn step_on_files(&self, arguments: &[&str], files: PartId) -> Step {
        let directory = TargetPath::known(FILES);
        let output = OutputFolder::of(files, directory.clone());
        Step {
            directory,
            ..self.step(arguments, output, Vec::new())
        }
    }

    /// A step of uv that brings what the project names: it may download, also from git repositories.
    pub(crate) fn fetching(&self, step: Step) -> Step {
        self.with_repositories(self.downloading(step))
    }

    /// A step of uv as one that may download: with the network and the package indexes of the build, and the cache
    /// that projects share.
    pub(crate) fn downloading(&self, mut step: Step) -> Step {
        step.network = StepNetwork::Indexes;
        step.mounts.push(StepMount::Cache {
            id: cache::id("uv", &self.cache_scope),
            at: TargetPath::known(build_env::CACHE),
            // uv locks what it writes.
            sharing: Sharing::Shared,
        });
        step
    }

    /// A step of any tool as one that may fetch from the project's git repositories.
    pub(crate) fn with_repositories(&self, mut step: Step) -> Step {
        if git::over_ssh(self.site).is_some() {
            step.mounts.push(StepMount::Ssh {
                at: TargetPath::known(git::AGENT),
            });
        }
        step
    }

    /// Adds an environment with its modules compiled: a start that compiles every module first is slow, and a
    /// read-only environment would compile at every start. What only builds is not worth it. `stage` names the step.
    pub(crate) fn compiled(
        &self,
        plan: &mut PlanBuilder,
        environment: &Environment,
        stage: &str,
    ) -> Environment {
        if self.site.spec.model.compile_bytecode {
            environment.map(|part| self.compile(plan, part, stage))
        } else {
            environment.clone()
        }
    }

    fn compile(&self, plan: &mut PlanBuilder, environment: PartId, stage: &str) -> PartId {
        let model = &self.site.spec.model;
        let step = Step {
            env: self.uv.env.clone(),
            mounts: vec![COMPILE_BYTECODE.mount(plan)],
            ..Step::new(
                &self.site.options.platform,
                self.base,
                vec![
                    self.python(),
                    // What the packages themselves hook into a start (`site`, `.pth`) is not run, and nothing is
                    // written beside the script.
                    "-SB".to_owned(),
                    COMPILE_BYTECODE.path(),
                    format!("{}/lib", model.venv),
                ],
                OutputFolder::of(environment, model.venv.clone()),
            )
        };
        plan.add_step(StepName::new(stage, "compile dependencies"), None, step)
    }
}
