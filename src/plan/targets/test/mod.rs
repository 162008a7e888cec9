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
use crate::plan::installers::Wanted;
use crate::plan::root::PreparedRoot;
use crate::plan::scripts::RUN_TESTS;
use crate::plan::targets::{Built, Notes, choice, dependencies, join};
use crate::plan::{
    Bench, Layer, OutputFolder, PartId, PartKind, Parts, Site, Step, StepNetwork, Tree,
    application, copies, image, interpreter, root, runs, system, writable,
};
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
pub(super) fn build(
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
pub(super) fn reports(
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
pub(super) fn config(site: Site<'_>) -> Result<ImageConfig, Diagnostics> {
    image::test(site, &runner::command(site)?.0)
}

fn tested(site: Site<'_>, parts: &mut Parts, notes: &mut Notes) -> Result<Tested, Diagnostics> {
    let installer = site.selection.installer;
    installer.check(site)?;
    let base = root::prepare(site, parts)?;
    let build = system::build_base(site, parts)?;
    let bench = Bench::new(site, build.root, parts)?;
    let (environment, wanted) = environment(&bench, parts, notes)?;
    let checked = root::check_interpreter(&bench, parts, base.root, environment)?;
    let tree = Tree::whole(checked, &site.spec.model.venv);
    let dependencies = parts.layer(STAGE, "dependencies", None, tree);
    let copies = copies::layers(site, parts, &base, notes)?;
    let mut project = application::layers(
        &bench,
        parts,
        &base,
        (environment, &wanted),
        &mut notes.warnings,
    )?;
    let tested = [copies.as_slice(), &project.all()].concat();
    project.move_into_interpreter(&bench, parts, &base)?;
    let shipped = [copies, project.all()].concat();
    let of_runtime = |parts: &mut Parts| runtime_dependencies(&bench, parts, &base);
    let runs = runs::layers(site, parts, &base, of_runtime, &shipped, notes)?;
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
        config: image::test(site, &command)?,
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
    let installer = bench.site.selection.installer;
    let environment = installer.install(bench, parts, &Wanted::for_runtime(bench))?;
    let compiled = bench.compiled(parts, environment.dependencies, "builder");
    let checked = root::check_interpreter(bench, parts, base.root, compiled)?;
    let layer = dependencies(bench.site, parts, "runtime", checked);
    interpreter::layer(bench, parts, base, (layer, "dependencies"))
}

/// Adds the environment with the dependencies of the tests, made from that of the runtime; and what is wanted of it.
fn environment(
    bench: &Bench<'_>,
    parts: &mut Parts,
    notes: &mut Notes,
) -> Result<(PartId, Wanted), Diagnostics> {
    let installer = bench.site.selection.installer;
    let shipped = Wanted::for_runtime(bench);
    let runtime = installer.install(bench, parts, &shipped)?.dependencies;
    let choice = choice::for_tests(bench.site)?;
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
    let user = root::user(site)?;
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
