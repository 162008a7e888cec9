//! A package index behind a password, the secrets that open it, and where a password could be left.

use std::fs;

use tempfile::TempDir;

use crate::support::{Container, Engine, Image, Project};

const SERVER: &str = include_str!("index_server.py");
/// The authority that the certificate of the index is of.
const AUTHORITY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/testdata/authority/authority.pem"
);
/// The user of the index.
pub(crate) const USER: &str = "me";

/// An index in a container of the engine, which build steps reach by its address.
pub(crate) struct Index {
    container: Container,
    pub(crate) address: String,
    pub(crate) url: String,
    /// Of the one wheel.
    pub(crate) hash: String,
}

impl Index {
    pub(crate) fn start(password: &str) -> Self {
        let index = Self::run(&[password]);
        let url = format!("http://{}:8080/simple", index.address);
        Self { url, ..index }
    }

    /// One that speaks TLS under a name, with a certificate of the test authority.
    pub(crate) fn with_authority(password: &str) -> Self {
        let url = "https://index.test:8080/simple".to_owned();
        let server = include_str!("../../testdata/authority/server.pem");
        Self {
            url,
            ..Self::run(&[password, server])
        }
    }

    fn run(arguments: &[&str]) -> Self {
        let serve = [&["python3", "-c", SERVER, USER], arguments].concat();
        let container = Container::of_command("python:3.13-slim", &serve);
        Self {
            url: String::new(),
            address: container.address(),
            hash: container.first_line(),
            container,
        }
    }

    /// What a build needs to reach one with a certificate, beside `ca-secret = "authority"`.
    pub(crate) fn options(&self) -> [String; 2] {
        [
            format!("--add-host=index.test:{}", self.address),
            format!("--secret=id=authority,src={AUTHORITY}"),
        ]
    }

    /// The address with something for credentials in it.
    pub(crate) fn url_with(&self, login: &str) -> String {
        self.url.replace("//", &format!("//{login}@"))
    }

    /// How often the wheel was downloaded.
    pub(crate) fn downloads(&self) -> usize {
        let log = self.container.log();
        log.lines()
            .filter(|line| line.starts_with("/files/"))
            .count()
    }
}

/// A folder of secrets, which is no part of the project.
pub(crate) struct Secrets(TempDir);

impl Secrets {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_string_lossy().into_owned()
    }

    /// The option that gives a text as the secret of an id.
    pub(crate) fn option(&self, id: &str, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).unwrap();
        format!("--secret=id={id},src={}", self.path(name))
    }
}

/// Looks for texts in what a build left: in all layers above the base, files that later layers hide among them, in
/// history, configuration and provenance.
pub(crate) fn assert_nowhere(texts: &[&str], project: &Project, metadata: &str) {
    let engine = Engine::get();
    let mut left: Vec<(String, Vec<u8>)> = [
        vec!["history", "--no-trunc", &project.image],
        vec!["image", "inspect", &project.image],
    ]
    .into_iter()
    .map(|command| (command.join(" "), engine.must(command).into_bytes()))
    .collect();
    left.push(("metadata".to_owned(), fs::read(metadata).unwrap()));
    let image = Image::read(&project.image);
    left.push(("configuration".to_owned(), image.config.to_string().into()));
    let format = "--format={{len .RootFS.Layers}}";
    let base = engine.must(["image", "inspect", format, "python:3.13-slim"]);
    let layers = image.layers.iter().skip(base.trim().parse().unwrap());
    left.extend(layers.map(|layer| (layer.title.clone(), layer.plain())));
    for (what, bytes) in &left {
        for text in texts {
            let found = String::from_utf8_lossy(bytes).contains(text);
            assert!(!found, "{text} is in {what}");
        }
    }
}
