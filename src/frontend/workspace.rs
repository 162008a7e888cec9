//! What shares its lock with the project: read where a lock says so, and nothing of it else.

use std::sync::Arc;

use crate::context::{Context, Failure, Files};
use crate::diagnostic::{Diagnostics, rules};
use crate::frontend::locate::{Below, read_each};
use crate::lock;
use crate::lock::uv::reader::UvLock;
use crate::lock::uv::workspace::survey;
use crate::plan;
use crate::project::workspace::Workspace;
use crate::project::{self, Facts, PYPROJECT, Pyproject};
use crate::spec::Spec;
use crate::values::ContextPath;

/// uv's lock file, in the root of a workspace.
const UV_LOCK: &str = lock::uv::LOCK;
/// The files beside the lock file of a workspace that count for all of its packages.
const SHARED: &[&str] = &[UV_LOCK, "uv.toml"];

/// How many packages of the repository a project may need: each is a wheel of its own, built in several steps.
const MAX_MEMBERS: usize = 1_000;

/// The workspace of a project, and the `uv.lock` that counts for the project, if it has no problems.
#[derive(Default)]
pub(super) struct Around {
    pub(super) workspace: Option<Arc<Workspace>>,
    pub(super) lock: Option<UvLock>,
}

/// The workspace of the project, whose lock comes among the project's files: the nearest above whose lock has the
/// project's folder, else the project's own lock where it has other folders.
pub(super) async fn find<C: Context>(
    below: &Below<'_, C>,
    files: &mut Files,
) -> Result<Around, Failure<C::Error>> {
    let lock = ContextPath::known(UV_LOCK);
    let above = std::iter::successors(below.folder.parent(), ContextPath::parent);
    let shared = SHARED.iter().chain([&PYPROJECT]);
    let shared: Vec<_> = shared.map(|name| ContextPath::known(name)).collect();
    // The problems of a lock file that may have the project in what could not be read.
    let mut unread = None;
    for (folder, mut beside) in read_each(below.context, above.collect(), &shared).await? {
        let survey = survey(beside.get(&lock), &folder);
        let packages = survey.packages;
        let has_project = packages
            .iter()
            .any(|package| package.folder.as_ref() == Some(&below.folder));
        if !has_project {
            unread = unread.or(survey.problems);
            continue;
        }
        let manifest = beside.remove(&ContextPath::known(PYPROJECT));
        let manifest = match manifest {
            Some(content) => {
                let name = project::folder::manifest_in(&folder);
                let source = content.source(name.as_str())?;
                Some(Pyproject::read(&source)?)
            }
            None => None,
        };
        for name in SHARED {
            // uv takes those of the workspace alone.
            files.remove(&ContextPath::known(name));
        }
        files.extend(beside);
        return Ok(Around {
            lock: survey.lock,
            workspace: Some(Arc::new(Workspace {
                folder,
                manifest,
                packages,
            })),
        });
    }
    let is_there = |name: &&str| files.contains_key(&ContextPath::known(name));
    if let Some(problems) = unread
        && !lock::evidence().iter().any(is_there)
    {
        return Err(problems.into());
    }
    // Problems of the project's own lock file are reported where it is compared with the manifest.
    let survey = survey(files.get(&lock), &below.folder);
    let packages = survey.packages;
    let mut others = packages.iter().map(|package| package.folder.as_ref());
    let has_others = others.any(|folder| folder != Some(&below.folder));
    Ok(Around {
        lock: survey.lock,
        workspace: has_others.then(|| {
            Arc::new(Workspace {
                folder: below.folder.clone(),
                manifest: None,
                packages,
            })
        }),
    })
}

/// The facts with those of the packages that the project may need, by the lock that is installed.
pub(super) async fn with_members<C: Context>(
    context: &C,
    spec: &Spec,
    mut facts: Facts,
) -> Result<Facts, Failure<C::Error>> {
    if let Some(packages) = plan::local_packages(spec, &facts) {
        facts.workspace = (!packages.is_empty()).then(|| {
            Arc::new(Workspace {
                folder: facts.folder.clone(),
                manifest: None,
                packages,
            })
        });
    }
    let Some(workspace) = &facts.workspace else {
        return Ok(facts);
    };
    let needed = workspace.needed(&facts.folder);
    if needed.len() > MAX_MEMBERS {
        let message = format!(
            "the project needs {} packages of the repository, the limit is {MAX_MEMBERS}",
            needed.len()
        );
        let error = rules::LOCAL_PACKAGE.report(message);
        return Err(error
            .at(&facts.pyproject.dependencies_location)
            .hint("join packages, or publish some of them to an index")
            .into());
    }
    let folders = needed.iter().filter_map(|package| package.folder.clone());
    let (mut members, mut problems) = (Vec::new(), Vec::new());
    for (folder, files) in read_each(context, folders.collect(), &project::wanted(&[])).await? {
        let member = project::member(&facts, &folder, files);
        members.extend(Diagnostics::gather(member, &mut problems).flatten());
    }
    Diagnostics::split(problems)?;
    Ok(Facts { members, ..facts })
}
