//! The project's folder, and its files by their paths in it.

use crate::context::{Context, Failure, Files};
use crate::lock::uv::{LOCK, workspace};
use crate::project::PYPROJECT;
use crate::project::folder::{self, Folder};
use crate::spec::Spec;
use crate::values::ContextPath;

/// The folder of the project; `in_root` are the files in the root of the context.
pub(super) async fn folder<C: Context>(
    context: &C,
    spec: &Spec,
    in_root: &Files,
) -> Result<ContextPath, Failure<C::Error>> {
    let members = || {
        let lock = in_root.get(&ContextPath::known(LOCK));
        workspace::survey(lock, &ContextPath::root()).packages
    };
    let likely = match Folder::of(spec, in_root, members) {
        Folder::At(folder) => return Ok(folder),
        Folder::Among(likely) => likely,
    };
    if !likely.is_empty() {
        let manifests: Vec<_> = likely.iter().map(folder::manifest_in).collect();
        let files = context.files(&manifests).await.map_err(Failure::Context)?;
        if let Some(found) = folder::among(spec, &files)? {
            return Ok(found);
        }
    }
    let all = context.everywhere(PYPROJECT).await;
    let all = all.map_err(Failure::Context)?;
    let found = folder::among(spec, &all)?;
    Ok(found.ok_or_else(|| folder::nowhere(spec, &all))?)
}

/// Files of a folder of the context, by their paths in that folder.
pub(super) struct Below<'c, C> {
    pub(super) context: &'c C,
    pub(super) folder: ContextPath,
}

impl<C: Context> Below<'_, C> {
    /// Those of the files that exist, in one read.
    pub(super) async fn files(&self, wanted: &[ContextPath]) -> Result<Files, Failure<C::Error>> {
        let folders = vec![self.folder.clone()];
        let read = read_each(self.context, folders, wanted).await?;
        Ok(read.into_iter().flat_map(|(_, files)| files).collect())
    }
}

/// Reads files with the same names in several folders, in one read.
pub(super) async fn read_each<C: Context>(
    context: &C,
    folders: Vec<ContextPath>,
    wanted: &[ContextPath],
) -> Result<Vec<(ContextPath, Files)>, Failure<C::Error>> {
    if folders.is_empty() {
        return Ok(Vec::new());
    }
    let place = |folder: &ContextPath, path: &ContextPath| folder.join(path.as_str()).ok();
    let places = folders
        .iter()
        .flat_map(|folder| wanted.iter().filter_map(|path| place(folder, path)));
    let places: Vec<ContextPath> = places.collect();
    let mut read = context.files(&places).await.map_err(Failure::Context)?;
    let of_folder = |folder: ContextPath| {
        let files = wanted.iter().filter_map(|path| {
            let file = read.remove(&place(&folder, path)?)?;
            Some((path.clone(), file))
        });
        let files = files.collect();
        (folder, files)
    };
    Ok(folders.into_iter().map(of_folder).collect())
}
