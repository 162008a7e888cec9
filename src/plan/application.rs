//! The project's own part: its wheel, always built from exactly the files in the context, and installed
//! alone.
//!
//! Installers key local sources by times and would install yesterday's code from a warm cache (uv keys them
//! by the manifest's time): so the wheel is built in a step of its own, with no cache at all.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::installers::{Bench, Installed};
use crate::plan::version::{self, ProjectVersion};
use crate::plan::{
    NORMAL_TIME, OutputFolder, PartId, PartKind, Parts, Site, Step, StepMount, StepNetwork, Tree,
};
use crate::project::{BUILD_FOLDERS, BuildSystem, PYPROJECT};
use crate::spec::SpecKind;
use crate::values::TargetPath;

/// Not sent, wherever they are: what version control, tools and editors leave behind.
const DROPPED: &[&str] = &[
    "**/.git",
    "**/.hg",
    "**/.svn",
    "**/.venv",
    "**/__pycache__",
    "**/*.pyc",
    "**/.mypy_cache",
    "**/.pytest_cache",
    "**/.ruff_cache",
    "**/.tox",
    "**/.nox",
    "**/.ipynb_checkpoints",
    "**/node_modules",
    "**/.idea",
    "**/.vscode",
    "**/.DS_Store",
    "**/*.egg-info",
];

/// Not sent from the root of the context, beside the folders that tools build in.
const DROPPED_IN_ROOT: &[&str] = &[
    "venv",
    "htmlcov",
    ".coverage",
    "coverage.xml",
    ".dockerignore",
];

/// What builds a wheel where the manifest does not say (PEP 517).
const DEFAULT_REQUIRES: &[&str] = &["setuptools>=40.8.0", "wheel"];

/// Adds the parts of the project; the one returned holds its files by their places in the environment.
pub(super) fn install(
    site: Site<'_>,
    parts: &mut Parts,
    installed: &Installed,
    warnings: &mut Vec<Diagnostic>,
) -> Result<PartId, Diagnostics> {
    let project = &site.facts.pyproject;
    if let Some(place) = site.selection.installer.no_package(site.facts)? {
        return Err(
            Diagnostic::error("projects that are no package are not supported yet")
                .at(&place)
                .into(),
        );
    }
    let Some(build_system) = &project.build_system else {
        return Err(Diagnostic::error("projects without `[build-system]` are not supported yet")
            .at(&project.name.location)
            .hint("make it a package: `uv init --package` shows how, with `build-backend = \"uv_build\"`")
            .into());
    };
    let version = version::of_wheel(site, warnings)?;
    let bench = Bench::of(site, installed, parts)?;
    let requires: Vec<&str> = if build_system.requires.is_empty() {
        DEFAULT_REQUIRES.to_vec()
    } else {
        build_system
            .requires
            .iter()
            .map(|requirement| requirement.value.as_str())
            .collect()
    };
    let requirements =
        bench.build_environment(parts, installed.skeleton, &requires, &build_system.location)?;
    let wheel = wheel(site, parts, &bench, requirements, build_system, &version);
    let venv = &site.spec.model.venv;
    let name = &project.name.value;
    let requirement = match &version.expected {
        // Naming the version checks it: another one is not found.
        Some(version) => format!("{name}=={version}"),
        None => name.to_string(),
    };
    let part = TargetPath::known("/part");
    let python = format!("{venv}/bin/python");
    let mut arguments = vec![
        "pip",
        "install",
        // The dependencies are a part of their own.
        "--no-deps",
        // Nothing but the wheel that was just built.
        "--no-index",
        "--find-links",
        "/dist",
        // The interpreter that console scripts name, and the place where it all goes: so that the part holds
        // the project alone.
        "--python",
        &python,
        "--prefix",
        "/part",
        &requirement,
    ];
    arguments.extend(bench.compile_bytecode());
    let mounts = vec![
        StepMount::Read {
            part: installed.skeleton,
            select: TargetPath::root(),
            at: venv.clone(),
        },
        StepMount::Read {
            part: wheel,
            select: TargetPath::root(),
            at: TargetPath::known("/dist"),
        },
    ];
    let step = bench.step(
        &arguments,
        OutputFolder {
            at: part,
            from: None,
        },
        mounts,
    );
    let title = format!("[runtime] install {name}");
    Ok(parts.add(
        title,
        Some(&project.name.location),
        PartKind::Step(Box::new(step)),
    ))
}

fn wheel(
    site: Site<'_>,
    parts: &mut Parts,
    bench: &Bench<'_>,
    requirements: PartId,
    build_system: &BuildSystem,
    version: &ProjectVersion,
) -> PartId {
    let sources = sources(site, parts);
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
        "/dist",
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
        at: TargetPath::known("/dist"),
        from: None,
    };
    let mut step = bench.step(&arguments, output, mounts);
    step.directory = TargetPath::known("/src");
    step.network = StepNetwork::None;
    // The times of the files in the wheel (reproducible-builds.org).
    step.env
        .push(("SOURCE_DATE_EPOCH".to_owned(), NORMAL_TIME.to_string()));
    step.env.extend(version.env.iter().cloned());
    let name = &site.facts.pyproject.name.value;
    let title = match &version.expected {
        Some(version) => format!("[wheel] build {name} {version}"),
        None => format!("[wheel] build {name}"),
    };
    parts.add(
        title,
        Some(&build_system.location),
        PartKind::Step(Box::<Step>::new(step)),
    )
}

/// The files of the project, with times that no checkout changes.
fn sources(site: Site<'_>, parts: &mut Parts) -> PartId {
    let built = BUILD_FOLDERS
        .iter()
        .filter(|folder| !site.facts.root_packages.contains(*folder));
    let ours = DROPPED
        .iter()
        .chain(DROPPED_IN_ROOT)
        .chain(built)
        .map(|pattern| (*pattern).to_owned());
    // Planning read them; the wheel is built from the rest.
    let read = crate::plan::installers::evidence()
        .into_iter()
        .map(str::to_owned);
    let own_spec = (site.spec.kind == SpecKind::Own).then(|| site.spec.source.name().to_owned());
    // The user's come behind ours: the last match wins, so `!` brings back what is dropped by default. Without
    // the manifest there is no wheel.
    let exclude = ours
        .chain(read)
        .chain(own_spec)
        .chain(site.facts.ignore.patterns().iter().cloned())
        .chain([format!("!{PYPROJECT}")])
        .collect();
    let context = parts.add(
        "[internal] load project files",
        None,
        PartKind::Context { exclude },
    );
    let tree = Tree {
        of: context,
        select: TargetPath::root(),
        at: TargetPath::root(),
        without: &[],
    };
    parts.add("[wheel] copy project files", None, PartKind::Tree(tree))
}
