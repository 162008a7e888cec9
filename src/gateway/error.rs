//! What can go wrong with the engine.

use std::time::Duration;

use crate::diagnostic::{Diagnostic, one_line};
use crate::gateway::MAX_MESSAGE_BYTES;
use crate::gateway::capability::since;

/// A failure of the engine or of the way to it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The engine answered with an error. It is passed on whole: its details hold the step and the source.
    #[error("{}", .0.message())]
    Engine(Box<tonic::Status>),
    /// The engine cannot do what is needed.
    #[error(
        "this engine lacks the capability `{0}`, which BuildKit has since {since} (Docker 20.10 has 0.8); update the engine",
        since = since(.0)
    )]
    Capability(String),
    /// The engine takes no message of that size.
    #[error(
        "the build graph has {size} bytes, and this engine takes {limit} at most; {of_step} of them are of the step \
         `{step}`{advice}",
        advice = size_advice(*limit)
    )]
    TooLarge {
        /// Of the message with the graph, in bytes.
        size: usize,
        /// What the engine takes, in bytes.
        limit: usize,
        /// The step with the most of them.
        step: String,
        /// How many it has.
        of_step: usize,
    },
    /// The engine did not answer at all.
    #[error("the engine did not answer within {0:?}")]
    Silent(Duration),
    /// The engine answered with something else than what the protocol says.
    #[error("unexpected answer of the engine: {0}")]
    Unexpected(&'static str),
    /// This engine or this context cannot provide what the user requested.
    #[error("{}", one_line(.0))]
    User(Box<Diagnostic>),
    /// What stands for an image cannot be had; the error of the engine is passed on whole.
    #[error("`--build-context {name}`: {error}")]
    StandIn {
        /// The image that it stands for.
        name: String,
        /// Why.
        error: Box<Error>,
    },
    /// Bytes that are no message of the protocol.
    #[error("the engine sent an image configuration that is no JSON: {0}")]
    Config(#[from] serde_json::Error),
}

/// What helps where a newer engine takes more.
fn size_advice(limit: usize) -> String {
    if limit < MAX_MESSAGE_BYTES {
        format!("; use BuildKit 0.14 or later (Docker 27), which takes {MAX_MESSAGE_BYTES}")
    } else {
        String::new()
    }
}

impl Error {
    /// An error that the engine answered with.
    pub(super) fn engine(status: tonic::Status) -> Self {
        Self::Engine(Box::new(status))
    }

    /// Whether the engine says that a file is not there. It has no code for that, only words.
    pub(super) fn is_not_found(&self) -> bool {
        self.says("no such file or directory")
    }

    /// Whether a path is none that has files below it.
    pub(super) fn is_no_folder(&self) -> bool {
        self.is_not_found() || self.says("not a directory") || self.is_endless_link()
    }

    /// Whether the engine gave up following symbolic links: the words of containerd's `continuity/fs`, and those of
    /// Linux.
    pub(super) fn is_endless_link(&self) -> bool {
        self.says("too many links") || self.says("too many levels of symbolic links")
    }

    /// Whether the engine has no source of a kind: the words of BuildKit's `source.Manager`. dockerd with the classic
    /// image store lists `source.ocilayout` as enabled and has none.
    pub(super) fn is_unknown_scheme(&self) -> bool {
        self.says("unknown scheme")
    }

    fn says(&self, words: &str) -> bool {
        match self {
            Self::Engine(status) => status.message().contains(words),
            _ => false,
        }
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::User(Box::new(diagnostic))
    }
}
