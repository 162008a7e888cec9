//! Containers that developers work in.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;

use crate::support::{Engine, Project};

/// Gives a folder with all in it to somebody.
fn give(path: &Path, uid: u32, gid: u32) {
    chown(path, Some(uid), Some(gid)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path(), uid, gid);
        }
    }
}

/// The ids of the one to whom the project's folder belongs, who is not root.
fn developer(project: &Project) -> (u32, u32) {
    let folder = project.path(".");
    let known = fs::metadata(&folder).unwrap();
    if known.uid() != 0 {
        return (known.uid(), known.gid());
    }
    give(&folder, 1234, 2345);
    (1234, 2345)
}

#[test]
#[ignore = "needs an engine"]
fn an_edit_is_seen_without_a_build_and_what_is_written_is_the_developers() {
    let project = Project::copy_of("testdata/cases/uv-dev");
    let (uid, gid) = developer(&project);
    let ids = [
        format!("--build-arg=USER_UID={uid}"),
        format!("--build-arg=USER_GID={gid}"),
    ];
    let arguments = ["--target=development", &ids[0], &ids[1]];
    project.must_build(&arguments);
    Engine::alone();
    assert_eq!(project.must_build(&arguments).ran(), [""; 0]);

    let mount = format!("{}:/app", project.path(".").to_string_lossy());
    let run = |words: &[&str]| {
        let fixed = ["run", "--rm", "-v", &mount, &project.image];
        let printed = Engine::get().must(fixed.into_iter().chain(words.iter().copied()));
        printed.trim().to_owned()
    };
    let total = [
        "python",
        "-c",
        "import tally; print(tally.__file__, tally.total([1, 2]))",
    ];
    assert_eq!(run(&total), "/app/src/tally/__init__.py 3");
    assert_eq!(run(&["tally", "1", "2"]), "3");
    project.replace("src/tally/__init__.py", "sum(numbers)", "sum(numbers) * 10");
    assert_eq!(run(&total), "/app/src/tally/__init__.py 30");
    assert_eq!(
        run(&["uv", "run", "--no-sync", "--offline", "tally", "1", "2"]),
        "30"
    );
    assert!(run(&["git", "--version"]).starts_with("git version"));
    run(&[
        "sh",
        "-c",
        "echo x > made && echo x > /opt/venv/made && echo x > ~/made",
    ]);
    let made = fs::metadata(project.path("made")).unwrap();
    assert_eq!((made.uid(), made.gid()), (uid, gid));

    // Without a mount the files of the build are there, for tools that copy what changes.
    let fixed = ["run", "--rm", &project.image];
    let tests = ["python", "-m", "pytest", "-k", "test_total"];
    let printed = Engine::get().must(fixed.into_iter().chain(tests));
    assert!(printed.contains("1 passed"), "{printed}");
    let owners = [
        "sh",
        "-c",
        "stat -c %u:%g . src pyproject.toml uv.lock /opt/venv /opt/venv/bin | sort -u",
    ];
    let printed = Engine::get().must(fixed.into_iter().chain(owners));
    assert_eq!(printed.trim(), format!("{uid}:{gid}"));
}

/// What a tool for dev containers does with `examples/fastapi/.devcontainer`: it runs the command, and starts the image
/// with the mount and the user.
#[test]
#[ignore = "needs an engine"]
fn the_dev_container_of_the_example_starts() {
    let project = Project::copy_of("examples/fastapi");
    let config = project.read(".devcontainer/devcontainer.json");
    let config: serde_json::Value = serde_json::from_str(&config).unwrap();
    let text = |key: &str| config[key].as_str().unwrap();
    let folder = project.path(".").to_string_lossy().into_owned();
    let file = project
        .path("pyproject.toml")
        .to_string_lossy()
        .into_owned();
    let words = config["initializeCommand"].as_array().unwrap();
    let words = words.iter().map(|word| match word.as_str().unwrap() {
        "pyproject.toml" => file.as_str(),
        "." => folder.as_str(),
        name if name == text("image") => project.image.as_str(),
        word => word,
    });
    let words: Vec<&str> = words.collect();
    assert_eq!(words[0], "docker");
    Engine::get().must(words.into_iter().skip(1));

    give(&project.path("."), 1000, 1000);
    let mount = text("workspaceMount").replace("${localWorkspaceFolder}", &folder);
    let run = |words: &[&str]| {
        let fixed = [
            "run",
            "--rm",
            "-u",
            text("remoteUser"),
            "-w",
            text("workspaceFolder"),
        ];
        let mounted = ["--mount", &mount, &project.image];
        let all = fixed
            .into_iter()
            .chain(mounted)
            .chain(words.iter().copied());
        Engine::get().must(all).trim().to_owned()
    };
    let greet = [
        "python",
        "-c",
        "import greeter.main; print(greeter.main.greet('you'))",
    ];
    assert_eq!(run(&greet), "{'message': 'hello, you'}");
    let word = project.greet_in_its_own_words();
    assert_eq!(run(&greet), format!("{{'message': '{word}, you'}}"));
    let interpreter =
        &config["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"];
    assert_eq!(
        run(&[
            interpreter.as_str().unwrap(),
            "-c",
            "import os; print(os.path.expanduser('~'))"
        ]),
        "/home/app"
    );
}
