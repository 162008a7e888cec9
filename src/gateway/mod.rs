//! The conversation with BuildKit's gateway: capabilities, reads, image resolution, the solve that builds,
//! warnings and the one Return. Nothing in it knows Python.

mod capability;
mod context;
mod error;
mod image;
mod named;
mod platform;
mod result;
mod session;
mod status;
pub mod stdio;
mod warn;

use std::time::Duration;

use prost::Message as _;
use tonic::transport::Channel;

pub use error::Error;
pub use result::BuiltImage;
pub use session::Session;
pub use status::{status_of_bug, status_of_capability, status_of_failure, status_of_subrequest};

use crate::context::BytesRead;
use crate::definition::Definition;
use crate::llb::{Capabilities, Engine, Graph};
use crate::options::{BuildOptions, CacheImport};
pub use crate::pb::Status;
use crate::pb::frontend as wire;
use crate::pb::frontend::llb_bridge_client::LlbBridgeClient;
use crate::pb::frontend::result::Result as Reference;

/// BuildKit since 0.14 takes and sends messages up to this size; tonic's own default is 4 MiB.
const MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;
/// What engines take that lack [`LARGE_MESSAGES`].
const OLD_MAX_MESSAGE_BYTES: usize = 4 * 1024 * 1024;
/// No capability tells the limit; this one came with the same release, 0.14.
const LARGE_MESSAGES: &str = "file.copy.alwaysreplaceexistingdestpaths";
/// How long the engine may take to answer a ping and a return, for which it has nothing to build.
const PATIENCE: Duration = Duration::from_secs(15);

/// What this frontend can do when a build asks for it by `frontend.caps`; the label of its image says the same, so
/// that an engine refuses a build which needs more before it starts us (BuildKit `frontend/gateway`).
pub const FRONTEND_CAPABILITIES: &[&str] = &["moby.buildkit.frontend.contexts"];

/// A connection to the engine that started us.
#[derive(Clone, Debug)]
pub struct Gateway {
    client: LlbBridgeClient<Channel>,
    engine: Engine,
    api: Capabilities,
    options: BuildOptions,
    /// Of all files that were read.
    read: BytesRead,
}

/// A tree of files that the engine can build.
#[derive(Clone, Debug)]
pub struct Ref {
    id: String,
    /// The digest of the op that gives it.
    head: String,
}

/// A graph for the engine.
#[derive(Clone, Copy, Debug)]
pub struct Solve<'a> {
    /// The graph, for what it uses.
    pub graph: &'a Graph,
    /// The definition of the graph.
    pub definition: &'a Definition,
    /// Where the engine may find results of earlier builds.
    pub cache_imports: &'a [CacheImport],
    /// Whether it is built at once, not only when something asks for its files.
    pub evaluate: bool,
}

impl<'a> Solve<'a> {
    /// A graph with its bytes, without caches, to be built on demand.
    pub fn new(graph: &'a Graph, definition: &'a Definition) -> Self {
        Self {
            graph,
            definition,
            cache_imports: &[],
            evaluate: false,
        }
    }
}

impl Gateway {
    /// Asks the engine what it can do. What the user asks for and it cannot do, of what changes no result, is taken
    /// out of the options with a warning.
    pub async fn connect(
        channel: Channel,
        session: &Session,
        options: BuildOptions,
    ) -> Result<Self, Error> {
        let mut client = client(channel);
        let pong = patiently(client.ping(wire::PingRequest {})).await?;
        let engine = Engine {
            capabilities: capability::of_graphs(pong.llb_caps),
            session: session.id.clone(),
        };
        let api = capability::enabled(pong.frontend_api_caps);
        capability::require(&engine.capabilities, &api)?;
        Ok(Self {
            client,
            options: capability::fit(options, &engine.capabilities),
            engine,
            api,
            read: BytesRead::default(),
        })
    }

    /// The options of the build, as far as the engine can honour them.
    pub fn options(&self) -> &BuildOptions {
        &self.options
    }

    /// What lowering must know of the engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Registers a graph. Nothing is built before something asks for the files.
    pub async fn solve(&self, solve: Solve<'_>) -> Result<Ref, Error> {
        // The engine reports it too, but only when the files are read, and in its own words.
        let used = solve.graph.capabilities();
        if let Some(missing) = used.iter().find(|name| !self.engine.capabilities.has(name)) {
            return Err(Error::Capability((*missing).to_owned()));
        }
        let definition = solve.definition;
        let request = wire::SolveRequest {
            definition: Some(definition.message().clone()),
            allow_result_return: true,
            allow_result_array_ref: true,
            cache_imports: solve.cache_imports.iter().map(cache_import).collect(),
            evaluate: solve.evaluate,
            ..wire::SolveRequest::default()
        };
        let (size, limit) = (request.encoded_len(), self.max_message_bytes());
        if size > limit {
            let (step, of_step) = definition.largest();
            return Err(Error::TooLarge {
                size,
                limit,
                step,
                of_step,
            });
        }
        let answer = self.client.clone().solve(request).await;
        let response = answer.map_err(Error::engine)?.into_inner();
        match response.result.and_then(|result| result.result) {
            Some(Reference::Ref(reference)) => Ok(Ref {
                id: reference.id,
                head: definition.head().to_owned(),
            }),
            Some(Reference::RefDeprecated(id)) => Ok(Ref {
                id,
                head: definition.head().to_owned(),
            }),
            _ => Err(Error::Unexpected("a solve gave no single result")),
        }
    }

    fn max_message_bytes(&self) -> usize {
        if self.engine.capabilities.has(LARGE_MESSAGES) {
            MAX_MESSAGE_BYTES
        } else {
            OLD_MAX_MESSAGE_BYTES
        }
    }

    /// The result of the build; the engine builds it when we are gone.
    pub async fn finish(&self, reference: Ref, image: &BuiltImage) -> Result<(), Error> {
        let request = wire::ReturnRequest {
            result: Some(image.to_result(reference.id)),
            error: None,
        };
        patiently(self.client.clone().r#return(request))
            .await
            .map(drop)
    }
}

/// Tells the engine that there is no image, and why; for use before and after [`Gateway::connect`].
pub async fn fail(channel: Channel, status: Status) -> Result<(), Error> {
    let request = wire::ReturnRequest {
        result: None,
        error: Some(status),
    };
    patiently(client(channel).r#return(request)).await.map(drop)
}

/// The answer to a request for which the engine has nothing to build.
async fn patiently<T>(
    answer: impl Future<Output = Result<tonic::Response<T>, tonic::Status>>,
) -> Result<T, Error> {
    let answer = tokio::time::timeout(PATIENCE, answer).await;
    let answer = answer.map_err(|_| Error::Silent(PATIENCE))?;
    Ok(answer.map_err(Error::engine)?.into_inner())
}

fn client(channel: Channel) -> LlbBridgeClient<Channel> {
    LlbBridgeClient::new(channel)
        .max_decoding_message_size(MAX_MESSAGE_BYTES)
        .max_encoding_message_size(MAX_MESSAGE_BYTES)
}

fn cache_import(import: &CacheImport) -> wire::CacheOptionsEntry {
    let attrs = import
        .attributes
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    wire::CacheOptionsEntry {
        r#type: import.kind.clone(),
        attrs,
    }
}
