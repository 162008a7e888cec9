//! Options that are not supported: those that the user set are reported, those of the engine are ignored.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, rules};

/// Options that are not honoured yet, and the words by which the user knows them.
const NOT_YET: &[(&str, &str)] = &[
    ("contextsubdir", "contextsubdir"),
    ("memory", "--memory"),
    ("memswap", "--memory-swap"),
    ("cpushares", "--cpu-shares"),
    ("cpuperiod", "--cpu-period"),
    ("cpuquota", "--cpu-quota"),
    ("cpusetcpus", "--cpuset-cpus"),
    ("cpusetmems", "--cpuset-mems"),
    (
        "build-arg:BUILDKIT_SBOM_SCAN_CONTEXT",
        "BUILDKIT_SBOM_SCAN_CONTEXT",
    ),
    (
        "build-arg:BUILDKIT_SBOM_SCAN_STAGE",
        "BUILDKIT_SBOM_SCAN_STAGE",
    ),
];

/// The two ways to ask for an index of images.
const MULTI_PLATFORM: &[&str] = &["build-arg:BUILDKIT_MULTI_PLATFORM", "multi-platform"];

/// Tells what is refused and what has no effect. What no part of the program reads beside this is the engine's
/// (`attest:…`, `source`, `cmdline`, `vcs:…`, `input:…`) or unknown, and passed over in silence.
pub(super) fn check(raw: &BTreeMap<String, String>, problems: &mut Vec<Diagnostic>) {
    let set = |key: &str| raw.get(key).filter(|value| !value.is_empty());
    for (key, name) in NOT_YET {
        // Only a switch can be off; `0` is the first processor.
        let off = |value: &str| key.starts_with("build-arg:") && parse_bool(value) == Some(false);
        if set(key).is_some_and(|value| !off(value)) {
            problems.push(
                rules::IGNORED_OPTION
                    .report(format!("`{name}` is not honoured yet and has no effect")),
            );
        }
    }
    // As BuildKit's own frontend does since 0.11.
    if set("override-copy-image").is_some() {
        problems.push(gone("option `override-copy-image`"));
    }
    if set("build-arg:BUILDKIT_DISABLE_FILEOP").and_then(|value| parse_bool(value)) == Some(true) {
        problems.push(gone("build argument `BUILDKIT_DISABLE_FILEOP`"));
    }
    // The argument goes before the option.
    if let Some((key, value)) = MULTI_PLATFORM.iter().find_map(|key| Some((key, set(key)?))) {
        let name = key.trim_start_matches("build-arg:");
        match parse_bool(value) {
            Some(false) => {}
            Some(true) => problems.push(
                rules::UNSUPPORTED_OPTION.report(format!(
                    "`{name}` is `{value}`: an index of images for several platforms is not built yet"
                ))
                .hint(format!("leave `{name}` out, or set it to `false`")),
            ),
            None => problems.push(rules::INVALID_OPTION.report(format!(
                "`{name}` is `{value}`, expected `true` or `false`"
            ))),
        }
    }
}

fn gone(what: &str) -> Diagnostic {
    rules::UNSUPPORTED_OPTION.report(format!(
        "{what}: BuildKit dropped it in 0.11, expected a build without it"
    ))
}

/// A truth in the words of Go's `strconv.ParseBool`, with which BuildKit reads them.
fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
