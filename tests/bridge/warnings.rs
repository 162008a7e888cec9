//! What the user is told while the image is built all the same.

use crate::bridge::Build;

/// No version is pinned, and one is allowed; the options say what is not there.
fn warned() -> Build {
    Build::new()
        .without_file(".python-version")
        .for_one_python()
}

#[test]
fn warnings_are_shown_under_the_step_that_read_the_spec() {
    let talk = warned().run();
    let spec = talk
        .loads()
        .into_iter()
        .find(|load| load.local().local().unwrap().0 == "dockerfile")
        .unwrap()
        .local()
        .digest
        .clone();
    let [warning] = talk.warnings()[..] else {
        panic!("{talk}")
    };
    assert_eq!((&warning.digest, warning.level), (&spec, 1));
    let line = warning.ranges[0].start.unwrap().line;
    let text = String::from_utf8_lossy(&warning.info.as_ref().unwrap().data).into_owned();
    assert_eq!(
        text.lines().nth(usize::try_from(line).unwrap() - 1),
        Some("requires-python = \">=3.13,<3.14\"")
    );
    insta::assert_snapshot!(talk.beginning("warn")[0], @r#"warn: pyproject.toml:5:19: no Python version is pinned, 3.13 was taken: the newest that `requires-python` allows and that the locked packages have wheels for; write `3.13` in `.python-version`, or `python = "3.13"` in `[tool.wheelwright]`"#);

    assert_eq!(
        warned()
            .incapable("gateway.warnings")
            .run()
            .warnings()
            .len(),
        0
    );
    // It is no reason to fail a build.
    warned().fails("warn", "unimplemented", &[]).run().result();
}

#[test]
fn each_warning_is_told_once_and_in_the_same_order() {
    let lines = || {
        let build = warned().option("memory", "1").option("cpuquota", "1");
        build.option("build-arg:OTHER", "1").run().beginning("warn")
    };
    let first = lines();
    let texts: Vec<_> = first
        .iter()
        .map(|line| line.split(';').next().unwrap())
        .collect();
    insta::assert_snapshot!(texts.join("\n"), @"
    warn: `--memory` is not honoured yet and has no effect
    warn: `--cpu-quota` is not honoured yet and has no effect
    warn: pyproject.toml:5:19: no Python version is pinned, 3.13 was taken: the newest that `requires-python` allows and that the locked packages have wheels for
    warn: unknown build argument `OTHER`, expected one of `VERSION`, `SOURCE_DATE_EPOCH`, `USER_UID`, `USER_GID`, `UPGRADE`
    ");
    for _ in 0..5 {
        assert_eq!(lines(), first);
    }
}

#[test]
fn an_engine_without_warnings_shows_steps_with_their_words() {
    let build = || warned().option("memory", "1").incapable("gateway.warnings");
    let talk = build().run();
    insta::assert_snapshot!(talk.beginning("build").join("\n"), @r#"
    build
    build at once: [internal] warning: `--memory` is not honoured yet and has no effect
    build at once: [internal] warning: pyproject.toml:5:19: no Python version is pinned, 3.13 was taken: the newest that `requires-python` allows and that the locked packages have wheels for; write `3.13` in `.python-version`, or `python = "3.13"` in `[tool.wheelwright]`
    "#);
    // Equal steps are one: they differ in their files.
    let steps = talk.requests.iter().filter_map(|request| match request {
        crate::bridge::Request::Solve {
            definition,
            request,
        } if request.evaluate => definition.head(),
        _ => None,
    });
    let digests: std::collections::BTreeSet<_> = steps.map(|head| head.digest.clone()).collect();
    assert_eq!(digests.len(), 2);
    // They are no reason to fail a build.
    build()
        .fails("build at once", "no space left", &[])
        .run()
        .result();
    // Engines that cannot build at once show nothing.
    assert_eq!(
        build()
            .incapable("gateway.solve.evaluate")
            .run()
            .beginning("build")
            .len(),
        1
    );
}
