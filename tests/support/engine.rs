//! A real Docker engine: the one that answers, or the project's own (`tests/lab`).

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::support::Build;
use crate::support::turn::{self, Turn};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// The image that the tests build from, beside the tools that the binary pins.
const PYTHON: &str = "python:3.13-slim";

/// A Docker engine with the frontend image loaded.
pub(crate) struct Engine {
    variables: BTreeMap<String, String>,
}

impl Engine {
    /// The engine of this run, which other tests may use at the same time. Every test fails with the reason where
    /// no engine can be had.
    pub(crate) fn get() -> &'static Self {
        static ENGINE: OnceLock<Result<Engine, String>> = OnceLock::new();
        turn::start_clock();
        match ENGINE.get_or_init(Self::bring) {
            Ok(engine) => engine,
            Err(reason) => panic!("no engine: {reason}"),
        }
    }

    /// From here on each build of this test runs alone. A test that looks at which steps ran calls this before the
    /// builds that it looks at (`Build::ran`).
    pub(crate) fn alone() {
        turn::build_alone();
    }

    /// From here on no other test builds until this one ends: it counts what is downloaded, and a build without
    /// cache empties the download caches of all.
    pub(crate) fn keep() {
        turn::keep_engine();
    }

    fn bring() -> Result<Self, String> {
        let archive = Path::new(ROOT).join("target/wheelwright.tar");
        if !archive.exists() {
            return Err(format!(
                "{} is missing; run `make test`, which makes it",
                archive.display()
            ));
        }
        let version = run(Command::new(env!("CARGO_BIN_EXE_wheelwright")).arg("version"));
        let tools = version
            .text
            .lines()
            .filter_map(|line| line.strip_prefix("tool "));
        let engine = Self {
            variables: up([PYTHON].into_iter().chain(tools))?,
        };
        let loaded = engine.docker(["load", "-q", "-i", &archive.to_string_lossy()]);
        if loaded.ok {
            Ok(engine)
        } else {
            Err(loaded.text)
        }
    }

    /// Sees to it that the engine has one more image.
    pub(crate) fn need(image: &str) {
        up([image]).unwrap_or_else(|reason| panic!("{image}: {reason}"));
    }

    /// The store that the engine keeps images in.
    pub(crate) fn has_containerd_store(&self) -> bool {
        self.docker(["info", "-f", "{{.DriverStatus}}"])
            .text
            .contains("io.containerd.snapshotter")
    }

    /// Whether this is Docker 20.10, whose interface drops the places of an error and joins no layers.
    pub(crate) fn is_docker_20(&self) -> bool {
        self.docker(["version", "-f", "{{.Server.Version}}"])
            .text
            .starts_with("20.10.")
    }

    /// Whether the lab brought this engine, and with it a client that builds without buildx.
    pub(crate) fn is_of_the_lab(&self) -> bool {
        self.variables.contains_key("WHEELWRIGHT_OLD_CLIENT")
    }

    /// A client that builds without buildx: that of Docker 20.10. Where the engine is not the lab's, the client that
    /// is there.
    pub(crate) fn plain_client(&self, arguments: &[&str]) -> Build {
        let client = self.variables.get("WHEELWRIGHT_OLD_CLIENT");
        let mut command = Command::new(client.map_or("docker", String::as_str));
        command.args(arguments).env_clear().envs(&self.variables);
        run_client(command.env("DOCKER_BUILDKIT", "1"))
    }

    /// Runs the Docker client.
    pub(crate) fn docker<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Build {
        self.docker_with(&[], arguments)
    }

    /// Runs the Docker client with more variables.
    pub(crate) fn docker_with<'a>(
        &self,
        variables: &[(&str, &str)],
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Build {
        let mut command = Command::new("docker");
        command.args(arguments).env_clear().envs(&self.variables);
        run_client(command.envs(variables.iter().copied()))
    }

    /// Runs the Docker client in a folder, with each line of a build printed.
    pub(crate) fn docker_in<'a>(
        &self,
        folder: &Path,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Build {
        let mut command = Command::new("docker");
        command.args(arguments).env_clear().envs(&self.variables);
        run_client(
            command
                .current_dir(folder)
                .env("BUILDKIT_PROGRESS", "plain")
                .env("DOCKER_BUILDKIT", "1"),
        )
    }

    /// Runs the Docker client; the test fails with what it printed when it fails.
    pub(crate) fn must<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> String {
        let build = self.docker(arguments);
        assert!(build.ok, "{}", build.text);
        build.text
    }
}

/// The environment of an engine that has the images.
fn up<'a>(images: impl IntoIterator<Item = &'a str>) -> Result<BTreeMap<String, String>, String> {
    let mut up = Command::new(Path::new(ROOT).join("tests/lab/up"));
    // `make test` asks for one engine after another this way.
    if let Ok(engine) = std::env::var("WHEELWRIGHT_TEST_ENGINE") {
        up.args(["--own", "--engine", &engine]);
    }
    let output = up
        .arg("--old-client")
        .args(images)
        .output()
        .map_err(|error| format!("tests/lab/up: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    variables_after(&String::from_utf8_lossy(&output.stdout))
}

/// The environment of a shell that has evaluated what `tests/lab/up` printed.
fn variables_after(script: &str) -> Result<BTreeMap<String, String>, String> {
    let output = Command::new("bash")
        .arg("-c")
        .arg(format!("{script}\nenv -0"))
        .output();
    let output = output.map_err(|error| format!("bash: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let entries = text.split('\0').filter_map(|entry| entry.split_once('='));
    Ok(entries
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect())
}

/// Runs the Docker client; a build waits for its turn.
fn run_client(command: &mut Command) -> Build {
    let builds = |word: &OsStr| word == "build" || word == "bake";
    let mut words = command.get_args().take(2);
    let turn = words.any(builds).then(Turn::take);
    Build {
        alone: turn.as_ref().is_some_and(Turn::is_alone),
        ..run(command)
    }
}

/// Runs a command to its end; both streams, as a terminal would show them.
fn run(command: &mut Command) -> Build {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the command starts");
    let text = [stdout, stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    Build {
        text,
        ok: status.success(),
        alone: false,
    }
}
