//! `[[copy]]`: extra files of the image, a layer for each, above the dependencies and below the project.

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned, rules};
use crate::plan::base::context;
use crate::plan::base::context::Purpose;
use crate::plan::base::runtime_base::RuntimeBase;
use crate::plan::base::script_runner::view;
use crate::plan::model::{
    Layer, Notes, OutputFolder, PartId, PartKind, Placed, PlanBuilder, Step, StepMount, StepName,
    Tree,
};
use crate::plan::request::site::Site;
use crate::plan::request::user;
use crate::plan::scripts::LAY_FILES;
use crate::plan::select::copy_sources::CopySource;
use crate::spec::CopySpec;
use crate::values::{ContextPath, TargetPath};

/// Each copy and each step of the project's own is a layer, and Docker takes no image of more than 127.
const MAX_LAYERS: usize = 100;

fn check_count(site: Site<'_>) -> Result<(), Diagnostic> {
    let model = &site.spec.model;
    let copies = model.copies.iter().map(|copy| &copy.dest.location);
    let places = copies.chain(model.runs.iter().map(|run| &run.location));
    let count = places.clone().count();
    let Some(first_too_many) = places.into_iter().nth(MAX_LAYERS) else {
        return Ok(());
    };
    let message =
        format!("`[[copy]]` and `[[run]]` make {count} layers, expected {MAX_LAYERS} at most");
    let hint = "copy a folder in place of its files, and join commands to one";
    Err(rules::TOO_MANY_LAYERS
        .report(message)
        .at(first_too_many)
        .hint(hint))
}

/// Adds another target by its name, to copy from; `targets` lies above this room.
pub(crate) type TargetOf =
    fn(Site<'_>, &mut PlanBuilder, &str, &mut Notes) -> Result<PartId, Diagnostics>;

/// Adds the layers of a target's image, in the order of the text.
pub(crate) fn layers(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    base: &RuntimeBase,
    notes: &mut Notes,
    target: TargetOf,
) -> Result<Vec<Layer>, Diagnostics> {
    check_count(site)?;
    let (mut layers, mut problems) = (Vec::new(), Vec::new());
    for copy in &site.spec.model.copies {
        let layer = layer(site, plan, base, copy, (notes, target));
        layers.extend(Diagnostics::gather(layer, &mut problems));
    }
    Diagnostics::split(problems)?;
    Ok(layers)
}

fn layer(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    base: &RuntimeBase,
    copy: &CopySpec,
    (notes, target): (&mut Notes, TargetOf),
) -> Result<Layer, Diagnostics> {
    let src = copy.src()?;
    let origin = Some(&src.location);
    let source = CopySource::of(copy, &site.spec.model, site.options)?;
    let from = match &source {
        CopySource::Context => {
            let purpose = if site.is_package()? {
                Purpose::Wheel
            } else {
                Purpose::Copy
            };
            context::context(site, plan, purpose)
        }
        CopySource::Image(image) => {
            let name = image.reference.familiar();
            let title = StepName::new("runtime", format!("image {name}"));
            plan.image(
                site.image(&image.reference)?,
                &site.options.platform,
                title,
                image.origin.as_ref(),
            )
        }
        CopySource::Target(name) => target(site, plan, name, notes)?,
    };
    let what = match &copy.from {
        Some(from) => format!("{} from {}", src.value, from.value),
        None => src.value.to_string(),
    };
    // Only what was selected: the rest is then not part of the cache key.
    let chosen = plan.add(
        StepName::new("runtime", format!("choose {what}")),
        origin,
        PartKind::Tree(chosen(from, &src, copy)),
    );
    let settled = matches!(source, CopySource::Context);
    let files = lay(site, plan, base, (&what, chosen), settled)?;
    let tree = Tree::whole(files, &TargetPath::root());
    Ok(plan.layer("runtime", &what, None, tree))
}

/// What is copied, at its place.
fn chosen(of: PartId, src: &Spanned<ContextPath>, copy: &CopySpec) -> Tree {
    let placed = Placed {
        select: TargetPath::root().join_context(&src.value),
        at: copy.dest.value.clone(),
        into: copy.into,
    };
    Tree {
        of,
        paths: vec![placed],
        owner: None,
    }
}

/// Adds the step that gives chosen files the owners and modes of an image, and finds their places in the base.
fn lay(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    base: &RuntimeBase,
    (what, chosen): (&str, PartId),
    settled: bool,
) -> Result<PartId, Diagnostics> {
    let (from, out) = (
        TargetPath::known("/mnt/from"),
        TargetPath::known("/mnt/out"),
    );
    let seen = view(site, plan, base.root)?;
    let mut command = vec!["python3".to_owned(), LAY_FILES.path()];
    command.extend(settled.then(|| "--settle".to_owned()));
    command.extend([&from, &out, &seen.at].map(ToString::to_string));
    let writable = &site.spec.model.image.writable;
    if !writable.is_empty() {
        command.push(user::user(site)?);
        command.extend(writable.iter().map(|path| path.value.to_string()));
    }
    let chosen = StepMount::bind(chosen, from);
    let script = LAY_FILES.mount(plan);
    let step = Step {
        env: seen.env,
        mounts: [chosen, script].into_iter().chain(seen.mount).collect(),
        ..Step::new(
            &site.options.platform,
            seen.root,
            command,
            OutputFolder::empty(out),
        )
    };
    let title = StepName::new("runtime", format!("copy {what}"));
    Ok(plan.add_step(title, None, step))
}
