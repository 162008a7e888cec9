//! The fake engine: BuildKit's side of the conversation, which it records and checks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use bollard_buildkit_proto::moby::buildkit::v1::apicaps::ApiCap;
use bollard_buildkit_proto::moby::buildkit::v1::frontend as wire;
use bollard_buildkit_proto::moby::buildkit::v1::frontend::llb_bridge_server::LlbBridge;
use bollard_buildkit_proto::moby::buildkit::v1::frontend::result::Result as Reference;
use tokio::sync::Notify;
use tonic::{Code, Status};

use crate::bridge::check;
use crate::bridge::definition::{Definition, Vertex};
use crate::bridge::files::{self, File, Folder};
use crate::bridge::request::Request;

/// The interpreter of images.
const PYTHON: &str = "usr/local/bin/python3.13";

/// What the engine is, has and does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setup {
    /// Capabilities, and whether each is enabled.
    pub(crate) llb: BTreeMap<String, bool>,
    pub(crate) api: BTreeMap<String, bool>,
    /// The client's folders by name.
    pub(crate) folders: BTreeMap<String, Folder>,
    /// Configurations by the full reference.
    pub(crate) images: BTreeMap<String, Image>,
    /// The files of images by the full reference; of all others the interpreter.
    pub(crate) image_files: BTreeMap<String, Folder>,
    /// Configurations of the images in OCI layouts of the client, by `STORE@DIGEST`.
    pub(crate) layouts: BTreeMap<String, String>,
    /// The answer to requests that begin so.
    pub(crate) failures: Vec<(String, Status)>,
    /// The request at which the connection breaks.
    pub(crate) breaks_at: Option<String>,
    /// Requests that begin so are never answered.
    pub(crate) silent_at: Vec<String>,
    /// What a source policy puts in the place of an image, by its full reference.
    pub(crate) policy: BTreeMap<String, String>,
}

/// An image of the registry.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    /// Empty for an image of the classic store.
    pub(crate) digest: String,
    pub(crate) config: String,
}

/// The engine.
#[derive(Debug)]
pub(crate) struct FakeEngine {
    pub(super) setup: Setup,
    record: Mutex<Record>,
    pub(crate) broken: Notify,
}

/// What it was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    pub(crate) requests: Vec<Request>,
    pub(crate) problems: Vec<String>,
    /// Whether a return was taken.
    returned: bool,
    /// Definitions by the number in their reference.
    solved: Vec<Definition>,
}

impl FakeEngine {
    pub(crate) fn new(setup: Setup) -> Self {
        Self {
            setup,
            record: Mutex::default(),
            broken: Notify::new(),
        }
    }

    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().expect("no request panics")
    }

    pub(super) fn complain(&self, problem: impl Into<String>) {
        self.record().problems.push(problem.into());
    }

    /// Records a request, and answers with the failure that was asked for.
    pub(super) async fn meet(&self, request: Request) -> Result<(), Status> {
        let text = request.to_string();
        let first = self.record().requests.is_empty();
        if first && !matches!(request, Request::Ping | Request::Return(_)) {
            self.complain(format!("begins with `{text}`"));
        }
        if self.record().returned {
            self.complain(format!("`{text}` after the return"));
        }
        self.record().requests.push(request);
        let begins = |begin: &String| text.starts_with(begin.as_str());
        if self.setup.breaks_at.as_ref().is_some_and(begins) {
            self.broken.notify_one();
            std::future::pending::<()>().await;
        }
        if self.setup.silent_at.iter().any(begins) {
            std::future::pending::<()>().await;
        }
        match self.setup.failures.iter().find(|(begin, _)| begins(begin)) {
            Some((_, status)) => Err(status.clone()),
            None => Ok(()),
        }
    }

    async fn on_ping(&self, _: wire::PingRequest) -> Result<wire::PongResponse, Status> {
        self.meet(Request::Ping).await?;
        let caps = |caps: &BTreeMap<String, bool>| {
            let cap = |(id, enabled): (&String, &bool)| ApiCap {
                id: id.clone(),
                enabled: *enabled,
                ..ApiCap::default()
            };
            caps.iter().map(cap).collect()
        };
        Ok(wire::PongResponse {
            frontend_api_caps: caps(&self.setup.api),
            llb_caps: caps(&self.setup.llb),
            workers: Vec::new(),
        })
    }

    async fn on_solve(&self, request: wire::SolveRequest) -> Result<wire::SolveResponse, Status> {
        if !request.allow_result_return || !request.allow_result_array_ref {
            self.complain("a solve in the form of old engines");
        }
        let raw = request.definition.clone().unwrap_or_default();
        let definition = Definition::decode(&raw).map_err(|error| {
            self.complain(&error);
            Status::unknown(error)
        })?;
        let usable: BTreeSet<String> = self
            .setup
            .llb
            .iter()
            .filter(|(_, enabled)| **enabled)
            .map(|(id, _)| id.clone())
            .collect();
        for problem in check::problems(&definition, &usable) {
            self.complain(problem);
        }
        self.meet(Request::Solve {
            definition: Box::new(definition.clone()),
            request: Box::new(request),
        })
        .await?;
        let mut record = self.record();
        record.solved.push(definition);
        let reference = wire::Ref {
            id: format!("ref-{}", record.solved.len()),
            def: None,
        };
        Ok(wire::SolveResponse {
            result: Some(wire::Result {
                result: Some(Reference::Ref(reference)),
                ..wire::Result::default()
            }),
            ..wire::SolveResponse::default()
        })
    }

    /// The definition behind a reference.
    fn solved(&self, reference: &str) -> Result<Definition, Status> {
        let number: Option<usize> = reference
            .strip_prefix("ref-")
            .and_then(|text| text.parse().ok());
        let record = self.record();
        let definition = number.and_then(|number| record.solved.get(number.checked_sub(1)?));
        definition
            .cloned()
            .ok_or_else(|| Status::unknown(format!("no such ref: {reference}")))
    }

    /// The folder behind a reference, and the files that were sent of it.
    fn folder(&self, reference: &str) -> Result<(String, Folder), Status> {
        let definition = self.solved(reference)?;
        if let Some(image) = definition.head().and_then(Vertex::image) {
            let name = image.split('@').next().unwrap_or(image);
            let python = || Folder::from([(PYTHON.to_owned(), File::Bytes(Vec::new()))]);
            let files = self.setup.image_files.get(name).cloned();
            return Ok((name.to_owned(), files.unwrap_or_else(python)));
        }
        let Some((head, (name, _))) = definition
            .head()
            .and_then(|head| Some((head, head.local()?)))
        else {
            self.complain("a read that makes the engine build");
            return Err(Status::unknown("a read of the build"));
        };
        let all = self.setup.folders.get(name).cloned().unwrap_or_default();
        let sent = files::included(&all, &head.list("local.includepattern"));
        Ok((
            name.to_owned(),
            files::followed(&sent, &head.list("local.followpaths")),
        ))
    }

    async fn on_read_dir(
        &self,
        request: wire::ReadDirRequest,
    ) -> Result<wire::ReadDirResponse, Status> {
        let (of, files) = self.folder(&request.r#ref)?;
        let path = request.dir_path;
        self.meet(Request::List {
            of,
            path: path.clone(),
        })
        .await?;
        let entries = files::list(&files, &path).ok_or_else(|| no_such_file("open", &path))?;
        Ok(wire::ReadDirResponse { entries })
    }

    async fn on_read_file(
        &self,
        request: wire::ReadFileRequest,
    ) -> Result<wire::ReadFileResponse, Status> {
        let (of, files) = self.folder(&request.r#ref)?;
        let path = request.file_path;
        self.meet(Request::Read {
            of,
            path: path.clone(),
        })
        .await?;
        let (file, _) = files::follow(&files, &path).map_err(Status::unknown)?;
        if let File::Bytes(data) = file {
            return Ok(wire::ReadFileResponse { data: data.clone() });
        }
        self.complain(format!("`{path}` is read whole"));
        Err(Status::resource_exhausted(path))
    }

    async fn on_stat_file(
        &self,
        request: wire::StatFileRequest,
    ) -> Result<wire::StatFileResponse, Status> {
        let (of, files) = self.folder(&request.r#ref)?;
        let path = request.path;
        self.meet(Request::Stat {
            of,
            path: path.clone(),
        })
        .await?;
        let (_, stat) = files::follow(&files, &path).map_err(Status::unknown)?;
        Ok(wire::StatFileResponse { stat: Some(stat) })
    }

    async fn on_warn(&self, request: wire::WarnRequest) -> Result<wire::WarnResponse, Status> {
        let known = self
            .record()
            .solved
            .iter()
            .flat_map(|definition| &definition.vertices)
            .any(|vertex| vertex.digest == request.digest);
        if !known {
            self.complain("a warning of a step that the client has not seen");
        }
        self.meet(Request::Warn(request)).await?;
        Ok(wire::WarnResponse {})
    }

    async fn on_return(
        &self,
        request: wire::ReturnRequest,
    ) -> Result<wire::ReturnResponse, Status> {
        match (&request.result, &request.error) {
            (Some(result), None) => {
                let reference = match &result.result {
                    Some(Reference::Ref(reference)) => reference.id.as_str(),
                    _ => "",
                };
                self.solved(reference)?;
            }
            (None, Some(error)) if error.code != 0 => {}
            _ => self.complain("a return of neither or of both"),
        }
        self.meet(Request::Return(request)).await?;
        self.record().returned = true;
        Ok(wire::ReturnResponse {})
    }
}

/// The engine has no code for it, only words.
fn no_such_file(verb: &str, path: &str) -> Status {
    Status::new(
        Code::Unknown,
        format!("{verb} /{path}: no such file or directory"),
    )
}

/// The trait, with the calls that are answered and those that should never come.
macro_rules! bridge {
    (answered { $($name:ident($request:ident) -> $response:ident by $by:ident,)* }
     others { $($other:ident($asked:ident) -> $told:ident,)* }) => {
        #[tonic::async_trait]
        impl LlbBridge for FakeEngine {
            type ExecProcessStream = tokio_stream::Empty<Result<wire::ExecMessage, Status>>;

            $(async fn $name(&self, request: tonic::Request<wire::$request>)
                -> Result<tonic::Response<wire::$response>, Status> {
                self.$by(request.into_inner()).await.map(tonic::Response::new)
            })*

            $(async fn $other(&self, _: tonic::Request<wire::$asked>)
                -> Result<tonic::Response<wire::$told>, Status> {
                self.meet(Request::Other(stringify!($other))).await?;
                Err(Status::unimplemented(stringify!($other)))
            })*

            async fn exec_process(&self, _: tonic::Request<tonic::Streaming<wire::ExecMessage>>)
                -> Result<tonic::Response<Self::ExecProcessStream>, Status> {
                self.meet(Request::Other("exec_process")).await?;
                Err(Status::unimplemented("exec_process"))
            }
        }
    };
}

bridge! {
    answered {
    ping(PingRequest) -> PongResponse by on_ping,
    solve(SolveRequest) -> SolveResponse by on_solve,
    read_dir(ReadDirRequest) -> ReadDirResponse by on_read_dir,
    read_file(ReadFileRequest) -> ReadFileResponse by on_read_file,
    stat_file(StatFileRequest) -> StatFileResponse by on_stat_file,
    resolve_image_config(ResolveImageConfigRequest) -> ResolveImageConfigResponse by on_resolve,
    resolve_source_meta(ResolveSourceMetaRequest) -> ResolveSourceMetaResponse by on_resolve_source,
    warn(WarnRequest) -> WarnResponse by on_warn,
    r#return(ReturnRequest) -> ReturnResponse by on_return,
    }
    others {
    evaluate(EvaluateRequest) -> EvaluateResponse,
    inputs(InputsRequest) -> InputsResponse,
    new_container(NewContainerRequest) -> NewContainerResponse,
    release_container(ReleaseContainerRequest) -> ReleaseContainerResponse,
    read_file_container(ReadFileRequest) -> ReadFileResponse,
    read_dir_container(ReadDirRequest) -> ReadDirResponse,
    stat_file_container(StatFileRequest) -> StatFileResponse,
    }
}
