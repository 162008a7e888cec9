//! A definition as JSON, for programs that look at a graph. The ops are read back from their bytes, so this is
//! what the engine gets.
//!
//! Fields have the names of BuildKit's `solver/pb/ops.proto` in `lowerCamelCase`; those that are empty are left
//! out, and numbers always stand, since an output 0 is an output. Object keys are in a fixed order.

mod exec;
mod file;

use std::collections::BTreeMap;

use prost::Message;
use serde_json::{Map, Value, json};

use crate::definition::{Definition, digest};
use crate::pb;
use crate::pb::op::Op as Kind;

/// A definition as a JSON object: `head` is the digest of the op whose output it gives, `ops` the ops in
/// order, each with its digest, its inputs, what it does, its metadata and the places that require it. The
/// last entry of `ops` is the end, which does nothing but name the output.
pub fn to_json(definition: &Definition) -> Value {
    let message = definition.message();
    let ops = message.def.iter().map(|bytes| op(bytes, message));
    json!({
        "head": definition.head(),
        "ops": ops.collect::<Vec<_>>(),
    })
}

fn op(bytes: &[u8], definition: &pb::Definition) -> Value {
    let digest = digest(bytes);
    let op = pb::Op::decode(bytes)
        .unwrap_or_else(|error| panic!("an op that was encoded here cannot be read: {error}"));
    let inputs = op.inputs.iter();
    let inputs = inputs.map(|input| json!({"digest": input.digest, "index": input.index}));
    object([
        ("digest", json!(digest)),
        ("inputs", list(inputs)),
        ("platform", optional(op.platform.as_ref(), platform)),
        ("op", optional(op.op.as_ref(), kind)),
        (
            "metadata",
            optional(definition.metadata.get(&digest), metadata),
        ),
        (
            "locations",
            optional(definition.source.as_ref(), |source| {
                locations(source, &digest)
            }),
        ),
    ])
}

fn kind(kind: &Kind) -> Value {
    match kind {
        Kind::Source(source) => json!({"source": object([
            ("identifier", json!(source.identifier)),
            ("attrs", strings(&source.attrs)),
        ])}),
        Kind::Exec(exec) => json!({"exec": exec::exec(exec)}),
        Kind::File(file) => json!({"file": file::file(file)}),
        Kind::Merge(merge) => {
            let inputs = merge.inputs.iter().map(|input| json!(input.input));
            json!({"merge": {"inputs": list(inputs)}})
        }
        Kind::Diff(diff) => json!({"diff": object([
            ("lower", optional(diff.lower.as_ref(), |lower| json!(lower.input))),
            ("upper", optional(diff.upper.as_ref(), |upper| json!(upper.input))),
        ])}),
        // No graph of ours has one.
        Kind::Build(build) => json!({"build": {"builder": build.builder}}),
    }
}

fn platform(platform: &pb::Platform) -> Value {
    object([
        ("os", json!(platform.os)),
        ("architecture", json!(platform.architecture)),
        ("variant", json!(platform.variant)),
        ("osVersion", json!(platform.os_version)),
        ("osFeatures", json!(platform.os_features)),
    ])
}

fn metadata(metadata: &pb::OpMetadata) -> Value {
    let group = |group: &pb::ProgressGroup| {
        object([
            ("id", json!(group.id)),
            ("name", json!(group.name)),
            ("weak", json!(group.weak)),
        ])
    };
    object([
        ("ignoreCache", json!(metadata.ignore_cache)),
        ("description", strings(&metadata.description)),
        (
            "progressGroup",
            optional(metadata.progress_group.as_ref(), group),
        ),
        ("caps", list(metadata.caps.keys().map(|cap| json!(cap)))),
    ])
}

/// The places that require an op: a file, and its first and last line, counted from one.
fn locations(source: &pb::Source, digest: &str) -> Value {
    let of_op = source.locations.get(digest).into_iter();
    let places = of_op.flat_map(|places| &places.locations);
    list(places.flat_map(|place| {
        let index = usize::try_from(place.source_index).ok();
        let file = index.and_then(|index| source.infos.get(index));
        let file = file.map(|info| info.filename.as_str());
        place.ranges.iter().map(move |range| {
            json!({
                "filename": file,
                "first": range.start.map(|start| start.line),
                "last": range.end.map(|end| end.line),
            })
        })
    }))
}

/// An object without its empty fields.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let is_empty = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    };
    let said = fields.into_iter().filter(|(_, value)| !is_empty(value));
    let fields: Map<String, Value> = said.map(|(key, value)| (key.to_owned(), value)).collect();
    fields.into()
}

fn list(values: impl Iterator<Item = Value>) -> Value {
    Value::Array(values.collect())
}

fn optional<T>(value: Option<&T>, json: impl Fn(&T) -> Value) -> Value {
    value.map_or(Value::Null, json)
}

fn strings(map: &BTreeMap<String, String>) -> Value {
    let entries = map.iter().map(|(key, value)| (key.clone(), json!(value)));
    Value::Object(entries.collect())
}
