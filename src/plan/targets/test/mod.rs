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
use crate::plan::base::runtime_base::RuntimeBase;
use crate::plan::base::{runtime_base, system_packages, writable};
use crate::plan::image::{config, copy, run_steps};
use crate::plan::installers;
use crate::plan::installers::InstallRequest;
use crate::plan::model::{
    Environment, Layer, Notes, OutputFolder, PartId, PartKind, PlanBuilder, Step, StepName,
    StepNetwork, Tree,
};
use crate::plan::project::{check_interpreter, into_interpreter, layers};
use crate::plan::request::site::Site;
use crate::plan::request::user;
use crate::plan::scripts::RUN_TESTS;
use crate::plan::targets::{Built, added, copied_target, dependencies, join};
use crate::plan::uv::UvRunner;
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
    plan: &mut PlanBuilder,
    notes: &mut Notes,
) -> Result<Built, Diagnostics> {
    let tested = tested(site, plan, notes)?;
    let reports = run(site, plan, &tested, None)?;
    let tree = Tree::whole(reports, &TargetPath::known(REPORTS));
    let reports = plan.layer(STAGE, "reports", None, tree);
    let layers = [reports].into_iter().chain(tested.writable);
    Ok((join(plan, STAGE, tested.root, layers), tested.config))
}

/// Adds `test-reports`.
pub(crate) fn reports(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    notes: &mut Notes,
) -> Result<Built, Diagnostics> {
    let tested = tested(site, plan, notes)?;
    let reports = run(site, plan, &tested, Some("--record"))?;
    let tree = PartKind::Tree(Tree::whole(reports, &TargetPath::root()));
    let tree = plan.add(StepName::new("test", "lay out reports"), None, tree);
    Ok((tree, ImageConfig::empty(&site.options.platform)))
}

/// The configuration of the image.
pub(crate) fn config(site: Site<'_>) -> Result<ImageConfig, Diagnostics> {
    config::test(site, &runner::command(site)?.0)
}

fn tested(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    notes: &mut Notes,
) -> Result<Tested, Diagnostics> {
    let installer = installers::of(site.selection.installer)?;
    installer.check_site(site)?;
    let base = runtime_base::prepare(site, plan)?;
    let build = system_packages::build_base(site, plan)?;
    let uv = UvRunner::new(site, build.root, plan)?;
    let (environment, wanted) = environment(&uv, plan, notes)?;
    let checked = check_interpreter::check_interpreter(&uv, plan, base.root, &environment)?;
    let dependencies = dependencies(site, plan, STAGE, &checked);
    let copies = copy::layers(site, plan, &base, notes, copied_target)?;
    let mut project = layers::layers(
        &uv,
        plan,
        &base,
        (environment.whole, &wanted.set),
        &mut notes.warnings,
    )?;
    let tested = [copies.as_slice(), &project.all()].concat();
    project.move_into_interpreter(&uv, plan, &base)?;
    let shipped = [copies, project.all()].concat();
    let of_runtime = |plan: &mut PlanBuilder| runtime_dependencies(&uv, plan, &base);
    let runs = run_steps::layers(site, plan, &base, of_runtime, &shipped, notes)?;
    let tests = files::layer(site, plan, &base, notes)?;
    let reports = TargetPath::known(REPORTS);
    let writable = writable::layer(site, plan, &base, &[&site.spec.model.workdir, &reports])?;
    let layers = base.layers.into_iter().chain(dependencies);
    let layers = layers
        .chain(runs.below)
        .chain(tested)
        .chain(runs.above)
        .chain([tests, base.user]);
    let layers = layers.chain(writable.clone());
    let (command, why) = runner::command(site)?;
    notes.choose("test command", command.join(" "), why);
    Ok(Tested {
        root: join(plan, STAGE, base.image, layers),
        writable,
        config: config::test(site, &command)?,
        command,
    })
}

/// Adds the dependencies that the runtime has: what steps of the project's own make is made from those, and is the
/// same in both.
fn runtime_dependencies(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    base: &RuntimeBase,
) -> Result<Vec<Layer>, Diagnostics> {
    let installer = installers::of(uv.site.selection.installer)?;
    let environment = installer.install(uv, plan, &InstallRequest::for_runtime(uv))?;
    let compiled = uv.compiled(plan, &environment.dependencies, "builder");
    let checked = check_interpreter::check_interpreter(uv, plan, base.root, &compiled)?;
    let layers = dependencies(uv.site, plan, "runtime", &checked);
    into_interpreter::dependencies(uv, plan, base, layers)
}

/// Adds the environment with the dependencies of the tests, made from that of the runtime; and what is wanted of it.
fn environment(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    notes: &mut Notes,
) -> Result<(Environment, InstallRequest), Diagnostics> {
    let installer = installers::of(uv.site.selection.installer)?;
    let shipped = InstallRequest::for_runtime(uv);
    let runtime = installer.install(uv, plan, &shipped)?.dependencies;
    let choice = added::for_tests(uv.site)?;
    notes.choose(
        "test dependencies",
        choice.value.clone(),
        choice.why.clone(),
    );
    if choice.is_nothing() {
        return Ok((uv.compiled(plan, &runtime, "builder"), shipped));
    }
    let wanted = choice.added_to(shipped, STAGE, runtime.whole);
    let environment = installer.install(uv, plan, &wanted)?.dependencies;
    Ok((uv.compiled(plan, &environment, STAGE), wanted))
}

/// Adds the run of the tests; the part is what they left in [`REPORTS`].
fn run(
    site: Site<'_>,
    plan: &mut PlanBuilder,
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
        env: tested.config.env(),
        directory: site.spec.model.workdir.clone(),
        // A test that needs one passes today and fails tomorrow.
        network: StepNetwork::None,
        mounts: vec![RUN_TESTS.mount(plan)],
        ..Step::new(
            &site.options.platform,
            tested.root,
            command.chain(tested.command.iter().cloned()).collect(),
            OutputFolder::empty(TargetPath::known(REPORTS)),
        )
    };
    let runner = runner::runner(site)?;
    let title = StepName::new("test", format!("run {}", runner.name()));
    let origin = &site.facts.pyproject.place;
    Ok(plan.add_step(title, Some(origin), step))
}
