//! A project in a folder of its own, to be changed and built.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use crate::support::{Build, Engine, is_of_the_tests};

/// What uv says when an index does not answer.
const NETWORK_TROUBLE: &[&str] = &[
    "error sending request",
    "timed out",
    "Connection reset",
    "dns error",
];

/// Numbers the images of this run.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A project, and the name of the image that is built from it.
pub(crate) struct Project {
    folder: TempDir,
    pub(crate) image: String,
}

impl Project {
    fn empty() -> Self {
        // First of all: without an engine nothing may be made that its own end would need one for.
        Engine::get();
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self {
            folder: TempDir::new().expect("a temporary folder"),
            image: format!("wheelwright-test-{}-{number}", std::process::id()),
        }
    }

    /// A copy of a folder of the repository, without what is there for the tests.
    pub(crate) fn copy_of(folder: &str) -> Self {
        let project = Self::empty();
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        copy_folder(&from, project.folder.path(), "");
        project
    }

    /// A project of texts by their paths.
    pub(crate) fn from_files(files: &[(&str, &str)]) -> Self {
        let project = Self::empty();
        for (name, text) in files {
            project.write(name, text);
        }
        project
    }

    /// A word that no other project of any run has, so that no engine has ever built anything with it.
    pub(crate) fn own_word(&self) -> String {
        let folder = self.folder.path().file_name().unwrap_or_default();
        folder.to_string_lossy().replace('.', "").to_lowercase()
    }

    /// A word that no other run has, and all engines of this run share: the layers of one must be those of the others.
    pub(crate) fn word_of_run(&self) -> String {
        std::env::var("WHEELWRIGHT_TEST_RUN").unwrap_or_else(|_| self.own_word())
    }

    /// Changes the greeting of the example to a word of its own.
    pub(crate) fn greet_in_its_own_words(&self) -> String {
        let word = self.own_word();
        self.replace(
            "src/greeter/main.py",
            "hello, {name}",
            &format!("{word}, {{name}}"),
        );
        word
    }

    /// Where a file of it lies.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and the folders on the way to it.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let folder = self.path(name);
        let folder = folder.parent().expect("a path below the folder");
        fs::create_dir_all(folder).expect("a folder");
        fs::write(self.path(name), text).expect("the file can be written");
    }

    /// Reads a file.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("the file is there")
    }

    /// Removes a file.
    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).expect("the file is there");
    }

    /// Replaces a text in a file, which must be there.
    pub(crate) fn replace(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "{name} holds no {old:?}");
        self.write(name, &text.replace(old, new));
    }

    /// Builds as a user would: `docker buildx build -f pyproject.toml …`.
    pub(crate) fn build(&self, arguments: &[&str]) -> Build {
        self.build_file("pyproject.toml", arguments)
    }

    /// Builds a target whose files are what is wanted: `--output`.
    pub(crate) fn export(&self, target: &str, folder: &str, arguments: &[&str]) -> Build {
        let (target, output) = (format!("--target={target}"), self.path(folder));
        let output = format!("--output={}", output.to_string_lossy());
        let fixed = [target.as_str(), &output];
        let all: Vec<&str> = fixed.into_iter().chain(arguments.iter().copied()).collect();
        self.run_build(&[], "pyproject.toml", &[], &all)
    }

    /// Builds with another spec file, to an image of the engine.
    pub(crate) fn build_file(&self, file: &str, arguments: &[impl AsRef<str>]) -> Build {
        self.run_build(&[], file, &["--load", "-t", &self.image], arguments)
    }

    /// Builds with nothing but the arguments, which may name variables.
    pub(crate) fn build_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Build {
        self.run_build(variables, "pyproject.toml", &[], arguments)
    }

    /// Builds. A package index that does not answer is no fault of ours: such a build
    /// is tried again, and told of.
    fn run_build(
        &self,
        variables: &[(&str, &str)],
        file: &str,
        output: &[&str],
        arguments: &[impl AsRef<str>],
    ) -> Build {
        let folder = self.folder.path().to_string_lossy().into_owned();
        let file = self.path(file).to_string_lossy().into_owned();
        let fixed = ["buildx", "build", "--progress=plain", "-f", &file];
        let arguments: Vec<&str> = fixed
            .into_iter()
            .chain(output.iter().copied())
            .chain(arguments.iter().map(AsRef::as_ref))
            .chain([folder.as_str()])
            .collect();
        for _ in 0..2 {
            let build = Engine::get().docker_with(variables, arguments.iter().copied());
            let trouble = NETWORK_TROUBLE
                .iter()
                .find(|words| build.text.contains(**words));
            match trouble {
                Some(words) if !build.ok => eprintln!("built again: {words}\n{}", build.text),
                _ => return build,
            }
        }
        Engine::get().docker_with(variables, arguments)
    }

    /// Builds; the test fails with what was printed when it fails.
    pub(crate) fn must_build(&self, arguments: &[&str]) -> Build {
        let build = self.build(arguments);
        assert!(build.ok, "{}", build.text);
        build
    }

    /// Builds what must fail; what was printed.
    pub(crate) fn must_fail(&self, arguments: &[&str]) -> String {
        let build = self.build(arguments);
        assert!(!build.ok, "the build went well:\n{}", build.text);
        build.text
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        // A build that failed left none.
        drop(Engine::get().docker(["image", "rm", "-f", &self.image]));
    }
}

fn copy_folder(from: &Path, to: &Path, prefix: &str) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the folder is there") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        let inner = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().expect("a type").is_dir() {
            copy_folder(&entry.path(), &target, &format!("{inner}/"));
        } else if !is_of_the_tests(&inner) {
            fs::copy(entry.path(), target).expect("the file can be copied");
        }
    }
}
