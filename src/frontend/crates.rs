//! The crates of projects whose wheels compile Rust: read for those alone.

use crate::context::{Context, Failure, Files};
use crate::frontend::locate::Below;
use crate::lock::cargo;
use crate::project::Facts;
use crate::values::ContextPath;

/// Adds what planning reads for the crates of the project and of the packages that it needs.
pub(super) async fn read<C: Context>(
    context: &C,
    mut facts: Facts,
) -> Result<Facts, Failure<C::Error>> {
    let is_compiled = |facts: &Facts| cargo::Backend::of(&facts.pyproject).is_some();
    if !is_compiled(&facts) && !facts.members.iter().any(is_compiled) {
        return Ok(facts);
    }
    let manifests = context.everywhere(cargo::MANIFEST).await;
    let manifests = manifests.map_err(Failure::Context)?;
    let mut members = std::mem::take(&mut facts.members);
    for member in &mut members {
        add(context, member, &manifests).await?;
    }
    add(context, &mut facts, &manifests).await?;
    Ok(Facts { members, ..facts })
}

async fn add<C: Context>(
    context: &C,
    facts: &mut Facts,
    manifests: &Files,
) -> Result<(), Failure<C::Error>> {
    if cargo::Backend::of(&facts.pyproject).is_none() {
        return Ok(());
    }
    let own = manifests.iter().filter_map(|(path, content)| {
        let path = below(path, &facts.folder)?;
        Some((path, content.clone()))
    });
    let own: Files = own.collect();
    let folder = facts.folder.clone();
    let below = Below { context, folder };
    let more = below.files(&cargo::wanted(&facts.pyproject, &own)).await?;
    facts.evidence.extend(own);
    facts.evidence.extend(more);
    Ok(())
}

/// The path seen from a folder that it is in.
fn below(path: &ContextPath, folder: &ContextPath) -> Option<ContextPath> {
    if folder.is_root() {
        return Some(path.clone());
    }
    let rest = path.as_str().strip_prefix(folder.as_str())?;
    rest.strip_prefix('/')?.parse().ok()
}
