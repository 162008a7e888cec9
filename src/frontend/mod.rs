//! The story: from options and a context to the image of one platform.

mod locate;
mod workspace;

use std::collections::BTreeSet;

use futures_util::future::try_join_all;

use crate::context::Images;
use crate::context::{Context, Failure};
use crate::definition::{self, Definition};
use crate::diagnostic::{Diagnostic, Source};
use crate::llb::{self, Engine, Graph};
use crate::lock;
use crate::options::BuildOptions;
use crate::plan::{self, Plan, Site};
use crate::project::{self, Facts, application, folder, requirements};
use crate::spec::{self, SpecKind};
use crate::values::ContextPath;
use locate::Below;

/// How often files are read that others name: files include each other no deeper than that.
const MAX_ROUNDS: usize = 20;

/// Plans the build. What is told names keys as they are written in the file that has them.
pub async fn plan<C: Context>(
    context: &C,
    options: &BuildOptions,
) -> Result<Plan, Failure<C::Error>> {
    let mut own_file = None;
    // On the heap: what it holds from one read to the next is large.
    let planned = Box::pin(plan_in(context, options, &mut own_file)).await;
    let Some(file) = own_file else {
        return planned;
    };
    let told = |diagnostic| spec::in_own_file(diagnostic, &file);
    match planned {
        Ok(mut plan) => {
            plan.warnings = plan.warnings.into_iter().map(told).collect();
            Ok(plan)
        }
        Err(Failure::User(errors)) => Err(Failure::User(errors.map(told))),
        Err(failure) => Err(failure),
    }
}

/// The spec and the project's files are read at the same time. `own_file` becomes the name of the file that has the
/// keys at its top, where one has.
async fn plan_in<C: Context>(
    context: &C,
    options: &BuildOptions,
    own_file: &mut Option<String>,
) -> Result<Plan, Failure<C::Error>> {
    if options.remote_context.is_some() {
        // Without the address: it may hold a token.
        let error =
            Diagnostic::error("remote contexts are not supported yet, expected a local folder");
        return Err(error
            .hint("check the project out and build from its folder")
            .into());
    }
    let wanted = project::wanted(&lock::files());
    let (spec_file, in_root) = tokio::join!(context.spec(), context.files(&wanted));
    let spec_file = spec_file.map_err(Failure::Context)?;
    let spec_file = spec_file.ok_or_else(|| no_spec(&options.filename))?;
    let source = spec_file.content.source(&spec_file.name)?;
    let in_root = in_root.map_err(Failure::Context)?;
    let spec = spec::parse(&source)
        .map_err(|errors| errors.with(project::problems_beside(&source, &in_root)))?;
    let folder = locate::folder(context, &spec, &in_root).await?;
    let below = Below { context, folder };
    let mut files = if below.folder.is_root() {
        in_root
    } else {
        let mut files = below.files(&wanted).await?;
        folder::check(&spec, &below.folder, &files)?;
        project::inherit(&mut files, &in_root);
        files
    };
    let spec = match spec.kind {
        // The engine told no more than the base name.
        SpecKind::Pyproject if !below.folder.is_root() => {
            let path = folder::manifest_in(&below.folder);
            spec::parse(&Source::new(path.as_str(), source.text()))?
        }
        _ => spec,
    };
    let around = workspace::find(&below, &mut files).await?;
    let manifest = project::manifest_beside(&files);
    *own_file = spec.own_file(manifest.is_some());
    let spec = match manifest {
        Some(manifest) => spec::with_manifest(spec, &manifest)?,
        None => spec,
    };
    let (spec, options) = plan::settle(spec, options)?;
    let options = &options;
    let mut asked: BTreeSet<ContextPath> = wanted.into_iter().collect();
    for _ in 0..MAX_ROUNDS {
        let mut more = requirements::wanted(&spec, &files, &lock::lock_files());
        more.extend(application::wanted(&spec, &files));
        let more: Vec<ContextPath> = more.difference(&asked).cloned().collect();
        if more.is_empty() {
            break;
        }
        files.extend(below.files(&more).await?);
        asked.extend(more);
    }
    let facts = Facts {
        workspace: around.workspace,
        folder: below.folder,
        ..project::survey(&spec, &spec_file, files)?
    };
    if let Some(lock) = around.lock {
        lock::uv::remember(&facts, lock);
    }
    let facts = workspace::with_members(context, &spec, facts).await?;
    let mut selection = plan::choose(&spec, &facts, options)?;
    let spec = plan::settle_worker(spec, &facts, &mut selection)?;
    let resolve = selection.images().into_iter().map(|image| async move {
        let resolved = context.resolve(&image.reference, &options.platform).await;
        let (reference, origin) = (image.reference.clone(), image.origin.clone());
        let resolved = resolved.map_err(|error| Failure::Image {
            reference,
            origin,
            hint: image.hint,
            error,
        })?;
        Ok::<_, Failure<C::Error>>((image.reference.clone(), resolved))
    });
    let mut images: Images = try_join_all(resolve).await?.into_iter().collect();
    for (reference, files) in plan::look(&spec, &selection, &images) {
        if let Some(image) = images.get_mut(&reference) {
            let found = context.has_any(image, &options.platform, &files).await;
            image.has_python = found.map_err(Failure::Context)?;
        }
    }
    Ok(plan::plan(Site::new(
        &spec, &facts, options, &selection, &images,
    ))?)
}

fn no_spec(filename: &str) -> Diagnostic {
    let manifest = project::PYPROJECT;
    Diagnostic::error(format!("there is no file `{filename}`")).hint(format!(
        "build in the folder of the project, or name the spec with `-f`, for example `-f {manifest}`"
    ))
}

/// The graph of a plan, and its bytes.
pub fn lower(
    plan: &Plan,
    options: &BuildOptions,
    engine: &Engine,
) -> Result<(Graph, Definition), Diagnostic> {
    let (graph, result) = llb::lower(plan, options, engine)?;
    let definition = definition::encode(&graph, result);
    Ok((graph, definition))
}
