//! A real Docker engine: the one that answers, or the project's own (`tests/lab`).

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::support::Build;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// The image that the tests build from, beside the tools that the binary pins.
const PYTHON: &str = "python:3.13-slim";

/// One test at a time: while another build that shares a step is under way, an engine runs the steps on top of it
/// again although they are cached (seen on Docker 28, with BuildKit's own frontend too), and tests look at what ran.
static TURN: Mutex<()> = Mutex::new(());

thread_local! {
    /// Held from the first use of the engine to the end of the test, which has a thread of its own.
    static HELD: MutexGuard<'static, ()> = TURN.lock().unwrap_or_else(PoisonError::into_inner);
}

/// A Docker engine with the frontend image loaded.
pub(crate) struct Engine {
    variables: BTreeMap<String, String>,
}

impl Engine {
    /// The engine of this run; every test fails with the reason where none can be had.
    pub(crate) fn get() -> &'static Self {
        static ENGINE: OnceLock<Result<Engine, String>> = OnceLock::new();
        HELD.with(|_turn| ());
        match ENGINE.get_or_init(Self::bring) {
            Ok(engine) => engine,
            Err(reason) => panic!("no engine: {reason}"),
        }
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

    /// A client that builds without buildx, as users of Docker 20.10 have it; where the lab has none, the one
    /// that is there.
    pub(crate) fn plain_client(&self, arguments: &[&str]) -> Build {
        let client = self.variables.get("WHEELWRIGHT_OLD_CLIENT");
        let mut command = Command::new(client.map_or("docker", String::as_str));
        command.args(arguments).env_clear().envs(&self.variables);
        run(command.env("DOCKER_BUILDKIT", "1"))
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
        run(command.envs(variables.iter().copied()))
    }

    /// Runs the Docker client in a folder, with each line of a build printed.
    pub(crate) fn docker_in<'a>(
        &self,
        folder: &Path,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Build {
        let mut command = Command::new("docker");
        command.args(arguments).env_clear().envs(&self.variables);
        run(command
            .current_dir(folder)
            .env("BUILDKIT_PROGRESS", "plain")
            .env("DOCKER_BUILDKIT", "1"))
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
    }
}
