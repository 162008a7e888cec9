//! The conversation with BuildKit's gateway: capabilities, reads, image resolution, the solve that builds,
//! warnings and the one Return. Nothing in it knows Python.

mod context;
mod error;
mod platform;
mod result;
mod status;
pub mod stdio;

use std::collections::BTreeMap;
use std::time::Duration;

use tonic::transport::Channel;

pub use error::Error;
pub use result::BuiltImage;
pub use status::{status_of_bug, status_of_failure, status_of_subrequest};

use crate::definition::{Definition, range, source_info};
use crate::diagnostic::{Diagnostic, one_line};
use crate::llb::{Capabilities, Engine, Graph};
use crate::options::{BuildOptions, CacheImport};
pub use crate::pb::Status;
use crate::pb::frontend::llb_bridge_client::LlbBridgeClient;
use crate::pb::frontend::result::Result as Reference;
use crate::pb::{apicaps, frontend as wire};
use crate::values::Platform;

/// BuildKit since 0.14 takes and sends messages up to this size; tonic's own default is 4 MiB.
const MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;
const PING_TIMEOUT: Duration = Duration::from_secs(15);
/// What every graph of ours uses and the oldest engines lack: refused before anything is read.
const REQUIRED: &[&str] = &["file.base", "exec.mount.bind.readwrite-nooutput"];

/// What the engine tells a frontend at its start (`BUILDKIT_*`).
#[derive(Clone, Debug, Default)]
pub struct Session {
    /// `BUILDKIT_FRONTEND_OPT_*`, keys and values.
    pub options: BTreeMap<String, String>,
    /// `BUILDKIT_SESSION_ID`; empty for builds without a session.
    pub id: String,
    /// `BUILDKIT_WORKERS`, as JSON.
    pub workers: String,
}

impl Session {
    /// Reads the engine's variables among `variables`; what is no UTF-8 is replaced, never refused.
    pub fn from_variables(variables: impl Iterator<Item = (String, String)>) -> Self {
        let mut session = Self::default();
        for (name, value) in variables {
            if name.starts_with("BUILDKIT_FRONTEND_OPT_") {
                // A value may hold `=`, JSON and newlines: only the first `=` parts.
                let (key, value) = value.split_once('=').unwrap_or((&value, ""));
                session.options.insert(key.to_owned(), value.to_owned());
            } else if name == "BUILDKIT_SESSION_ID" {
                session.id = value;
            } else if name == "BUILDKIT_WORKERS" {
                session.workers = value;
            }
        }
        session
    }

    /// The platform that the engine builds for by itself: the first of its first worker.
    pub fn default_platform(&self) -> Platform {
        platform::first_of_workers(&self.workers)
    }
}

/// A connection to the engine that started us.
#[derive(Clone, Debug)]
pub struct Gateway {
    client: LlbBridgeClient<Channel>,
    engine: Engine,
    api: Capabilities,
    options: BuildOptions,
}

/// A tree of files that the engine can build.
#[derive(Clone, Debug)]
pub struct Ref {
    id: String,
    /// The digest of the op that gives it.
    head: String,
}

impl Gateway {
    /// Asks the engine what it can do.
    pub async fn connect(
        channel: Channel,
        session: &Session,
        options: BuildOptions,
    ) -> Result<Self, Error> {
        let mut client = client(channel);
        let pong = tokio::time::timeout(PING_TIMEOUT, client.ping(wire::PingRequest {}))
            .await
            .map_err(|_| Error::Silent(PING_TIMEOUT))?
            .map_err(Error::engine)?
            .into_inner();
        let engine = Engine {
            capabilities: enabled(pong.llb_caps),
            session: session.id.clone(),
        };
        if let Some(missing) = REQUIRED.iter().find(|name| !engine.capabilities.has(name)) {
            return Err(Error::Capability((*missing).to_owned()));
        }
        Ok(Self {
            client,
            engine,
            api: enabled(pong.frontend_api_caps),
            options,
        })
    }

    /// What lowering must know of the engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Registers a graph. Nothing is built before something asks for the files.
    pub async fn solve(
        &self,
        graph: &Graph,
        definition: &Definition,
        cache_imports: &[CacheImport],
    ) -> Result<Ref, Error> {
        // The engine would tell of it too, but only when the files are asked for, and in its own words.
        if let Some(missing) = graph
            .capabilities()
            .iter()
            .find(|name| !self.engine.capabilities.has(name))
        {
            return Err(Error::Capability((*missing).to_owned()));
        }
        let request = wire::SolveRequest {
            definition: Some(definition.message().clone()),
            allow_result_return: true,
            allow_result_array_ref: true,
            cache_imports: cache_imports.iter().map(cache_import).collect(),
            ..wire::SolveRequest::default()
        };
        let response = self
            .client
            .clone()
            .solve(request)
            .await
            .map_err(Error::engine)?
            .into_inner();
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

    /// Tells the user something that stops nothing. It never fails a build.
    pub async fn warn(&self, warning: &Diagnostic, vertex: &Ref) {
        if !self.api.has("gateway.warnings") {
            return;
        }
        let request = wire::WarnRequest {
            // Of a step that the client has seen: else it shows nothing.
            digest: vertex.head.clone(),
            level: 1,
            short: one_line(warning).into_bytes(),
            detail: warning
                .hints
                .iter()
                .map(|hint| hint.clone().into_bytes())
                .collect(),
            url: String::new(),
            info: warning
                .location
                .as_ref()
                .map(|place| source_info(&place.source)),
            ranges: warning.location.as_ref().map(range).into_iter().collect(),
        };
        drop(self.client.clone().warn(request).await);
    }

    /// The result of the build; the engine builds it when we are gone.
    pub async fn finish(&self, reference: Ref, image: &BuiltImage) -> Result<(), Error> {
        let request = wire::ReturnRequest {
            result: Some(image.to_result(reference.id)),
            error: None,
        };
        self.client
            .clone()
            .r#return(request)
            .await
            .map(drop)
            .map_err(Error::engine)
    }
}

/// Tells the engine that there is no image, and why; for use before and after [`Gateway::connect`].
pub async fn fail(channel: Channel, status: Status) -> Result<(), Error> {
    let request = wire::ReturnRequest {
        result: None,
        error: Some(status),
    };
    client(channel)
        .r#return(request)
        .await
        .map(drop)
        .map_err(Error::engine)
}

fn client(channel: Channel) -> LlbBridgeClient<Channel> {
    LlbBridgeClient::new(channel)
        .max_decoding_message_size(MAX_MESSAGE_BYTES)
        .max_encoding_message_size(MAX_MESSAGE_BYTES)
}

/// A capability that is there and switched off counts as missing: dockerd with the classic image store lists
/// `mergeop` that way.
fn enabled(capabilities: Vec<apicaps::ApiCap>) -> Capabilities {
    capabilities
        .into_iter()
        .filter(|capability| capability.enabled)
        .map(|capability| capability.id)
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_part_at_the_first_equals_sign() {
        let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let session = Session::from_variables(
            [
                variable("BUILDKIT_FRONTEND_OPT_0", "build-arg:A=b=c\nd"),
                variable("BUILDKIT_FRONTEND_OPT_17", "no-cache"),
                variable("BUILDKIT_SESSION_ID", ""),
                variable("PATH", "/invalid"),
            ]
            .into_iter(),
        );
        assert_eq!(session.options["build-arg:A"], "b=c\nd");
        assert_eq!(session.options["no-cache"], "");
        assert_eq!(session.options.len(), 2);
    }
}
