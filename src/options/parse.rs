//! Reading the values of single options.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, rules};
use crate::options::{CacheImport, NetworkMode, NoCache, ResolveMode, unknown_word};
use crate::values::{Epoch, Platform};

pub(super) const RESOLVE_MODES: &[(&str, ResolveMode)] = &[
    ("default", ResolveMode::Default),
    ("pull", ResolveMode::Pull),
    ("local", ResolveMode::Local),
];

pub(super) const NETWORK_MODES: &[(&str, NetworkMode)] = &[
    ("sandbox", NetworkMode::Sandbox),
    ("host", NetworkMode::Host),
    ("none", NetworkMode::None),
];

pub(super) fn parse_platform(
    text: Option<&String>,
    default: &Platform,
    problems: &mut Vec<Diagnostic>,
) -> Platform {
    let Some(text) = text else {
        return default.clone();
    };
    if text.contains(',') {
        problems.push(
            rules::UNSUPPORTED_OPTION.report(format!("`--platform {text}`: several platforms in one build are not supported yet"))
                .hint("build one platform at a time and join the tags with `docker buildx imagetools create`"),
        );
        return default.clone();
    }
    let problem = match Platform::parse(text, default) {
        Ok(platform) if platform.os != "linux" => {
            let expected = format!("linux/{}", platform.architecture);
            let message = format!("only Linux images are built, expected `{expected}`");
            rules::INVALID_OPTION
                .report(message)
                .hint(format!("write `--platform {expected}`"))
        }
        Ok(platform) => match unknown_architecture(&platform) {
            None => return platform,
            Some(unknown) => unknown,
        },
        Err(error) => rules::INVALID_OPTION
            .report(error.to_string())
            .hint("leave `--platform` out to build for the default one"),
    };
    problems.push(Diagnostic {
        message: format!("`--platform {text}`: {}", problem.message),
        ..problem
    });
    default.clone()
}

/// Architectures of Linux that Go, and so every engine, knows and that `CPython` runs on.
const ARCHITECTURES: &[&str] = &[
    "386", "amd64", "arm", "arm64", "loong64", "mips64le", "ppc64le", "riscv64", "s390x",
];

/// The error about a platform that no engine builds for.
pub fn unknown_architecture(platform: &Platform) -> Option<Diagnostic> {
    let known = ARCHITECTURES.contains(&platform.architecture.as_str());
    (!known).then(|| unknown_word("architecture", &platform.architecture, ARCHITECTURES))
}

pub(super) fn parse_no_cache(value: Option<&String>) -> NoCache {
    match value.map(String::as_str) {
        None => NoCache::Off,
        Some("") => NoCache::All,
        Some(list) => NoCache::Targets(
            list.split(',')
                .map(|name| name.trim().to_ascii_lowercase())
                .collect(),
        ),
    }
}

pub(super) fn parse_word<T: Copy>(
    raw: &BTreeMap<String, String>,
    key: &str,
    words: &[(&str, T)],
    problems: &mut Vec<Diagnostic>,
) -> Option<T> {
    let word = raw.get(key).filter(|word| !word.is_empty())?;
    let found = words
        .iter()
        .find(|(name, _)| name == word)
        .map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<_> = words.iter().map(|(name, _)| format!("`{name}`")).collect();
        problems.push(rules::INVALID_OPTION.report(format!(
            "option `{key}` is `{word}`, expected {}",
            names.join(", ")
        )));
    }
    found
}

/// `cache-imports` is JSON (`[{"Type", "Attrs"}]`); `cache-from` is the older comma list of registry references.
pub(super) fn parse_cache_imports(
    raw: &BTreeMap<String, String>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<CacheImport> {
    #[derive(serde::Deserialize)]
    struct Entry {
        #[serde(rename = "Type")]
        kind: String,
        #[serde(rename = "Attrs", default)]
        attributes: Option<BTreeMap<String, String>>,
    }
    if let Some(json) = raw.get("cache-imports").filter(|json| !json.is_empty()) {
        match serde_json::from_str::<Vec<Entry>>(json) {
            Ok(entries) => {
                return entries
                    .into_iter()
                    .map(|entry| CacheImport {
                        kind: entry.kind,
                        attributes: entry.attributes.unwrap_or_default(),
                    })
                    .collect();
            }
            Err(error) => problems
                .push(rules::INVALID_OPTION.report(format!("option `cache-imports`: {error}"))),
        }
    }
    let references = raw
        .get("cache-from")
        .map(String::as_str)
        .unwrap_or_default();
    references
        .split(',')
        .map(str::trim)
        .filter(|reference| !reference.is_empty())
        .map(|reference| CacheImport {
            kind: "registry".into(),
            attributes: BTreeMap::from([("ref".into(), reference.into())]),
        })
        .collect()
}

pub(super) fn parse_hosts(
    value: Option<&String>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<(String, String)> {
    let mut hosts = Vec::new();
    for entry in value
        .map(String::as_str)
        .unwrap_or_default()
        .split(',')
        .filter(|entry| !entry.is_empty())
    {
        match entry.split_once('=') {
            Some((name, address)) if address.parse::<std::net::IpAddr>().is_ok() => {
                hosts.push((name.to_ascii_lowercase(), address.to_owned()));
            }
            _ => problems.push(rules::INVALID_OPTION.report(format!(
                "`--add-host {entry}`: expected `NAME=ADDRESS` with an IP address"
            ))),
        }
    }
    hosts
}

/// A number of seconds; what BuildKit's Dockerfile frontend takes beside it (`context`) reads the time of sources
/// that are not there yet.
pub(super) fn parse_epoch(text: Option<String>, problems: &mut Vec<Diagnostic>) -> Option<Epoch> {
    text?
        .parse()
        .map_err(|error| {
            let error = rules::INVALID_OPTION
                .report(format!("build argument `SOURCE_DATE_EPOCH`: {error}"));
            problems.push(
                error.hint("write `--build-arg SOURCE_DATE_EPOCH=$(git log -1 --pretty=%ct)`"),
            );
        })
        .ok()
}

/// `name+detail,name`: what follows a `+` is for the engine.
pub(super) fn parse_capabilities(text: Option<&String>) -> Vec<String> {
    text.map(String::as_str)
        .unwrap_or_default()
        .split(',')
        .map(|entry| entry.split('+').next().unwrap_or_default().trim())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}
