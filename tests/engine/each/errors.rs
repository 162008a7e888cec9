//! What a user is told, and where the client points.

use crate::VERSION;
use crate::support::{Engine, Project};

#[test]
#[ignore = "needs an engine"]
fn a_failing_install_points_at_the_lines_that_asked_for_it() {
    let project = Project::copy_of("examples/fastapi");
    // Another wheel than the one that was locked.
    let text = project.read("uv.lock");
    let wheel = text
        .lines()
        .find(|line| line.contains("h11-0") && line.contains("whl"))
        .unwrap();
    let (_, hash) = wheel.split_once("sha256:").unwrap();
    project.replace("uv.lock", &hash[..64], &"0".repeat(64));
    let printed = project.must_fail(&[VERSION]);
    assert!(printed.contains("Hash mismatch"), "{printed}");
    assert_snippet(
        &printed,
        "pyproject.toml:9",
        "dependencies = [",
        "> [builder] install dependencies from uv.lock:",
    );
}

#[test]
#[ignore = "needs an engine"]
fn a_misspelt_key_points_at_its_line() {
    let project = Project::copy_of("examples/fastapi");
    project.replace("pyproject.toml", "expose = [8000]", "expoze = [8000]");
    let printed = project.must_fail(&[VERSION]);
    assert_snippet(
        &printed,
        "pyproject.toml:24",
        "expoze = [8000]",
        "pyproject.toml:24:1: unknown key `expoze` in `[tool.wheelwright.image]`; did you mean `expose`?",
    );
}

#[test]
#[ignore = "needs an engine"]
fn what_stands_against_a_build_is_told_before_it_starts() {
    let project = Project::copy_of("examples/fastapi");
    let must_fail = |arguments: &[&str]| {
        let printed = project.must_fail(arguments);
        // Not one step of the project's plan started: each of them has the name of a stage in brackets.
        let stages = ["base", "builder", "wheel", "runtime", "test"];
        for stage in stages {
            assert!(!printed.contains(&format!("[{stage}] ")), "{printed}");
        }
        printed
    };
    let printed = must_fail(&[]);
    assert!(
        printed.contains("add `--build-arg VERSION=1.0.0` with the version to build"),
        "{printed}"
    );
    let printed = must_fail(&[VERSION, "--target=runtme"]);
    assert!(printed.contains("unknown target `runtme`"), "{printed}");
    assert!(printed.contains("did you mean `runtime`?"), "{printed}");
    project.replace(
        "pyproject.toml",
        "\"uvicorn>=0.34\",",
        "\"uvicorn>=0.34\", \"httpx\",",
    );
    let printed = must_fail(&[VERSION]);
    assert!(
        printed.contains("`uv.lock` is out of date: it does not know the dependency `httpx`"),
        "{printed}"
    );
}

#[test]
#[ignore = "needs an engine"]
fn an_image_that_no_registry_has_points_at_the_line_that_names_it() {
    let project = Project::copy_of("examples/fastapi");
    // Nothing listens there.
    let line = "from = \"localhost:1/nobody/none:1\"";
    project.replace(
        "pyproject.toml",
        "[tool.wheelwright.image]\n",
        &format!("[tool.wheelwright]\n{line}\n[tool.wheelwright.image]\n"),
    );
    let printed = project.must_fail(&[VERSION]);
    assert_snippet(
        &printed,
        "pyproject.toml:24",
        line,
        "pyproject.toml:24:8: cannot resolve the image `localhost:1/nobody/none:1`: ",
    );
    assert!(
        printed.contains("check the name and the tag, and that the engine can reach the registry"),
        "{printed}"
    );
}

#[test]
#[ignore = "needs an engine"]
fn what_a_runtime_lacks_is_told_by_the_line_that_asks_for_it() {
    let project = Project::copy_of("examples/fastapi");
    let spec = |keys: &str| {
        project.replace(
            "pyproject.toml",
            "[tool.wheelwright.image]\n",
            &format!("{keys}[tool.wheelwright.image]\n"),
        );
    };
    // A runtime without the interpreter that the links of the environment lead to.
    let other = format!("{}-runtime:1", project.image);
    let dockerfile = Project::copy_of("examples/fastapi");
    dockerfile.write(
        "Dockerfile",
        "FROM python:3.13-slim\nRUN rm -f /usr/local/bin/python* /usr/bin/python3*\n",
    );
    let built = dockerfile.build_file("Dockerfile", &["-t", &other]);
    assert!(built.ok, "{}", built.text);
    let line = format!("runtime-from = \"{other}\"");
    spec(&format!("[tool.wheelwright]\n{line}\n"));
    let printed = project.must_fail(&[VERSION]);
    assert_snippet(
        &printed,
        "pyproject.toml:24",
        &line,
        "> [runtime] start the interpreter on",
    );
    Engine::get().must(["image", "rm", "-f", &other]);

    let project = Project::copy_of("examples/fastapi");
    project.replace("pyproject.toml", "expose = [8000]", "user = \"bob\"");
    let printed = project.must_fail(&[VERSION]);
    assert_snippet(
        &printed,
        "pyproject.toml:24",
        "user = \"bob\"",
        "the base image has no user 'bob'; write numeric ids",
    );
}

/// The client printed the user's own line, marked. Docker 20.10 hands no places on to the client: there it prints
/// what failed alone, a message with its own place or the name of a step.
fn assert_snippet(printed: &str, place: &str, line: &str, failed: &str) {
    assert!(printed.contains(failed), "no {failed:?} in:\n{printed}");
    let mut marked = printed.lines().filter(|line| line.contains(">>>"));
    if Engine::get().is_docker_20() {
        assert_eq!(marked.next(), None, "{printed}");
        return;
    }
    assert!(printed.contains(place), "no {place} in:\n{printed}");
    assert!(
        marked.any(|marked| marked.contains(line)),
        "{line:?} is not marked in:\n{printed}"
    );
}
