//! Capabilities of an engine: asked for before use, and declared with each op that uses them, since old
//! engines ignore unknown fields in silence.

use std::collections::BTreeSet;

/// A capability by its wire name (BuildKit `solver/pb/caps.go`).
pub type Capability = &'static str;

/// What an engine can do.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Capabilities(BTreeSet<String>);

impl Capabilities {
    /// Whether the engine can do it.
    pub fn has(&self, capability: &str) -> bool {
        self.0.contains(capability)
    }

    /// The same without one of them.
    #[must_use]
    pub fn without(mut self, capability: &str) -> Self {
        self.0.remove(capability);
        self
    }
}

impl FromIterator<String> for Capabilities {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        Self(names.into_iter().collect())
    }
}

/// `constraints` and `platform`: on every op and on the end of a definition.
pub(crate) const CONSTRAINTS: Capability = "constraints";
pub(crate) const PLATFORM: Capability = "platform";
pub(crate) const SOURCE_IMAGE: Capability = "source.image";
pub(crate) const SOURCE_IMAGE_RESOLVE_MODE: Capability = "source.image.resolvemode";
pub(crate) const SOURCE_LOCAL: Capability = "source.local";
pub(crate) const SOURCE_LOCAL_SESSION: Capability = "source.local.sessionid";
pub(crate) const SOURCE_LOCAL_EXCLUDE: Capability = "source.local.excludepatterns";
pub(crate) const SOURCE_LOCAL_FOLLOW: Capability = "source.local.followpaths";
pub(crate) const SOURCE_LOCAL_HINT: Capability = "source.local.sharedkeyhint";
pub(crate) const EXEC_META: Capability = "exec.meta.base";
pub(crate) const EXEC_PROXY: Capability = "exec.meta.proxyenv";
pub(crate) const EXEC_NETWORK: Capability = "exec.meta.network";
pub(crate) const EXEC_BIND: Capability = "exec.mount.bind";
pub(crate) const EXEC_BIND_RW_NO_OUTPUT: Capability = "exec.mount.bind.readwrite-nooutput";
pub(crate) const EXEC_CACHE: Capability = "exec.mount.cache";
pub(crate) const EXEC_CACHE_SHARING: Capability = "exec.mount.cache.sharing";
pub(crate) const EXEC_SELECTOR: Capability = "exec.mount.selector";
pub(crate) const FILE_BASE: Capability = "file.base";
pub(crate) const FILE_EXCLUDE: Capability = "file.copy.includeexcludepatterns";
pub(crate) const MERGE: Capability = "mergeop";
pub(crate) const META_DESCRIPTION: Capability = "meta.description";
pub(crate) const META_IGNORE_CACHE: Capability = "meta.ignorecache";

/// The first BuildKit that has a capability, for messages.
pub fn since(capability: &str) -> Option<&'static str> {
    let (_, version) = SINCE.iter().find(|(known, _)| *known == capability)?;
    Some(version)
}

/// What came after the first set, 0.4 (BuildKit's history of `solver/pb/caps.go`).
const SINCE: &[(Capability, &str)] = &[
    (EXEC_BIND_RW_NO_OUTPUT, "0.7"),
    (FILE_BASE, "0.5"),
    (FILE_EXCLUDE, "0.9"),
    (MERGE, "0.10"),
];
