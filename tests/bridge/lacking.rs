//! Each capability of an engine taken away, one at a time: what is asked for then, or in which words it is refused.

use std::collections::{BTreeMap, BTreeSet};

use crate::bridge::{Build, Talk, docker};

/// A build that uses all that the frontend can use of an engine.
fn everything() -> Build {
    Build::new()
        .without_file(".python-version")
        .for_one_python()
        .capable("mergeop")
        .option("shm-size", "1000")
        .option("ulimit", "nofile=1")
        .option("cgroup-parent", "builds")
        .option("hostname", "build")
        .option("no-cache", "")
        .option("image-resolve-mode", "pull")
        .option("build-arg:HTTPS_PROXY", "http://proxy:1")
        .option("cache-from", "example.org/cache")
}

/// What was asked for, in lines with their counts: requests, kinds of ops, and the capabilities that they declare.
fn asked(talk: &Talk) -> BTreeMap<String, usize> {
    let mut lines = talk.lines();
    for vertex in talk
        .loads()
        .into_iter()
        .chain([talk.image()])
        .flat_map(|definition| &definition.vertices)
    {
        lines.push(format!("op {}", vertex.kind_name()));
        lines.extend(
            vertex
                .meta
                .caps
                .keys()
                .map(|name| format!("op with {name}")),
        );
    }
    let mut counts = BTreeMap::new();
    for line in lines {
        *counts.entry(line).or_default() += 1;
    }
    counts
}

/// The difference that an engine makes.
fn outcome(build: Build, usual: &BTreeMap<String, usize>) -> String {
    let talk = build.run();
    if let Some(error) = &talk.returns()[0].error {
        assert_eq!(
            (error.code, talk.beginning("build").len()),
            (12, 0),
            "{talk}"
        );
        let (_, since) = error
            .message
            .split_once("which BuildKit has since ")
            .unwrap_or_else(|| panic!("{error:?}"));
        let version = since.split(' ').next().unwrap_or_default();
        let before = talk.lines().len() - 1;
        return format!("refused after {before} requests, names BuildKit {version}");
    }
    let now = asked(&talk);
    let all: BTreeSet<&String> = usual.keys().chain(now.keys()).collect();
    let count = |of: &BTreeMap<String, usize>, line: &String| of.get(line).copied().unwrap_or(0);
    let changes =
        all.into_iter()
            .filter_map(|line| match (count(usual, line), count(&now, line)) {
                (before, after) if before == after => None,
                (before, after) => Some(format!("\n    {before} -> {after} {line}")),
            });
    let changes: String = changes.collect();
    if changes.is_empty() {
        "built the same".to_owned()
    } else {
        format!("built, other requests:{changes}")
    }
}

#[test]
fn each_capability_is_used_where_it_is_and_missed_in_words() {
    let talk = everything().run();
    let usual = asked(&talk);
    let used: BTreeSet<&str> = usual
        .keys()
        .filter_map(|line| line.strip_prefix("op with "))
        .collect();
    let row = |kind: &str, name: &str| {
        format!(
            "{kind} {name}: {}",
            outcome(everything().incapable(name), &usual)
        )
    };
    let of_graphs = used.iter().map(|name| row("llb", name));
    let calls = docker::api();
    let of_calls = calls.keys().map(|name| row("api", name));
    let rows: Vec<_> = of_graphs.chain(of_calls).collect();
    insta::assert_snapshot!(rows.join("\n"));
    // What no graph of ours uses makes no difference, but for the one that tells how large messages may be, and the
    // one by whose side merges are believed in.
    let unused = docker::llb()
        .into_keys()
        .filter(|name| !used.contains(name.as_str()) && name != "source.ocilayout");
    let least = unused.fold(everything(), |build, name| build.incapable(&name));
    assert_eq!(outcome(least, &usual), "built the same");
}

#[test]
fn a_capability_that_is_switched_off_is_none() {
    let usual = asked(&everything().run());
    let merged = usual["op merge"];
    let talk = everything().disabled("mergeop").run();
    assert_eq!((merged, asked(&talk).get("op merge")), (1, None));
}

#[test]
fn docker_23_lists_a_merge_that_its_graph_drivers_get_wrong_and_gets_copies() {
    let lists = |build: Build| build.capable("mergeop").capable("diffop");
    let docker_23 = lists(everything()).incapable("source.ocilayout").run();
    let newer = lists(everything()).run();
    let classic = everything().disabled("mergeop").run();
    assert_eq!(
        (
            newer.image().merges().len(),
            docker_23.image().merges().len()
        ),
        (1, 0)
    );
    assert_eq!(docker_23.image().raw, classic.image().raw);
}

#[test]
fn a_graph_is_no_larger_than_the_engine_takes() {
    let comment = |bytes: usize| format!("# {}\n{}", "x".repeat(bytes), crate::bridge::LOCK);
    let told = |build: Build| {
        let talk = build.run();
        assert_eq!(talk.beginning("build"), [""; 0]);
        // The graph has other bytes with each change of the product.
        let message = talk.error().message.clone();
        message.replace(|c: char| c.is_ascii_digit(), "9")
    };
    let old = || Build::new().incapable("file.copy.alwaysreplaceexistingdestpaths");
    let mega = 1024 * 1024;
    old().file("uv.lock", &comment(2 * mega)).run().result();
    insta::assert_snapshot!(told(old().file("uv.lock", &comment(5 * mega))), @"the build graph has 9999999 bytes, and this engine takes 9999999 at most; 9999999 of them are of the step `[internal] write normalized pyproject.toml and uv.lock`; use BuildKit 9.99 or later (Docker 99), which takes 99999999");
    // The largest files that are read.
    let most = 8 * mega - 2000;
    let new = || Build::new().file("uv.lock", &comment(most));
    new().run().result();
    // Newer engines have a limit too; nothing newer would help there.
    let manifest = format!("{}# {}", crate::bridge::MANIFEST, "x".repeat(most));
    insta::assert_snapshot!(told(new().file("pyproject.toml", &manifest)), @"the build graph has 99999999 bytes, and this engine takes 99999999 at most; 9999999 of them are of the step `[internal] write normalized pyproject.toml and uv.lock`");
}
