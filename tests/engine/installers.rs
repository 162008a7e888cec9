//! What is true of every installer, on the example of each.

use crate::support::{Container, Engine, Project};

/// An example, and how the test changes it.
struct Example {
    folder: &'static str,
    /// The name and the version in the manifest.
    name: &'static str,
    version: &'static str,
    /// A file of code, and a text in it.
    code: (&'static str, &'static str),
    /// A question, and the answer; it holds the text.
    ask: (&'static str, &'static str),
}

const EXAMPLES: &[Example] = &[
    Example {
        folder: "examples/pdm-app",
        name: "clock",
        version: "2.1.0",
        code: ("src/clock/__init__.py", "new year"),
        ask: ("/tokyo", r#"{"city": "Tokyo", "new year": "09:00"}"#),
    },
    Example {
        folder: "testdata/cases/poetry-app",
        name: "tides",
        version: "0.4.0",
        code: ("src/tides/__init__.py", "flood"),
        ask: ("/30", r#"{"flood": "a day ago"}"#),
    },
];

impl Example {
    fn check(&self) {
        let project = Project::copy_of(self.folder);
        let token = project.own_word();
        let (file, word) = self.code;
        let answer = |word: &str| self.ask.1.replace(self.code.1, word);
        project.replace(file, word, &token);
        project.must_build(&[]);
        let container = Container::start(&project.image);
        assert_eq!(container.ask(self.ask.0), answer(&token));

        let second = project.must_build(&[]);
        assert_eq!(second.ran(), [""; 0], "{}", second.text);
        assert!(second.steps().len() >= 8, "{}", second.text);

        let edited = format!("{token} again");
        project.replace(file, &token, &edited);
        let ran = installs(&project);
        assert_eq!(ran, [format!("[runtime] install {}", self.name)]);
        let container = Container::start(&project.image);
        assert_eq!(container.ask(self.ask.0), answer(&edited));

        let version = format!("version = \"{}\"", self.version);
        project.replace("pyproject.toml", &version, "version = \"99.1\"");
        let ran = installs(&project);
        assert_eq!(ran, [format!("[runtime] install {}", self.name)]);
        let label = "{{index .Config.Labels \"org.opencontainers.image.version\"}}";
        let told = Engine::get().must(["image", "inspect", "--format", label, &project.image]);
        assert_eq!(told.trim(), "99.1");
    }
}

/// Builds; the steps that ran and installed anything.
fn installs(project: &Project) -> Vec<String> {
    let mut ran = project.must_build(&[]).ran();
    ran.retain(|step| step.contains("install"));
    ran
}

#[test]
#[ignore = "needs an engine"]
fn a_change_of_code_or_version_installs_no_dependency_and_code_is_never_stale() {
    for example in EXAMPLES {
        println!("{}", example.folder);
        example.check();
    }
}
