//! A folder, and the binary run on it with limits.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The time of the processor in seconds that the release binary may take for an input of up to 5 MB.
const RELEASE: u64 = 2;

/// The same for a debug binary, which is about ten times slower.
const DEBUG: u64 = 20;

/// When a process is stopped that waits instead: the machine may have other work to do.
const LONGEST_WAIT: Duration = Duration::from_mins(2);

/// The address space of the process in KiB, which is more than the memory that it uses.
const MEMORY: usize = 300 * 1024;

/// The stack in KiB that engines give.
const STACK: usize = 8 * 1024;

/// More output than this helps nobody.
const MAX_OUTPUT: usize = 100_000;

/// A project that can be built but for its lock.
pub(crate) const PROJECT: &str =
    "[project]\nname = \"a\"\nversion = \"1\"\nrequires-python = \">=3.12\"\ndependencies = []\n";

/// A lock of uv that fits [`PROJECT`].
pub(crate) const LOCK: &str = "version = 1\nrevision = 3\nrequires-python = \">=3.12\"\n\n[[package]]\nname = \"a\"\n\
                               version = \"1\"\nsource = { virtual = \".\" }\n";

/// A folder of a test; gone after it.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    /// A project that has a lock and these keys of ours.
    pub(crate) fn with_spec(keys: &str) -> Self {
        let manifest = format!("{PROJECT}[tool.wheelwright]\n{keys}");
        Self::of(&[("pyproject.toml", &manifest), ("uv.lock", LOCK)])
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A symbolic link.
    pub(crate) fn link(&self, to: &str, name: &str) {
        std::os::unix::fs::symlink(to, self.0.path().join(name)).unwrap();
    }

    /// Plans the folder within the limits: the plan, or the errors.
    #[track_caller]
    pub(crate) fn plan(&self, options: &[&str]) -> Result<String, String> {
        let seconds = if cfg!(debug_assertions) {
            DEBUG
        } else {
            RELEASE
        };
        let limits = format!(
            "ulimit -t {seconds} && ulimit -v {MEMORY} && ulimit -s {STACK} && exec \"$@\""
        );
        let (out, err) = (self.0.path().join(".out"), self.0.path().join(".err"));
        let mut child = Command::new("/bin/sh")
            .args(["-c", &limits, "sh", env!("CARGO_BIN_EXE_wheelwright")])
            .arg("plan")
            .args(options)
            .arg(self.0.path())
            .env_clear()
            .stdin(Stdio::null())
            .stdout(fs::File::create(&out).unwrap())
            .stderr(fs::File::create(&err).unwrap())
            .spawn()
            .unwrap();
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > LONGEST_WAIT {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("it takes more than {LONGEST_WAIT:?}");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let text = |path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        let (out, err) = (text(&out), text(&err));
        println!(
            "{options:?}: {:?}, {} bytes of errors",
            start.elapsed(),
            err.len()
        );
        assert!(err.len() < MAX_OUTPUT, "{} bytes of errors", err.len());
        match status.code() {
            Some(0) => Ok(out),
            Some(1) => Err(err),
            // A signal: SIGKILL or SIGXCPU at the end of the time, SIGABRT without memory or stack.
            _ => panic!("{status} after {:?}: {err}", start.elapsed()),
        }
    }

    /// The errors that the folder is refused with.
    #[track_caller]
    pub(crate) fn refused(&self, options: &[&str]) -> String {
        self.plan(options).unwrap_err()
    }
}

/// So many lines.
pub(crate) fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(|index| line(index) + "\n").collect()
}
