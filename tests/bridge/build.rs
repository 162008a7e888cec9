//! One build: a project, options, an engine.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use bollard_buildkit_proto::google::protobuf::Any;
use bollard_buildkit_proto::google::rpc;
use bollard_buildkit_proto::moby::buildkit::v1::frontend::llb_bridge_server::LlbBridgeServer;
use prost::Message as _;
use tokio::io::DuplexStream;
use tonic::transport::Server;
use wheelwright::gateway::{Session, stdio};

use crate::bridge::docker;
use crate::bridge::engine::{FakeEngine, Image, Setup};
use crate::bridge::files::{File, Folder};
use crate::bridge::talk::Talk;

/// A frontend that takes longer hangs; twice what it waits for an engine is less.
const LIMIT: Duration = Duration::from_mins(1);
const MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;
/// Far less than a message, so that both sides must take turns.
const PIPE_BYTES: usize = 64 * 1024;

pub(crate) const MANIFEST: &str = r#"# syntax=wheelwright/frontend:0.1
[project]
name = "greeter"
dynamic = ["version"]
requires-python = ">=3.11"
dependencies = [
    "anyio>=4",
]

[project.scripts]
greeter = "greeter.main:run"

[build-system]
requires = ["setuptools>=77", "setuptools-scm>=8"]
build-backend = "setuptools.build_meta"

[tool.setuptools_scm]

[tool.wheelwright.image]
expose = [8000]
"#;

pub(crate) const LOCK: &str = r#"version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "anyio"
version = "4.9.0"
source = { registry = "https://index.example.org/simple" }
wheels = [{ url = "https://example.org/anyio-4.9.0-py3-none-any.whl", hash = "sha256:0", size = 1 }]

[[package]]
name = "greeter"
source = { editable = "." }
dependencies = [{ name = "anyio" }]

[package.metadata]
requires-dist = [{ name = "anyio", specifier = ">=4" }]
"#;

pub(crate) const PYTHON: &str = "docker.io/library/python:3.13-slim";
const WORKERS: &str = r#"[{"ID":"w","Platforms":[{"architecture":"amd64","os":"linux"}]}]"#;
const CONFIG: &str = r#"{"architecture":"amd64","os":"linux","created":"2026-01-01T00:00:00Z","config":{
    "Env":["PATH=/usr/local/bin:/usr/bin:/bin","LANG=C.UTF-8"],"Cmd":["python3"]},
    "rootfs":{"type":"layers","diff_ids":["sha256:1"]}}"#;

/// A build that can be run.
pub(crate) struct Build {
    setup: Setup,
    session: Session,
}

impl Build {
    /// A small uv project on dockerd with the classic image store, as buildx would build it.
    pub(crate) fn new() -> Self {
        let setup = Setup {
            llb: docker::llb(),
            api: docker::api(),
            ..Setup::default()
        };
        let session = Session {
            options: BTreeMap::new(),
            id: "session-1".to_owned(),
            workers: WORKERS.to_owned(),
        };
        Self { setup, session }
            .option("filename", "pyproject.toml")
            .option("build-arg:VERSION", "1.4.0")
            .file("pyproject.toml", MANIFEST)
            .file("uv.lock", LOCK)
            .file(".python-version", "3.13\n")
            .file("src/greeter/main.py", "def run(): ...\n")
            .image(PYTHON, CONFIG)
            .image(&pinned_uv(), r#"{"architecture":"amd64","os":"linux"}"#)
    }

    /// With an option, as the engine sends it.
    pub(crate) fn option(mut self, key: &str, value: &str) -> Self {
        self.session
            .options
            .insert(key.to_owned(), value.to_owned());
        self
    }

    /// Without an option.
    pub(crate) fn without_option(mut self, key: &str) -> Self {
        self.session.options.remove(key);
        self
    }

    /// In another session.
    pub(crate) fn session(mut self, id: &str) -> Self {
        id.clone_into(&mut self.session.id);
        self
    }

    /// With a text.
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        self.with(path, &File::Bytes(text.into()))
    }

    /// With a file: the folder of the spec and that of the context are one.
    pub(crate) fn with(self, path: &str, file: &File) -> Self {
        self.put("dockerfile", path, file)
            .put("context", path, file)
    }

    /// With a text in another folder of the client.
    pub(crate) fn folder(self, name: &str, path: &str, text: &str) -> Self {
        self.put(name, path, &File::Bytes(text.into()))
    }

    fn put(mut self, name: &str, path: &str, file: &File) -> Self {
        let folder: &mut Folder = self.setup.folders.entry(name.to_owned()).or_default();
        folder.insert(path.to_owned(), file.clone());
        self
    }

    /// Without a file.
    pub(crate) fn without_file(mut self, path: &str) -> Self {
        for folder in self.setup.folders.values_mut() {
            folder.remove(path);
        }
        self
    }

    /// With another text in the manifest.
    pub(crate) fn manifest(self, old: &str, new: &str) -> Self {
        assert!(MANIFEST.contains(old), "no {old:?} in the manifest");
        self.file("pyproject.toml", &MANIFEST.replace(old, new))
    }

    /// Of a project, and its lock, that allow one version of Python.
    pub(crate) fn for_one_python(self) -> Self {
        let lock = LOCK.replace(">=3.11", "==3.13.*");
        self.manifest("\">=3.11\"", "\">=3.13,<3.14\"")
            .file("uv.lock", &lock)
    }

    /// With an image in the registry, by its full name.
    pub(crate) fn image(mut self, name: &str, config: &str) -> Self {
        // Any digest that tells one from the other.
        let digest = format!("sha256:{:064x}", self.setup.images.len() + 1);
        let config = config.to_owned();
        self.setup
            .images
            .insert(name.to_owned(), Image { digest, config });
        self
    }

    /// With an image of the registry that has no files.
    pub(crate) fn bare_image(mut self, name: &str) -> Self {
        self.setup
            .image_files
            .insert(name.to_owned(), Folder::new());
        self.image(name, "{}")
    }

    /// With an image in an OCI layout that the client sends, `STORE@DIGEST`.
    pub(crate) fn layout(mut self, image: &str, config: &str) -> Self {
        let layouts = &mut self.setup.layouts;
        layouts.insert(image.to_owned(), config.to_owned());
        self
    }

    /// With images of which the engine tells no digest (the classic store).
    pub(crate) fn without_digests(mut self) -> Self {
        for image in self.setup.images.values_mut() {
            image.digest.clear();
        }
        self
    }

    /// With a capability enabled.
    pub(crate) fn capable(mut self, capability: &str) -> Self {
        self.setup.llb.insert(capability.to_owned(), true);
        self
    }

    /// With a capability that is known and switched off.
    pub(crate) fn disabled(mut self, capability: &str) -> Self {
        self.setup.llb.insert(capability.to_owned(), false);
        self
    }

    /// On an engine that does not know a capability, of either kind.
    pub(crate) fn incapable(mut self, capability: &str) -> Self {
        let llb = self.setup.llb.remove(capability);
        let api = self.setup.api.remove(capability);
        assert!(llb.or(api).is_some(), "Docker has no `{capability}`");
        self
    }

    /// With an engine that answers the request that begins so with an error.
    pub(crate) fn fails(mut self, request: &str, message: &str, details: &[Any]) -> Self {
        let code = tonic::Code::Unknown;
        let whole = rpc::Status {
            code: code as i32,
            message: message.to_owned(),
            details: details.to_vec(),
        };
        let status = tonic::Status::with_details(code, message, whole.encode_to_vec().into());
        self.setup.failures.push((request.to_owned(), status));
        self
    }

    /// With an engine that goes away at the request that begins so.
    pub(crate) fn breaks_at(mut self, request: &str) -> Self {
        self.setup.breaks_at = Some(request.to_owned());
        self
    }

    /// On an engine that never answers requests that begin so.
    pub(crate) fn silent_at(mut self, request: &str) -> Self {
        self.setup.silent_at.push(request.to_owned());
        self
    }

    /// On an engine whose policy puts something in the place of an image.
    pub(crate) fn policy(mut self, image: &str, other: &str) -> Self {
        self.setup.policy.insert(image.to_owned(), other.to_owned());
        self
    }

    /// Builds; the conversation has ended in one Return, and nothing in it was against the contract.
    pub(crate) fn run(self) -> Talk {
        let talk = self.run_to_any_end();
        assert!(talk.problems.is_empty(), "{:#?}", talk.problems);
        assert_eq!(talk.outcome, Ok(()), "{talk}");
        assert_eq!(talk.returns().len(), 1, "{talk}");
        talk
    }

    /// Builds, whatever comes of it; but something must.
    pub(crate) fn run_to_any_end(self) -> Talk {
        // The clock jumps to the next deadline when there is nothing else to do: waiting takes no time.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .expect("a runtime");
        let talk = runtime.block_on(async { tokio::time::timeout(LIMIT, self.converse()).await });
        talk.expect("the frontend hangs")
    }

    async fn converse(self) -> Talk {
        let engine = Arc::new(FakeEngine::new(self.setup));
        let (frontend, cable) = tokio::io::duplex(PIPE_BYTES);
        let (far_end, near_engine) = tokio::io::duplex(PIPE_BYTES);
        let plugged = tokio::spawn(carry(Arc::clone(&engine), cable, far_end));
        let bridge = LlbBridgeServer::from_arc(Arc::clone(&engine))
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES);
        let incoming = tokio_stream::once(Ok::<_, std::io::Error>(near_engine));
        let server = tokio::spawn(Server::builder().serve_with_incoming(bridge, incoming));
        let session = Session::from_variables(variables(&self.session));
        let outcome = wheelwright::cli::serve(stdio::over(frontend), &session).await;
        server.abort();
        plugged.abort();
        let record = engine.record().clone();
        Talk {
            requests: record.requests,
            problems: record.problems,
            outcome: outcome.map_err(|error| error.to_string()),
        }
    }
}

/// The session as the variables of the process, in which the engine tells it.
fn variables(session: &Session) -> impl Iterator<Item = (OsString, OsString)> {
    let options = session.options.iter().enumerate();
    let option = |(number, (key, value)): (usize, (&String, &String))| {
        let name = format!("BUILDKIT_FRONTEND_OPT_{number}");
        (name, format!("{key}={value}"))
    };
    let fixed = [
        ("BUILDKIT_SESSION_ID".to_owned(), session.id.clone()),
        ("BUILDKIT_WORKERS".to_owned(), session.workers.clone()),
    ];
    let all = options.map(option).chain(fixed);
    all.map(|(name, value)| (name.into(), value.into()))
}

/// Carries the bytes until the engine goes away: then both ends are closed.
async fn carry(engine: Arc<FakeEngine>, mut near: DuplexStream, mut far: DuplexStream) {
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
        () = engine.broken.notified() => {}
    }
}

/// The image that holds the tool, by its full name.
pub(crate) fn pinned_uv() -> String {
    let tools = wheelwright::lock::pinned_tools();
    tools.first().expect("a pinned tool").clone()
}
