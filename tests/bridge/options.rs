//! What the options of a build and the capabilities of an engine change in what is sent.

use crate::bridge::{Build, MANIFEST, PYTHON, Talk, pinned_uv};

#[test]
fn layers_are_merged_where_the_engine_can_and_copied_where_not() {
    let over_another = |talk: &Talk| {
        talk.image()
            .copies()
            .iter()
            .filter(|(_, over)| *over)
            .count()
    };
    let merged = Build::new().capable("mergeop").run();
    assert_eq!(
        (merged.image().merges(), over_another(&merged)),
        (vec![4], 0)
    );
    for build in [Build::new(), Build::new().incapable("mergeop")] {
        let copied = build.run();
        assert_eq!(
            (copied.image().merges(), over_another(&copied)),
            (vec![], 3)
        );
    }
}

#[test]
fn no_copy_needs_an_engine_that_knows_patterns() {
    let patterns = |build: Build| {
        let talk = build.run();
        let copies = talk.image().copies();
        copies
            .iter()
            .flat_map(|(copy, _)| [&copy.exclude_patterns, &copy.include_patterns])
            .flatten()
            .count()
    };
    let old = || Build::new().incapable("file.copy.includeexcludepatterns");
    for build in [Build::new(), old()] {
        assert_eq!(patterns(build), 0);
    }
}

#[test]
fn caches_are_imported_for_the_build_and_for_nothing_else() {
    let imports = r#"[{"Type":"registry","Attrs":{"ref":"example.org/cache=1"}},{"Type":"gha","Attrs":null}]"#;
    let talk = Build::new().option("cache-imports", imports).run();
    let with_cache: Vec<_> = talk
        .lines()
        .into_iter()
        .filter(|line| line.contains("cache from"))
        .collect();
    insta::assert_snapshot!(with_cache.join("\n"), @r#"build, cache from registry [("ref", "example.org/cache=1")], cache from gha []"#);
    // dockerd sends it empty.
    assert_eq!(
        Build::new()
            .option("cache-from", "")
            .run()
            .beginning("build"),
        ["build"]
    );
}

#[test]
fn no_cache_is_for_commands_all_or_those_of_a_target() {
    let ignoring = |value: &str| {
        let talk = Build::new().option("no-cache", value).run();
        let image = talk.image();
        let ignoring: Vec<_> = image
            .vertices
            .iter()
            .filter(|vertex| vertex.meta.ignore_cache)
            .map(|vertex| vertex.title().to_owned())
            .collect();
        (
            ignoring,
            image
                .execs()
                .iter()
                .map(|(vertex, _)| vertex.title().to_owned())
                .collect::<Vec<_>>(),
        )
    };
    let (all, execs) = ignoring("");
    assert_eq!(all, execs);
    let (some, execs) = ignoring("Builder");
    let expected: Vec<_> = execs
        .into_iter()
        .filter(|title| title.starts_with("[builder]"))
        .collect();
    assert_eq!(some, expected);
    assert!(!expected.is_empty());
    // A target has several names, and the wheel's steps are a stage without a target.
    let (runtime, _) = ignoring("runtime");
    assert_eq!(ignoring("production").0, runtime);
    assert_eq!(ignoring("Final, nowhere").0, runtime);
    let (wheel, execs) = ignoring("wheel");
    assert_eq!((wheel.len(), runtime.is_empty()), (2, false));
    let all = ignoring("base,builder,wheel,runtime").0;
    assert_eq!(all, execs);
}

#[test]
fn platforms_and_the_target_have_the_names_that_dockerfiles_know() {
    let names = ["PLATFORM", "OS", "ARCH", "VARIANT"];
    let each = |prefix: &str| {
        names
            .map(|name| format!("{name}=${{{prefix}{name}}}"))
            .join(" ")
    };
    let env = format!(
        "[tool.wheelwright.env]\nTARGET = \"{}\"\nBUILD = \"{}\"\nOTHER = \"${{TARGETSTAGE}}${{TARGETOSVERSION}}\"\n",
        each("TARGET"),
        each("BUILD")
    );
    let build = || {
        let arm = r#"{"architecture":"arm","os":"linux"}"#;
        Build::new()
            .image(PYTHON, arm)
            .image(&pinned_uv(), arm)
            .option("platform", "linux/arm")
            .file("pyproject.toml", &format!("{MANIFEST}{env}"))
    };
    let told = |build: Build| {
        let config = build.run().config();
        let env = config["config"]["Env"].as_array().unwrap().clone();
        let of_spec = |entry: &serde_json::Value| {
            let text = entry.as_str()?;
            let known = ["TARGET=", "BUILD=", "OTHER="];
            known
                .iter()
                .any(|name| text.starts_with(name))
                .then(|| text.to_owned())
        };
        env.iter()
            .filter_map(of_spec)
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!(told(build()), @"
    TARGET=PLATFORM=linux/arm/v7 OS=linux ARCH=arm VARIANT=v7
    BUILD=PLATFORM=linux/amd64 OS=linux ARCH=amd64 VARIANT=
    OTHER=runtime
    ");
    let other = build()
        .option("target", "base")
        .option("build-arg:BUILDPLATFORM", "mine");
    insta::assert_snapshot!(told(other), @"
    TARGET=PLATFORM=linux/arm/v7 OS=linux ARCH=arm VARIANT=v7
    BUILD=PLATFORM=mine OS=linux ARCH=amd64 VARIANT=
    OTHER=base
    ");
}

#[test]
fn a_target_without_cache_that_is_none_is_told() {
    let told = |value: &str| {
        let talk = Build::new().option("no-cache", value).run();
        talk.beginning("warn").join("\n")
    };
    insta::assert_snapshot!(told("bulider,production,x"), @"
    warn: `--no-cache-filter`: unknown target `bulider`, expected one of `base`, `builder`, `wheel`, `sdist`, `runtime`, `final`, `production`, `dev`, `development`, `test`, `test-reports`, `lock`; did you mean `builder`?
    warn: `--no-cache-filter`: unknown target `x`, expected one of `base`, `builder`, `wheel`, `sdist`, `runtime`, `final`, `production`, `dev`, `development`, `test`, `test-reports`, `lock`
    ");
    assert_eq!(told("Base,builder,wheel,runtime,final,production"), "");
}

#[test]
fn proxies_reach_the_steps_with_a_network_and_no_cache_key() {
    let talk = Build::new()
        .option("build-arg:HTTPS_PROXY", "http://proxy:1")
        .option("build-arg:no_proxy", "here")
        .run();
    for (vertex, exec) in talk.image().execs() {
        let meta = exec.meta.as_ref().unwrap();
        assert!(!meta.env.concat().contains("proxy"), "{}", vertex.title());
        let proxies = meta
            .proxy_env
            .as_ref()
            .map(|proxies| (proxies.https_proxy.as_str(), proxies.no_proxy.as_str()));
        let expected = (exec.network == 0).then_some(("http://proxy:1", "here"));
        assert_eq!(proxies, expected, "{}", vertex.title());
    }
    assert!(!talk.config().to_string().contains("proxy"));
    let networked = talk
        .image()
        .execs()
        .iter()
        .filter(|(_, exec)| exec.network == 0)
        .count();
    assert_eq!(networked, 2);
}

#[test]
fn the_network_of_the_build_and_its_hosts_are_for_steps_that_use_one() {
    let networks = |mode: &str| {
        let build = Build::new().option("force-network-mode", mode);
        let talk = build.option("add-hosts", "DB=10.0.0.1,six=::1").run();
        let execs = talk.image().execs().into_iter();
        let networks = execs.map(|(_, exec)| {
            let hosts = exec.meta.iter().flat_map(|meta| &meta.extra_hosts);
            let hosts: Vec<_> = hosts
                .map(|host| format!("{}={}", host.host, host.ip))
                .collect();
            format!("{} {}", exec.network, hosts.join(","))
        });
        networks.collect::<Vec<_>>()
    };
    let sandbox = networks("sandbox");
    let [with, without] = [("0 db=10.0.0.1,six=::1", 2), ("2 ", sandbox.len() - 2)];
    for (network, count) in [with, without] {
        assert_eq!(
            sandbox.iter().filter(|found| *found == network).count(),
            count,
            "{sandbox:?}"
        );
    }
    assert_eq!(networks(""), sandbox);
    let host: Vec<_> = sandbox
        .iter()
        .map(|network| network.replace("0 db", "1 db"))
        .collect();
    assert_eq!(networks("host"), host);
    assert_eq!(networks("none"), vec!["2 "; sandbox.len()]);
}

#[test]
fn folders_are_found_under_the_names_that_the_client_gives() {
    // buildx sends a spec from standard input or a web address in a folder of its own.
    let talk = Build::new()
        .folder("other", "pyproject.toml", MANIFEST)
        .option("dockerfilekey", "other")
        .option("local-sessionid:other", "session-2")
        .run();
    assert_eq!(talk.beginning("load other").len(), 1, "{talk}");
    let sessions: Vec<_> = talk
        .loads()
        .iter()
        .map(|load| load.local().local().unwrap().1.attrs["local.session"].clone())
        .collect();
    assert!(
        sessions.contains(&"session-2".to_owned()) && sessions.contains(&"session-1".to_owned()),
        "{sessions:?}"
    );
    let remote = Build::new()
        .option("contextkey", "elsewhere")
        .option("elsewhere", "https://example.org/a.git");
    insta::assert_snapshot!(remote.run().error().message, @"remote contexts are not supported yet, expected a local folder; check the project out and build from its folder");
}

#[test]
fn limits_of_steps_reach_every_step_and_no_image() {
    let talk = Build::new()
        .option("shm-size", "134217728")
        .option("ulimit", "nofile=1024:2048,nproc=-1")
        .option("cgroup-parent", "builds")
        .option("hostname", "other")
        .option("build-arg:BUILDKIT_SANDBOX_HOSTNAME", "build")
        .run();
    let execs = talk.image().execs();
    assert_ne!(execs.len(), 0);
    for (vertex, exec) in execs {
        let meta = exec.meta.as_ref().unwrap();
        let limits: Vec<_> = meta
            .ulimit
            .iter()
            .map(|limit| (limit.name.as_str(), limit.soft, limit.hard))
            .collect();
        assert_eq!(
            limits,
            [("nofile", 1024, 2048), ("nproc", -1, -1)],
            "{}",
            vertex.title()
        );
        assert_eq!(
            (meta.cgroup_parent.as_str(), meta.hostname.as_str()),
            ("builds", "build")
        );
        let shm = exec
            .mounts
            .iter()
            .find(|mount| mount.dest == "/dev/shm")
            .unwrap();
        assert_eq!(
            (shm.mount_type, shm.tmpfs_opt.unwrap().size),
            (4, 134_217_728)
        );
        assert_eq!((shm.input, shm.output), (-1, -1));
    }
    assert_eq!(talk.warnings().len(), 0);
    assert_eq!(talk.config(), Build::new().run().config());
}

#[test]
fn caches_of_steps_are_kept_apart_on_demand() {
    let ids = |build: Build| -> Vec<String> {
        let talk = build.run();
        let execs = talk.image().execs();
        let mounts = execs.iter().flat_map(|(_, exec)| &exec.mounts);
        mounts
            .filter_map(|mount| Some(mount.cache_opt.as_ref()?.id.clone()))
            .collect()
    };
    let plain = ids(Build::new());
    let prefixed: Vec<_> = plain.iter().map(|id| format!("team/{id}")).collect();
    assert_eq!(
        ids(Build::new().option("build-arg:BUILDKIT_CACHE_MOUNT_NS", "team")),
        prefixed
    );
    assert!(!plain.is_empty());
}

#[test]
fn options_may_hold_anything_or_nothing() {
    let text = "a=b\n{\"c\": \"d=e\"}";
    let build = Build::new()
        .option("label:note", text)
        .option("label:empty", "");
    let empty = [
        "target",
        "platform",
        "requestid",
        "cache-imports",
        "add-hosts",
        "context",
        "image-resolve-mode",
    ];
    let build = empty.iter().fold(build, |build, key| build.option(key, ""));
    let talk = build
        .option("build-arg:VERSION", "1.4.0+a.b")
        .option("unknown", "=")
        .run();
    let labels = &talk.config()["config"]["Labels"];
    assert_eq!(
        (&labels["note"], &labels["empty"]),
        (&text.into(), &"".into())
    );
    assert!(
        talk.image()
            .titles()
            .contains("[wheel] build greeter 1.4.0+a.b")
    );
}

#[test]
fn the_epoch_is_when_the_image_says_that_it_was_made_and_reaches_no_layer() {
    let built = |epoch| {
        let talk = Build::new()
            .option("build-arg:SOURCE_DATE_EPOCH", epoch)
            .run();
        assert_eq!(talk.warnings().len(), 0, "{talk}");
        let told = talk.result().metadata.get("source.date.epoch").cloned();
        let created = talk.config()["created"].as_str().map(str::to_owned);
        (told, created, talk.image().raw.clone())
    };
    let (told, created, definition) = built("1767225600");
    assert_eq!(told.as_deref(), Some(&b"1767225600"[..]));
    assert_eq!(created.as_deref(), Some("2026-01-01T00:00:00Z"));
    assert_eq!(definition, built("0").2);
    assert_eq!(built("0").1.as_deref(), Some("1970-01-01T00:00:00Z"));
    assert_eq!(built(""), (None, None, definition));
}

#[test]
fn the_history_of_the_base_is_kept_and_none_is_added() {
    // The exporter adds one entry for each layer, by the names of the steps.
    let history = r#"[{"created_by":"base layer"},{"created_by":"CMD","empty_layer":true}]"#;
    let base = format!(r#"{{"architecture":"amd64","os":"linux","history":{history}}}"#);
    let talk = Build::new().image(PYTHON, &base).run();
    assert_eq!(talk.config()["history"].to_string(), history);
}
