//! What the frontend asked, in words.

use std::fmt;

use bollard_buildkit_proto::moby::buildkit::v1::frontend as wire;

use crate::bridge::definition::Definition;

/// One request of the frontend.
#[derive(Clone, Debug)]
pub(crate) enum Request {
    Ping,
    Solve {
        definition: Box<Definition>,
        request: Box<wire::SolveRequest>,
    },
    List {
        of: String,
        path: String,
    },
    Read {
        of: String,
        path: String,
    },
    Stat {
        of: String,
        path: String,
    },
    Resolve(wire::ResolveImageConfigRequest),
    ResolveSource(wire::ResolveSourceMetaRequest),
    Warn(wire::WarnRequest),
    Return(wire::ReturnRequest),
    /// A call that the frontend has no use for.
    Other(&'static str),
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ping => write!(f, "ping"),
            Self::Solve {
                definition,
                request,
            } => {
                match definition
                    .head()
                    .and_then(|head| Some((head, head.local()?)))
                {
                    Some((head, (name, _))) => {
                        let patterns = head.list("local.includepattern");
                        let paths = [patterns, head.list("local.followpaths")].concat();
                        write!(f, "load {name}: {}", paths.join(", "))?;
                    }
                    None if request.evaluate => {
                        let head = definition.head().map_or("", |head| head.title());
                        write!(f, "build at once: {head}")?;
                    }
                    None => write!(f, "build")?,
                }
                for import in &request.cache_imports {
                    let mut attrs: Vec<_> = import.attrs.iter().collect();
                    attrs.sort();
                    write!(f, ", cache from {} {attrs:?}", import.r#type)?;
                }
                Ok(())
            }
            Self::List { of, path } => write!(f, "list {path} of {of}"),
            Self::Read { of, path } => write!(f, "read {path} of {of}"),
            Self::Stat { of, path } => write!(f, "stat {path} of {of}"),
            Self::ResolveSource(request) => {
                let platform = request.platform.clone().unwrap_or_default();
                let (os, architecture) = (platform.os, platform.architecture);
                let source = request.source.clone().unwrap_or_default();
                let name = source.identifier.replace("docker-image://", "");
                write!(f, "resolve {name} for {os}/{architecture}")?;
                match source.attrs.get("oci.store") {
                    Some(store) => write!(f, " from {store}"),
                    None => write!(f, ", {}", request.resolve_mode),
                }
            }
            Self::Resolve(request) => {
                let platform = request.platform.clone().unwrap_or_default();
                let (os, architecture) = (platform.os, platform.architecture);
                write!(f, "resolve {} for {os}/{architecture}", request.r#ref)?;
                match request.store_id.as_str() {
                    "" => write!(f, ", {} (old)", request.resolve_mode),
                    store => write!(f, " from {store} (old)"),
                }
            }
            Self::Warn(request) => write!(f, "warn: {}", String::from_utf8_lossy(&request.short)),
            Self::Return(request) => match (&request.result, &request.error) {
                (Some(_), None) => write!(f, "return an image"),
                (None, Some(error)) => write!(f, "return an error: {}", error.message),
                _ => write!(f, "return neither or both"),
            },
            Self::Other(name) => write!(f, "{name}"),
        }
    }
}
