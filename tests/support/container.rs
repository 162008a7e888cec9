//! A running container that can be asked.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use crate::support::{Build, Engine};

/// A container; it is removed in the end.
pub(crate) struct Container {
    id: String,
    /// The port that its server listens on.
    port: u16,
}

/// Asks with the interpreter of the image, so that no port of the machine is needed.
const ASK: &str =
    "import sys, urllib.request as r; print(r.urlopen(sys.argv[1], timeout=5).read().decode())";

impl Container {
    /// Starts an image whose server listens on port 8000.
    pub(crate) fn start(image: &str) -> Self {
        Self::start_on(image, 8000)
    }

    /// Starts an image whose server listens on another port.
    pub(crate) fn start_on(image: &str, port: u16) -> Self {
        Self {
            id: Engine::get().must(["run", "-d", image]).trim().to_owned(),
            port,
        }
    }

    /// Starts an image with a command that waits, whatever its entrypoint is.
    pub(crate) fn sleeping(image: &str) -> Self {
        let start = ["run", "-d", "--entrypoint", "sleep", image, "600"];
        Self {
            id: Engine::get().must(start).trim().to_owned(),
            port: 0,
        }
    }

    /// Starts an image with a command of its own.
    pub(crate) fn of_command(image: &str, command: &[&str]) -> Self {
        let start = ["run", "-d", image].into_iter();
        let start = start.chain(command.iter().copied());
        Self {
            id: Engine::get().must(start).trim().to_owned(),
            port: 0,
        }
    }

    /// Its address in the engine's own network, which build steps are in too.
    pub(crate) fn address(&self) -> String {
        let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
        let address = Engine::get().must(["inspect", "-f", format, &self.id]);
        address.trim().to_owned()
    }

    /// The first line that it prints, once it does.
    pub(crate) fn first_line(&self) -> String {
        // It may install packages first.
        for _ in 0..1200 {
            let printed = self.log();
            if let Some(line) = printed.lines().next() {
                return line.to_owned();
            }
            sleep(Duration::from_millis(100));
        }
        panic!("the container prints nothing");
    }

    /// All that it has printed.
    pub(crate) fn log(&self) -> String {
        Engine::get().must(["logs", &self.id])
    }

    /// What the server in the container answers, once it does.
    pub(crate) fn ask(&self, path: &str) -> String {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        for _ in 0..100 {
            let answer = self.exec(&["python", "-c", ASK, &url]);
            if let Some(answer) = answer {
                return answer.trim().to_owned();
            }
            sleep(Duration::from_millis(100));
        }
        panic!(
            "no answer from {url}; the container says:\n{}",
            Engine::get().docker(["logs", &self.id]).text
        );
    }

    /// What a command in the container prints, if it goes well.
    pub(crate) fn exec(&self, command: &[&str]) -> Option<String> {
        let ended = self.command(command);
        ended.ok.then_some(ended.text)
    }

    /// Copies a folder of the container to one that is not there yet.
    pub(crate) fn copy_out(&self, folder: &str, to: &Path) {
        let from = format!("{}:{folder}", self.id);
        Engine::get().must(["cp", &from, &to.to_string_lossy()]);
    }

    /// Runs a command in the container.
    pub(crate) fn command(&self, command: &[&str]) -> Build {
        let fixed = ["exec", self.id.as_str()];
        Engine::get().docker(fixed.into_iter().chain(command.iter().copied()))
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        drop(Engine::get().docker(["rm", "-f", &self.id]));
    }
}
