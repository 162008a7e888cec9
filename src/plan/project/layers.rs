//! The project's own part: its wheel, always built from exactly the files in the context, and installed
//! alone; or its files as they are, where it is no package.

use crate::diagnostic::{Diagnostic, Diagnostics, rules};
use crate::lock::DependencySet;
use crate::plan::base::context;
use crate::plan::base::context::Purpose;
use crate::plan::base::runtime_base::RuntimeBase;
use crate::plan::model::{
    Layer, OutputFolder, PartId, PartKind, PlanBuilder, StepMount, StepName, Tree,
};
use crate::plan::project::wheel::{Build, Dist, WHEELS, Wheel};
use crate::plan::project::{files, into_interpreter, wheel};
use crate::plan::request::site::Site;
use crate::plan::scripts::{INSTALL_PROJECT, run_uv};
use crate::plan::uv::UvRunner;
use crate::values::TargetPath;

/// Where what it brings is gathered.
const PART: &str = "/part";

/// The layers of the project.
pub(crate) struct ProjectLayers {
    /// Files at places of their own.
    placed: Vec<Layer>,
    /// What is installed into the environment, with names for the log.
    pub(crate) installed: Vec<(String, Layer)>,
}

impl ProjectLayers {
    /// What is installed, as the image has it.
    pub(crate) fn move_into_interpreter(
        &mut self,
        uv: &UvRunner<'_>,
        plan: &mut PlanBuilder,
        base: &RuntimeBase,
    ) -> Result<(), Diagnostics> {
        for (name, layer) in &mut self.installed {
            *layer = into_interpreter::layer(uv, plan, base, (layer.clone(), name))?;
        }
        Ok(())
    }

    /// All of them, in their order.
    pub(crate) fn all(&self) -> Vec<Layer> {
        let installed = self.installed.iter().map(|(_, layer)| layer);
        self.placed.iter().chain(installed).cloned().collect()
    }
}

/// Adds the parts of the project as layers, the one that changes least often first: what of its own repository it
/// needs lies lowest. `dependencies` is the environment that it runs in, and `set` what that holds.
pub(crate) fn layers(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    base: &RuntimeBase,
    (dependencies, set): (PartId, &DependencySet),
    warnings: &mut Vec<Diagnostic>,
) -> Result<ProjectLayers, Diagnostics> {
    let mut installed = Vec::new();
    let site = uv.site;
    let members = (site.selection.installer).members(site.facts, set, site.marker_environment())?;
    for name in members {
        let layer = member(&uv.of_member(&name)?, plan, &name)?;
        installed.push((name, layer));
    }
    let own = own(uv, plan, base, dependencies, warnings)?;
    installed.extend(own.installed);
    Ok(ProjectLayers { installed, ..own })
}

/// Adds a package that the project needs: its wheel, built from its own files alone, and installed alone.
fn member(uv: &UvRunner<'_>, plan: &mut PlanBuilder, name: &str) -> Result<Layer, Diagnostics> {
    let site = uv.site;
    let context = context::context(site, plan, Purpose::Wheel);
    // That it has another version than the project is no matter.
    let wheel = wheel::build(uv, plan, Build::of(Dist::Wheel, context), &mut Vec::new())?;
    let installed = install(uv, plan, &wheel, uv.empty_venv);
    let tree = Tree::whole(installed, &site.spec.model.venv);
    let place = &site.facts.pyproject.place;
    Ok(plan.layer("runtime", name, Some(place), tree))
}

fn own(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    base: &RuntimeBase,
    dependencies: PartId,
    warnings: &mut Vec<Diagnostic>,
) -> Result<ProjectLayers, Diagnostics> {
    let site = uv.site;
    let place = &site.facts.pyproject.place;
    if !site.is_package()? {
        if let Some(first) = site.spec.model.files.first() {
            let error = rules::IDLE_KEY.report(
                "`files` is for what ships beside a package, and all files of this project are copied",
            );
            return Err(error
                .at(&first.location)
                .hint("remove `files`, and choose with `include` and `exclude`; or set `package = true`")
                .into());
        }
        let context = context::context(site, plan, Purpose::Copy);
        let workdir = &site.spec.model.workdir;
        let files = files::settle(site, plan, base, ("project", context), workdir)?;
        let tree = Tree::whole(files, workdir);
        return Ok(ProjectLayers {
            placed: vec![plan.layer("runtime", "project", Some(place), tree)],
            installed: Vec::new(),
        });
    }
    let context = context::context(site, plan, Purpose::Wheel);
    let wheel = wheel::build(uv, plan, Build::of(Dist::Wheel, context), warnings)?;
    let project = install(uv, plan, &wheel, dependencies);
    let tree = Tree::whole(project, &site.spec.model.venv);
    let project = plan.layer("runtime", "project", Some(place), tree);
    Ok(ProjectLayers {
        placed: files(site, plan, context, base)?.into_iter().collect(),
        installed: vec![("project".to_owned(), project)],
    })
}

/// The files that ship beside the package.
fn files(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    context: PartId,
    base: &RuntimeBase,
) -> Result<Option<Layer>, Diagnostics> {
    let files = &site.spec.model.files;
    let Some(first) = files.first() else {
        return Ok(None);
    };
    let root = TargetPath::root();
    let tree = context::chosen(site, context, files);
    let chosen = plan.add(
        StepName::new("runtime", "choose files"),
        Some(&first.location),
        PartKind::Tree(tree),
    );
    let files = files::settle(site, plan, base, ("files", chosen), &root)?;
    let tree = Tree::whole(files, &root);
    Ok(Some(plan.layer("runtime", "files", None, tree)))
}

/// Adds what the wheel brings, by its place in the environment.
fn install(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    wheel: &Wheel,
    dependencies: PartId,
) -> PartId {
    let site = uv.site;
    let (project, model) = (&site.facts.pyproject, &site.spec.model);
    let name = project.name.as_ref().map(|name| name.value.as_str());
    let python = uv.python();
    let arguments = [
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
        // The script compiles.
        "--no-compile-bytecode",
    ];
    // What only a build tells is looked at here. What the manifest tells was installed, and a project that is installed
    // beside an empty environment waits for no other.
    let told_by_build = project.name.is_none() || project.is_dynamic("dependencies");
    let mounts = vec![
        StepMount::bind(
            if told_by_build {
                dependencies
            } else {
                uv.empty_venv
            },
            model.venv.clone(),
        ),
        StepMount::bind(wheel.part, TargetPath::known(WHEELS)),
        INSTALL_PROJECT.mount(plan),
    ];
    let output = OutputFolder::empty(TargetPath::known(PART));
    let mut step = uv.step(&arguments, output, mounts);
    let script = INSTALL_PROJECT.path();
    let script = [
        python.as_str(),
        // Nothing is written beside the script or into the environment, which are others' parts.
        "-B",
        &script,
    ];
    let look = told_by_build.then_some("--check-requires");
    let compile = model.compile_bytecode.then_some("--compile-bytecode");
    let flags = compile.into_iter().chain(look);
    // Of a project without a name, whatever was built.
    let requirement = wheel.requirement.as_deref().unwrap_or_default();
    let installed = [WHEELS, PART, name.unwrap_or_default(), requirement];
    let script = script.into_iter().chain(flags).chain(installed);
    // uv's own command line comes last.
    let script = script.map(str::to_owned).chain(run_uv(&python, PART));
    step.wrap(script);
    let title = StepName::new(
        "runtime",
        format!("install {}", name.unwrap_or(wheel::UNNAMED)),
    );
    plan.add_step(title, Some(&project.place), step)
}
