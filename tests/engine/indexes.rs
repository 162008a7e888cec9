//! Private indexes with every installer but uv (`access.rs`): the project's own files name the index as they do on a
//! developer's machine, with variables or names for its credentials, and these come from a build secret alone.

use crate::private_index::{Index, Secrets, USER, assert_nowhere};
use crate::support::{Build, Engine, Project};

/// What addresses must have in another form.
const PASSWORD: &str = "gE:h@eim/8!x%20";
const IN_ADDRESSES: &str = "gE%3Ah%40eim%2F8%21x%2520";
/// `me:gE:h@eim/8!x%20`, as a header has it.
const IN_HEADERS: &str = "bWU6Z0U6aEBlaW0vOCF4JTIw";

/// The form of a secret.
#[derive(Clone, Copy)]
enum Form {
    UserAndPassword,
    /// The same, from a variable.
    Variable,
    Netrc,
    PipConf,
}

/// A project that needs the index.
struct Example {
    installer: &'static str,
    manifest: String,
    /// More files.
    files: Vec<(&'static str, String)>,
    form: Form,
}

fn examples(index: &Index) -> [Example; 4] {
    let project =
        "[project]\nname = \"asker\"\nversion = \"1.0\"\nrequires-python = \"==3.13.*\"\n";
    let needs = format!("{project}dependencies = [\"corp-greeting==1.0\"]\n");
    let url = &index.url;
    [
        Example {
            installer: "pdm",
            manifest: format!(
                "{needs}[[tool.pdm.source]]\nname = \"pypi\"\nurl = \"{}\"\n",
                index.url_with("${CORP_USER}:${CORP_PASSWORD}")
            ),
            files: Vec::new(),
            form: Form::Netrc,
        },
        Example {
            installer: "poetry",
            manifest: format!(
                "{needs}[tool.poetry]\npackage-mode = false\n\
                 [tool.poetry.dependencies]\ncorp-greeting = {{ source = \"corp\" }}\n\
                 [[tool.poetry.source]]\nname = \"corp\"\nurl = \"{url}\"\npriority = \"explicit\"\n"
            ),
            files: Vec::new(),
            form: Form::Variable,
        },
        Example {
            installer: "pipenv",
            manifest: String::new(),
            files: vec![(
                "Pipfile",
                format!(
                    "[[source]]\nname = \"corp\"\nurl = \"{}\"\nverify_ssl = true\n\
                     [packages]\ncorp-greeting = \"==1.0\"\n[requires]\npython_version = \"3.13\"\n",
                    index.url_with("$CORP_USER:${CORP_PASSWORD}")
                ),
            )],
            form: Form::PipConf,
        },
        Example {
            installer: "pip",
            manifest: String::new(),
            files: vec![(
                "requirements.txt",
                format!(
                    "--index-url {}\ncorp-greeting==1.0 --hash=sha256:{}\n",
                    index.url_with("me:${CORP_PASSWORD}"),
                    index.hash
                ),
            )],
            form: Form::UserAndPassword,
        },
    ]
}

impl Example {
    fn project(&self, index: &Index) -> (Project, String) {
        let files = self.files.iter();
        let files: Vec<_> = files.map(|(name, text)| (*name, text.as_str())).collect();
        let project = Project::from_files(&files);
        // Secrets are no part of a key, but their ids are: no other run has built anything with this one.
        let id = format!("corp-{}", project.own_word());
        let spec = format!(
            "# syntax=wheelwright/frontend:0.1\n{}[tool.wheelwright]\npython = \"3.13\"\n\
             [[tool.wheelwright.index]]\nname = \"corp\"\nurl = \"{}\"\nsecret = \"{id}\"\n\
             [tool.wheelwright.network]\nca-secret = \"authority\"\n\
             [tool.wheelwright.image]\ncmd = [\"python\", \"asker.py\"]\n",
            self.manifest, index.url
        );
        project.write("pyproject.toml", &spec);
        let code = "import corp_greeting\n\nprint(corp_greeting.WORDS)\n";
        project.write("asker.py", code);
        (project, id)
    }

    fn secret(&self, secrets: &Secrets, index: &Index, id: &str) -> String {
        let text = match self.form {
            Form::Variable => return format!("--secret=id={id},env=CORP_LOGIN"),
            Form::UserAndPassword => format!("{USER}:{PASSWORD}\n"),
            Form::Netrc => format!("machine index.test\nlogin {USER}\npassword {PASSWORD}\n"),
            Form::PipConf => {
                let url = index.url_with(&format!("{USER}:{IN_ADDRESSES}"));
                format!("[global]\nindex-url = {url}\n")
            }
        };
        secrets.option(id, "right", &text)
    }

    fn check(&self, index: &Index) {
        let (project, id) = self.project(index);
        let secrets = Secrets::new();
        let options = index.options();
        let [host, authority] = options.each_ref().map(String::as_str);
        let right = self.secret(&secrets, index, &id);
        let metadata = secrets.path("metadata");
        let metadata_file = format!("--metadata-file={metadata}");
        let login = format!("{USER}:{PASSWORD}");
        let variables = [("CORP_LOGIN", login.as_str())];
        let build = |arguments: &[&str]| {
            let done = project.build_with(&variables, arguments);
            for text in [PASSWORD, IN_ADDRESSES, IN_HEADERS, "guessed"] {
                assert!(!done.text.contains(text), "{text}: {}", done.text);
            }
            done
        };
        let must = |arguments: &[&str]| -> Build {
            let done = build(&[&[host, authority], arguments].concat());
            assert!(done.ok, "{}", done.text);
            done
        };
        if self.installer == "pip" {
            Engine::keep();
        } else {
            // The installer's own lock, made through the same index.
            let folder = project.path("");
            let output = format!("--output={}", folder.to_string_lossy());
            must(&["--target=lock", &output, &right]);
        }
        let missing = build(&[host, authority]);
        let told = format!(
            "the secret `{id}` is not given, which the package index `corp` asks for; add \
             `--secret id={id},env=NAME_OF_A_VARIABLE` or `--secret id={id},src=FILE` to the build"
        );
        assert!(
            !missing.ok && missing.text.contains(&told),
            "{}",
            missing.text
        );
        let wrong = secrets.option(&id, "wrong", &format!("{USER}:guessed"));
        let wrong = build(&[host, authority, &wrong]);
        assert!(!wrong.ok, "{}", wrong.text);

        must(&["--load", "-t", &project.image, &right, &metadata_file]);
        let answer = Engine::get().must(["run", "--rm", &project.image]);
        assert_eq!(answer.trim(), "greetings from the private index");
        let texts = [PASSWORD, IN_ADDRESSES, IN_HEADERS];
        assert_nowhere(&texts, &project, &metadata);
        Engine::alone();
        let changed = secrets.option(&id, "changed", &format!("{USER}:changed"));
        let again = must(&["--load", "-t", &project.image, &changed]);
        assert_eq!(again.ran(), [""; 0], "{}", again.text);
        if self.installer == "pip" {
            // Another list is installed from what was downloaded for the first one.
            let downloads = index.downloads();
            let marked = "==1.0 ; python_version > '3' --hash";
            project.replace("requirements.txt", "==1.0 --hash", marked);
            let step = "[builder] install dependencies from requirements.txt".to_owned();
            let again = must(&["--load", "-t", &project.image, &right]);
            assert!(again.ran().contains(&step), "{}", again.text);
            assert_eq!(index.downloads(), downloads, "{}", again.text);
            // The engine empties the caches of steps that are to be done without a cache (`PruneCacheMounts`).
            let again = must(&["--no-cache", "--load", "-t", &project.image, &right]);
            assert!(again.ran().contains(&step), "{}", again.text);
            assert_eq!(index.downloads(), downloads + 1, "{}", again.text);
        }
        let builder = ["--target=builder", "--load", "-t", &project.image];
        must(&[&builder[..], &[&right, &metadata_file]].concat());
        assert_nowhere(&texts, &project, &metadata);
    }
}

/// An index of the installer's own, so that tests of several installers run side by side.
fn check(installer: &str) {
    let index = Index::with_authority(PASSWORD);
    let examples = examples(&index);
    let example = examples.iter().find(|one| one.installer == installer);
    example.unwrap().check(&index);
}

#[test]
#[ignore = "needs an engine"]
fn pdm_gets_what_is_behind_a_password_and_the_password_is_nowhere() {
    check("pdm");
}

#[test]
#[ignore = "needs an engine"]
fn poetry_gets_what_is_behind_a_password_and_the_password_is_nowhere() {
    check("poetry");
}

#[test]
#[ignore = "needs an engine"]
fn pipenv_gets_what_is_behind_a_password_and_the_password_is_nowhere() {
    check("pipenv");
}

#[test]
#[ignore = "needs an engine"]
fn pip_gets_what_is_behind_a_password_and_the_password_is_nowhere() {
    check("pip");
}
