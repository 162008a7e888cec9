//! Targets whose files are what is wanted.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{Engine, Project};

/// The names of what came out into a folder.
pub(crate) fn exported(project: &Project, folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(project.path(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
#[ignore = "needs an engine"]
fn a_wheel_and_a_source_distribution_come_out_alone() {
    let project = Project::copy_of("testdata/cases/uv-hatch-vcs");
    let version = "--build-arg=RELEASE=2.0rc1";
    Engine::alone();
    let wheel = project.export("wheel", "out", &[version]);
    assert!(wheel.ok, "{}", wheel.text);
    let name = "clock-2.0rc1-py3-none-any.whl";
    assert_eq!(exported(&project, "out"), set(&[name]));
    assert!(
        wheel
            .ran()
            .iter()
            .all(|step| !step.contains("dependencies")),
        "only what the target needs: {}",
        wheel.text
    );
    // The folder that has it by now is no part of the project.
    let sdist = project.export("sdist", "out", &[version, "--no-cache-filter=sdist"]);
    assert!(sdist.ok, "{}", sdist.text);
    assert_eq!(
        exported(&project, "out"),
        set(&[name, "clock-2.0rc1.tar.gz"])
    );
    let again = project.export("wheel", "again", &[version]);
    assert_eq!(
        fs::read(project.path("again").join(name)).unwrap(),
        fs::read(project.path("out").join(name)).unwrap()
    );
    assert!(again.ok, "{}", again.text);
}

/// The lock of the case was made by uv itself, on a machine of its own.
#[test]
#[ignore = "needs an engine"]
fn a_lock_is_what_the_tool_writes() {
    let project = Project::copy_of("testdata/cases/uv-test-pytest");
    let there = project.read("uv.lock");
    Engine::alone();
    for _ in 0..2 {
        let lock = project.export("lock", "out", &[]);
        assert!(lock.ok, "{}", lock.text);
        assert_eq!(exported(&project, "out"), set(&["uv.lock"]));
        assert_eq!(project.read("out/uv.lock"), there);
        assert!(
            lock.ran().contains(&"[lock] run uv lock".to_owned()),
            "no cache knows what an index has: {}",
            lock.text
        );
    }
    // Without one, for the manifest as it is now; and an older version stays until it is to be upgraded.
    project.replace("pyproject.toml", "click>=8.1", "click==8.1.7");
    project.remove("uv.lock");
    project.replace(
        "pyproject.toml",
        "[tool.wheelwright]",
        "[tool.wheelwright]\ninstaller = \"uv\"",
    );
    let lock = project.export("lock", ".", &[]);
    assert!(lock.ok, "{}", lock.text);
    let old = "name = \"click\"\nversion = \"8.1.7\"";
    assert!(project.read("uv.lock").contains(old));
    project.replace("pyproject.toml", "click==8.1.7", "click>=8.1.7");
    let lock = project.export("lock", ".", &["--build-arg=UPGRADE=pytest"]);
    assert!(lock.ok, "{}", lock.text);
    assert!(project.read("uv.lock").contains(old));
    let lock = project.export("lock", ".", &["--build-arg=UPGRADE=click"]);
    assert!(lock.ok, "{}", lock.text);
    assert!(!project.read("uv.lock").contains(old));
}
