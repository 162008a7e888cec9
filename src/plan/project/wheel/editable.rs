//! The project installed in place: what is imported are the files in the working directory, which a developer edits.

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::plan::model::{NORMAL_TIME, OutputFolder, PartId, PlanBuilder, StepMount, StepName};
use crate::plan::project::wheel::{environment, requires, wheel_command};
use crate::plan::request::version;
use crate::plan::rust;
use crate::plan::uv::UvRunner;
use crate::project::Pyproject;
use crate::values::{TargetPath, requirement_name};

/// Where what it brings is gathered; of a project with Rust, what goes into the environment and what goes among the
/// sources, each in a folder.
const PART: &str = "/part";
const VENV: &str = "/venv";
const LIBRARIES: &str = "/libraries";

/// What a project that is installed in place brings.
pub(crate) struct InPlace {
    pub(crate) part: PartId,
    /// The path in the part of what goes into the environment.
    pub(crate) venv: TargetPath,
    /// The path in the part of the compiled libraries, which go among the sources; `None` if nothing is compiled.
    pub(crate) libraries: Option<TargetPath>,
    /// What it is built with.
    pub(crate) environment: PartId,
}

/// What backends ask for beside `requires` where they install in place. They say so in a hook
/// (`get_requires_for_build_editable`), which needs the sources, so that each change would install it anew.
const FOR_EDITABLE: &[(&str, &str)] = &[("hatchling", "editables")];

/// Adds what lies in the environment of a project that is installed in place; `sources` are its files, which will be
/// at `workdir`.
pub(crate) fn build(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    (sources, workdir): (PartId, &TargetPath),
    warnings: &mut Vec<Diagnostic>,
) -> Result<InPlace, Diagnostics> {
    let site = uv.site;
    let project = &site.facts.pyproject;
    // A package in a folder may have its name in `setup.cfg`.
    let name = match (&project.name, site.facts.folder.file_name()) {
        (None, Some(folder)) => folder,
        _ => project.named()?.value.as_str(),
    };
    let mut version = version::of_wheel(site, warnings)?;
    let stated = project.build_system.as_ref();
    let origin = stated.map_or(&project.place, |build| &build.location);
    let environment = environment(uv, plan, &requirements(project), origin)?;
    // What is written of the place of the sources is the place where they will be.
    version.handed_over.sources.clone_from(workdir);
    if let Some(manifest) = without_paths(project) {
        version.handed_over.with_manifest(manifest);
    }
    let python = uv.python();
    let compiler = rust::prepare(uv, plan, Some(&wheel_command(&python)), environment)?;
    let prefix = match compiler {
        Some(_) => format!("{PART}{VENV}"),
        None => PART.to_owned(),
    };
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
        &prefix,
        "--no-cache",
        "--offline",
        // Bytecode is for what does not change.
        "--no-compile-bytecode",
    ];
    let mounts = vec![
        StepMount::bind(environment, site.spec.model.venv.clone()),
        // Backends write beside the sources (`*.egg-info`).
        StepMount::BindWritable {
            part: sources,
            at: workdir.clone(),
        },
    ];
    let output = OutputFolder::empty(TargetPath::known(PART));
    let mut step = uv.install_step(plan, (&python, &arguments), (output, &prefix), mounts);
    step.env
        .push(("SOURCE_DATE_EPOCH".to_owned(), NORMAL_TIME.to_string()));
    version.handed_over.to(&mut step, plan);
    if let Some(compiler) = &compiler {
        let kept = format!("{PART}{LIBRARIES}");
        compiler.to_in_place(uv, plan, &mut step, (workdir, &kept));
    }
    let title = StepName::new("dev", format!("install {name} in place"));
    let part = plan.add_step(title, Some(origin), step);
    let of_rust = |path: &str| compiler.as_ref().map(|_| TargetPath::known(path));
    Ok(InPlace {
        part,
        venv: of_rust(VENV).unwrap_or_else(TargetPath::root),
        libraries: of_rust(LIBRARIES),
        environment,
    })
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

/// The manifest with the names alone of what it depends on in folders; `None` where that is nothing. From where the
/// project will be these paths lead elsewhere, and uv refuses what climbs above the root.
fn without_paths(project: &Pyproject) -> Option<String> {
    let extras = project.extras.iter().flat_map(|(_, list)| list);
    let all = project.dependencies.iter().chain(extras);
    let named = all.filter_map(|requirement| Some((name_alone(&requirement.value)?, requirement)));
    let mut named: Vec<(String, &Spanned<String>)> = named.collect();
    named.sort_by_key(|(_, requirement)| requirement.location.start);
    let mut text = project.source.text().to_owned();
    for (name, requirement) in named.iter().rev() {
        let place = &requirement.location;
        let name = toml::Value::String(name.clone()).to_string();
        text.replace_range(place.start..place.end, &name);
    }
    let is_manifest = text.parse::<toml::Table>().is_ok();
    (!named.is_empty() && is_manifest).then_some(text)
}

/// A requirement of a folder without the path of it; `None` of any other.
fn name_alone(requirement: &str) -> Option<String> {
    requirement_name(requirement)?;
    let (name, url) = requirement.split_once('@')?;
    let url = url.trim_start();
    let is_path = ["file:", "{root:uri}"]
        .iter()
        .any(|start| url.starts_with(start));
    // What follows a space is the marker (PEP 508).
    let marker = url
        .split_once(" ;")
        .map(|(_, marker)| format!("; {}", marker.trim()));
    is_path.then(|| format!("{}{}", name.trim_end(), marker.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Source;

    use super::*;

    #[test]
    fn paths_are_taken_out_and_all_else_stays() {
        let manifest = |dependencies: &str| {
            let text = format!(
                "[project] # ours\nname = \"a\"\nversion = \"1\"\ndependencies = [{dependencies}]\n"
            );
            without_paths(&Pyproject::read(&Source::new("pyproject.toml", text)).unwrap())
        };
        assert_eq!(
            manifest("\"b>=1\", \"c @ https://files.example.org/c.whl\""),
            None
        );
        let text = manifest(
            "\"b\", 'c[x] @ file:///${PROJECT_ROOT}/../c ; python_version > \"3\"', \"d@{root:uri}/d\"",
        );
        insta::assert_snapshot!(text.unwrap(), @r#"
        [project] # ours
        name = "a"
        version = "1"
        dependencies = ["b", 'c[x]; python_version > "3"', "d"]
        "#);
    }
}
