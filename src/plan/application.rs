//! The project's own part: its wheel, always built from exactly the files in the context, and installed
//! alone; or its files as they are, where it is no package.
//!
//! Installers key local sources by times and would install yesterday's code from a warm cache (uv keys them
//! by the manifest's time): so the wheel is built in a step of its own, with no cache at all.

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::plan::installers::{Bench, Installed};
use crate::plan::script::INSTALL_PROJECT;
use crate::plan::sources::{self, Purpose};
use crate::plan::target::LEFT_OVER;
use crate::plan::{
    Layer, NORMAL_TIME, OutputFolder, PartId, PartKind, Parts, Placed, Site, StepMount, Tree,
    version,
};
use crate::values::{ContextPath, TargetPath};

/// Where the wheel is left, and found.
const WHEELS: &str = "/dist";
/// Where what it brings is gathered.
const PART: &str = "/part";

/// A wheel, and the requirement that it must meet.
struct Wheel {
    part: PartId,
    requirement: String,
}

/// What builds a wheel where the manifest does not say (PEP 517).
const DEFAULT_REQUIRES: &[&str] = &["setuptools>=40.8.0", "wheel"];

/// Adds the parts of the project as layers, the one that changes least often first.
pub(super) fn layers(
    site: Site<'_>,
    parts: &mut Parts,
    installed: &Installed,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Vec<Layer>, Diagnostics> {
    let name = &site.facts.pyproject.name;
    if !site.is_package()? {
        if let Some(first) = site.spec.model.files.first() {
            let error = Diagnostic::error(
                "`files` is for what ships beside a package, and all files of this project are copied",
            );
            return Err(error
                .at(&first.location)
                .hint("remove `files`, and choose with `include` and `exclude`; or set `package = true`")
                .into());
        }
        let context = sources::context(site, parts, Purpose::Copy);
        let tree = Tree::whole(context, &site.spec.model.workdir);
        return Ok(vec![parts.layer(
            "runtime",
            "project",
            Some(&name.location),
            tree,
        )]);
    }
    let context = sources::context(site, parts, Purpose::Wheel);
    let wheel = wheel(site, parts, installed, context, warnings)?;
    let project = install(site, parts, installed, &wheel)?;
    let tree = Tree {
        without: LEFT_OVER,
        ..Tree::whole(project, &site.spec.model.venv)
    };
    let project = parts.layer("runtime", "project", Some(&name.location), tree);
    Ok(files(site, parts, context)
        .into_iter()
        .chain([project])
        .collect())
}

/// The files that ship beside the package.
fn files(site: Site<'_>, parts: &mut Parts, context: PartId) -> Option<Layer> {
    let files = &site.spec.model.files;
    let first = files.first()?;
    let root = TargetPath::root();
    let placed = |file: &Spanned<ContextPath>| {
        let target = site.spec.model.workdir.join_context(&file.value);
        let wildcard = file.value.to_string().contains('*');
        Placed {
            select: root.join_context(&file.value),
            at: if wildcard {
                target.parent().unwrap_or(root.clone())
            } else {
                target
            },
        }
    };
    let tree = Tree {
        of: context,
        paths: files.iter().map(placed).collect(),
        without: &[],
    };
    Some(parts.layer("runtime", "files", Some(&first.location), tree))
}

/// Adds the project's wheel, built from the files in the context and nothing else.
fn wheel(
    site: Site<'_>,
    parts: &mut Parts,
    installed: &Installed,
    context: PartId,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Wheel, Diagnostics> {
    let project = &site.facts.pyproject;
    let version = version::of_wheel(site, warnings)?;
    let bench = Bench::of(site, installed, parts)?;
    let stated = project.build_system.as_ref();
    let origin = stated.map_or(&project.name.location, |build| &build.location);
    let mut requires: Vec<&str> = stated
        .iter()
        .flat_map(|build| &build.requires)
        .map(|requirement| requirement.value.as_str())
        .collect();
    if requires.is_empty() {
        requires = DEFAULT_REQUIRES.to_vec();
    }
    let requirements = bench.build_environment(parts, installed.skeleton, &requires, origin)?;
    let sources = parts.add(
        "[wheel] copy project files",
        None,
        PartKind::Tree(Tree::whole(context, &TargetPath::root())),
    );
    let venv = &site.spec.model.venv;
    let python = format!("{venv}/bin/python");
    let arguments = [
        "build",
        "--wheel",
        // The build requirements are there, in the environment of the interpreter named.
        "--no-build-isolation",
        "--python",
        &python,
        // A cache would know yesterday's wheel.
        "--no-cache",
        "--offline",
        "--out-dir",
        WHEELS,
    ];
    let mounts = vec![
        StepMount::Read {
            part: requirements,
            select: TargetPath::root(),
            at: venv.clone(),
        },
        // Backends write beside the sources (`build/`, `*.egg-info`).
        StepMount::Scratch {
            part: sources,
            at: TargetPath::known("/src"),
        },
    ];
    let output = OutputFolder {
        at: TargetPath::known(WHEELS),
        from: None,
    };
    let mut step = bench.step(&arguments, output, mounts);
    step.directory = TargetPath::known("/src");
    // The times of the files in the wheel (reproducible-builds.org).
    step.env
        .push(("SOURCE_DATE_EPOCH".to_owned(), NORMAL_TIME.to_string()));
    step.env.extend(version.env.iter().cloned());
    let name = &project.name.value;
    let title = match &version.expected {
        Some(version) => format!("[wheel] build {name} {version}"),
        None => format!("[wheel] build {name}"),
    };
    let part = parts.add(title, Some(origin), PartKind::Step(Box::new(step)));
    Ok(Wheel {
        part,
        requirement: match version.expected {
            // Naming the version checks it: another one is not found.
            Some(version) => format!("{name}=={version}"),
            None => name.to_string(),
        },
    })
}

/// Adds what the wheel brings, by its place in the environment.
fn install(
    site: Site<'_>,
    parts: &mut Parts,
    installed: &Installed,
    wheel: &Wheel,
) -> Result<PartId, Diagnostics> {
    let bench = Bench::of(site, installed, parts)?;
    let name = &site.facts.pyproject.name;
    let venv = &site.spec.model.venv;
    let python = format!("{venv}/bin/python");
    let script = INSTALL_PROJECT.path();
    let mut command = vec![
        python.as_str(),
        // The environment is the skeleton's: nothing is written beside the script or into it.
        "-B",
        &script,
        WHEELS,
        PART,
        name.value.as_str(),
        &wheel.requirement,
        "uv",
        "pip",
        "install",
        // The dependencies are a part of their own.
        "--no-deps",
        // Nothing but the wheel that was just built.
        "--no-index",
        "--find-links",
        WHEELS,
        // The interpreter that console scripts name, and the place where it all goes: so that the part holds
        // the project alone.
        "--python",
        &python,
        "--prefix",
        PART,
    ];
    command.extend(bench.compile_bytecode());
    let mounts = vec![
        StepMount::Read {
            part: installed.skeleton,
            select: TargetPath::root(),
            at: venv.clone(),
        },
        StepMount::Read {
            part: wheel.part,
            select: TargetPath::root(),
            at: TargetPath::known(WHEELS),
        },
        INSTALL_PROJECT.mount(parts),
    ];
    let output = OutputFolder {
        at: TargetPath::known(PART),
        from: None,
    };
    let mut step = bench.step(&[], output, mounts);
    step.command = command.into_iter().map(str::to_owned).collect();
    let title = format!("[runtime] install {}", name.value);
    Ok(parts.add(title, Some(&name.location), PartKind::Step(Box::new(step))))
}
