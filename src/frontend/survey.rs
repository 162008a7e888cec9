//! The survey: what the user wrote and what the project is, read once for all platforms.

use std::collections::BTreeSet;

use crate::context::{Context, Failure, Files, SpecFile};
use crate::diagnostic::{Diagnostic, Diagnostics, Source, rules};
use crate::frontend::crates;
use crate::frontend::locate::{self, Below};
use crate::frontend::workspace::{self, Around};
use crate::lock;
use crate::options::BuildOptions;
use crate::plan;
use crate::project::{self, Facts, folder, framework, requirements};
use crate::spec::{self, Spec, SpecKind};
use crate::values::ContextPath;

/// How often files are read that other files name: files include each other no deeper than that.
const MAX_ROUNDS: usize = 20;

/// What is known of a build before images are resolved.
pub(super) struct Survey {
    /// The spec, with what the selected target adds.
    pub(super) spec: Spec,
    /// The options; a target of the user's own is replaced by the built-in one that it is made from.
    pub(super) options: BuildOptions,
    /// The project.
    pub(super) facts: Facts,
    /// How messages name keys.
    pub(super) key_names: KeyNames,
}

/// How messages name keys: as they are written in the file that has them.
pub(super) struct KeyNames {
    /// The file that has the keys at its top, if there is one.
    own_file: Option<String>,
}

impl KeyNames {
    /// A message with its keys named as in the user's file.
    pub(super) fn written(&self, diagnostic: Diagnostic) -> Diagnostic {
        match &self.own_file {
            Some(file) => spec::in_own_file(diagnostic, file),
            None => diagnostic,
        }
    }

    /// A result whose errors name keys as in the user's file.
    pub(super) fn errors<T, E>(&self, result: Result<T, Failure<E>>) -> Result<T, Failure<E>> {
        result.map_err(|failure| match failure {
            Failure::User(errors) => {
                Failure::User(errors.map(|diagnostic| self.written(diagnostic)))
            }
            failure => failure,
        })
    }
}

/// Reads the spec and the project's files.
pub(super) async fn survey<C: Context>(
    context: &C,
    options: &BuildOptions,
) -> Result<Survey, Failure<C::Error>> {
    let (spec, start) = Start::read(context, options).await?;
    let manifest = project::manifest_beside(&start.files);
    let key_names = KeyNames {
        own_file: spec.own_file(manifest.is_some()),
    };
    let spec = match manifest {
        Some(manifest) => spec::with_manifest(spec, &manifest),
        None => Ok(spec),
    };
    let settled = spec.and_then(|spec| plan::settle(spec, options));
    let (spec, options) = key_names.errors(settled.map_err(Failure::User))?;
    let facts = key_names.errors(start.facts(context, &spec).await)?;
    Ok(Survey {
        spec,
        options,
        facts,
        key_names,
    })
}

/// What is read first beside the spec: the files in the project's folder.
struct Start {
    spec_file: SpecFile,
    folder: ContextPath,
    /// The files of the project, by their paths in its folder.
    files: Files,
    /// The paths of those and of files that do not exist.
    asked: BTreeSet<ContextPath>,
    around: Around,
}

impl Start {
    /// The spec and the files in the root of the context are read at the same time.
    async fn read<C: Context>(
        context: &C,
        options: &BuildOptions,
    ) -> Result<(Spec, Self), Failure<C::Error>> {
        if options.remote_context.is_some() {
            // Without the address: it may hold a token.
            let error = rules::UNSUPPORTED_OPTION
                .report("remote contexts are not supported yet, expected a local folder");
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
        let spec = in_folder(spec, &source, &below.folder)?;
        let around = workspace::find(&below, &mut files).await?;
        let start = Self {
            spec_file,
            folder: below.folder,
            files,
            asked: wanted.into_iter().collect(),
            around,
        };
        Ok((spec, start))
    }

    /// The facts, with the files that the spec and other files name; `spec` is the one of the selected target.
    async fn facts<C: Context>(self, context: &C, spec: &Spec) -> Result<Facts, Failure<C::Error>> {
        let Self {
            spec_file,
            folder,
            mut files,
            mut asked,
            around,
        } = self;
        let below = Below { context, folder };
        for _ in 0..MAX_ROUNDS {
            let mut more = requirements::wanted(spec, &files, &lock::lock_files());
            more.extend(framework::wanted(spec, &files));
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
            ..project::survey(spec, &spec_file, files)?
        };
        if let Some(lock) = around.lock {
            lock::uv::remember(&facts, lock);
        }
        let facts = workspace::with_members(context, spec, facts).await?;
        crates::read(context, facts).await
    }
}

/// The spec under its path in the context: the engine tells no more than the base name of a `pyproject.toml`.
fn in_folder(spec: Spec, source: &Source, folder: &ContextPath) -> Result<Spec, Diagnostics> {
    if spec.kind != SpecKind::Pyproject || folder.is_root() {
        return Ok(spec);
    }
    let path = folder::manifest_in(folder);
    spec::parse(&Source::new(path.as_str(), source.text()))
}

fn no_spec(filename: &str) -> Diagnostic {
    let manifest = project::PYPROJECT;
    rules::MISSING_SPEC.report(format!("there is no file `{filename}`")).hint(format!(
        "build in the folder of the project, or name the spec with `-f`, for example `-f {manifest}`"
    ))
}
