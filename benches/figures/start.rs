//! From the start of the frontend's process to its Return, against an engine of our own that answers at once:
//! the binary that is shipped, as BuildKit starts it.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bollard_buildkit_proto::moby::buildkit::v1::frontend::llb_bridge_server::LlbBridgeServer;
use tonic::transport::Server;

use crate::bridge::File;
use crate::bridge::Request;
use crate::bridge::docker;
use crate::bridge::engine::{FakeEngine, Image, Setup};
use crate::clock::{Clocked, Notes};
use crate::locks::Project;
use crate::samples::Samples;

const MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;
/// A conversation that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(30);
/// Runs that are not counted: the binary comes from the disk, the caches of the processor are cold.
const WARM_UP: usize = 3;
const WORKERS: &str = r#"[{"ID":"w","Platforms":[{"architecture":"amd64","os":"linux"}]}]"#;
const CONFIG: &str = include_str!("../../testdata/python-image.json");

/// What was measured, times in seconds.
#[derive(Default)]
pub(crate) struct Figures {
    /// From the start of the process to its Return.
    pub(crate) whole: Samples,
    /// From the start of the process to its first request.
    pub(crate) start: Samples,
    /// From the last file read to the first image that is requested: the spec, the facts, the lock.
    pub(crate) survey: Samples,
    /// From the last image known to the definition's arrival: the plan, the graph, its bytes.
    pub(crate) plan: Samples,
    /// What the engine of this measurement took of the whole, to answer and to check.
    pub(crate) engine: Samples,
    /// Peak resident memory, in bytes.
    pub(crate) memory: Samples,
}

/// Runs the frontend so many times on a project.
pub(crate) fn measure(binary: &Path, project: &Project, runs: usize) -> Result<Figures, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let mut figures = Figures::default();
    for run in 0..WARM_UP + runs {
        let conversation = converse(binary, project);
        let (began, notes) = runtime
            .block_on(async { tokio::time::timeout(LIMIT, conversation).await })
            .map_err(|_| format!("no end after {LIMIT:?}"))??;
        if run >= WARM_UP {
            figures.add(began, &notes)?;
        }
    }
    Ok(figures)
}

impl Figures {
    fn add(&mut self, began: Instant, notes: &Notes) -> Result<(), String> {
        let missing = || format!("the conversation lacks a request: {notes:?}");
        let first = notes.first("Ping").ok_or_else(missing)?;
        let end = notes.first("Return").ok_or_else(missing)?;
        let resolve = "ResolveSourceMeta";
        self.whole.time(end - began);
        self.start.time(first - began);
        self.survey
            .time(notes.pause("ReadFile", resolve).ok_or_else(missing)?);
        self.plan
            .time(notes.pause(resolve, "Solve").ok_or_else(missing)?);
        self.engine.time(notes.engine());
        #[expect(clippy::cast_precision_loss, reason = "memory is far below 2^52 bytes")]
        self.memory.push(notes.peak.ok_or_else(missing)? as f64);
        Ok(())
    }
}

async fn converse(binary: &Path, project: &Project) -> Result<(Instant, Notes), String> {
    let text = |error: std::io::Error| error.to_string();
    let engine = Arc::new(FakeEngine::new(setup(project)));
    let notes = Arc::new(Mutex::new(Notes::default()));
    let bridge = LlbBridgeServer::from_arc(Arc::clone(&engine))
        .max_decoding_message_size(MAX_MESSAGE_BYTES)
        .max_encoding_message_size(MAX_MESSAGE_BYTES);
    let (near, far) = UnixStream::pair().map_err(text)?;
    near.set_nonblocking(true).map_err(text)?;
    let near = tokio::net::UnixStream::from_std(near).map_err(text)?;
    let clocked = Arc::clone(&notes);
    let layer = tower::layer::layer_fn(move |inner| Clocked {
        inner,
        notes: Arc::clone(&clocked),
    });
    let incoming = tokio_stream::once(Ok::<_, std::io::Error>(near));
    let server = tokio::spawn(
        Server::builder()
            .layer(layer)
            .add_service(bridge)
            .serve_with_incoming(incoming),
    );
    let mut command = frontend(binary, far.into())?;
    let began = Instant::now();
    let mut child = command.spawn().map_err(text)?;
    // The frontend's end must be its own alone, or nobody learns that it is gone.
    drop(command);
    if let Ok(mut notes) = notes.lock() {
        notes.process = child.id();
    }
    let status = tokio::task::spawn_blocking(move || child.wait());
    let status = status.await.map_err(|error| error.to_string())?;
    server.abort();
    let record = engine.record().clone();
    let image =
        matches!(record.requests.last(), Some(Request::Return(last)) if last.result.is_some());
    if !image || !record.problems.is_empty() || !status.map_err(text)?.success() {
        let requests: Vec<_> = record.requests.iter().map(ToString::to_string).collect();
        return Err(format!("no image: {requests:#?} {:#?}", record.problems));
    }
    let notes = notes.lock().map_err(|error| error.to_string())?.clone();
    Ok((began, notes))
}

/// The process as the engine starts it: the connection on standard input and output, the build in variables.
fn frontend(binary: &Path, connection: OwnedFd) -> Result<Command, String> {
    let second = connection.try_clone().map_err(|error| error.to_string())?;
    let mut command = Command::new(binary);
    command
        .env_clear()
        .env("BUILDKIT_SESSION_ID", "session-1")
        .env("BUILDKIT_WORKERS", WORKERS)
        .env("BUILDKIT_FRONTEND_OPT_0", "filename=pyproject.toml")
        .stdin(Stdio::from(connection))
        .stdout(Stdio::from(second));
    Ok(command)
}

/// An engine as dockerd 28 with the classic image store, with the project and the images that it needs.
fn setup(project: &Project) -> Setup {
    let files = [
        ("pyproject.toml", project.manifest.as_str()),
        ("uv.lock", project.lock.as_str()),
        (".python-version", "3.13\n"),
        ("src/service/main.py", "def run(): ...\n"),
    ];
    let files: BTreeMap<_, _> = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), File::Bytes(text.as_bytes().to_vec())))
        .collect();
    let tools = wheelwright::lock::pinned_tools();
    let images = ["docker.io/library/python:3.13-slim".to_owned()]
        .into_iter()
        .chain(tools)
        .enumerate();
    let image = |(number, name)| {
        let digest = format!("sha256:{number:064x}");
        let config = CONFIG.to_owned();
        (name, Image { digest, config })
    };
    Setup {
        llb: docker::llb(),
        api: docker::api(),
        folders: ["dockerfile", "context"]
            .map(|name| (name.to_owned(), files.clone()))
            .into(),
        images: images.map(image).collect(),
        ..Setup::default()
    }
}
