//! Private indexes: what is behind a password is installed, and the password is nowhere.

use std::fs;

use tempfile::TempDir;

use crate::support::{Container, Engine, Project};

const SERVER: &str = include_str!("index_server.py");

/// An index in a container of the engine, which build steps reach by its address.
struct Index {
    _container: Container,
    address: String,
    url: String,
    hash: String,
}

impl Index {
    fn start(password: &str) -> Self {
        let index = Self::run(&[password]);
        let url = format!("http://{}:8080/simple", index.address);
        Self { url, ..index }
    }

    /// One that speaks TLS under a name, with a certificate of the test authority.
    fn with_authority(password: &str) -> Self {
        let url = "https://index.test:8080/simple".to_owned();
        let server = include_str!("../../testdata/authority/server.pem");
        Self {
            url,
            ..Self::run(&[password, server])
        }
    }

    fn run(arguments: &[&str]) -> Self {
        let serve = [&["python3", "-c", SERVER, "me"], arguments].concat();
        let container = Container::of_command("python:3.13-slim", &serve);
        Self {
            url: String::new(),
            address: container.address(),
            hash: container.first_line(),
            _container: container,
        }
    }

    fn project(&self) -> Project {
        let url = &self.url;
        let files = url.replace("/simple", "/files");
        let manifest = format!(
            "[project]\nname = \"asker\"\nversion = \"1.0\"\nrequires-python = \"==3.13.*\"\n\
             dependencies = [\"corp-greeting==1.0\"]\n\
             [build-system]\nrequires = [\"setuptools>=77\", \"corp-greeting\"]\n\
             build-backend = \"setuptools.build_meta\"\n\
             [tool.setuptools]\npy-modules = [\"asker\"]\n\
             [tool.uv]\nindex = [{{ name = \"corp\", url = \"{url}\", explicit = true }}]\n\
             sources = {{ corp-greeting = {{ index = \"corp\" }} }}\n\
             [[tool.wheelwright.index]]\nname = \"corp\"\nurl = \"{url}\"\nsecret = \"corp\"\n\
             [tool.wheelwright.image]\n\
             cmd = [\"python\", \"-c\", \"import asker, corp_greeting; print(corp_greeting.WORDS)\"]\n"
        );
        let lock = format!(
            "version = 1\nrevision = 3\nrequires-python = \"==3.13.*\"\n\n\
             [[package]]\nname = \"asker\"\nversion = \"1.0\"\nsource = {{ editable = \".\" }}\n\
             dependencies = [\n    {{ name = \"corp-greeting\" }},\n]\n\n\
             [package.metadata]\nrequires-dist = [{{ name = \"corp-greeting\", specifier = \"==1.0\", index = \"{url}\" }}]\n\n\
             [[package]]\nname = \"corp-greeting\"\nversion = \"1.0\"\nsource = {{ registry = \"{url}\" }}\n\
             wheels = [\n    {{ url = \"{files}/corp_greeting-1.0-py3-none-any.whl\", hash = \"sha256:{}\" }},\n]\n",
            self.hash
        );
        let project = Project::from_files(&[
            (
                "pyproject.toml",
                &format!("# syntax=wheelwright/frontend:0.1\n{manifest}"),
            ),
            ("uv.lock", &lock),
            ("asker.py", "import corp_greeting\n"),
        ]);
        // Secrets are no part of a key: what another run has built would be taken without them.
        let own = format!(
            "[tool.wheelwright.build-env]\nRUN = \"{}\"\n",
            project.own_word()
        );
        let manifest = project.read("pyproject.toml") + &own;
        project.write("pyproject.toml", &manifest);
        project
    }
}

/// A folder of secrets, which is no part of the project.
struct Secrets(TempDir);

impl Secrets {
    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_string_lossy().into_owned()
    }

    /// The option that gives a text as the secret.
    fn option(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).unwrap();
        format!("--secret=id=corp,src={}", self.path(name))
    }
}

/// Prints the files of an image that hold a text, then that it has looked.
const SEARCH: &str = "\
import os, sys
for folder, folders, files in os.walk('/'):
    if folder == '/':
        folders[:] = [name for name in folders if name not in ('proc', 'sys', 'dev')]
    for path in (os.path.join(folder, name) for name in files):
        if os.path.isfile(path) and sys.argv[1].encode() in open(path, 'rb').read():
            print(path)
print('looked')";

#[test]
#[ignore = "needs an engine"]
fn what_is_behind_a_password_is_installed_and_the_password_is_nowhere() {
    let password = "gEheim-8!x";
    let index = Index::start(password);
    let project = index.project();
    let secrets = Secrets(TempDir::new().unwrap());
    // Not given: told before anything is asked of the index, with what to type.
    let printed = project.must_fail(&[]);
    let told = "the secret `corp` is not given, which the package index `corp` asks for; add \
                `--secret id=corp,env=NAME_OF_A_VARIABLE` or `--secret id=corp,src=FILE` to the build";
    assert!(printed.contains(told), "{printed}");
    let wrong = project.must_fail(&[&secrets.option("wrong", "me:guessed")]);
    assert!(wrong.contains("401"), "{wrong}");
    let right = secrets.option("right", &format!("me:{password}\n"));
    let metadata = secrets.path("metadata");
    let built = project.must_build(&[&right, "--metadata-file", &metadata]);
    let engine = Engine::get();
    let answer = engine.must(["run", "--rm", &project.image]);
    assert_eq!(answer.trim(), "greetings from the private index");
    // A new form of the secret rebuilds nothing, and works by itself.
    let (_, rest) = index.url.split_once("//").unwrap();
    let host = rest.split(':').next().unwrap();
    let netrc = format!("machine {host}\nlogin me\npassword {password}\n");
    let netrc = secrets.option("netrc", &netrc);
    assert_eq!(project.must_build(&[&netrc]).ran(), Vec::<String>::new());
    let pip = index.url.replace("//", &format!("//me:{password}@"));
    let pip = secrets.option("pip.conf", &format!("[global]\nindex-url = {pip}\n"));
    let again = project.must_build(&["--no-cache", &netrc]);
    let by_pip = project.must_build(&["--no-cache", &pip]);
    // Nowhere: not told, not recorded, not in a file of the image.
    for (what, text) in [
        ("log", built.text),
        ("log with .netrc", again.text),
        ("log with pip.conf", by_pip.text),
        ("metadata", fs::read_to_string(metadata).unwrap()),
        (
            "history",
            engine.must(["history", "--no-trunc", &project.image]),
        ),
        (
            "configuration",
            engine.must(["image", "inspect", &project.image]),
        ),
    ] {
        assert!(!text.contains(password), "{what}: {text}");
    }
    let found = |image: &str| {
        let fixed = [
            "run",
            "--rm",
            "--user=0",
            "--entrypoint=python3",
            image,
            "-c",
        ];
        engine.must(fixed.into_iter().chain([SEARCH, password]))
    };
    assert_eq!(found(&project.image).trim(), "looked");
    let builder = project.must_build(&[&right, "--target=builder"]);
    assert!(!builder.text.contains(password), "{}", builder.text);
    assert_eq!(found(&project.image).trim(), "looked");
}

#[test]
#[ignore = "needs an engine"]
fn an_index_with_a_certificate_of_ones_own_authority_is_trusted_where_that_is_given() {
    let index = Index::with_authority("secret");
    let project = index.project();
    let secrets = Secrets(TempDir::new().unwrap());
    let host = format!("--add-host=index.test:{}", index.address);
    let password = secrets.option("right", "me:secret");
    let told = project.must_fail(&[&host, &password]);
    assert!(told.contains("UnknownIssuer"), "{told}");
    let manifest = project.read("pyproject.toml");
    let network = format!("{manifest}[tool.wheelwright.network]\nca-secret = \"authority\"\n");
    project.write("pyproject.toml", &network);
    let told = project.must_fail(&[&host, &password]);
    let missing = "the secret `authority` is not given, which holds a certificate authority; add `--secret id=authority,";
    assert!(told.contains(missing), "{told}");
    let authority = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/testdata/authority/authority.pem"
    );
    let authority = format!("--secret=id=authority,src={authority}");
    project.must_build(&[&host, &password, &authority]);
    let engine = Engine::get();
    let answer = engine.must(["run", "--rm", &project.image]);
    assert_eq!(answer.trim(), "greetings from the private index");
    // The image trusts whom its base trusts.
    let bundle = "/etc/ssl/certs/ca-certificates.crt";
    let bundle_of = |image: &str| engine.must(["run", "--rm", "--entrypoint=cat", image, bundle]);
    assert_eq!(bundle_of(&project.image), bundle_of("python:3.13-slim"));
}
