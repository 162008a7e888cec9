//! The name of uv's download cache on the engine.

use sha2::{Digest as _, Sha256};

use crate::diagnostic::Diagnostics;
use crate::plan::Site;

/// The name. Beside what it downloads, uv keeps wheels there that it built from sources, and takes them again
/// for any project, whatever they were built with. So the name carries all that a build sees: platform, base
/// image, Python, and where there are some, the packages and the environment that the spec adds to builds.
///
/// By the base's tag, not by its digest: each rebuilt base would begin with an empty cache.
pub(super) fn id(site: Site<'_>, build_env: &[(String, String)]) -> Result<String, Diagnostics> {
    let selection = site.selection;
    // What stands for the base, where a named context does.
    let base = &site.image(&selection.build_base.reference)?.reference;
    let name = base.familiar();
    let base = match name.split_once('@') {
        Some((tagged, _)) if base.tag().is_some() => tagged,
        _ => &name,
    };
    let platform = site.options.platform.to_string().replace('/', "-");
    let python = selection.python.minor_release();
    let id = format!("wheelwright/uv/v1/{platform}/{base}/py{python}");
    let packages = site.spec.model.system.build.iter();
    let packages = packages.map(|package| format!("package {}", package.value));
    let variables = build_env
        .iter()
        .map(|(name, value)| format!("variable {name}={value}"));
    let mut added: Vec<String> = packages.chain(variables).collect();
    if added.is_empty() {
        return Ok(id);
    }
    // Their order changes nothing.
    added.sort_unstable();
    added.dedup();
    let hash = Sha256::digest(added.join("\0").as_bytes());
    let hex: Vec<String> = hash[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{id}/{}", hex.concat()))
}
