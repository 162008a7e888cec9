//! The words that options are made of.

use std::collections::BTreeMap;

/// Which steps ignore the cache.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NoCache {
    /// None.
    Off,
    /// All.
    All,
    /// Those of the targets named, in lower case; what each stands for is the plan's to say.
    Targets(Vec<String>),
}

/// One `--cache-from`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CacheImport {
    /// `registry`, `local`, `gha`, …
    pub kind: String,
    /// Its attributes.
    pub attributes: BTreeMap<String, String>,
}

/// How the engine looks up an image tag.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ResolveMode {
    /// As the engine thinks best.
    Default,
    /// Always ask the registry (`--pull`).
    Pull,
    /// Prefer the local store.
    Local,
}

impl ResolveMode {
    /// The word for it on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Pull => "pull",
            Self::Local => "local",
        }
    }
}

/// The network that steps get unless they need none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NetworkMode {
    /// One of its own behind the engine.
    Sandbox,
    /// The engine's (needs the entitlement `network.host`).
    Host,
    /// None at all.
    None,
}

/// Proxies for steps that may use the network.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Proxies {
    /// `http_proxy`
    pub http: String,
    /// `https_proxy`
    pub https: String,
    /// `ftp_proxy`
    pub ftp: String,
    /// `no_proxy`
    pub no: String,
    /// `all_proxy`
    pub all: String,
}

impl Proxies {
    /// The proxy that a build argument sets, in whatever case.
    pub(super) fn slot(&mut self, argument: &str) -> Option<&mut String> {
        match argument.to_ascii_lowercase().as_str() {
            "http_proxy" => Some(&mut self.http),
            "https_proxy" => Some(&mut self.https),
            "ftp_proxy" => Some(&mut self.ftp),
            "no_proxy" => Some(&mut self.no),
            "all_proxy" => Some(&mut self.all),
            _ => None,
        }
    }
}

/// One `--ulimit`: -1 is no limit.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Ulimit {
    /// `nofile`, `nproc`, …
    pub name: String,
    /// What a process gets.
    pub soft: i64,
    /// What it may raise that to.
    pub hard: i64,
}
