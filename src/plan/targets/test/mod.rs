//! `test`: what the runtime has, the dependencies of the tests, and the tests, which are run in the build: a test that
//! fails, fails the build. A container of the image runs them again. `test-reports`: what they left in `/reports`,
//! alone in the root, for `--output`; there a failure is written down (`exit-code`) and fails nothing, since an engine
//! exports nothing from a build that failed.
//!
//! The tests see what is shipped: the wheel, installed, and never the sources beside it. Of the project's files only
//! tests and what configures them are in the working directory (for a project that is no package, all are). They run
//! as the image's user, who may write to the working directory and to `/reports`, and without a network.

mod files;
mod runner;

use crate::context::ImageConfig;
use crate::diagnostic::Diagnostics;
use crate::plan::base::runtime_base::PreparedRoot;
use crate::plan::base::{runtime_base, system_packages, writable};
use crate::plan::image::{config, copy, run_steps};
use crate::plan::installers;
use crate::plan::installers::InstallRequest;
use crate::plan::model::{
    Layer, Notes, OutputFolder, PartId, PartKind, Parts, Step, StepNetwork, Tree,
};
use crate::plan::project::{check_interpreter, into_interpreter, layers};
use crate::plan::request::site::Site;
use crate::plan::request::user;
use crate::plan::scripts::RUN_TESTS;
use crate::plan::targets::{Built, added, copied_target, dependencies, join};
use crate::plan::uv::Bench;
use crate::values::TargetPath;

/// Where tests leave what is to be kept.
const REPORTS: &str = "/reports";

/// The stage of all steps.
const STAGE: &str = "test";

/// What all targets that run tests are made from.
struct Tested {
    /// What the tests run on.
    root: PartId,
    /// The folders that the user may write to, once more: reports laid over them would make them root's.
    writable: Option<Layer>,
    command: Vec<String>,
    config: ImageConfig,
}

/// Adds `test`.
pub(crate) fn build(
    site: Site<'_>,
    parts: &mut Parts,
    notes: &mut Notes,
) -> Result<Built, Diagnostics> {
    let tested = tested(site, parts, notes)?;
    let reports = run(site, parts, &tested, None)?;
    let tree = Tree::whole(reports, &TargetPath::known(REPORTS));
    let reports = parts.layer(STAGE, "reports", None, tree);
    let layers = [reports].into_iter().chain(tested.writable);
    Ok((join(parts, STAGE, tested.root, layers), tested.config))
}

/// Adds `test-reports`.
pub(crate) fn reports(
    site: Site<'_>,
    parts: &mut Parts,
    notes: &mut Notes,
) -> Result<Built, Diagnostics> {
    let tested = tested(site, parts, notes)?;
    let reports = run(site, parts, &tested, Some("--record"))?;
    let tree = PartKind::Tree(Tree::whole(reports, &TargetPath::root()));
    let tree = parts.add("[test] lay out reports", None, tree);
    Ok((tree, ImageConfig::empty(&site.options.platform)))
}

/// The configuration of the image.
pub(crate) fn config(site: Site<'_>) -> Result<ImageConfig, Diagnostics> {
    config::test(site, &runner::command(site)?.0)
}

fn tested(site: Site<'_>, parts: &mut Parts, notes: &mut Notes) -> Result<Tested, Diagnostics> {
    let installer = installers::of(site.selection.installer)?;
    installer.check_site(site)?;
    let base = runtime_base::prepare(site, parts)?;
    let build = system_packages::build_base(site, parts)?;
    let bench = Bench::new(site, build.root, parts)?;
    let (environment, wanted) = environment(&bench, parts, notes)?;
    let checked = check_interpreter::check_interpreter(&bench, parts, base.root, environment)?;
    let tree = Tree::whole(checked, &site.spec.model.venv);
    let dependencies = parts.layer(STAGE, "dependencies", None, tree);
    let copies = copy::layers(site, parts, &base, notes, copied_target)?;
    let mut project = layers::layers(
        &bench,
        parts,
        &base,
        (environment, &wanted.set),
        &mut notes.warnings,
    )?;
    let tested = [copies.as_slice(), &project.all()].concat();
    project.move_into_interpreter(&bench, parts, &base)?;
    let shipped = [copies, project.all()].concat();
    let of_runtime = |parts: &mut Parts| runtime_dependencies(&bench, parts, &base);
    let runs = run_steps::layers(site, parts, &base, of_runtime, &shipped, notes)?;
    let tests = files::layer(site, parts, &base, notes)?;
    let reports = TargetPath::known(REPORTS);
    let writable = writable::layer(site, parts, &base, &[&site.spec.model.workdir, &reports])?;
    let layers = base.layers.into_iter().chain([dependencies]);
    let layers = layers
        .chain(runs.below)
        .chain(tested)
        .chain(runs.above)
        .chain([tests, base.user]);
    let layers = layers.chain(writable.clone());
    let (command, why) = runner::command(site)?;
    notes.choose("test command", command.join(" "), why);
    Ok(Tested {
        root: join(parts, STAGE, base.image, layers),
        writable,
        config: config::test(site, &command)?,
        command,
    })
}

/// Adds the dependencies that the runtime has: what steps of the project's own make is made from those, and is the
/// same in both.
fn runtime_dependencies(
    bench: &Bench<'_>,
    parts: &mut Parts,
    base: &PreparedRoot,
) -> Result<Layer, Diagnostics> {
    let installer = installers::of(bench.site.selection.installer)?;
    let environment = installer.install(bench, parts, &InstallRequest::for_runtime(bench))?;
    let compiled = bench.compiled(parts, environment.dependencies, "builder");
    let checked = check_interpreter::check_interpreter(bench, parts, base.root, compiled)?;
    let layer = dependencies(bench.site, parts, "runtime", checked);
    into_interpreter::layer(bench, parts, base, (layer, "dependencies"))
}

/// Adds the environment with the dependencies of the tests, made from that of the runtime; and what is wanted of it.
fn environment(
    bench: &Bench<'_>,
    parts: &mut Parts,
    notes: &mut Notes,
) -> Result<(PartId, InstallRequest), Diagnostics> {
    let installer = installers::of(bench.site.selection.installer)?;
    let shipped = InstallRequest::for_runtime(bench);
    let runtime = installer.install(bench, parts, &shipped)?.dependencies;
    let choice = added::for_tests(bench.site)?;
    notes.choose(
        "test dependencies",
        choice.value.clone(),
        choice.why.clone(),
    );
    if choice.is_nothing() {
        return Ok((bench.compiled(parts, runtime, "builder"), shipped));
    }
    let wanted = choice.added_to(shipped, STAGE, runtime);
    let environment = installer.install(bench, parts, &wanted)?.dependencies;
    Ok((bench.compiled(parts, environment, STAGE), wanted))
}

/// Adds the run of the tests; the part is what they left in [`REPORTS`].
fn run(
    site: Site<'_>,
    parts: &mut Parts,
    tested: &Tested,
    flag: Option<&str>,
) -> Result<PartId, Diagnostics> {
    let python = format!("{}/bin/python", site.spec.model.venv);
    let user = user::user(site)?;
    let script = RUN_TESTS.path();
    // `-B`: no byte code is left beside the script.
    let command = [python.as_str(), "-B", &script].into_iter().chain(flag);
    let command = command.chain([user.as_str(), REPORTS]).map(str::to_owned);
    let step = Step {
        root: tested.root,
        command: command.chain(tested.command.iter().cloned()).collect(),
        env: tested.config.env(),
        directory: site.spec.model.workdir.clone(),
        // A test that needs one passes today and fails tomorrow.
        network: StepNetwork::None,
        output: OutputFolder {
            at: TargetPath::known(REPORTS),
            from: None,
        },
        mounts: vec![RUN_TESTS.mount(parts)],
    };
    let runner = runner::runner(site)?;
    let title = format!("[test] run {}", runner.name());
    let origin = &site.facts.pyproject.place;
    Ok(parts.add(title, Some(origin), PartKind::Step(Box::new(step))))
}
