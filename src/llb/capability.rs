//! Capabilities of an engine: checked before use, and declared with each op that uses them, since old
//! engines ignore unknown fields in silence.
//!
//! Not declared are wishes, which an engine may ignore without harm: `image.resolvemode=local`,
//! `local.differ`, `removeMountStubsRecursive`, progress groups (BuildKit has no capability for these).

use std::collections::BTreeSet;

/// A capability by its wire name (BuildKit `solver/pb/caps.go`).
pub type Capability = &'static str;

/// What an engine can do.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Capabilities(BTreeSet<String>);

impl Capabilities {
    /// All that a graph can use: those of the newest engine.
    pub fn all() -> Self {
        let names = TABLE.iter().map(|(name, _)| (*name).to_owned());
        names.collect()
    }

    /// Their names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether the engine can do it.
    pub fn has(&self, capability: &str) -> bool {
        self.0.contains(capability)
    }

    /// These capabilities without one of them.
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

/// Names the capabilities and lists them, so that none can lack its version.
macro_rules! capabilities {
    ($($version:literal: $($constant:ident = $name:literal),+;)+) => {
        $($(pub(crate) const $constant: Capability = $name;)+)+

        /// All capabilities that a graph can use, and the first BuildKit that has each.
        const TABLE: &[(Capability, &str)] = &[$($(($constant, $version),)+)+];
    };
}

// The versions are those whose release first had the name in `solver/pb/caps.go`.
capabilities! {
    "0.3":
        CONSTRAINTS = "constraints",
        PLATFORM = "platform",
        META_DESCRIPTION = "meta.description",
        META_IGNORE_CACHE = "meta.ignorecache",
        SOURCE_IMAGE = "source.image",
        SOURCE_IMAGE_RESOLVE_MODE = "source.image.resolvemode",
        SOURCE_LOCAL = "source.local",
        SOURCE_LOCAL_SESSION = "source.local.sessionid",
        SOURCE_LOCAL_INCLUDE = "source.local.includepatterns",
        SOURCE_LOCAL_EXCLUDE = "source.local.excludepatterns",
        SOURCE_LOCAL_FOLLOW = "source.local.followpaths",
        SOURCE_LOCAL_HINT = "source.local.sharedkeyhint",
        SOURCE_GIT = "source.git",
        SOURCE_GIT_KEEP_DIR = "source.git.keepgitdir",
        SOURCE_GIT_FULL_URL = "source.git.fullurl",
        SOURCE_HTTP = "source.http",
        SOURCE_HTTP_CHECKSUM = "source.http.checksum",
        SOURCE_HTTP_MODE = "source.http.perm",
        // The typing error is BuildKit's.
        SOURCE_HTTP_OWNER = "soruce.http.uidgid",
        EXEC_META = "exec.meta.base",
        EXEC_PROXY = "exec.meta.proxyenv",
        EXEC_NETWORK = "exec.meta.network",
        EXEC_BIND = "exec.mount.bind",
        EXEC_SELECTOR = "exec.mount.selector",
        EXEC_CACHE = "exec.mount.cache",
        EXEC_CACHE_SHARING = "exec.mount.cache.sharing",
        EXEC_TMPFS = "exec.mount.tmpfs",
        EXEC_SECRET = "exec.mount.secret",
        EXEC_SSH = "exec.mount.ssh";
    "0.5":
        FILE_BASE = "file.base";
    "0.7":
        EXEC_BIND_RW_NO_OUTPUT = "exec.mount.bind.readwrite-nooutput",
        FILE_REMOVE_WILDCARD = "file.rm.wildcard";
    "0.8":
        SOURCE_GIT_AUTH = "source.git.httpauth",
        SOURCE_GIT_KNOWN_HOSTS = "source.git.knownsshhosts",
        SOURCE_GIT_AGENT = "source.git.mountsshsock";
    "0.9":
        SOURCE_GIT_SUBDIR = "source.git.subdir",
        FILE_EXCLUDE = "file.copy.includeexcludepatterns";
    "0.10":
        EXEC_ULIMIT = "exec.meta.ulimit",
        EXEC_CGROUP_PARENT = "exec.meta.cgroup.parent",
        EXEC_TMPFS_SIZE = "exec.mount.tmpfs.size",
        EXEC_SECRET_ENV = "exec.secretenv",
        MERGE = "mergeop",
        DIFF = "diffop";
    "0.11":
        SOURCE_OCI_LAYOUT = "source.ocilayout";
    "0.17":
        EXEC_EXIT_CODES = "exec.validexitcode";
    "0.19":
        FILE_SYMLINK = "file.symlink.create";
    "0.21":
        SOURCE_HTTP_AUTH = "source.http.auth";
    "0.22":
        SOURCE_GIT_CHECKSUM = "source.git.checksum";
    "0.24":
        SOURCE_GIT_SKIP_SUBMODULES = "source.git.skipsubmodules";
    "0.29":
        SOURCE_GIT_TIMES = "source.git.mtime";
    "0.30":
        SOURCE_GIT_BY_COMMIT = "source.git.fetchbycommit";
}

/// The BuildKit of the first capabilities, older than any engine that Wheelwright runs on.
const FIRST: &str = "0.3";

/// The first BuildKit that has a capability, for messages; `None` for those that every engine has.
pub fn since(capability: &str) -> Option<&'static str> {
    let (_, version) = TABLE.iter().find(|(known, _)| *known == capability)?;
    (*version != FIRST).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_capability_has_one_row_and_its_version() {
        let names: BTreeSet<_> = TABLE.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), TABLE.len(), "a name has two rows");
        let later: Vec<_> = TABLE
            .iter()
            .filter_map(|(name, _)| Some(format!("{} {name}", since(name)?)))
            .collect();
        insta::assert_snapshot!(later.join("\n"), @"
        0.5 file.base
        0.7 exec.mount.bind.readwrite-nooutput
        0.7 file.rm.wildcard
        0.8 source.git.httpauth
        0.8 source.git.knownsshhosts
        0.8 source.git.mountsshsock
        0.9 source.git.subdir
        0.9 file.copy.includeexcludepatterns
        0.10 exec.meta.ulimit
        0.10 exec.meta.cgroup.parent
        0.10 exec.mount.tmpfs.size
        0.10 exec.secretenv
        0.10 mergeop
        0.10 diffop
        0.11 source.ocilayout
        0.17 exec.validexitcode
        0.19 file.symlink.create
        0.21 source.http.auth
        0.22 source.git.checksum
        0.24 source.git.skipsubmodules
        0.29 source.git.mtime
        0.30 source.git.fetchbycommit
        ");
        assert_eq!(since(SOURCE_LOCAL), None);
        assert_eq!(since("no.such.capability"), None);
    }
}
