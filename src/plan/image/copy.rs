//! `[[copy]]`: extra files of the image, a layer for each, above the dependencies and below the project.

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::plan::base::context;
use crate::plan::base::context::Purpose;
use crate::plan::base::runtime_base::PreparedRoot;
use crate::plan::base::script_runner::view;
use crate::plan::model::{
    Layer, Notes, OutputFolder, PartId, PartKind, Parts, Placed, Step, StepMount, StepNetwork, Tree,
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
    Err(Diagnostic::error(message).at(first_too_many).hint(hint))
}

/// Adds another target by its name, to copy from; `targets` lies above this room.
pub(crate) type TargetOf =
    fn(Site<'_>, &mut Parts, &str, &mut Notes) -> Result<PartId, Diagnostics>;

/// Adds the layers of a target's image, in the order of the text.
pub(crate) fn layers(
    site: Site<'_>,
    parts: &mut Parts,
    base: &PreparedRoot,
    notes: &mut Notes,
    target: TargetOf,
) -> Result<Vec<Layer>, Diagnostics> {
    check_count(site)?;
    let (mut layers, mut problems) = (Vec::new(), Vec::new());
    for copy in &site.spec.model.copies {
        let layer = layer(site, parts, base, copy, (notes, target));
        layers.extend(Diagnostics::gather(layer, &mut problems));
    }
    Diagnostics::split(problems)?;
    Ok(layers)
}

fn layer(
    site: Site<'_>,
    parts: &mut Parts,
    base: &PreparedRoot,
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
            context::context(site, parts, purpose)
        }
        CopySource::Image(image) => {
            let name = image.reference.familiar();
            let title = format!("[runtime] image {name}");
            parts.image(site.image(&image.reference)?, &title, image.origin.as_ref())
        }
        CopySource::Target(name) => target(site, parts, name, notes)?,
    };
    let what = match &copy.from {
        Some(from) => format!("{} from {}", src.value, from.value),
        None => src.value.to_string(),
    };
    // What was asked for alone: the rest is then no part of the key.
    let chosen = parts.add(
        format!("[runtime] choose {what}"),
        origin,
        PartKind::Tree(chosen(from, &src, copy)),
    );
    let settled = matches!(source, CopySource::Context);
    let files = lay(site, parts, base, (&what, chosen), settled)?;
    let tree = Tree::whole(files, &TargetPath::root());
    Ok(parts.layer("runtime", &what, None, tree))
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
    parts: &mut Parts,
    base: &PreparedRoot,
    (what, chosen): (&str, PartId),
    settled: bool,
) -> Result<PartId, Diagnostics> {
    let (from, out) = (
        TargetPath::known("/mnt/from"),
        TargetPath::known("/mnt/out"),
    );
    let seen = view(site, parts, base.root)?;
    let mut command = vec!["python3".to_owned(), LAY_FILES.path()];
    command.extend(settled.then(|| "--settle".to_owned()));
    command.extend([&from, &out, &seen.at].map(ToString::to_string));
    let writable = &site.spec.model.image.writable;
    if !writable.is_empty() {
        command.push(user::user(site)?);
        command.extend(writable.iter().map(|path| path.value.to_string()));
    }
    let chosen = StepMount::Read {
        part: chosen,
        select: TargetPath::root(),
        at: from,
    };
    let script = LAY_FILES.mount(parts);
    let step = Step {
        root: seen.root,
        command,
        env: seen.env,
        directory: TargetPath::root(),
        network: StepNetwork::None,
        output: OutputFolder {
            at: out,
            from: None,
        },
        mounts: [chosen, script].into_iter().chain(seen.mount).collect(),
    };
    let title = format!("[runtime] copy {what}");
    Ok(parts.add(title, None, PartKind::Step(Box::new(step))))
}
