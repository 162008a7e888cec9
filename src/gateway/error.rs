//! What can go wrong with the engine.

use std::time::Duration;

use crate::diagnostic::{Diagnostic, one_line};
use crate::llb::since;

/// A failure of the engine or of the way to it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The engine answered with an error. It is passed on whole: its details hold the step and the source.
    #[error("{}", .0.message())]
    Engine(Box<tonic::Status>),
    /// The engine cannot do what is needed.
    #[error("this engine lacks the capability `{0}`{advice}", advice = advice(.0))]
    Capability(String),
    /// The engine did not answer at all.
    #[error("the engine did not answer within {0:?}")]
    Silent(Duration),
    /// The engine answered with something else than what the protocol says.
    #[error("unexpected answer of the engine: {0}")]
    Unexpected(&'static str),
    /// What the user asked for cannot be had from this engine or this context.
    #[error("{}", one_line(.0))]
    User(Box<Diagnostic>),
    /// Bytes that are no message of the protocol.
    #[error("the engine sent an image configuration that is no JSON: {0}")]
    Config(#[from] serde_json::Error),
}

fn advice(capability: &str) -> String {
    match since(capability) {
        Some(version) => format!(
            ", which BuildKit has since {version} (Docker 20.10 has 0.8); update the engine"
        ),
        None => "; update the engine".to_owned(),
    }
}

impl Error {
    /// An error that the engine answered with.
    pub(super) fn engine(status: tonic::Status) -> Self {
        Self::Engine(Box::new(status))
    }

    /// Whether the engine says that a file is not there. It has no code for that, only words.
    pub(super) fn is_not_found(&self) -> bool {
        match self {
            Self::Engine(status) => status.message().contains("no such file or directory"),
            _ => false,
        }
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::User(Box::new(diagnostic))
    }
}
