//! `[[copy]]`: extra files of the image, a layer for each, above the dependencies and below the project.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::options::BuildOptions;
use crate::plan::base_view::view;
use crate::plan::root::PreparedRoot;
use crate::plan::scripts::LAY_FILES;
use crate::plan::sources::{self, Purpose};
use crate::plan::targets::copied::MAX_COPIED;
use crate::plan::targets::{Notes, index, own};
use crate::plan::{
    Layer, NeededImage, OutputFolder, PartId, PartKind, Parts, Placed, Site, Step, StepMount,
    StepNetwork, Tree, choose, root,
};
use crate::spec::{CopySpec, Model, Spec};
use crate::values::{ContextPath, TargetPath};

const HINT: &str = "name a target of the project, a context that `--build-context NAME=…` gives, or an image that the \
                    engine can pull";

/// Where a copy is from.
enum From {
    Context,
    Target(String),
    Image(NeededImage),
}

impl From {
    /// Named contexts come first, as they do for every base; then targets.
    fn of(copy: &CopySpec, model: &Model, options: &BuildOptions) -> Result<Self, Diagnostic> {
        let Some(from) = &copy.from else {
            return Ok(Self::Context);
        };
        if options.named_context(&from.value).is_none() && own::is_known(model, &from.value) {
            return Ok(Self::Target(from.value.clone()));
        }
        match from.value.parse() {
            Ok(reference) => Ok(Self::Image(NeededImage {
                reference,
                origin: Some(from.location.clone()),
                hint: HINT,
            })),
            Err(error) => {
                let message = format!("`{}` is no target, and no image: {error}", from.value);
                Err(Diagnostic::error(message).at(&from.location).hint(HINT))
            }
        }
    }
}

/// The images that are copied from.
pub(super) fn images(
    model: &Model,
    options: &BuildOptions,
) -> Result<Vec<NeededImage>, Diagnostics> {
    let (mut images, mut problems) = (Vec::new(), Vec::new());
    let mut known = BTreeSet::new();
    let mut models = vec![model.clone()];
    while let Some(model) = models.pop() {
        let mut more = Vec::new();
        for copy in &model.copies {
            match From::of(copy, &model, options) {
                Ok(From::Image(image)) => images.push(image),
                Ok(From::Target(name)) => {
                    // With more the target that was asked for is none of those that have copies, or unknown.
                    if known.len() < MAX_COPIED && known.insert(index::key(&name)) {
                        let (target, model) = own::model_of(&model, &name)?;
                        more.extend(target.has_copies().then_some(model));
                    }
                }
                Ok(From::Context) => {}
                Err(error) => problems.push(error),
            }
        }
        models.extend(more.into_iter().rev());
    }
    Diagnostics::split(problems)?;
    Ok(images)
}

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

/// Adds the layers of a target's image, in the order of the text.
pub(super) fn layers(
    site: Site<'_>,
    parts: &mut Parts,
    base: &PreparedRoot,
    notes: &mut Notes,
) -> Result<Vec<Layer>, Diagnostics> {
    check_count(site)?;
    let (mut layers, mut problems) = (Vec::new(), Vec::new());
    for copy in &site.spec.model.copies {
        let layer = layer(site, parts, base, copy, notes);
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
    notes: &mut Notes,
) -> Result<Layer, Diagnostics> {
    let src = copy.src()?;
    let origin = Some(&src.location);
    let source = From::of(copy, &site.spec.model, site.options)?;
    let from = match &source {
        From::Context => {
            let purpose = if site.is_package()? {
                Purpose::Wheel
            } else {
                Purpose::Copy
            };
            sources::context(site, parts, purpose)
        }
        From::Image(image) => {
            let name = image.reference.familiar();
            let title = format!("[runtime] image {name}");
            parts.image(site.image(&image.reference)?, &title, image.origin.as_ref())
        }
        From::Target(name) => of_target(site, parts, name, notes)?,
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
    let settled = matches!(source, From::Context);
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
        without: &[],
        owner: None,
    }
}

/// Adds another target, to copy from; once for all copies.
fn of_target(
    site: Site<'_>,
    parts: &mut Parts,
    name: &str,
    notes: &mut Notes,
) -> Result<PartId, Diagnostics> {
    let key = index::key(name);
    if let Some(known) = notes.copied.get(&key) {
        return Ok(*known);
    }
    let (target, model) = own::model_of(&site.spec.model, name)?;
    let spec = Spec {
        model,
        ..site.spec.clone()
    };
    let options = BuildOptions {
        target: Some(target.name().to_owned()),
        ..site.options.clone()
    };
    // What it picks was told: a target chooses no other tools, images and versions.
    let selection = choose(&spec, site.facts, &options)?;
    let site = Site {
        spec: &spec,
        options: &options,
        selection: &selection,
        ..site
    };
    let (root, _) = target.build(site, parts, notes)?;
    notes.copied.insert(key, root);
    Ok(root)
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
        command.push(root::user(site)?);
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
