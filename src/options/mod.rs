//! What the engine and the user ask for: the raw options of a build, read once.
//!
//! The keys are those that `docker buildx build`, dockerd and `buildctl` send; BuildKit's package
//! `frontend/dockerui` is their reference.

mod parse;

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::values::Platform;
use parse::{
    NETWORK_MODES, RESOLVE_MODES, parse_cache_imports, parse_hosts, parse_no_cache, parse_platform,
    parse_word,
};

/// The options of a build, parsed and with their defaults.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// Name of the spec file; with local contexts only its base name.
    pub filename: String,
    /// The target asked for, if any.
    pub target: Option<String>,
    /// The platform to build for.
    pub platform: Platform,
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
    /// Options that the user set and that are not honoured yet.
    pub warnings: Vec<Diagnostic>,
}

/// Which steps ignore the cache.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NoCache {
    /// None.
    Off,
    /// All.
    All,
    /// Those of the targets named, in lower case.
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
    fn slot(&mut self, argument: &str) -> Option<&mut String> {
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

/// Options of buildx that change how steps run, and that this version does not hand on yet.
const NOT_HONOURED_YET: &[(&str, &str)] = &[
    ("shm-size", "--shm-size"),
    ("ulimit", "--ulimit"),
    ("cgroup-parent", "--cgroup-parent"),
    ("hostname", "BUILDKIT_SANDBOX_HOSTNAME"),
    ("contextsubdir", "contextsubdir"),
    ("memory", "--memory"),
    ("cpuquota", "--cpu-quota"),
    ("cpusetcpus", "--cpuset-cpus"),
];

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
        for (key, flag) in NOT_HONOURED_YET {
            if raw.get(*key).is_some_and(|value| !value.is_empty()) {
                problems.push(Diagnostic::warning(format!(
                    "`{flag}` is not honoured yet and has no effect"
                )));
            }
        }
        let options = Self {
            filename: raw
                .get("filename")
                .filter(|name| !name.is_empty())
                .cloned()
                .unwrap_or("Dockerfile".into()),
            target: raw
                .get("target")
                .filter(|target| !target.is_empty())
                .cloned(),
            platform,
            cache_namespace: build_args
                .get("BUILDKIT_CACHE_MOUNT_NS")
                .filter(|ns| !ns.is_empty())
                .cloned(),
            // What BuildKit itself owns configures the build and is no argument of the project.
            build_args: build_args
                .into_iter()
                .filter(|(name, _)| !name.starts_with("BUILDKIT_"))
                .collect(),
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
            remote_context: remote_context(raw),
            spec_folder: raw
                .get("dockerfilekey")
                .filter(|name| !name.is_empty())
                .cloned()
                .unwrap_or("dockerfile".into()),
            folder_sessions: with_prefix(raw, "local-sessionid:").collect(),
            subrequest: raw
                .get("requestid")
                .filter(|name| !name.is_empty())
                .cloned(),
            warnings: Vec::new(),
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

fn remote_context(raw: &BTreeMap<String, String>) -> Option<String> {
    let key = raw.get("contextkey").map_or("context", String::as_str);
    raw.get(key).filter(|url| !url.is_empty()).cloned()
}

/// The error for a word that is none of the candidates.
pub fn unknown_word(what: &str, word: &str, candidates: &[&str]) -> Diagnostic {
    let list: Vec<_> = candidates.iter().map(|name| format!("`{name}`")).collect();
    let error = Diagnostic::error(format!(
        "unknown {what} `{word}`, expected one of {}",
        list.join(", ")
    ));
    match nearest(word, candidates.iter().copied()) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::one_line;

    use super::*;

    fn linux() -> Platform {
        Platform::new("linux", "amd64")
    }

    fn parse(pairs: &[(&str, &str)]) -> Result<BuildOptions, Vec<String>> {
        let raw = pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        BuildOptions::parse(&raw, &linux()).map_err(|errors| errors.iter().map(one_line).collect())
    }

    #[test]
    fn nothing_said_gives_the_defaults() {
        let options = parse(&[]).unwrap();
        assert_eq!(options.filename, "Dockerfile");
        assert_eq!(options.platform, linux());
        assert_eq!(options.no_cache, NoCache::Off);
        assert_eq!(options.resolve_mode, ResolveMode::Default);
    }

    #[test]
    fn arguments_labels_contexts_and_proxies_go_their_ways() {
        let options = parse(&[
            ("build-arg:VERSION", "1.0"),
            ("build-arg:HTTPS_PROXY", "http://p=1"),
            ("build-arg:BUILDKIT_CACHE_MOUNT_NS", "ns"),
            ("label:a", "b"),
            ("context:python:3.13-slim", "docker-image://x"),
            ("context:python:3.13-slim::linux/amd64", "docker-image://y"),
        ])
        .unwrap();
        assert_eq!(
            options.build_args,
            BTreeMap::from([("VERSION".into(), "1.0".into())])
        );
        assert_eq!(options.proxies.https, "http://p=1");
        assert_eq!(options.cache_namespace.as_deref(), Some("ns"));
        assert_eq!(options.labels["a"], "b");
        assert_eq!(
            options.named_context("python:3.13-slim"),
            Some("docker-image://y")
        );
        assert_eq!(options.named_context("python:3.12-slim"), None);
    }

    #[test]
    fn no_cache_is_off_all_or_a_list() {
        assert_eq!(parse(&[("no-cache", "")]).unwrap().no_cache, NoCache::All);
        let listed = parse(&[("no-cache", "Builder,runtime")]).unwrap().no_cache;
        assert_eq!(
            listed,
            NoCache::Targets(vec!["builder".into(), "runtime".into()])
        );
    }

    #[test]
    fn both_forms_of_cache_imports_are_read() {
        let json = r#"[{"Type":"registry","Attrs":{"ref":"r/c"}},{"Type":"gha"}]"#;
        let imports = parse(&[("cache-imports", json)]).unwrap().cache_imports;
        assert_eq!(imports.len(), 2);
        assert_eq!(imports[0].attributes["ref"], "r/c");
        assert_eq!(
            parse(&[("cache-from", "a,,b")])
                .unwrap()
                .cache_imports
                .len(),
            2
        );
    }

    #[test]
    fn bad_values_name_the_option_and_what_was_expected() {
        let errors = parse(&[
            ("add-hosts", "db=elsewhere"),
            ("cache-imports", "{"),
            ("force-network-mode", "bridge"),
            ("platform", "linux/amd64,linux/arm64"),
        ])
        .unwrap_err();
        insta::assert_snapshot!(errors.join("\n"), @"
        `--platform linux/amd64,linux/arm64`: several platforms in one build are not supported yet; build one platform at a time and join the tags with `docker buildx imagetools create`
        option `cache-imports`: invalid type: map, expected a sequence at line 1 column 0
        option `force-network-mode` is `bridge`, expected `sandbox`, `host`, `none`
        `--add-host db=elsewhere`: expected `NAME=ADDRESS` with an IP address
        ");
    }

    #[test]
    fn platforms_that_cannot_be_are_told() {
        let told: Vec<_> = [
            "windows/amd64",
            "linux/amd46",
            "linux/amd64/v2/x",
            "a/b/c/d",
        ]
        .iter()
        .map(|text| parse(&[("platform", text)]).unwrap_err().join("\n"))
        .collect();
        insta::assert_snapshot!(told.join("\n"), @"
        `--platform windows/amd64`: only Linux images are built, expected `linux/amd64`
        `--platform linux/amd46`: unknown architecture `amd46`, expected one of `386`, `amd64`, `arm`, `arm64`, `loong64`, `mips64le`, `ppc64le`, `riscv64`, `s390x`
        `--platform linux/amd64/v2/x`: `linux/amd64/v2/x` is not a platform, expected `os/arch[/variant]` such as `linux/arm64`
        `--platform a/b/c/d`: `a/b/c/d` is not a platform, expected `os/arch[/variant]` such as `linux/arm64`
        ");
    }

    #[test]
    fn what_is_not_honoured_yet_warns_and_unknown_keys_are_silent() {
        let options = parse(&[("shm-size", "1"), ("vcs:source", "x"), ("whatever", "y")]).unwrap();
        assert_eq!(
            one_line(&options.warnings[0]),
            "`--shm-size` is not honoured yet and has no effect"
        );
        assert_eq!(options.warnings.len(), 1);
    }
}
