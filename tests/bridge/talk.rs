//! The conversation that was recorded, and questions about it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bollard_buildkit_proto::google::rpc::Status;
use bollard_buildkit_proto::moby::buildkit::v1::frontend as wire;
use serde_json::Value;

use crate::bridge::definition::Vertex;
use crate::bridge::{Definition, Request};

/// A conversation.
#[derive(Debug)]
pub(crate) struct Talk {
    pub(crate) requests: Vec<Request>,
    /// What the engine found wrong with it.
    pub(crate) problems: Vec<String>,
    /// What `serve` said in the end.
    pub(crate) outcome: Result<(), String>,
}

impl fmt::Display for Talk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.requests
            .iter()
            .try_for_each(|request| writeln!(f, "{request}"))?;
        write!(f, "{:?}", self.outcome)
    }
}

impl Talk {
    /// The requests in words.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.requests.iter().map(ToString::to_string).collect()
    }

    /// Those that begin so.
    pub(crate) fn beginning(&self, begin: &str) -> Vec<String> {
        let mut lines = self.lines();
        lines.retain(|line| line.starts_with(begin));
        lines
    }

    /// The definitions that were solved and do, or do not, load files or say something.
    fn solves(&self, of_build: bool) -> Vec<&Definition> {
        let of = |definition: &Definition| {
            let read = |head: &Vertex| head.local().is_some() || head.image().is_some();
            let loads = definition.head().is_some_and(read);
            loads != of_build
        };
        let solves = self.requests.iter().filter_map(|request| match request {
            Request::Solve {
                definition,
                request,
            } if !request.evaluate => Some(&**definition),
            _ => None,
        });
        solves.filter(|definition| of(definition)).collect()
    }

    /// The definitions by which files of the client were read.
    pub(crate) fn loads(&self) -> Vec<&Definition> {
        self.solves(false)
    }

    /// The definition of the image, which was sent once.
    pub(crate) fn image(&self) -> &Definition {
        let solves = self.solves(true);
        assert_eq!(solves.len(), 1, "{self}");
        solves[0]
    }

    /// All returns: there should be one.
    pub(crate) fn returns(&self) -> Vec<&wire::ReturnRequest> {
        let returns = self.requests.iter().filter_map(|request| match request {
            Request::Return(request) => Some(request),
            _ => None,
        });
        returns.collect()
    }

    /// The warnings.
    pub(crate) fn warnings(&self) -> Vec<&wire::WarnRequest> {
        let warnings = self.requests.iter().filter_map(|request| match request {
            Request::Warn(request) => Some(request),
            _ => None,
        });
        warnings.collect()
    }

    /// The image that was returned.
    pub(crate) fn result(&self) -> &wire::Result {
        self.returns()[0]
            .result
            .as_ref()
            .unwrap_or_else(|| panic!("no image:\n{self}"))
    }

    /// Its configuration.
    pub(crate) fn config(&self) -> Value {
        let config = &self.result().metadata["containerimage.config"];
        serde_json::from_slice(config).expect("the configuration is JSON")
    }

    /// The error that was returned.
    pub(crate) fn error(&self) -> &Status {
        self.returns()[0]
            .error
            .as_ref()
            .unwrap_or_else(|| panic!("no error:\n{self}"))
    }
}

/// The places in an error: each file with its line, and the text of that line.
pub(crate) fn sources(error: &Status) -> Vec<String> {
    let source = |json: &[u8]| {
        let value: Value = serde_json::from_slice(json).expect("a detail is JSON");
        let data = STANDARD
            .decode(value["info"]["data"].as_str()?)
            .expect("the text is base64");
        let text = String::from_utf8(data).expect("the text is UTF-8");
        let range = &value["ranges"][0];
        let line = range["start"]["line"].as_u64()?;
        assert!(range["end"]["line"].as_u64()? >= line, "{range}");
        let content = text
            .lines()
            .nth(usize::try_from(line).ok()?.checked_sub(1)?)?;
        let (name, language) = (&value["info"]["filename"], &value["info"]["language"]);
        Some(format!(
            "{} ({}) {line}: {content}",
            name.as_str()?,
            language.as_str()?
        ))
    };
    let details = error
        .details
        .iter()
        .filter(|detail| detail.type_url.ends_with("errdefs.Source+json"));
    details
        .map(|detail| source(&detail.value).unwrap_or_else(|| panic!("half a detail: {detail:?}")))
        .collect()
}
