//! The steps of a package manager for the tests of this crate.

use crate::diagnostic::Diagnostics;
use crate::lock::sample::{LOCK, Sample};
use crate::plan::installers::{InstallRequest, Installed, Installer};
use crate::plan::model::{
    Environment, OutputFolder, PartKind, PlanBuilder, Step, StepMount, StepName, StepNetwork,
};
use crate::plan::uv::UvRunner;
use crate::values::{TargetPath, TextFile};

impl Installer for Sample {
    fn install(
        &self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        request: &InstallRequest,
    ) -> Result<Installed, Diagnostics> {
        let tool = uv.tool(plan)?;
        let lock = TextFile {
            name: LOCK.into(),
            text: uv.site.facts.text(LOCK).unwrap()?.text().to_owned(),
        };
        let lock = plan.add(
            StepName::new("internal", "write lock"),
            None,
            PartKind::Files(vec![lock]),
        );
        let read = |part, select: &TargetPath, at: &TargetPath| {
            StepMount::bind_path(part, select.clone(), at.clone())
        };
        let files = TargetPath::known("/src");
        let step = Step {
            env: Vec::new(),
            directory: files.clone(),
            network: StepNetwork::IndexCredentials,
            mounts: vec![tool.mount(), read(lock, &TargetPath::root(), &files)],
            ..Step::new(
                &uv.site.options.platform,
                uv.base,
                [tool.program(), "sync".to_owned()].to_vec(),
                OutputFolder::of(request.from, uv.site.spec.model.venv.clone()),
            )
        };
        let title = StepName::new("builder", "install dependencies from sample.lock");
        Ok(Installed {
            tool: tool.layer(plan),
            dependencies: Environment::single(plan.add_step(title, None, step)),
        })
    }
}
