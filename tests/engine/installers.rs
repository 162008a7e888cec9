//! What is true of every installer, on the example of each.

use crate::support::{Build, Container, Engine, Project};

/// An example, and how the test changes it.
struct Example {
    folder: &'static str,
    /// The spec file.
    file: &'static str,
    /// The step that a change of code or of the version runs, of those that install.
    installs: Option<&'static str>,
    /// The version in the manifest, where there is one.
    version: Option<&'static str>,
    /// A file of code, and a text in it.
    code: (&'static str, &'static str),
    /// A question, and the answer; it holds the text.
    ask: (&'static str, &'static str),
}

const PDM: Example = Example {
    folder: "examples/pdm-app",
    file: "pyproject.toml",
    installs: Some("[runtime] install clock"),
    version: Some("2.1.0"),
    code: ("src/clock/__init__.py", "new year"),
    ask: ("/tokyo", r#"{"city": "Tokyo", "new year": "09:00"}"#),
};

const POETRY: Example = Example {
    folder: "testdata/cases/poetry-app",
    file: "pyproject.toml",
    installs: Some("[runtime] install tides"),
    version: Some("0.4.0"),
    code: ("src/tides/__init__.py", "flood"),
    ask: ("/30", r#"{"flood": "a day ago"}"#),
};

const PIPENV: Example = Example {
    folder: "examples/pipenv-app",
    file: "Dockerfile",
    installs: None,
    version: None,
    code: ("app.py", "visitors"),
    ask: ("/1200000", r#"{"visitors": "1.2 million"}"#),
};

impl Example {
    fn check(&self) {
        let project = Project::copy_of(self.folder);
        let token = project.own_word();
        let (file, word) = self.code;
        let answer = |word: &str| self.ask.1.replace(self.code.1, word);
        project.replace(file, word, &token);
        self.build(&project, &[]);
        let container = Container::start(&project.image);
        assert_eq!(container.ask(self.ask.0), answer(&token));
        let layers = layers(&project);

        Engine::alone();
        let second = self.build(&project, &[]);
        assert_eq!(second.ran(), [""; 0], "{}", second.text);
        assert!(second.steps().len() >= 8, "{}", second.text);

        // At another time, and from nothing, as the engine empties the caches of downloads then: the same bytes.
        let again = self.build(&project, &["--no-cache-filter=builder"]);
        let installed = |step: &String| step.starts_with("[builder] install dependencies from");
        assert!(again.ran().iter().any(installed), "{}", again.text);
        assert_eq!(self::layers(&project), layers);

        let edited = format!("{token} again");
        project.replace(file, &token, &edited);
        self.installs_no_dependency(&project);
        let container = Container::start(&project.image);
        assert_eq!(container.ask(self.ask.0), answer(&edited));

        if let Some(version) = self.version {
            let version = format!("version = \"{version}\"");
            project.replace("pyproject.toml", &version, "version = \"99.1\"");
            self.installs_no_dependency(&project);
            let label = "{{index .Config.Labels \"org.opencontainers.image.version\"}}";
            let told = Engine::get().must(["image", "inspect", "--format", label, &project.image]);
            assert_eq!(told.trim(), "99.1");
        }
    }

    fn build(&self, project: &Project, arguments: &[&str]) -> Build {
        let build = project.build_file(self.file, arguments);
        assert!(build.ok, "{}", build.text);
        build
    }

    fn installs_no_dependency(&self, project: &Project) {
        let build = self.build(project, &[]);
        let mut ran = build.ran();
        assert!(!ran.is_empty(), "{}", build.text);
        ran.retain(|step| step.contains("install"));
        let expected: Vec<String> = self.installs.map(str::to_owned).into_iter().collect();
        assert_eq!(ran, expected, "{}", build.text);
    }
}

/// Digests of the contents of the layers.
fn layers(project: &Project) -> String {
    let format = "--format={{json .RootFS.Layers}}";
    Engine::get().must(["image", "inspect", format, &project.image])
}

#[test]
#[ignore = "needs an engine"]
fn a_change_of_code_or_version_installs_no_dependency_with_pdm() {
    PDM.check();
}

#[test]
#[ignore = "needs an engine"]
fn a_change_of_code_or_version_installs_no_dependency_with_poetry() {
    POETRY.check();
}

#[test]
#[ignore = "needs an engine"]
fn a_change_of_code_or_version_installs_no_dependency_with_pipenv() {
    PIPENV.check();
}
