//! How the build of a folder in `testdata/cases` is called: its `case.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// Says how the build is called, where that is not `docker buildx build -f pyproject.toml .`
pub(crate) const CASE: &str = "case.toml";
/// Says what the image must do once it is built (`tests/engine/cases.rs`).
pub(crate) const RUN: &str = "run.toml";

/// How the build of a case is called.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Case {
    /// `-f`
    file: Option<String>,
    /// `--target`
    pub(crate) target: Option<String>,
    /// `--platform`
    pub(crate) platform: Option<String>,
    /// `--build-arg`
    pub(crate) build_args: BTreeMap<String, String>,
    /// Capabilities of the engine that is played.
    pub(crate) with: Vec<String>,
    /// What is found where an image is looked into for its Python.
    pub(crate) has_python: Option<bool>,
}

impl Case {
    /// The case of a folder.
    pub(crate) fn read(folder: &Path) -> Self {
        let path = folder.join(CASE);
        if !path.exists() {
            return Self::default();
        }
        let text = fs::read_to_string(&path).expect("the file can be read");
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The spec file.
    pub(crate) fn file(&self) -> &str {
        self.file.as_deref().unwrap_or("pyproject.toml")
    }
}

/// Whether a file of a case's folder belongs to the tests, and not to the project.
pub(crate) fn is_of_the_tests(inner: &str) -> bool {
    let named = |end| {
        Path::new(inner)
            .extension()
            .is_some_and(|found| found == end)
    };
    // A snapshot that is not accepted yet ends in `.snap.new`.
    [CASE, RUN].contains(&inner) || named("snap") || (named("new") && inner.contains(".snap."))
}
