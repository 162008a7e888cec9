//! A real Docker engine: the one that answers, or the project's own (`tests/lab`).

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// The image that the tests build from, beside the tools that the binary pins.
const PYTHON: &str = "python:3.13-slim";

/// A Docker engine with the frontend image loaded.
pub(crate) struct Engine {
    variables: BTreeMap<String, String>,
}

/// What a build printed, and how it ended.
pub(crate) struct Build {
    pub(crate) text: String,
    pub(crate) ok: bool,
}

impl Engine {
    /// The engine of this run; every test fails with the reason where none can be had.
    pub(crate) fn get() -> &'static Self {
        static ENGINE: OnceLock<Result<Engine, String>> = OnceLock::new();
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

    /// Runs the Docker client.
    pub(crate) fn docker<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Build {
        let mut command = Command::new("docker");
        run(command.args(arguments).env_clear().envs(&self.variables))
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
    // `make test` asks for the second image store this way.
    if let Ok(store) = std::env::var("WHEELWRIGHT_TEST_STORE") {
        up.args(["--own", "--store", &store]);
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

impl Build {
    /// The steps with work of their own, by name, and how each ended: `CACHED`, `DONE`, or `CANCELED` where the
    /// engine found in time that a cached result makes the step needless. The engine never marks as cached
    /// what it reads anew (`[internal]`) and images, which it may have at hand.
    pub(crate) fn steps(&self) -> BTreeMap<String, String> {
        let mut names: BTreeMap<&str, &str> = BTreeMap::new();
        let mut ends: BTreeMap<&str, &str> = BTreeMap::new();
        for line in self.text.lines() {
            let Some((number, rest)) = line.strip_prefix('#').and_then(|line| line.split_once(' '))
            else {
                continue;
            };
            let word = rest.split(' ').next().unwrap_or_default();
            if ["CACHED", "CANCELED", "DONE", "ERROR:"].contains(&word) {
                ends.insert(number, word);
            } else if rest.starts_with('[') {
                names.insert(number, rest);
            }
        }
        let own = |name: &str| !name.starts_with("[internal]") && !name.contains("] image ");
        let own_steps = names.into_iter().filter(|(_, name)| own(name));
        own_steps
            .map(|(number, name)| {
                (
                    name.to_owned(),
                    ends.get(number).copied().unwrap_or_default().to_owned(),
                )
            })
            .collect()
    }

    /// Names of the steps that ran.
    pub(crate) fn ran(&self) -> Vec<String> {
        let ran = self
            .steps()
            .into_iter()
            .filter(|(_, end)| !["CACHED", "CANCELED"].contains(&end.as_str()));
        ran.map(|(name, _)| name).collect()
    }
}
