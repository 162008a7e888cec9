//! Rust in a wheel: the crates, what others have published of them compiled, and then the project's own.
//!
//! Each of the three is a step of its own, keyed by what it is made from: the crates by the lock file and manifests
//! without the project's version; what is compiled of them by stubs (`lock::cargo`), so that no change of code compiles
//! a dependency again. No result depends on a cache of the engine.

pub(crate) mod toolchain;

use std::sync::Arc;

use crate::diagnostic::Diagnostics;
use crate::lock::cargo::{self, Backend, CargoProject, LOCK};
use crate::plan::base::build_env;
use crate::plan::base::script_runner::builder;
use crate::plan::model::{
    NORMAL_TIME, OutputFolder, PartId, PartKind, PlanBuilder, Sharing, Step, StepMount, StepName,
    StepNetwork,
};
use crate::plan::request::bases;
use crate::plan::request::site::Site;
use crate::plan::scripts::{RUN_CARGO, VENDOR_CRATES};
use crate::plan::uv::{UvRunner, cache};
use crate::values::TargetPath;

/// Where the crates and cargo's settings are. Cargo compiles crates again that are at another path, so it is one path
/// in all steps.
const HOME: &str = "/mnt/cargo";
/// Where cargo compiles.
const TARGET: &str = "/mnt/target";
/// Where manifests are while no code is.
const SOURCES: &str = "/src";
/// Where a wheel of stubs is left, and forgotten.
const UNUSED: &str = "/tmp/wheels";
/// Cargo's own downloads, which projects share.
const DOWNLOADS: &str = "/mnt/downloads";

/// What a step needs to compile the Rust in a wheel.
pub(crate) struct Compiler {
    project: Arc<CargoProject>,
    rustup_home: String,
    env: Vec<(String, String)>,
    /// The toolchain.
    toolchain: StepMount,
    /// The stubs.
    stubs: PartId,
    /// The crates.
    home: PartId,
    /// What is compiled of them, where stubs can stand for the project's own.
    compiled: Option<PartId>,
}

/// Adds what comes before the wheel; `None` if the wheel holds no Rust. `build` is the command line of uv that builds a
/// wheel from the working directory, without its output folder (`None` for a source distribution, which is not compiled),
/// and `environment` what that runs in.
pub(crate) fn prepare(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    build: Option<&[&str]>,
    environment: PartId,
) -> Result<Option<Compiler>, Diagnostics> {
    let site = uv.site;
    let (Some(project), Some(toolchain)) = (cargo::read(site.facts)?, toolchain::of(site)?) else {
        return Ok(None);
    };
    let Some(mount) = toolchain.mount(site, plan)? else {
        return Ok(None);
    };
    let title = StepName::new("internal", "write stubs of crates");
    let stubs = plan.add(title, None, PartKind::Files(project.stubs.clone()));
    let mut compiler = Compiler {
        stubs,
        env: env(site, &project),
        home: stubs,
        project,
        rustup_home: toolchain.rustup_home.to_string(),
        toolchain: mount,
        compiled: None,
    };
    compiler.home = compiler.crates(site, plan)?;
    if let (Some(build), None) = (build, &compiler.project.without_stubs) {
        compiler.compiled = Some(compiler.dependencies(uv, plan, build, environment));
    }
    Ok(Some(compiler))
}

/// The variables of all steps that compile: another value would compile everything again.
fn env(site: Site<'_>, project: &CargoProject) -> Vec<(String, String)> {
    let model = &site.spec.model.cargo;
    let features: Vec<&str> = model.features.iter().map(|it| it.value.as_str()).collect();
    let mut env = vec![
        ("CARGO_HOME", HOME.to_owned()),
        ("CARGO_TARGET_DIR", TARGET.to_owned()),
        // What it is for, a next build, finds none of it.
        ("CARGO_INCREMENTAL", "0".to_owned()),
        // Without a network cargo would wait for one.
        ("CARGO_NET_OFFLINE", "true".to_owned()),
    ];
    let profile = model.profile.as_ref().map(|profile| profile.value.clone());
    match project.backend {
        Backend::Maturin => {
            let mut arguments = Vec::new();
            // What was locked, or an error.
            arguments.extend(project.lock.as_ref().map(|_| "--locked".to_owned()));
            arguments.extend(profile.map(|profile| format!("--profile={profile}")));
            if !features.is_empty() {
                arguments.push(format!("--features={}", features.join(",")));
            }
            env.push(("MATURIN_PEP517_ARGS", arguments.join(" ")));
        }
        Backend::SetuptoolsRust => {
            env.extend(profile.map(|profile| ("SETUPTOOLS_RUST_CARGO_PROFILE", profile)));
        }
    }
    // The times of files in a wheel (reproducible-builds.org).
    env.push(("SOURCE_DATE_EPOCH", NORMAL_TIME.to_string()));
    let named = env.into_iter();
    named
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

impl Compiler {
    /// Adds the crates: the only step that uses the network, and cargo's cache; it runs no code of a crate.
    fn crates(&self, site: Site<'_>, plan: &mut PlanBuilder) -> Result<PartId, Diagnostics> {
        let root = builder(site, plan)?;
        let workspace = TargetPath::known(SOURCES).join_context(&self.project.root);
        let script = VENDOR_CRATES.path();
        let mut command = ["python3", "-B", &script, &self.rustup_home, HOME]
            .map(str::to_owned)
            .to_vec();
        command.push(workspace.to_string());
        // What was locked, or an error.
        command.extend(self.project.lock.as_ref().map(|_| "--locked".to_owned()));
        let of_builds = build_env::of_builds(site)?;
        let mut env = bases::config(site, &site.selection.build_base)?.env();
        env.extend(of_builds);
        env.push(("CARGO_HOME".to_owned(), DOWNLOADS.to_owned()));
        let platform = site.options.platform.to_string().replace('/', "-");
        let cache = StepMount::Cache {
            // All of cargo's home, which holds the lock by which several cargos share it.
            id: cache::id("cargo", &platform),
            at: TargetPath::known(DOWNLOADS),
            sharing: Sharing::Shared,
        };
        let step = Step {
            env,
            network: StepNetwork::Authority,
            mounts: vec![
                self.toolchain.clone(),
                // Without a lock file cargo writes one.
                StepMount::BindWritable {
                    part: self.stubs,
                    at: TargetPath::known(SOURCES),
                },
                cache,
                VENDOR_CRATES.mount(plan),
            ],
            ..Step::new(
                &site.options.platform,
                root,
                command,
                OutputFolder::empty(TargetPath::known(HOME)),
            )
        };
        let title = StepName::new("wheel", "download crates");
        Ok(plan.add_step(title, Some(&self.project.place), step))
    }

    /// Adds what is compiled of the crates that the project's own depend on: by the same tool with the same arguments,
    /// variables and paths as the wheel, from stubs.
    fn dependencies(
        &self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        build: &[&str],
        environment: PartId,
    ) -> PartId {
        let arguments = [build, &["--out-dir", UNUSED]].concat();
        let directory = TargetPath::known(SOURCES);
        let mounts = vec![
            StepMount::bind(environment, uv.site.spec.model.venv.clone()),
            StepMount::BindWritable {
                part: self.stubs,
                at: directory.clone(),
            },
        ];
        let output = OutputFolder::empty(TargetPath::known(TARGET));
        let mut step = uv.step(&arguments, output, mounts);
        step.directory = directory;
        self.give(uv, plan, &mut step, &Given::default());
        let title = StepName::new("wheel", "compile crates");
        plan.add_step(title, Some(&self.project.place), step)
    }

    /// Makes a step that builds the wheel one that can compile; the wheel is in the folder `wheels`.
    pub(crate) fn to(
        &self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        step: &mut Step,
        wheels: &str,
    ) {
        self.give_compiled(step);
        let checked = Given {
            wheels,
            own: &self.project.names,
            ..Given::default()
        };
        self.give(uv, plan, step, &checked);
    }

    /// Makes a step that installs the project in place one that can compile; the libraries that it leaves among the
    /// sources, in its working directory, are copied to the folder `kept`.
    pub(crate) fn to_in_place(
        &self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        step: &mut Step,
        (sources, kept): (&TargetPath, &str),
    ) {
        self.give_compiled(step);
        let keep = format!("{sources}:{kept}");
        let given = Given {
            keep: &keep,
            own: &self.project.names,
            ..Given::default()
        };
        self.give(uv, plan, step, &given);
    }

    fn give_compiled(&self, step: &mut Step) {
        if let Some(part) = self.compiled {
            step.mounts.push(StepMount::BindWritable {
                part,
                at: TargetPath::known(TARGET),
            });
        }
    }

    fn give(&self, uv: &UvRunner<'_>, plan: &mut PlanBuilder, step: &mut Step, given: &Given<'_>) {
        let scripts = RUN_CARGO.mount(plan);
        // It brings all scripts that steps of wheels run, and there is one place for them.
        step.mounts.retain(|mount| mount.at() != scripts.at());
        step.mounts.push(scripts);
        step.mounts.push(self.toolchain.clone());
        step.mounts.push(StepMount::BindWritable {
            part: self.home,
            at: TargetPath::known(HOME),
        });
        for (name, value) in &self.env {
            step.env.retain(|(known, _)| known != name);
            step.env.push((name.clone(), value.clone()));
        }
        let sources = given.keep.split(':').next().unwrap_or_default();
        let sources = match sources {
            "" => step.directory.clone(),
            _ => TargetPath::known(sources),
        };
        let to = sources.join_context(&self.project.root);
        let lock = match self.project.lock {
            Some(_) => String::new(),
            None => format!("{HOME}/{LOCK}:{to}/{LOCK}"),
        };
        let (python, script) = (uv.python(), RUN_CARGO.path());
        let start = [
            &python,
            // The script needs no packages, and nothing is written beside it.
            "-SB",
            &script,
            &self.rustup_home,
            TARGET,
            &lock,
            given.wheels,
            given.keep,
        ];
        let names = given.own.iter().map(String::as_str);
        let words = start.into_iter().chain(names).chain(["--"]);
        step.wrap(words.map(str::to_owned).collect::<Vec<_>>());
    }
}

/// What `run_cargo.py` does beside running a command; nothing by default.
#[derive(Default)]
struct Given<'a> {
    /// The folder of wheels that are checked.
    wheels: &'a str,
    /// The folder whose libraries are copied, and behind a colon where.
    keep: &'a str,
    /// The names of the crates that are compiled of stubs until then.
    own: &'a [String],
}
