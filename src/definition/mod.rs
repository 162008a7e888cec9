//! From a graph to the bytes that an engine takes: ops, digests, metadata and the source map.

mod encode;
mod json;
mod source_map;

use std::collections::BTreeMap;

use prost::Message;

use crate::llb::{Graph, Node, Output, ProgressGroup};
use crate::pb;
use crate::values::sha256;

pub use encode::canonical;
pub use json::to_json;
pub(crate) use source_map::range;
pub use source_map::source_info;

/// The key of a description under which clients look for the name of a step.
const NAME: &str = "llb.customname";

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

    /// How many bytes it has on the wire. Engines before BuildKit 0.14 take messages of at most 4 MiB, later
    /// ones 16 MiB.
    pub fn size_bytes(&self) -> usize {
        self.message.encoded_len()
    }

    /// The op with the most bytes: its name, or its digest where it has none, and how many.
    pub fn largest(&self) -> (String, usize) {
        let largest = self.message.def.iter().max_by_key(|bytes| bytes.len());
        let bytes = largest.map(Vec::as_slice).unwrap_or_default();
        let digest = digest(bytes);
        let meta = self.message.metadata.get(&digest);
        let name = meta.and_then(|meta| meta.description.get(NAME));
        (name.cloned().unwrap_or(digest), bytes.len())
    }
}

/// Encodes what a result needs, in the order of the graph; equal ops become one, with the places of all of
/// them. The same graph gives the same bytes on any machine.
///
/// # Panics
///
/// If the result is an output of another graph: that is a bug, and would build something else.
pub fn encode(graph: &Graph, result: Output) -> Definition {
    assert!(
        graph.holds(result),
        "a definition was asked for an output of another graph"
    );
    let needed = needed(graph, result);
    let mut digests: Vec<String> = Vec::new();
    let mut ops: Vec<Vec<u8>> = Vec::new();
    let mut metadata: BTreeMap<String, pb::OpMetadata> = BTreeMap::new();
    let mut groups = Groups::default();
    let mut locations = source_map::SourceMap::default();
    for (node, needed) in graph.nodes().iter().zip(needed) {
        if !needed {
            // Nobody asks for its digest.
            digests.push(String::new());
            continue;
        }
        let bytes = encode::op(node.op(), &digests);
        let digest = digest(&bytes);
        let more = op_metadata(node, &mut groups, &digest);
        if let Some(known) = metadata.get_mut(&digest) {
            known.ignore_cache |= more.ignore_cache;
            known.caps.extend(more.caps);
            if known.description.is_empty() {
                known.description = more.description;
            }
        } else {
            ops.push(bytes);
            metadata.insert(digest.clone(), more);
        }
        for origin in &node.meta().origins {
            locations.add(&digest, origin);
        }
        digests.push(digest);
    }
    let head = std::mem::take(&mut digests[result.op().index()]);
    let end = encode::end(&head, result.index());
    metadata.insert(digest(&end), end_metadata(&metadata));
    ops.push(end);
    let message = pb::Definition {
        def: ops,
        metadata,
        source: Some(locations.into_message()),
    };
    Definition { message, head }
}

/// Which ops the result needs, by their places.
fn needed(graph: &Graph, result: Output) -> Vec<bool> {
    let mut needed = vec![false; graph.nodes().len()];
    needed[result.op().index()] = true;
    for (index, node) in graph.nodes().iter().enumerate().rev() {
        if needed[index] {
            for input in node.op().inputs() {
                needed[input.op().index()] = true;
            }
        }
    }
    needed
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", sha256(bytes))
}

fn op_metadata(node: &Node, groups: &mut Groups, digest: &str) -> pb::OpMetadata {
    let meta = node.meta();
    let name = (!meta.name.is_empty()).then(|| (NAME.to_owned(), meta.name.clone()));
    let capabilities = node.capabilities().into_iter();
    pb::OpMetadata {
        ignore_cache: meta.ignore_cache,
        description: name.into_iter().collect(),
        export_cache: None,
        caps: capabilities
            .map(|capability| (capability.to_owned(), true))
            .collect(),
        progress_group: meta
            .group
            .as_ref()
            .map(|group| groups.message(group, digest)),
    }
}

/// The ids of progress groups, by their keys.
#[derive(Default)]
struct Groups(BTreeMap<String, String>);

impl Groups {
    /// A client joins groups of one id, also those of two builds at a time. So the id is made from the first op
    /// in the group too.
    fn message(&mut self, group: &ProgressGroup, first: &str) -> pb::ProgressGroup {
        let id = self.0.entry(group.key.clone());
        let id = id.or_insert_with(|| digest(format!("{}\0{first}", group.key).as_bytes()));
        pb::ProgressGroup {
            id: id.clone(),
            name: group.name.clone(),
            weak: group.weak,
        }
    }
}

/// The last entry has no op; its capabilities are those that Go's client declares there.
fn end_metadata(ops: &BTreeMap<String, pb::OpMetadata>) -> pb::OpMetadata {
    let declared = [
        ("constraints", true),
        (
            "meta.description",
            ops.values().any(|op| !op.description.is_empty()),
        ),
        ("meta.ignorecache", ops.values().any(|op| op.ignore_cache)),
        ("platform", true),
    ];
    let used = declared.into_iter().filter(|(_, used)| *used);
    pb::OpMetadata {
        caps: used
            .map(|(capability, used)| (capability.to_owned(), used))
            .collect(),
        ..Default::default()
    }
}
