//! The whole conversation with BuildKit, against a fake engine that records and checks every request.

#[path = "bridge/absent.rs"]
mod absent;
mod bridge;
#[path = "bridge/errors.rs"]
mod errors;
#[path = "bridge/images.rs"]
mod images;
#[path = "bridge/input.rs"]
mod input;
#[path = "bridge/lacking.rs"]
mod lacking;
#[path = "bridge/monorepo.rs"]
mod monorepo;
#[path = "bridge/options.rs"]
mod options;
#[path = "bridge/warnings.rs"]
mod warnings;

use std::collections::BTreeSet;

use bollard_buildkit_proto::pb;
use bridge::{Build, LOCK, Request};
use prost::Message as _;

/// When a request may come: the steps of a build follow one another, within one all goes at once.
fn stage(request: &Request) -> usize {
    match request {
        Request::Ping => 0,
        Request::Solve { definition, .. } => {
            match definition.head().and_then(|head| head.local()) {
                Some(_) => 1,
                None => 4,
            }
        }
        Request::List { .. } | Request::Stat { .. } | Request::Read { .. } => 2,
        Request::Resolve(_) | Request::ResolveSource(_) => 3,
        _ => 5,
    }
}

#[test]
fn a_build_reads_resolves_solves_once_and_returns_once() {
    let talk = Build::new().run();
    let reading = |request: &Request| stage(request).clamp(1, 2) == stage(request);
    let stages = |request: &Request| if reading(request) { 2 } else { stage(request) };
    assert!(talk.requests.is_sorted_by_key(stages), "{talk}");
    let mut requests = talk.requests.clone();
    // What goes at the same time comes in any order.
    requests.sort_by_key(|request| (stage(request), request.to_string()));
    let lines: Vec<_> = requests.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    ping
    load context: pyproject.toml, setup.cfg, .python-version, .dockerignore, manage.py, uv.lock, pylock.toml, pdm.lock, poetry.lock, Pipfile.lock, Pipfile, requirements.txt, uv.toml, pdm.toml, poetry.toml, build/__init__.py, dist/__init__.py, target/__init__.py, tests/__init__.py, test/__init__.py, ENV/pyvenv.cfg, env/pyvenv.cfg, virtualenv/pyvenv.cfg
    load dockerfile: pyproject.toml, pyproject.toml.dockerignore
    list . of context
    list . of dockerfile
    list ENV of context
    list build of context
    list dist of context
    list env of context
    list target of context
    list test of context
    list tests of context
    list virtualenv of context
    read .python-version of context
    read pyproject.toml of context
    read pyproject.toml of dockerfile
    read uv.lock of context
    resolve docker.io/library/python:3.13-slim for linux/amd64, default
    resolve ghcr.io/astral-sh/uv:0.13.8 for linux/amd64, default
    build
    return an image
    ");
}

#[test]
fn the_result_is_one_image_with_its_configuration_and_platform() {
    let talk = Build::new().option("label:team", "web").run();
    let mut keys: Vec<_> = talk.result().metadata.keys().collect();
    keys.sort();
    assert_eq!(keys, ["containerimage.config", "refs.platforms"]);
    let platforms = String::from_utf8_lossy(&talk.result().metadata["refs.platforms"]);
    insta::assert_snapshot!(platforms, @r#"{"Platforms":[{"ID":"linux/amd64","Platform":{"architecture":"amd64","os":"linux"}}]}"#);
    insta::assert_snapshot!(format!("{:#}", talk.config()), @r#"
    {
      "architecture": "amd64",
      "os": "linux",
      "config": {
        "Env": [
          "PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin",
          "LANG=C.UTF-8",
          "PYTHONUNBUFFERED=1",
          "VIRTUAL_ENV=/opt/venv"
        ],
        "User": "10001:10001",
        "WorkingDir": "/app",
        "ExposedPorts": {
          "8000/tcp": {}
        },
        "Labels": {
          "org.opencontainers.image.title": "greeter",
          "org.opencontainers.image.version": "1.4.0",
          "team": "web"
        },
        "Entrypoint": [
          "/opt/venv/bin/greeter"
        ]
      },
      "rootfs": {
        "type": "layers",
        "diff_ids": []
      }
    }
    "#);
}

#[test]
fn only_the_files_that_are_needed_are_sent_for_reading() {
    let talk = Build::new().run();
    let mut hints = BTreeSet::new();
    let mut check = |vertex: &bridge::Vertex| {
        let (_, source) = vertex.local().unwrap();
        assert_eq!(source.attrs["local.session"], "session-1");
        let hint = source.attrs["local.sharedkeyhint"].clone();
        assert!(hints.insert(hint), "one hint for two sets of files");
    };
    for load in talk.loads() {
        check(load.local());
        assert_eq!(load.vertices.len(), 1);
        // What is read for planning is small; the build's own transfer is compared with the last one.
        assert_eq!(
            load.local().local().unwrap().1.attrs["local.differ"],
            "none"
        );
        let paths = load.local().list("local.followpaths");
        assert!((1..32).contains(&paths.len()), "{paths:?}");
        assert!(!paths.concat().contains('*'), "{paths:?}");
    }
    // The build itself takes the whole folder, once.
    check(talk.image().local());
    assert!(talk.image().local().list("local.followpaths").is_empty());
    let (_, whole) = talk.image().local().local().unwrap();
    assert_eq!(whole.attrs.get("local.differ"), None);
}

#[test]
fn the_ignore_file_of_the_spec_replaces_that_of_the_context() {
    let excluded = |build: Build, pattern: &str| {
        let patterns = build.run().image().local().list("local.excludepatterns");
        patterns.iter().any(|known| known == pattern)
    };
    let one = || Build::new().file(".dockerignore", "of-context\n");
    let both = || one().file("pyproject.toml.dockerignore", "of-spec\n");
    assert!(excluded(one(), "of-context"));
    assert!(excluded(both(), "of-spec"));
    assert!(!excluded(both(), "of-context"));
}

#[test]
fn a_spec_in_a_folder_of_its_own_is_found_there() {
    let build = Build::new().file("docker/build.toml", "# syntax=x\nworkdir = \"/srv\"\n");
    let talk = build.option("filename", "docker/build.toml").run();
    assert_eq!(talk.config()["config"]["WorkingDir"], "/srv");
    assert_eq!(
        talk.beginning("list docker of"),
        ["list docker of dockerfile"]
    );
}

#[test]
fn a_dockerfile_in_lower_case_is_found_unless_both_are_there() {
    let twin = |build: Build| {
        let build = build.without_option("filename");
        let spec = "# syntax=x\nworkdir = \"/lower\"\n";
        build.file("dockerfile", spec)
    };
    let talk = twin(Build::new().file("dockerfile.dockerignore", "of-twin\n")).run();
    assert_eq!(talk.config()["config"]["WorkingDir"], "/lower");
    let mut loads = talk.beginning("load dockerfile");
    // Warnings are shown under the same load.
    loads.dedup();
    assert_eq!(
        loads,
        [
            "load dockerfile: Dockerfile, Dockerfile.dockerignore, dockerfile, dockerfile.dockerignore"
        ]
    );
    let excluded = talk.image().local().list("local.excludepatterns");
    assert!(excluded.contains(&"of-twin".to_owned()), "{excluded:?}");
    let both = Build::new().file("Dockerfile", "# syntax=x\nworkdir = \"/upper\"\n");
    let talk = twin(both).run();
    assert_eq!(talk.config()["config"]["WorkingDir"], "/upper");
    // No other name has a twin.
    let other = Build::new()
        .option("filename", "Other")
        .file("other", "# syntax=x\n");
    assert!(other.run().returns()[0].error.is_some());
}

#[test]
fn a_lock_of_many_megabytes_goes_through() {
    let comment = "x".repeat(6 * 1024 * 1024);
    let talk = Build::new()
        .file("uv.lock", &format!("# {comment}\n{LOCK}"))
        .run();
    assert!(talk.image().raw.encoded_len() > comment.len());
}

#[test]
fn the_version_reaches_the_one_step_that_builds_the_wheel() {
    let talk = Build::new().run();
    let wheel = talk.image().exec("[wheel] build greeter 1.4.0");
    let variable = "SETUPTOOLS_SCM_PRETEND_VERSION_FOR_GREETER=1.4.0";
    let env = &wheel.meta.as_ref().unwrap().env;
    assert!(env.iter().any(|entry| entry == variable), "{env:?}");
    // The project's own code runs there.
    assert_eq!(wheel.network(), pb::NetMode::None);
    // So a new version builds nothing but the wheel and what installs it.
    let next = Build::new().option("build-arg:VERSION", "1.5.0").run();
    let old: BTreeSet<_> = talk.image().raw.metadata.keys().collect();
    let new = next.image().vertices.iter();
    let new: Vec<_> = new
        .filter(|vertex| !old.contains(&vertex.digest))
        .map(bridge::Vertex::title)
        .collect();
    insta::assert_snapshot!(new.join("\n"), @"
    [wheel] build greeter 1.5.0
    [runtime] install greeter
    [runtime] lay out project
    [runtime] add project
    [base] add user and directories
    ");
}

#[test]
fn two_builds_send_the_same_bytes() {
    let bytes = || Build::new().run().image().raw.encode_to_vec();
    assert_eq!(bytes(), bytes());
}

#[test]
fn the_engine_would_notice_a_wrong_definition() {
    let good = Build::new().run().image().raw.clone();
    let check = |change: fn(&mut pb::Definition), expected: &str| {
        let mut definition = good.clone();
        change(&mut definition);
        let problems = bridge::problems_of(&definition).join("\n");
        assert!(problems.contains(expected), "{expected}:\n{problems}");
    };
    assert_eq!(bridge::problems_of(&good), [""; 0]);
    check(|wrong| wrong.def.reverse(), "comes later or never");
    check(|wrong| drop(wrong.def.pop()), "more than one input");
    check(|wrong| drop(wrong.metadata.pop_first()), "no metadata for");
    let undeclared = |wrong: &mut pb::Definition| {
        let mut all = wrong.metadata.values_mut();
        all.all(|meta| meta.caps.remove("constraints").is_some());
    };
    check(undeclared, "uses `constraints` and does not declare it");
    let shuffled = |wrong: &mut pb::Definition| {
        let op = pb::Op::decode(wrong.def[0].as_slice()).unwrap();
        wrong.def[0] = op.encode_to_vec();
        let meta = wrong.metadata.values().next().cloned().unwrap();
        wrong.metadata.insert(bridge::digest(&wrong.def[0]), meta);
    };
    check(shuffled, "Go's encoder would write other bytes");
    let infos = |wrong: &mut pb::Definition| wrong.source.as_mut().unwrap().infos.clear();
    check(infos, "no source 0");
    let open = |wrong: &mut pb::Definition| {
        let places = wrong.source.as_mut().unwrap().locations.values_mut();
        places.for_each(|place| place.locations[0].ranges[0].end = None);
    };
    check(open, "ranges [");
}
