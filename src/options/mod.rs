//! What the engine and the user ask for: the raw options of a build, read once.
//!
//! The keys are those that `docker buildx build`, dockerd and `buildctl` send; BuildKit's package
//! `frontend/dockerui` is their reference.

mod limits;
mod parse;
mod refused;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use limits::{parse_shm_size, parse_ulimits};
use parse::{
    NETWORK_MODES, RESOLVE_MODES, parse_cache_imports, parse_capabilities, parse_epoch,
    parse_hosts, parse_no_cache, parse_platform, parse_word,
};

use crate::diagnostic::{Diagnostic, Diagnostics, nearest, rules};
use crate::values::{Epoch, Platform};
pub use parse::unknown_architecture;
pub use words::{CacheImport, NetworkMode, NoCache, Proxies, ResolveMode, Ulimit};

/// The spec where a build names none.
pub const DEFAULT_FILENAME: &str = "Dockerfile";

/// The options of a build, parsed and with their defaults.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// Name of the spec file; with local contexts only its base name.
    pub filename: String,
    /// The requested target, if any.
    pub target: Option<String>,
    /// The platform to build for.
    pub platform: Platform,
    /// Whether it was requested; otherwise it is the platform of the engine.
    pub platform_given: bool,
    /// The platform of the engine itself.
    pub build_platform: Platform,
    /// `--build-arg`, without those that the engine or the gateway owns.
    pub build_args: BTreeMap<String, String>,
    /// `--label`: put over every other label of the image.
    pub labels: BTreeMap<String, String>,
    /// `--build-context NAME=VALUE`, with `NAME` as sent (`name` or `name::platform`).
    pub named_contexts: BTreeMap<String, String>,
    /// `--no-cache` and `--no-cache-filter`.
    pub no_cache: NoCache,
    /// `--cache-from`, for the solve that builds.
    pub cache_imports: Vec<CacheImport>,
    /// How image tags are looked up.
    pub resolve_mode: ResolveMode,
    /// `--network` for all steps that may use one.
    pub network: NetworkMode,
    /// `--add-host`, name and address.
    pub extra_hosts: Vec<(String, String)>,
    /// Proxies: never part of a cache key (contract of `Meta.proxy_env`).
    pub proxies: Proxies,
    /// `--shm-size`: bytes at `/dev/shm` of all steps.
    pub shm_size: Option<i64>,
    /// `--ulimit` for all steps.
    pub ulimits: Vec<Ulimit>,
    /// `--cgroup-parent` for all steps.
    pub cgroup_parent: Option<String>,
    /// The name of the host that all steps see (`hostname`, `BUILDKIT_SANDBOX_HOSTNAME`).
    pub hostname: Option<String>,
    /// `SOURCE_DATE_EPOCH`: when the image says that it was made, in its configuration and (by the exporters of
    /// engines since BuildKit 0.11, which take nothing later) in its history.
    ///
    /// It reaches no step and no layer. BuildKit's Dockerfile frontend writes it to the files that it makes, and
    /// hands it to the commands of stages that declare it; both make the layers of each commit others. Here every
    /// file in a layer has the constant time `plan::NORMAL_TIME` on any engine, and build backends are told that time
    /// as their epoch. So layers are equal whatever the epoch, and the exporters' `rewrite-timestamp` finds nothing
    /// in them that is later than an epoch after 1980.
    pub source_date_epoch: Option<Epoch>,
    /// Prefix of the ids of cache mounts (`BUILDKIT_CACHE_MOUNT_NS`).
    pub cache_namespace: Option<String>,
    /// URL of a remote main context, when it is not a local folder.
    pub remote_context: Option<String>,
    /// The folder of the client that holds the spec (`dockerfilekey`): another one for a spec from standard
    /// input.
    pub spec_folder: String,
    /// Sessions that send folders, where it is another than our own (`local-sessionid:`), as bake does for
    /// builds of several targets.
    pub folder_sessions: BTreeMap<String, String>,
    /// A subrequest (`--call`) in place of a build.
    pub subrequest: Option<String>,
    /// What the frontend must be able to do (`frontend.caps`), without what follows a `+`.
    pub frontend_capabilities: Vec<String>,
    /// What the user set and does not get.
    pub warnings: Vec<Diagnostic>,
}

impl BuildOptions {
    /// Reads the raw options. `default_platform` is the first platform of the engine's first worker.
    pub fn parse(
        raw: &BTreeMap<String, String>,
        default_platform: &Platform,
    ) -> Result<Self, Diagnostics> {
        let mut problems = Vec::new();
        let platform_text = raw.get("platform").filter(|text| !text.is_empty());
        let platform = parse_platform(platform_text, default_platform, &mut problems);
        let mut proxies = Proxies::default();
        let mut build_args = BTreeMap::new();
        for (name, value) in with_prefix(raw, "build-arg:") {
            match proxies.slot(&name) {
                Some(slot) => slot.clone_from(&value),
                None => drop(build_args.insert(name, value)),
            }
        }
        refused::check(raw, &mut problems);
        let text = |key: &str| raw.get(key).filter(|text| !text.is_empty()).cloned();
        let argument = |name: &str| {
            build_args
                .get(name)
                .filter(|text| !text.is_empty())
                .cloned()
        };
        let options = Self {
            filename: text("filename").unwrap_or(DEFAULT_FILENAME.into()),
            target: text("target"),
            platform,
            platform_given: platform_text.is_some(),
            build_platform: default_platform.clone(),
            labels: with_prefix(raw, "label:").collect(),
            named_contexts: with_prefix(raw, "context:").collect(),
            no_cache: parse_no_cache(raw.get("no-cache")),
            cache_imports: parse_cache_imports(raw, &mut problems),
            resolve_mode: parse_word(raw, "image-resolve-mode", RESOLVE_MODES, &mut problems)
                .unwrap_or(ResolveMode::Default),
            network: parse_word(raw, "force-network-mode", NETWORK_MODES, &mut problems)
                .unwrap_or(NetworkMode::Sandbox),
            extra_hosts: parse_hosts(raw.get("add-hosts"), &mut problems),
            proxies,
            shm_size: parse_shm_size(text("shm-size"), &mut problems),
            ulimits: parse_ulimits(text("ulimit"), &mut problems),
            cgroup_parent: text("cgroup-parent"),
            hostname: argument("BUILDKIT_SANDBOX_HOSTNAME").or_else(|| text("hostname")),
            source_date_epoch: parse_epoch(argument("SOURCE_DATE_EPOCH"), &mut problems),
            cache_namespace: argument("BUILDKIT_CACHE_MOUNT_NS"),
            remote_context: text(&text("contextkey").unwrap_or("context".into())),
            spec_folder: text("dockerfilekey").unwrap_or("dockerfile".into()),
            folder_sessions: with_prefix(raw, "local-sessionid:").collect(),
            subrequest: text("requestid"),
            frontend_capabilities: parse_capabilities(raw.get("frontend.caps")),
            warnings: Vec::new(),
            // What BuildKit itself owns configures the build and is no argument of the project.
            build_args: build_args
                .into_iter()
                .filter(|(name, _)| !name.starts_with("BUILDKIT_"))
                .collect(),
        };
        Ok(Self {
            warnings: Diagnostics::split(problems)?,
            ..options
        })
    }

    /// The named context that stands for `name`, the one for this platform first.
    pub fn named_context(&self, name: &str) -> Option<&str> {
        self.named_contexts
            .get(&format!("{name}::{}", self.platform))
            .or_else(|| self.named_contexts.get(name))
            .map(String::as_str)
    }
}

fn with_prefix<'a>(
    raw: &'a BTreeMap<String, String>,
    prefix: &'a str,
) -> impl Iterator<Item = (String, String)> + 'a {
    raw.iter()
        .filter_map(move |(key, value)| Some((key.strip_prefix(prefix)?.to_owned(), value.clone())))
}

/// An error lists as many names, so that many errors about many names stay short.
const MAX_LISTED: usize = 50;

/// The error for a word that is none of the candidates.
pub fn unknown_word(what: &str, word: &str, candidates: &[&str]) -> Diagnostic {
    let listed = candidates.iter().take(MAX_LISTED);
    let mut list: Vec<_> = listed.map(|name| format!("`{name}`")).collect();
    if candidates.len() > MAX_LISTED {
        list.push(format!("{} more", candidates.len() - MAX_LISTED));
    }
    let error = rules::UNKNOWN_NAME.report(format!(
        "unknown {what} `{word}`, expected one of {}",
        list.join(", ")
    ));
    match nearest(word, candidates.iter().copied()) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error,
    }
}
