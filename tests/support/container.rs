//! A running container that can be asked.

use std::thread::sleep;
use std::time::Duration;

use crate::support::Engine;

/// A container; it is removed in the end.
pub(crate) struct Container {
    id: String,
}

/// Asks with the interpreter of the image, so that no port of the machine is needed.
const ASK: &str =
    "import sys, urllib.request as r; print(r.urlopen(sys.argv[1], timeout=5).read().decode())";

impl Container {
    /// Starts an image.
    pub(crate) fn start(image: &str) -> Self {
        Self {
            id: Engine::get().must(["run", "-d", image]).trim().to_owned(),
        }
    }

    /// What the server in the container answers, once it does.
    pub(crate) fn ask(&self, path: &str) -> String {
        let url = format!("http://127.0.0.1:8000{path}");
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
        let arguments = ["exec", self.id.as_str()]
            .into_iter()
            .chain(command.iter().copied());
        let output = Engine::get().docker(arguments);
        output.ok.then_some(output.text)
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        drop(Engine::get().docker(["rm", "-f", &self.id]));
    }
}
