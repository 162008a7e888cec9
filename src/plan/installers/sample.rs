//! The steps of a package manager for the tests of this crate.

use crate::diagnostic::Diagnostics;
use crate::lock::sample::{LOCK, Sample};
use crate::plan::installers::{InstallRequest, Installed, Installer};
use crate::plan::model::{OutputFolder, PartKind, Parts, Step, StepMount, StepNetwork};
use crate::plan::uv::Bench;
use crate::values::{TargetPath, TextFile};

impl Installer for Sample {
    fn install(
        &self,
        bench: &Bench<'_>,
        parts: &mut Parts,
        request: &InstallRequest,
    ) -> Result<Installed, Diagnostics> {
        let tool = bench.tool(parts)?;
        let lock = TextFile {
            name: LOCK.into(),
            text: bench.site.facts.text(LOCK).unwrap()?.text().to_owned(),
        };
        let lock = parts.add("[internal] write lock", None, PartKind::Written(vec![lock]));
        let read = |part, select: &TargetPath, at: &TargetPath| StepMount::Read {
            part,
            select: select.clone(),
            at: at.clone(),
        };
        let files = TargetPath::known("/src");
        let step = Step {
            root: bench.base,
            command: [tool.program(), "sync".to_owned()].to_vec(),
            env: Vec::new(),
            directory: files.clone(),
            network: StepNetwork::Locked,
            output: OutputFolder {
                at: bench.site.spec.model.venv.clone(),
                from: Some(request.from),
            },
            mounts: vec![tool.mount(), read(lock, &TargetPath::root(), &files)],
        };
        let title = "[builder] install dependencies from sample.lock";
        Ok(Installed {
            tool: tool.layer(parts),
            dependencies: parts.add(title, None, PartKind::Step(Box::new(step))),
        })
    }
}
