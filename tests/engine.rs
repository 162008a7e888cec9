//! Real images on a real engine: built through `# syntax=`, started, asked. `make test` runs them.

mod support;

use support::{Container, Engine, Project};

const VERSION: &str = "--build-arg=VERSION=1.4.0";

#[test]
#[ignore = "needs an engine"]
fn a_project_with_nothing_but_its_pyproject_is_built_and_answers() {
    let project = Project::copy_of("examples/fastapi");
    project.must_build(&[VERSION, "--label=team=web"]);
    let container = Container::start(&project.image);
    assert_eq!(container.ask("/?name=you"), r#"{"message":"hello, you"}"#);
    assert_eq!(container.ask("/version"), r#"{"version":"1.4.0"}"#);
    let who = "import os, getpass; print(os.getuid(), getpass.getuser(), os.path.expanduser('~'), os.getcwd())";
    assert_eq!(
        container.exec(&["python", "-c", who]).unwrap().trim(),
        "10001 app /home/app /app"
    );
    // Modules are compiled already: the process could not write what it compiles.
    let compiled = "import os, fastapi, greeter.main as g; from importlib.util import cache_from_source as c; \
                    print([os.path.exists(c(m.__file__)) for m in (fastapi, g)])";
    assert_eq!(
        container.exec(&["python", "-c", compiled]).unwrap().trim(),
        "[True, True]"
    );
    // Files are root's and read-only; the installer is not shipped.
    assert_eq!(container.exec(&["touch", "/opt/venv/x"]), None);
    assert_eq!(container.exec(&["uv", "--version"]), None);
    let format =
        "{{.Config.User}} {{.Config.Entrypoint}} {{.Config.ExposedPorts}} {{json .Config.Labels}}";
    let config = Engine::get().must(["inspect", "-f", format, &project.image]);
    insta::assert_snapshot!(config.trim(), @r#"10001:10001 [/opt/venv/bin/greeter] map[8000/tcp:{}] {"org.opencontainers.image.description":"Says hello over HTTP","org.opencontainers.image.licenses":"Apache-2.0","org.opencontainers.image.title":"greeter","org.opencontainers.image.version":"1.4.0","team":"web"}"#);
}

#[test]
#[ignore = "needs an engine"]
fn only_what_changed_is_built_and_code_is_never_stale() {
    let project = Project::copy_of("examples/fastapi");
    let token = project.greet_in_its_own_words();
    project.must_build(&[VERSION]);

    let second = project.must_build(&[VERSION]);
    assert_eq!(second.ran(), [""; 0], "{}", second.text);
    assert!(second.steps().len() >= 10, "{}", second.text);

    let own_steps = |version: &str| {
        [
            "[runtime] add project".to_owned(),
            "[runtime] install greeter".to_owned(),
            "[runtime] lay out project".to_owned(),
            format!("[wheel] build greeter {version}"),
        ]
    };
    let merges = Engine::get().has_containerd_store();
    let without_join = |steps: Vec<String>| -> Vec<String> {
        // An engine with merges joins all layers in one step, the others add one at a time.
        let joins = ["[runtime] add project", "[runtime] join layers"];
        steps
            .into_iter()
            .filter(|step| !joins.contains(&step.as_str()))
            .collect()
    };
    let version = project.must_build(&["--build-arg=VERSION=1.5.0"]);
    assert_eq!(
        without_join(version.ran()),
        own_steps("1.5.0")[1..],
        "merges: {merges}\n{}",
        version.text
    );

    project.replace("src/greeter/main.py", &token, &format!("{token}, again"));
    let edit = project.must_build(&["--build-arg=VERSION=1.5.0"]);
    let mut expected = own_steps("1.5.0")[1..].to_vec();
    expected.push("[wheel] copy project files".to_owned());
    assert_eq!(without_join(edit.ran()), expected, "{}", edit.text);
    let container = Container::start(&project.image);
    assert_eq!(
        container.ask("/?name=you"),
        format!(r#"{{"message":"{token}, again, you"}}"#)
    );
    assert_eq!(container.ask("/version"), r#"{"version":"1.5.0"}"#);
}

#[test]
#[ignore = "needs an engine"]
fn a_version_bump_in_the_manifest_and_the_lock_installs_no_dependency() {
    let project = Project::copy_of("examples/fastapi");
    project.greet_in_its_own_words();
    project.replace(
        "pyproject.toml",
        "dynamic = [\"version\"]",
        "version = \"1.0.0\"",
    );
    project.replace(
        "uv.lock",
        "name = \"greeter\"\n",
        "name = \"greeter\"\nversion = \"1.0.0\"\n",
    );
    project.must_build(&[]);
    for file in ["pyproject.toml", "uv.lock"] {
        project.replace(file, "version = \"1.0.0\"", "version = \"1.0.1\"");
    }
    let bump = project.must_build(&[]);
    let ran = bump.ran();
    assert!(
        ran.contains(&"[wheel] build greeter 1.0.1".to_owned()),
        "{}",
        bump.text
    );
    assert!(
        ran.iter()
            .all(|step| !step.contains("install dependencies")),
        "{}",
        bump.text
    );
    assert!(
        ran.iter().all(|step| !step.contains("requirements")),
        "{}",
        bump.text
    );
    assert_eq!(
        Container::start(&project.image).ask("/version"),
        r#"{"version":"1.0.1"}"#
    );
}

#[test]
#[ignore = "needs an engine"]
fn two_builds_without_a_cache_give_the_same_layers() {
    let project = Project::copy_of("examples/fastapi");
    // Steps of its own: the engine lets other builds wait for a step that runs without a cache.
    let elsewhere = "[tool.wheelwright]\nvenv = \"/srv/venv\"\nworkdir = \"/srv/app\"\n";
    project.replace(
        "pyproject.toml",
        "[tool.wheelwright.image]",
        &format!("{elsewhere}[tool.wheelwright.image]"),
    );
    let layers = || {
        project.must_build(&[VERSION, "--no-cache"]);
        Engine::get().must(["inspect", "-f", "{{json .RootFS.Layers}}", &project.image])
    };
    let (first, second) = (layers(), layers());
    assert_eq!(first, second);
    assert!(first.matches("sha256:").count() > 3, "{first}");
}

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
    assert_snippet(&printed, "pyproject.toml:9", "dependencies = [");
}

#[test]
#[ignore = "needs an engine"]
fn a_misspelt_key_points_at_its_line() {
    let project = Project::copy_of("examples/fastapi");
    project.replace("pyproject.toml", "expose = [8000]", "expoze = [8000]");
    let printed = project.must_fail(&[VERSION]);
    assert_snippet(&printed, "pyproject.toml:24", "expoze = [8000]");
    assert!(
        printed.contains(
            "pyproject.toml:24:1: unknown key `expoze` in `[tool.wheelwright.image]`; did you mean `expose`?"
        ),
        "{printed}"
    );
}

#[test]
#[ignore = "needs an engine"]
fn what_stands_against_a_build_is_told_before_it_starts() {
    let project = Project::copy_of("examples/fastapi");
    let printed = project.must_fail(&[]);
    assert!(
        printed.contains("add `--build-arg VERSION=1.0.0` with the version to build"),
        "{printed}"
    );
    let printed = project.must_fail(&[VERSION, "--target=runtme"]);
    assert!(printed.contains("unknown target `runtme`"), "{printed}");
    assert!(printed.contains("did you mean `runtime`?"), "{printed}");
    project.replace(
        "pyproject.toml",
        "\"uvicorn>=0.34\",",
        "\"uvicorn>=0.34\", \"httpx\",",
    );
    let printed = project.must_fail(&[VERSION]);
    assert!(
        printed.contains("`uv.lock` is stale: it does not know the dependency `httpx`"),
        "{printed}"
    );
    project.remove("uv.lock");
    let printed = project.must_fail(&[VERSION]);
    assert!(
        printed.contains("run `uv lock` and commit `uv.lock`"),
        "{printed}"
    );
    // None of them got as far as a step.
    assert!(!printed.contains("] install"), "{printed}");
}

#[test]
#[ignore = "needs an engine"]
fn base_and_builder_are_targets_of_their_own() {
    let project = Project::copy_of("examples/fastapi");
    // Neither needs a version: neither holds the project.
    project.must_build(&["--target=base"]);
    let run = |command: &str| {
        Engine::get()
            .must([
                "run",
                "--rm",
                "--entrypoint",
                "sh",
                &project.image,
                "-c",
                command,
            ])
            .trim()
            .to_owned()
    };
    assert_eq!(run("id -un && pwd && ls /opt"), "app\n/app");
    project.must_build(&["--target=builder"]);
    assert_eq!(
        run("python -c 'import fastapi; print(fastapi.__name__)' && id -un"),
        "fastapi\nroot"
    );
    assert!(run("uv --version").starts_with("uv "));
}

#[test]
#[ignore = "needs an engine"]
fn a_dockerfile_of_one_line_builds_the_project_beside_it() {
    let project = Project::copy_of("examples/fastapi");
    project.replace("pyproject.toml", "# syntax=wheelwright/frontend:0.1\n", "");
    project.write("Dockerfile", "# syntax=wheelwright/frontend:0.1\n");
    let build = project.build_file("Dockerfile", &[VERSION]);
    assert!(build.ok, "{}", build.text);
    assert_eq!(
        Container::start(&project.image).ask("/version"),
        r#"{"version":"1.4.0"}"#
    );
}

#[test]
#[ignore = "needs an engine"]
fn a_named_context_stands_for_the_base_image() {
    let project = Project::copy_of("examples/fastapi");
    let other = format!("{}-base:1", project.image);
    let dockerfile = Project::copy_of("examples/fastapi");
    dockerfile.write("Dockerfile", "FROM python:3.13-slim\nENV MARK=here\n");
    let built = dockerfile.build_file("Dockerfile", &["-t", &other]);
    assert!(built.ok, "{}", built.text);
    project.must_build(&[
        VERSION,
        &format!("--build-context=python:3.13-slim=docker-image://{other}"),
    ]);
    let env = Engine::get().must(["inspect", "-f", "{{.Config.Env}}", &project.image]);
    assert!(env.contains("MARK=here"), "{env}");
    Engine::get().must(["image", "rm", "-f", &other]);
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
    assert!(printed.contains("start the interpreter on"), "{printed}");
    assert_snippet(&printed, "pyproject.toml:24", &line);
    Engine::get().must(["image", "rm", "-f", &other]);

    let project = Project::copy_of("examples/fastapi");
    project.replace("pyproject.toml", "expose = [8000]", "user = \"bob\"");
    let printed = project.must_fail(&[VERSION]);
    assert!(
        printed.contains("the base image has no user 'bob'; write numeric ids"),
        "{printed}"
    );
    assert_snippet(&printed, "pyproject.toml:24", "user = \"bob\"");
}

/// The client printed the user's own line, marked.
fn assert_snippet(printed: &str, place: &str, line: &str) {
    assert!(printed.contains(place), "no {place} in:\n{printed}");
    let marked = printed
        .lines()
        .any(|printed| printed.contains(">>>") && printed.contains(line));
    assert!(marked, "{line:?} is not marked in:\n{printed}");
}
