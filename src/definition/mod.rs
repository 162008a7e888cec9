//! From a graph to the bytes that an engine takes: ops, digests, metadata and the source map.

mod encode;
mod source_map;

use std::collections::BTreeMap;

use prost::Message;
use sha2::{Digest as _, Sha256};

use crate::llb::{Graph, Node, Output};
use crate::pb;

pub use encode::canonical;
pub(crate) use source_map::range;
pub use source_map::source_info;

/// An encoded graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    message: pb::Definition,
    head: String,
}

impl Definition {
    /// The message for the wire.
    pub fn message(&self) -> &pb::Definition {
        &self.message
    }

    /// The digest of the op whose output the definition gives.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// The bytes for `buildctl build`.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.message.encode_to_vec()
    }
}

/// Encodes the graph in its order; equal ops become one. The same graph gives the same bytes on any machine.
pub fn encode(graph: &Graph, result: Output) -> Definition {
    let mut digests: Vec<String> = Vec::new();
    let mut ops: Vec<Vec<u8>> = Vec::new();
    let mut metadata = BTreeMap::new();
    let mut locations = source_map::SourceMap::default();
    for node in graph.nodes() {
        let bytes = encode::op(&node.op, &digests);
        let digest = digest(&bytes);
        if !digests.contains(&digest) {
            ops.push(bytes);
            metadata.insert(digest.clone(), op_metadata(node));
        }
        if let Some(origin) = &node.meta.origin {
            locations.add(&digest, origin);
        }
        digests.push(digest);
    }
    let head = digests
        .get(result.op().index())
        .cloned()
        .unwrap_or_default();
    let end = encode::end(&head, result.index());
    metadata.insert(digest(&end), end_metadata(graph));
    ops.push(end);
    let message = pb::Definition {
        def: ops,
        metadata,
        source: Some(locations.into_message()),
    };
    Definition { message, head }
}

fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    let hex = hash.iter().fold(String::new(), |mut hex, byte| {
        let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
        hex.push(digit(byte >> 4));
        hex.push(digit(byte & 15));
        hex
    });
    format!("sha256:{hex}")
}

fn op_metadata(node: &Node) -> pb::OpMetadata {
    let name =
        (!node.meta.name.is_empty()).then(|| ("llb.customname".to_owned(), node.meta.name.clone()));
    pb::OpMetadata {
        ignore_cache: node.meta.ignore_cache,
        description: name.into_iter().collect(),
        caps: node
            .capabilities()
            .into_iter()
            .map(|capability| (capability.to_owned(), true))
            .collect(),
        ..pb::OpMetadata::default()
    }
}

/// The last entry has no op; its capabilities are those that Go's client declares there.
fn end_metadata(graph: &Graph) -> pb::OpMetadata {
    let used = graph.capabilities();
    let declared = [
        "constraints",
        "meta.description",
        "meta.ignorecache",
        "platform",
    ];
    let caps = declared
        .into_iter()
        .filter(|capability| used.contains(capability) || *capability == "platform");
    pb::OpMetadata {
        caps: caps
            .map(|capability| (capability.to_owned(), true))
            .collect(),
        ..Default::default()
    }
}
