//! Private indexes: what is behind a password is installed, and the password is nowhere.

use crate::private_index::{Index, Secrets, assert_nowhere};
use crate::support::{Engine, Project};

impl Index {
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

#[test]
#[ignore = "needs an engine"]
fn what_is_behind_a_password_is_installed_and_the_password_is_nowhere() {
    let password = "gEheim-8!x";
    let index = Index::start(password);
    let project = index.project();
    let secrets = Secrets::new();
    // Not given: told before anything is asked of the index, with what to type.
    let printed = project.must_fail(&[]);
    let told = "the secret `corp` is not given, which the package index `corp` asks for; add \
                `--secret id=corp,env=NAME_OF_A_VARIABLE` or `--secret id=corp,src=FILE` to the build";
    assert!(printed.contains(told), "{printed}");
    let wrong = project.must_fail(&[&secrets.option("corp", "wrong", "me:guessed")]);
    assert!(wrong.contains("401"), "{wrong}");
    let right = secrets.option("corp", "right", &format!("me:{password}\n"));
    let metadata = secrets.path("metadata");
    let built = project.must_build(&[&right, "--metadata-file", &metadata]);
    let engine = Engine::get();
    let answer = engine.must(["run", "--rm", &project.image]);
    assert_eq!(answer.trim(), "greetings from the private index");
    // A new form of the secret rebuilds nothing, and works by itself.
    let (_, rest) = index.url.split_once("//").unwrap();
    let host = rest.split(':').next().unwrap();
    let netrc = format!("machine {host}\nlogin me\npassword {password}\n");
    let netrc = secrets.option("corp", "netrc", &netrc);
    Engine::alone();
    assert_eq!(project.must_build(&[&netrc]).ran(), Vec::<String>::new());
    let pip = index.url.replace("//", &format!("//me:{password}@"));
    let pip = secrets.option(
        "corp",
        "pip.conf",
        &format!("[global]\nindex-url = {pip}\n"),
    );
    let again = project.must_build(&["--no-cache", &netrc]);
    let by_pip = project.must_build(&["--no-cache", &pip]);
    // Nowhere: not told, not recorded, not in a layer of the image or of the builder.
    for build in [&built, &again, &by_pip] {
        assert!(!build.text.contains(password), "{}", build.text);
    }
    assert_nowhere(&[password], &project, &metadata);
    let builder = project.must_build(&[&right, "--target=builder", "--metadata-file", &metadata]);
    assert!(!builder.text.contains(password), "{}", builder.text);
    assert_nowhere(&[password], &project, &metadata);
}

#[test]
#[ignore = "needs an engine"]
fn an_index_with_a_certificate_of_ones_own_authority_is_trusted_where_that_is_given() {
    let index = Index::with_authority("secret");
    let project = index.project();
    let secrets = Secrets::new();
    let host = format!("--add-host=index.test:{}", index.address);
    let password = secrets.option("corp", "right", "me:secret");
    let told = project.must_fail(&[&host, &password]);
    assert!(told.contains("UnknownIssuer"), "{told}");
    let manifest = project.read("pyproject.toml");
    let network = format!("{manifest}[tool.wheelwright.network]\nca-secret = \"authority\"\n");
    project.write("pyproject.toml", &network);
    let told = project.must_fail(&[&host, &password]);
    let missing = "the secret `authority` is not given, which holds a certificate authority; add `--secret id=authority,";
    assert!(told.contains(missing), "{told}");
    let [host, authority] = index.options();
    project.must_build(&[&host, &password, &authority]);
    let engine = Engine::get();
    let answer = engine.must(["run", "--rm", &project.image]);
    assert_eq!(answer.trim(), "greetings from the private index");
    // The image trusts whom its base trusts.
    let bundle = "/etc/ssl/certs/ca-certificates.crt";
    let bundle_of = |image: &str| engine.must(["run", "--rm", "--entrypoint=cat", image, bundle]);
    assert_eq!(bundle_of(&project.image), bundle_of("python:3.13-slim"));
}
