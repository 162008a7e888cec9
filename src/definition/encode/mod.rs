//! The bytes of one op, canonical: since BuildKit 0.17.2 the engine encodes each op again with Go's
//! deterministic encoder and uses that digest, so other bytes would lose the source map in silence.

mod exec;
mod file;

use std::collections::BTreeMap;

use prost::Message;

use crate::llb::{Diff, Merge, Op, Output, Source};
use crate::pb;
use crate::pb::op::Op as Kind;
use crate::values::Platform;

/// "No input" and "no output" on the wire, where the default 0 would mean the first.
const NONE: i64 = -1;

/// Encodes an op. `digests` holds those of the ops before it, in the order of the graph.
pub(super) fn op(op: &Op, digests: &[String]) -> Vec<u8> {
    let mut inputs = Inputs::new(digests);
    let (kind, platform) = match op {
        Op::Source(source) => (Kind::Source(encode_source(source)), source.platform()),
        Op::Exec(exec) => {
            let kind = Kind::Exec(exec::encode(exec, &mut inputs));
            (kind, Some(&exec.platform))
        }
        Op::File(file) => (Kind::File(file::encode(file, &mut inputs)), None),
        Op::Merge(merge) => (Kind::Merge(encode_merge(merge, &mut inputs)), None),
        Op::Diff(diff) => (Kind::Diff(encode_diff(*diff, &mut inputs)), None),
    };
    canonical(pb::Op {
        inputs: inputs.messages,
        platform: platform.map(encode_platform),
        constraints: Some(pb::WorkerConstraints::default()),
        op: Some(kind),
    })
}

/// The bytes of an op as Go's deterministic encoder writes them: the oneof behind all other fields, where
/// prost's derive would write it at its tag.
pub fn canonical(mut op: pb::Op) -> Vec<u8> {
    let kind = op.op.take();
    let mut bytes = op.encode_to_vec();
    if let Some(kind) = kind {
        kind.encode(&mut bytes);
    }
    bytes
}

/// The last entry of a definition: nothing but the output that is the result.
pub(super) fn end(head: &str, index: usize) -> Vec<u8> {
    let input = pb::Input {
        digest: head.to_owned(),
        index: to_i64(index),
    };
    pb::Op {
        inputs: vec![input],
        ..pb::Op::default()
    }
    .encode_to_vec()
}

/// The inputs of an op, in the order of their first use.
struct Inputs<'a> {
    digests: &'a [String],
    messages: Vec<pb::Input>,
    /// Where an output of a digest stands: two ops with the same bytes are one.
    places: BTreeMap<(&'a str, usize), i64>,
}

impl<'a> Inputs<'a> {
    fn new(digests: &'a [String]) -> Self {
        Self {
            digests,
            messages: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    /// The place of an input, which each output has once.
    fn place(&mut self, output: Output) -> i64 {
        let key = (self.digest(output), output.index());
        if let Some(place) = self.places.get(&key) {
            return *place;
        }
        let place = self.push(output);
        self.places.insert(key, place);
        place
    }

    /// The place of a new input, also where the output is one already: Go does so for merges and diffs.
    fn push(&mut self, output: Output) -> i64 {
        self.messages.push(pb::Input {
            digest: self.digest(output).to_owned(),
            index: to_i64(output.index()),
        });
        to_i64(self.messages.len() - 1)
    }

    fn digest(&self, output: Output) -> &'a str {
        // The graph holds the output, so its op was encoded before this one.
        &self.digests[output.op().index()]
    }
}

/// Counts of a graph are far below the limit.
fn to_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn encode_platform(platform: &Platform) -> pb::Platform {
    pb::Platform {
        architecture: platform.architecture.clone(),
        os: platform.os.clone(),
        variant: platform.variant.clone(),
        os_version: platform.os_version.clone(),
        os_features: platform.os_features.clone(),
    }
}

fn encode_source(source: &Source) -> pb::SourceOp {
    let attributes = source.attributes().into_iter();
    pb::SourceOp {
        identifier: source.identifier(),
        attrs: attributes
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    }
}

fn encode_merge(merge: &Merge, inputs: &mut Inputs<'_>) -> pb::MergeOp {
    let input = |output| pb::MergeInput {
        input: inputs.push(output),
    };
    pb::MergeOp {
        inputs: merge.inputs().map(input).collect(),
    }
}

fn encode_diff(diff: Diff, inputs: &mut Inputs<'_>) -> pb::DiffOp {
    let lower = diff.lower().map_or(NONE, |output| inputs.push(output));
    let upper = diff.upper().map_or(NONE, |output| inputs.push(output));
    pb::DiffOp {
        lower: Some(pb::LowerDiffInput { input: lower }),
        upper: Some(pb::UpperDiffInput { input: upper }),
    }
}
