//! Credentials in the files that cargo reads: manifests, lock file and settings are in the graph of the build.

use std::sync::Arc;

use crate::context::Files;
use crate::diagnostic::{Diagnostic, Source, rules};
use crate::lock::cargo::CONFIG;
use crate::lock::credentials_in_files;
use crate::lock::tree::Tree;
use crate::values::ContextPath;

/// Keys of cargo's settings whose values are secrets.
const SECRETS: &[&str] = &["token", "secret-key"];

/// Those in manifests and in a lock file.
pub(super) fn in_files<'s>(sources: impl IntoIterator<Item = &'s Arc<Source>>) -> Vec<Diagnostic> {
    let sources = sources.into_iter();
    sources.flat_map(credentials_in_files::in_text_of).collect()
}

/// Those in the settings of cargo in the folders.
pub(super) fn in_settings(files: &Files, folders: &[&ContextPath]) -> Vec<Diagnostic> {
    let names = |folder: &&ContextPath| {
        let names = CONFIG.iter().filter_map(|name| folder.join(name).ok());
        names.collect::<Vec<_>>()
    };
    let mut paths: Vec<ContextPath> = folders.iter().flat_map(names).collect();
    paths.sort();
    paths.dedup();
    let found = paths.iter().filter_map(|path| {
        let source = files.get(path)?.source(path.as_str()).ok()?;
        Some(in_one(&source))
    });
    found.flatten().collect()
}

fn in_one(source: &Arc<Source>) -> Vec<Diagnostic> {
    let (tree, _) = Tree::recover(source);
    let secrets = tree.values().filter_map(|value| {
        let key = value.key().filter(|key| SECRETS.contains(&&**key))?;
        let message = format!("{}: `{key}` is a secret of cargo", value.location().line());
        Some(rules::CREDENTIALS_IN_FILE.report(message).hint(
            "remove it and change it, as it may be in version control; crates of private registries are not supported yet",
        ))
    });
    let secrets: Vec<_> = secrets.collect();
    let addresses = credentials_in_files::in_text_of(source);
    secrets.into_iter().chain(addresses).collect()
}
