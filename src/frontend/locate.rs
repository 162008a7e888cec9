//! The project's folder, and its files by their paths in it.

use crate::context::{Context, Failure, Files};
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
    let likely = match Folder::of(spec, in_root) {
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
        let place = |path: &ContextPath| self.folder.join(path.as_str()).ok();
        let places: Vec<ContextPath> = wanted.iter().filter_map(place).collect();
        let mut found = self
            .context
            .files(&places)
            .await
            .map_err(Failure::Context)?;
        let named = wanted.iter().filter_map(|path| {
            let content = found.remove(&place(path)?)?;
            Some((path.clone(), content))
        });
        Ok(named.collect())
    }
}
