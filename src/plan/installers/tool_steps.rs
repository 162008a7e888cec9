//! The steps that run a package manager which is installed as a tool: what is the same for all of them.

use crate::diagnostic::{Diagnostics, Location};
use crate::plan::installers::{InstallRequest, Installed, Relocked};
use crate::plan::model::{Environment, PartKind, PlanBuilder, StepName};
use crate::plan::uv::UvRunner;
use crate::plan::uv::tool_env::ToolRun;
use crate::values::TextFile;

/// An installation from a lock file.
pub(super) struct Install<'r> {
    /// The name of the manifest.
    pub(super) manifest: &'static str,
    /// The name of the lock file.
    pub(super) lock: &'static str,
    /// What the tool reads: the manifest, its own settings and the lock file.
    pub(super) files: Vec<TextFile>,
    /// A command that fails if the lock file is out of date, for a tool that can tell better than planning.
    pub(super) check: Option<ToolRun<'r>>,
    /// The command.
    pub(super) run: ToolRun<'r>,
    /// What the step points at.
    pub(super) origin: &'r Location,
}

/// A command that makes a lock file anew.
pub(super) struct Relock<'r> {
    /// The name of the manifest, and its text.
    pub(super) manifest: (&'static str, &'r str),
    /// The name of the lock file, which the tool starts with if it is there.
    pub(super) lock: &'static str,
    /// The tool's own settings, if they have a file.
    pub(super) settings: Option<&'static str>,
    /// The command, as users know it.
    pub(super) command: &'static str,
    /// The command, with all arguments.
    pub(super) run: ToolRun<'r>,
    /// What the step points at.
    pub(super) origin: &'r Location,
}

impl Install<'_> {
    /// Adds the steps.
    pub(super) fn add(
        self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        request: &InstallRequest,
    ) -> Result<Installed, Diagnostics> {
        let (origin, lock) = (Some(self.origin), self.lock);
        let title = format!("write normalized {} and {lock}", self.manifest);
        let title = StepName::new("internal", title);
        let files = plan.add(title, None, PartKind::Files(self.files));
        let tool = uv.tool(plan)?;
        let mut environment = request.from;
        if let Some(check) = &self.check {
            let step = tool.on_environment(uv, plan, check, environment, files)?;
            let title = StepName::new(request.stage, format!("check {lock}"));
            environment = plan.add_step(title, origin, step);
        }
        let step = tool.on_environment(uv, plan, &self.run, environment, files)?;
        let step = uv.with_repositories(step);
        let title = StepName::new(request.stage, format!("install dependencies from {lock}"));
        Ok(Installed {
            dependencies: Environment::single(plan.add_step(title, origin, step)),
            tool: tool.layer(plan),
        })
    }
}

impl Relock<'_> {
    /// Adds the steps.
    pub(super) fn add(
        self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
    ) -> Result<Relocked, Diagnostics> {
        let facts = uv.site.facts;
        let (manifest, text) = self.manifest;
        let mut files = vec![TextFile {
            name: manifest.into(),
            text: text.to_owned(),
        }];
        for name in [self.lock].into_iter().chain(self.settings) {
            if let Some(source) = facts.text(name) {
                let text = source?.text().to_owned();
                files.push(TextFile {
                    name: name.into(),
                    text,
                });
            }
        }
        let title = StepName::new("internal", format!("write {manifest} and {}", self.lock));
        let files = plan.add(title, None, PartKind::Files(files));
        let tool = uv.tool(plan)?;
        let step = tool.on_files(uv, &self.run, files)?;
        let step = uv.with_repositories(step);
        // What an index has today is not part of any cache key.
        let part = plan.add_always_run_step(
            StepName::new("lock", format!("run {}", self.command)),
            Some(self.origin),
            step,
        );
        Ok(Relocked {
            part,
            file: self.lock,
        })
    }
}
