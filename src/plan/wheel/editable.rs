//! The project installed in place: what is imported are the files in the working directory, which a developer edits.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::wheel::{environment, requires};
use crate::plan::{Bench, NORMAL_TIME, OutputFolder, PartId, PartKind, Parts, StepMount, version};
use crate::project::Pyproject;
use crate::values::{TargetPath, requirement_name};

/// Where what it brings is gathered.
const PART: &str = "/part";

/// What backends ask for beside `requires` where they install in place. They say so in a hook
/// (`get_requires_for_build_editable`), which needs the sources, so that each change would install it anew.
const FOR_EDITABLE: &[(&str, &str)] = &[("hatchling", "editables")];

/// Adds what lies in the environment of a project that is installed in place; `sources` are its files, which will be
/// at `workdir`.
pub(in crate::plan) fn build(
    bench: &Bench<'_>,
    parts: &mut Parts,
    (sources, workdir): (PartId, &TargetPath),
    warnings: &mut Vec<Diagnostic>,
) -> Result<PartId, Diagnostics> {
    let site = bench.site;
    let project = &site.facts.pyproject;
    let name = &project.named()?.value;
    let mut version = version::of_wheel(site, warnings)?;
    let stated = project.build_system.as_ref();
    let origin = stated.map_or(&project.place, |build| &build.location);
    let environment = environment(bench, parts, &requirements(project), origin)?;
    // What is written of the place of the sources is the place where they will be.
    version.handed_over.sources.clone_from(workdir);
    let python = bench.python();
    let arguments = [
        "pip",
        "install",
        "--editable",
        workdir.as_str(),
        // The dependencies are a part of their own.
        "--no-deps",
        // The build requirements are there, in the environment of the interpreter named, which console scripts name too.
        "--no-build-isolation",
        "--python",
        &python,
        "--prefix",
        PART,
        "--no-cache",
        "--offline",
        // Bytecode is for what does not change.
        "--no-compile-bytecode",
    ];
    let mounts = vec![
        StepMount::Read {
            part: environment,
            select: TargetPath::root(),
            at: site.spec.model.venv.clone(),
        },
        // Backends write beside the sources (`*.egg-info`).
        StepMount::Scratch {
            part: sources,
            at: workdir.clone(),
        },
    ];
    let output = OutputFolder {
        at: TargetPath::known(PART),
        from: None,
    };
    let mut step = bench.step(&arguments, output, mounts);
    step.env
        .push(("SOURCE_DATE_EPOCH".to_owned(), NORMAL_TIME.to_string()));
    version.handed_over.to(&mut step, parts);
    let title = format!("[dev] install {name} in place");
    Ok(parts.add(title, Some(origin), PartKind::Step(Box::new(step))))
}

/// The build requirements of a project that is installed in place.
fn requirements(project: &Pyproject) -> Vec<String> {
    let mut requirements = requires::of(project);
    for (backend, more) in FOR_EDITABLE {
        let names = |requirement: &String, name: &str| {
            requirement_name(requirement).is_some_and(|known| known.normalized() == name)
        };
        let is_there = |name: &str| requirements.iter().any(|known| names(known, name));
        if is_there(backend) && !is_there(more) {
            requirements.push((*more).to_owned());
        }
    }
    requirements
}
