//! Options as they are sent, and what is made of them.

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
        "foo",
    ]
    .iter()
    .map(|text| parse(&[("platform", text)]).unwrap_err().join("\n"))
    .collect();
    insta::assert_snapshot!(told.join("\n"), @"
    `--platform windows/amd64`: only Linux images are built, expected `linux/amd64`; write `--platform linux/amd64`
    `--platform linux/amd46`: unknown architecture `amd46`, expected one of `386`, `amd64`, `arm`, `arm64`, `loong64`, `mips64le`, `ppc64le`, `riscv64`, `s390x`; did you mean `amd64`?
    `--platform linux/amd64/v2/x`: `linux/amd64/v2/x` is not a platform, expected `os/arch[/variant]` such as `linux/arm64`; leave `--platform` out to build for the default one
    `--platform a/b/c/d`: `a/b/c/d` is not a platform, expected `os/arch[/variant]` such as `linux/arm64`; leave `--platform` out to build for the default one
    `--platform foo`: `foo` is not a known operating system or architecture, expected `os/arch[/variant]` such as `linux/arm64`; leave `--platform` out to build for the default one
    ");
}

fn warnings(pairs: &[(&str, &str)]) -> String {
    let options = parse(pairs).unwrap();
    let lines: Vec<_> = options.warnings.iter().map(one_line).collect();
    lines.join("\n")
}

#[test]
fn what_the_user_set_and_is_not_honoured_yet_warns() {
    insta::assert_snapshot!(warnings(&[
        ("contextsubdir", "a"),
        ("memory", "1000"),
        ("memswap", "-1"),
        ("cpushares", "1"),
        ("cpuperiod", "1"),
        ("cpuquota", "1"),
        ("cpusetcpus", "0-1"),
        ("cpusetmems", "0"),
        ("build-arg:BUILDKIT_SBOM_SCAN_CONTEXT", "true"),
        ("build-arg:BUILDKIT_SBOM_SCAN_STAGE", "build"),
    ]), @"
    `contextsubdir` is not honoured yet and has no effect
    `--memory` is not honoured yet and has no effect
    `--memory-swap` is not honoured yet and has no effect
    `--cpu-shares` is not honoured yet and has no effect
    `--cpu-period` is not honoured yet and has no effect
    `--cpu-quota` is not honoured yet and has no effect
    `--cpuset-cpus` is not honoured yet and has no effect
    `--cpuset-mems` is not honoured yet and has no effect
    `BUILDKIT_SBOM_SCAN_CONTEXT` is not honoured yet and has no effect
    `BUILDKIT_SBOM_SCAN_STAGE` is not honoured yet and has no effect
    ");
    assert_eq!(
        warnings(&[
            ("memory", ""),
            ("build-arg:BUILDKIT_SBOM_SCAN_CONTEXT", "false")
        ]),
        ""
    );
}

#[test]
fn what_is_the_engines_or_unknown_is_passed_over_in_silence() {
    let options = parse(&[
        ("attest:provenance", "mode=min,inline-only=true"),
        ("attest:sbom", "generator=example.org/scanner"),
        ("build-arg:BUILDKIT_ATTEST_SBOM", "true"),
        ("build-arg:BUILDKIT_BUILD_NAME", "a"),
        ("build-arg:BUILDKIT_CONTEXT_KEEP_GIT_DIR", "1"),
        ("build-arg:BUILDKIT_DISABLE_FILEOP", "0"),
        ("build-arg:BUILDKIT_DOCKERFILE_CHECK", "skip=all"),
        ("build-arg:BUILDKIT_INLINE_CACHE", "1"),
        ("build-arg:BUILDKIT_SYNTAX", "example.org/frontend"),
        ("cmdline", "example.org/frontend and more"),
        ("input-metadata:base", "{}"),
        ("input:context", "https://example.org/a.git"),
        ("multi-platform", "false"),
        ("override-copy-image", ""),
        ("sharedkey:localdir:context", "a"),
        ("source", "example.org/frontend"),
        ("vcs:source", "x"),
        ("whatever", "y"),
        ("", ""),
    ])
    .unwrap();
    assert_eq!(options.warnings, []);
    assert_eq!(options.build_args, BTreeMap::new());
}

#[test]
fn what_go_refuses_is_refused() {
    let errors = parse(&[
        ("override-copy-image", "a"),
        ("build-arg:BUILDKIT_DISABLE_FILEOP", "true"),
        ("build-arg:BUILDKIT_MULTI_PLATFORM", "1"),
    ]);
    let other = parse(&[("multi-platform", "perhaps")]);
    insta::assert_snapshot!([errors.unwrap_err(), other.unwrap_err()].concat().join("\n"), @"
    option `override-copy-image`: BuildKit dropped it in 0.11, expected a build without it
    build argument `BUILDKIT_DISABLE_FILEOP`: BuildKit dropped it in 0.11, expected a build without it
    `BUILDKIT_MULTI_PLATFORM` is `1`: an index of images for several platforms is not built yet; leave `BUILDKIT_MULTI_PLATFORM` out, or set it to `false`
    `multi-platform` is `perhaps`, expected `true` or `false`
    ");
    // The argument decides.
    parse(&[
        ("build-arg:BUILDKIT_MULTI_PLATFORM", "0"),
        ("multi-platform", "1"),
    ])
    .unwrap();
}

#[test]
fn limits_of_steps_are_read() {
    let options = parse(&[
        ("shm-size", "134217728"),
        ("ulimit", "nofile=1024:2048,nproc=-1,core=0"),
        ("cgroup-parent", "a/b"),
        ("hostname", "one"),
    ]);
    let options = options.unwrap();
    assert_eq!(options.shm_size, Some(134_217_728));
    let limits = options.ulimits.iter();
    let limits: Vec<_> = limits
        .map(|limit| (limit.name.as_str(), limit.soft, limit.hard))
        .collect();
    assert_eq!(
        limits,
        [("nofile", 1024, 2048), ("nproc", -1, -1), ("core", 0, 0)]
    );
    assert_eq!(options.cgroup_parent.as_deref(), Some("a/b"));
    assert_eq!(options.hostname.as_deref(), Some("one"));
    // The argument goes before the option, and zero is the size of the engine.
    let options = parse(&[
        ("hostname", "one"),
        ("build-arg:BUILDKIT_SANDBOX_HOSTNAME", "two"),
        ("shm-size", "0"),
    ]);
    let options = options.unwrap();
    assert_eq!(
        (options.hostname.as_deref(), options.shm_size),
        (Some("two"), None)
    );

    let errors = [
        "nofile",
        "nofile=a",
        "nofil=1",
        "nofile=2:1",
        "nofile=-1:5",
        "nofile=1:2:3",
        "core=-2",
    ];
    let errors = errors.map(|limit| parse(&[("ulimit", limit)]).unwrap_err().concat());
    let shm = ["64m", "-1"].map(|size| parse(&[("shm-size", size)]).unwrap_err().concat());
    insta::assert_snapshot!([&errors[..], &shm[..]].concat().join("\n"), @"
    `--ulimit nofile`: expected `NAME=SOFT[:HARD]` with numbers, -1 for no limit
    `--ulimit nofile=a`: expected `NAME=SOFT[:HARD]` with numbers, -1 for no limit
    `--ulimit nofil=1`: unknown limit `nofil`, expected one of `core`, `cpu`, `data`, `fsize`, `locks`, `memlock`, `msgqueue`, `nice`, `nofile`, `nproc`, `rss`, `rtprio`, `rttime`, `sigpending`, `stack`
    `--ulimit nofile=2:1`: the soft limit is above the hard one, expected it below
    `--ulimit nofile=-1:5`: the soft limit is above the hard one, expected it below
    `--ulimit nofile=1:2:3`: expected `NAME=SOFT[:HARD]` with numbers, -1 for no limit
    `--ulimit core=-2`: expected `NAME=SOFT[:HARD]` with numbers, -1 for no limit
    option `shm-size` is `64m`, expected a number of bytes
    option `shm-size` is `-1`, expected a number of bytes
    ");
}

#[test]
fn the_epoch_is_a_number_or_nothing() {
    let epoch = |text| parse(&[("build-arg:SOURCE_DATE_EPOCH", text)]);
    let read = |text| epoch(text).unwrap().source_date_epoch.map(Epoch::seconds);
    assert_eq!(read("1767225600"), Some(1_767_225_600));
    assert_eq!(read(""), None);
    insta::assert_snapshot!(epoch("context").unwrap_err().join("\n"), @"build argument `SOURCE_DATE_EPOCH`: `context` is not a time, expected seconds since 1970 as a number such as `1767225600`; write `--build-arg SOURCE_DATE_EPOCH=$(git log -1 --pretty=%ct)`");
}

#[test]
fn capabilities_are_read_without_what_is_for_the_engine() {
    let options = parse(&[("frontend.caps", "a.inputs, b.contexts+forward,,")]).unwrap();
    assert_eq!(options.frontend_capabilities, ["a.inputs", "b.contexts"]);
    assert_eq!(
        parse(&[("frontend.caps", "")])
            .unwrap()
            .frontend_capabilities,
        [""; 0]
    );
}
