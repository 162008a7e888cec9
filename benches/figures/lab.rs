//! A Docker engine of our own (`tests/lab`), one for each image store, and the client of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
pub(crate) const PYTHON: &str = "python:3.13-slim";

/// An engine with the base image, the tool and the frontend image.
pub(crate) struct Lab {
    variables: BTreeMap<String, String>,
    pub(crate) store: String,
    /// Layers of the base image, which every image begins with.
    pub(crate) base_layers: usize,
}

/// What a command printed, and how long it took.
pub(crate) struct Ran {
    pub(crate) text: String,
    pub(crate) took: Duration,
}

impl Lab {
    /// Brings the engine with an image store. It is never the machine's own: caches are thrown away here.
    pub(crate) fn up(store: &str, archive: &Path) -> Result<Self, String> {
        let mut up = Command::new(Path::new(ROOT).join("tests/lab/up"));
        up.args(["--own", "--engine", store, PYTHON]);
        up.args(wheelwright::lock::pinned_tools());
        let output = up
            .output()
            .map_err(|error| format!("tests/lab/up: {error}"))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let script = String::from_utf8_lossy(&output.stdout);
        let output = Command::new("bash")
            .arg("-c")
            .arg(format!("{script}\nenv -0"))
            .output();
        let output = output.map_err(|error| format!("bash: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let entries = text.split('\0').filter_map(|entry| entry.split_once('='));
        let variables = entries.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut lab = Self {
            variables: variables.collect(),
            store: store.to_owned(),
            base_layers: 0,
        };
        lab.docker(&["load", "-q", "-i", &archive.to_string_lossy()])?;
        let layers = lab.docker(&["image", "inspect", "-f", "{{len .RootFS.Layers}}", PYTHON])?;
        lab.base_layers = layers
            .text
            .trim()
            .parse()
            .map_err(|_| format!("no number of layers: {}", layers.text))?;
        Ok(lab)
    }

    /// The folder of the lab, in which all that is brought lies.
    pub(crate) fn folder() -> PathBuf {
        match std::env::var_os("WHEELWRIGHT_LAB") {
            Some(folder) => PathBuf::from(folder),
            None => Path::new(ROOT).join(".lab"),
        }
    }

    /// Runs the Docker client to a good end.
    pub(crate) fn docker(&self, arguments: &[&str]) -> Result<Ran, String> {
        let mut command = Command::new("docker");
        command.args(arguments).env_clear().envs(&self.variables);
        let began = Instant::now();
        let output = command
            .output()
            .map_err(|error| format!("docker: {error}"))?;
        let took = began.elapsed();
        let text = [output.stdout, output.stderr]
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .concat();
        if output.status.success() {
            Ok(Ran { text, took })
        } else {
            Err(format!("docker {}:\n{text}", arguments.join(" ")))
        }
    }

    /// What stands in one line of the engine's own account.
    pub(crate) fn fact(&self, arguments: &[&str]) -> String {
        match self.docker(arguments) {
            Ok(ran) => ran.text.trim().to_owned(),
            Err(_) => "unknown".to_owned(),
        }
    }

    /// Throws away every cached step and every cache mount.
    pub(crate) fn forget(&self) -> Result<(), String> {
        self.docker(&["buildx", "prune", "-af"]).map(drop)
    }
}
