//! The project's wheel: its build requirements as a part of their own, and the wheel built beside them without
//! a network.
//!
//! Installers key local sources by times and would install yesterday's code from a warm cache (uv keys them
//! by the manifest's time): so the wheel is built in a step of its own, with no cache at all.

pub(crate) mod editable;
pub(crate) mod repair;
mod requires;

use toml::{Table, Value};

use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::plan::base::script_runner::builder;
use crate::plan::model::{
    NORMAL_TIME, OutputFolder, PartId, PartKind, PlanBuilder, Step, StepMount, StepName, Tree,
};
use crate::plan::request::site::Site;
use crate::plan::request::{bases, version};
use crate::plan::rust;
use crate::plan::scripts::{BUILD_DIST, BUILD_ONCE, UNPACK_SDIST};
use crate::plan::uv::UvRunner;
use crate::project::{NEUTRAL_VERSION, PYPROJECT};
use crate::values::{TargetPath, TextFile};

/// Where the wheel is left, and found.
pub(crate) const WHEELS: &str = "/dist";

/// What is published of a project.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Dist {
    /// What is installed.
    Wheel,
    /// What others make a wheel of.
    Sdist,
}

impl Dist {
    /// The name of the target that holds it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Wheel => "wheel",
            Self::Sdist => "sdist",
        }
    }

    /// How the name of its file ends.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Wheel => ".whl",
            Self::Sdist => ".tar.gz",
        }
    }

    fn flag(self) -> &'static str {
        match self {
            Self::Wheel => "--wheel",
            Self::Sdist => "--sdist",
        }
    }
}

/// What a distribution is built from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sources {
    /// The files of the project in the context.
    Context(PartId),
    /// The source distribution, unpacked.
    Sdist(PartId),
}

/// A distribution to build.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Build {
    pub(crate) dist: Dist,
    pub(crate) sources: Sources,
    /// Wheels of another Python, and none is built where one of them is for this one too.
    pub(crate) unless: Option<PartId>,
}

impl Build {
    /// A distribution from the files of the project.
    pub(crate) fn of(dist: Dist, context: PartId) -> Self {
        Self {
            dist,
            sources: Sources::Context(context),
            unless: None,
        }
    }
}

/// Where those wheels are seen.
const OTHERS: &str = "/mnt/wheels";

/// What stands for the name of a project that only its `setup.py` knows.
pub(crate) const UNNAMED: &str = "the project";

/// A wheel, or another distribution, and the requirement that it must meet, where its name is known.
pub(crate) struct Wheel {
    pub(crate) part: PartId,
    pub(crate) requirement: Option<String>,
}

/// Adds the project's wheel, or another distribution of it, built from its sources and nothing else.
pub(crate) fn build(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    build: Build,
    warnings: &mut Vec<Diagnostic>,
) -> Result<Wheel, Diagnostics> {
    let site = uv.site;
    let dist = build.dist;
    let project = &site.facts.pyproject;
    let version = version::of_wheel(site, warnings)?;
    let stated = project.build_system.as_ref();
    // `setup.py` may be all that knows it.
    let name = project.name.as_ref().map(|name| name.value.as_str());
    let origin = stated.map_or(&project.place, |build| &build.location);
    let environment = environment(uv, plan, &requires::of(project), origin)?;
    let whose = match (site.facts.is_member, name) {
        (true, Some(name)) => format!("files of {name}"),
        _ => "project files".to_owned(),
    };
    let (whose, of, is_sdist) = match build.sources {
        Sources::Context(context) => (whose, context, false),
        Sources::Sdist(unpacked) => ("the source distribution".to_owned(), unpacked, true),
    };
    let sources = plan.add(
        StepName::new("wheel", format!("copy {whose}")),
        None,
        PartKind::Tree(Tree::whole(of, &TargetPath::root())),
    );
    let python = uv.python();
    let mut command = wheel_command(&python);
    let compiles = (dist == Dist::Wheel).then_some(&command[..]);
    let rust = rust::prepare(uv, plan, compiles, environment)?;
    command[1] = dist.flag();
    let arguments = [&command[..], &["--out-dir", WHEELS]].concat();
    let directory = version.handed_over.sources.clone();
    let mounts = vec![
        StepMount::bind(environment, site.spec.model.venv.clone()),
        // Backends write beside the sources (`build/`, `*.egg-info`).
        StepMount::BindWritable {
            part: sources,
            at: directory.clone(),
        },
        match build.unless {
            None => BUILD_DIST.mount(plan),
            Some(_) => BUILD_ONCE.mount(plan),
        },
    ];
    let output = OutputFolder::empty(TargetPath::known(WHEELS));
    let mut step = uv.step(&arguments, output, mounts);
    step.directory = directory;
    // The times of the files in the wheel (reproducible-builds.org).
    step.env
        .push(("SOURCE_DATE_EPOCH".to_owned(), NORMAL_TIME.to_string()));
    if is_sdist {
        version.handed_over.variables_to(&mut step);
    } else {
        version.handed_over.to(&mut step, plan);
    }
    let script = BUILD_DIST.path();
    let expected = version.expected.as_deref().unwrap_or_default();
    let script = [
        python.as_str(),
        // The script needs no packages, and nothing is written beside it.
        "-SB",
        &script,
        WHEELS,
        expected,
    ];
    let taken = version.taken.iter().map(String::as_str);
    // uv's own command line comes last.
    let script = script.into_iter().chain(taken).map(str::to_owned);
    step.wrap(script);
    if let Some(compiler) = rust {
        compiler.to(uv, plan, &mut step, WHEELS);
    }
    if let Some(others) = build.unless {
        let script = BUILD_ONCE.path();
        let script = [python.as_str(), "-SB", &script, OTHERS].map(str::to_owned);
        step.wrap(script);
        step.mounts
            .push(StepMount::bind(others, TargetPath::known(OTHERS)));
    }
    let stage = dist.name();
    let shown = name.unwrap_or(UNNAMED);
    let title = match &version.expected {
        Some(version) => StepName::new(stage, format!("build {shown} {version}")),
        None => StepName::new(stage, format!("build {shown}")),
    };
    let part = plan.add_step(title, Some(origin), step);
    Ok(Wheel {
        part,
        requirement: name.map(|name| match version.expected {
            Some(version) => format!("{name}=={version}"),
            None => name.to_owned(),
        }),
    })
}

/// The command line of uv that builds a wheel of the working directory, without its output folder; `python` is the
/// interpreter of an environment with the build requirements.
fn wheel_command(python: &str) -> [&str; 7] {
    [
        "build",
        "--wheel",
        // The build requirements are there, in the environment of the interpreter named.
        "--no-build-isolation",
        "--python",
        python,
        // A cache would know yesterday's wheel.
        "--no-cache",
        "--offline",
    ]
}

/// Adds what a source distribution holds.
pub(crate) fn unpacked(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    sdist: PartId,
) -> Result<PartId, Diagnostics> {
    let (from, out) = ("/mnt/from", TargetPath::known("/mnt/out"));
    let root = builder(site, plan)?;
    let script = UNPACK_SDIST.path();
    let command = ["python3", "-SB", &script, from, out.as_str()].map(str::to_owned);
    let step = Step {
        env: bases::config(site, &site.selection.build_base)?.env(),
        mounts: vec![
            StepMount::bind(sdist, TargetPath::known(from)),
            UNPACK_SDIST.mount(plan),
        ],
        ..Step::new(
            &site.options.platform,
            root,
            command.to_vec(),
            OutputFolder::empty(out),
        )
    };
    let title = StepName::new("wheel", "unpack the source distribution");
    Ok(plan.add_step(title, None, step))
}

/// The environment that the wheel is built in: keyed by the build requirements and by what the project says of
/// indexes, and by nothing else.
fn environment(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    requires: &[String],
    origin: &Location,
) -> Result<PartId, Diagnostics> {
    let site = uv.site;
    let settings = site
        .selection
        .installer
        .build_settings(site.facts, requires)?;
    let requires = [requires, &settings.requires].concat();
    if requires.is_empty() {
        return Ok(uv.empty_venv);
    }
    let title = StepName::new(
        "wheel",
        format!("install build requirements {}", requires.join(", ")),
    );
    let manifest = TextFile {
        name: PYPROJECT.into(),
        text: manifest(&requires, settings.uv),
    };
    let files = [vec![manifest], settings.files].concat();
    let files = plan.add(
        StepName::new("internal", "write build requirements"),
        None,
        PartKind::Files(files),
    );
    let python = uv.python();
    let arguments = [
        "pip",
        "install",
        "--python",
        &python,
        "--requirements",
        PYPROJECT,
    ];
    let step = uv.environment_step(plan, &arguments, uv.empty_venv, files);
    let mut step = uv.downloading(step);
    if requires
        .iter()
        .any(|requirement| requirement.contains("git+"))
    {
        step = uv.with_repositories(step);
    }
    Ok(plan.add_step(title, Some(origin), step))
}

/// A manifest whose dependencies are what the wheel is built with, so that uv takes them from the indexes and
/// sources that the project names (a private build plugin is never looked up in a public index).
fn manifest(requires: &[String], uv: Table) -> String {
    let text = |text: &str| Value::String(text.to_owned());
    let requires = requires.iter().map(|requirement| text(requirement));
    let project = Table::from_iter([
        // Another name than the project's own, which may not depend on itself.
        ("name".to_owned(), text("build-requirements")),
        ("version".to_owned(), text(NEUTRAL_VERSION)),
        ("dependencies".to_owned(), Value::Array(requires.collect())),
    ]);
    let mut manifest = Table::from_iter([("project".to_owned(), Value::Table(project))]);
    if !uv.is_empty() {
        let tool = Table::from_iter([("uv".to_owned(), Value::Table(uv))]);
        manifest.insert("tool".to_owned(), Value::Table(tool));
    }
    manifest.to_string()
}
