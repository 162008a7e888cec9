//! Our bytes against those of Go's client: the engine encodes each op again as Go does and goes by that
//! digest, so other bytes would lose the source map, and every cache that other frontends share, in silence.
//!
//! The vectors were made with BuildKit's own `client/llb` (0.29); the package `bollard-llb` holds more. The
//! golden files are read through `conformance/golden.rs` and built again from types in
//! `conformance/rebuild.rs`; what the types promise of every graph is in `conformance/graphs.rs`, and how all
//! that they have is written in `conformance/listing.rs`.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the oracle is files of a package, and a test that cannot read them fails"
)]

#[path = "conformance/build.rs"]
mod build;
#[path = "conformance/everything.rs"]
mod everything;
#[path = "conformance/golden.rs"]
mod golden;
#[path = "conformance/graphs.rs"]
mod graphs;
#[path = "conformance/listing.rs"]
mod listing;
#[path = "conformance/rebuild.rs"]
mod rebuild;

use std::collections::{BTreeMap, BTreeSet};

use prost::Message;
use wheelwright::definition::{canonical, encode};
use wheelwright::llb::{CacheSharing, ExecResult, Graph, Mount, NodeMeta, Output};
use wheelwright::options::ResolveMode;
use wheelwright::pb;

use build::{
    ALPINE, BUSYBOX, add, add_image, decode, digest, echo, exec, hex, image, make_file, merge, ops,
    point,
};
use golden::Golden;
use rebuild::Reason;

const IMAGE_BYTES: &str = "520e0a05616d64363412056c696e75785a001a300a2e646f636b65722d696d6167653a2f2f646f636b65722e696f2f6c6962726172792f616c70696e653a6c6174657374";
const IMAGE_DIGEST: &str =
    "sha256:a7f9733e307dd352c82d43053b783dd17bb2ec2c36214908ce393e41545c8b51";

/// The exec op behind its input: platform, constraints, and last the command with its root.
const EXEC_TAIL: &str =
    "520e0a05616d64363412056c696e75785a0012190a120a046563686f0a0568656c6c6f1a012f580112031a012f";
const EXEC_DIGEST: &str = "sha256:144dd75ffc1ede2fda3a7a889824700d00f41a8f49169b67af9c5f488d4d5359";

const MAKE_FILE_BYTES: &str = "5a002237123508ffffffffffffffffff0110ffffffffffffffffff012a1d0a062f68656c6c6f10a4031a05776f726c6428ffffffffffffffffff01";
const MAKE_FILE_DIGEST: &str =
    "sha256:ccd31667a233093e341c429473ba1bd965e4355543af60a9245b05561cebeb0f";

const MERGE_TAIL: &str = "5a0032060a000a020801";
const MERGE_DIGEST: &str =
    "sha256:44c74488bc91fcdb57d28daf5a5ed73fcf6ef651197870ce9fb9a1961c71ec60";

/// A locked cache mount `cache-id` at `/cache`.
const CACHE_MOUNT: &str = "122f08ffffffffffffffffff011a062f636163686520ffffffffffffffffff013003a2010c0a0863616368652d69641002";

#[test]
fn an_image_is_the_bytes_that_go_writes() {
    let mut graph = Graph::new();
    let image = add_image(&mut graph, ALPINE);
    let definition = encode(&graph, image);
    assert_eq!(hex(&definition.message().def[0]), IMAGE_BYTES);
    assert_eq!(definition.head(), IMAGE_DIGEST);
    // The last entry is nothing but the input: `inputs[0].digest`, and its index 0 left out.
    let end = format!("0a490a47{}", hex(IMAGE_DIGEST.as_bytes()));
    assert_eq!(hex(&definition.message().def[1]), end);
}

#[test]
fn an_image_is_looked_up_as_it_was_asked_for() {
    for mode in [ResolveMode::Pull, ResolveMode::Local] {
        let mut graph = Graph::new();
        let image = add(&mut graph, image(ALPINE, mode));
        let op = ops(&encode(&graph, image)).remove(0);
        let Some(pb::op::Op::Source(source)) = op.op else {
            panic!("no source: {op:?}");
        };
        let expected = BTreeMap::from([("image.resolvemode".to_owned(), mode.as_str().to_owned())]);
        assert_eq!(source.attrs, expected);
    }
}

#[test]
fn a_command_is_the_bytes_that_go_writes() {
    let mut graph = Graph::new();
    let root = add_image(&mut graph, ALPINE);
    let result = add(&mut graph, exec(echo(root)));
    let definition = encode(&graph, result);
    let input = format!("0a490a47{}", hex(IMAGE_DIGEST.as_bytes()));
    assert_eq!(
        hex(&definition.message().def[1]),
        format!("{input}{EXEC_TAIL}")
    );
    assert_eq!(definition.head(), EXEC_DIGEST);
    assert_eq!(result.index(), 0);
}

/// The vector with one mount more: no input (-1), `/out`, output 1. The root before it has the output 0.
#[test]
fn a_folder_of_its_own_is_the_second_output() {
    let mut graph = Graph::new();
    let root = add_image(&mut graph, ALPINE);
    let mut command = echo(root);
    command.result = ExecResult::Folder {
        at: point("/out"),
        from: None,
    };
    let result = add(&mut graph, exec(command));
    let bytes = hex(&encode(&graph, result).message().def[1]);
    let tail = EXEC_TAIL.replace("5a001219", "5a00122e");
    let mount = "121308ffffffffffffffffff011a042f6f75742001";
    assert!(bytes.ends_with(&format!("{tail}{mount}")));
    assert_eq!(result.index(), 1);
}

#[test]
fn a_written_file_is_the_bytes_that_go_writes() {
    let mut graph = Graph::new();
    let file = add(&mut graph, make_file("/hello", "world"));
    let definition = encode(&graph, file);
    assert_eq!(hex(&definition.message().def[0]), MAKE_FILE_BYTES);
    assert_eq!(definition.head(), MAKE_FILE_DIGEST);
}

#[test]
fn a_merge_is_the_bytes_that_go_writes() {
    let mut graph = Graph::new();
    let layers = [ALPINE, BUSYBOX].map(|name| add_image(&mut graph, name));
    let merge = add(&mut graph, merge(layers[0], &layers[1..]));
    let definition = encode(&graph, merge);
    let bytes = hex(&definition.message().def[2]);
    assert!(bytes.ends_with(MERGE_TAIL), "{bytes}");
    assert_eq!(definition.head(), MERGE_DIGEST);
}

#[test]
fn a_cache_mount_is_the_bytes_that_go_writes() {
    let with_cache = |sharing| {
        let mut graph = Graph::new();
        let root = add_image(&mut graph, ALPINE);
        let mut command = echo(root);
        let (id, from) = ("cache-id".to_owned(), None);
        let cache = Mount::Cache { id, sharing, from };
        command.mounts.insert(point("/cache"), cache);
        let result = add(&mut graph, exec(command));
        hex(&encode(&graph, result).message().def[1])
    };
    let locked = with_cache(CacheSharing::Locked);
    assert!(locked.contains(CACHE_MOUNT), "{locked}");
    // Shared is 0 on the wire, and so not written: two bytes less in the mount and in its cache option.
    let shared_mount = CACHE_MOUNT
        .replace("122f08", "122d08")
        .replace("a2010c", "a2010a")
        .replace("69641002", "6964");
    let shared = with_cache(CacheSharing::Shared);
    assert!(shared.contains(&shared_mount), "{shared}");
    let private = with_cache(CacheSharing::Private);
    let private_mount = CACHE_MOUNT.replace("69641002", "69641001");
    assert!(private.contains(&private_mount), "{private}");
}

#[test]
fn the_order_of_the_derived_encoder_is_another_op() {
    let mut graph = Graph::new();
    let image = add_image(&mut graph, ALPINE);
    let ours = encode(&graph, image).message().def[0].clone();
    let derived = decode(&ours).encode_to_vec();
    assert!(hex(&derived).starts_with("1a30"), "{}", hex(&derived));
    assert_eq!(derived.len(), ours.len());
    assert_ne!(digest(&derived), digest(&ours));
    assert_eq!(canonical(decode(&derived)), ours);
}

/// Every op that Go made: what we read of it, we write as it was.
#[test]
fn every_golden_op_is_written_as_go_wrote_it() {
    let (mut files, mut count, mut ends, mut derived) = (0, 0, 0, 0);
    let mut different = Vec::new();
    for Golden { name, definition } in golden::all() {
        files += 1;
        for (index, go) in definition.def.iter().enumerate() {
            let op = decode(go);
            count += 1;
            ends += usize::from(op.op.is_none());
            derived += usize::from(op.encode_to_vec() == *go);
            let ours = canonical(op);
            if ours != *go {
                let (go, ours) = (hex(go), hex(&ours));
                different.push(format!("{name}[{index}]\n  go   {go}\n  ours {ours}"));
            }
        }
    }
    println!(
        "{count} ops in {files} files, {ends} of them ends; {derived} right in the derived order"
    );
    assert!(different.is_empty(), "{}", different.join("\n"));
    // What bollard-llb 0.1.0 holds. Ends have no oneof, so only they do not tell the two orders apart.
    assert_eq!((files, count, ends), (47, 151, 46));
    assert_eq!(derived, ends);
}

/// Every op that Go made, built again from our types: the same bytes, and at least the capabilities and the
/// rest of the metadata that Go writes. Those that cannot be built are ops that Wheelwright has no use for.
#[test]
fn golden_ops_are_built_from_types_as_go_built_them() {
    let (mut files, mut whole, mut count, mut built, mut ends) = (0, 0, 0, 0, 0);
    let mut missed: BTreeMap<Reason, BTreeSet<String>> = BTreeMap::new();
    for golden in golden::all() {
        files += 1;
        count += golden.definition.def.len();
        let rebuilt = Rebuilt::from(&golden, &mut missed);
        built += rebuilt.ops;
        ends += usize::from(rebuilt.end);
        whole += usize::from(rebuilt.ops + 1 == golden.definition.def.len() && rebuilt.end);
    }
    println!(
        "{count} ops in {files} files: {built} built from types, and {ends} ends; {whole} files whole"
    );
    let missed: Vec<_> = missed
        .iter()
        .map(|(reason, places)| {
            let places: Vec<_> = places.iter().map(String::as_str).collect();
            format!("{reason}: {}", places.join(", "))
        })
        .collect();
    insta::assert_snapshot!(missed.join("\n"), @"
    a command with outputs of several folders: platform_shared_subgraph[3]
    a command without a sandbox: exec_security_insecure[1]
    a mount at a relative path: secret_file_default[1], secret_file_optional[1]
    agents in another order than that of their paths: ssh_explicit_ordering[1]
    the output of an op that is missing here: exec_security_insecure[2], platform_shared_subgraph[4], secret_file_default[2], secret_file_optional[2], ssh_explicit_ordering[2]
    the root of a command that has a folder as its result: platform_mixed[4], scratch_bind_mount[2]
    ");
    // One more file is an empty definition.
    assert_eq!((files, whole), (47, 39));
    assert_eq!((count, built, ends), (151, 100, 39));
}

/// What of a golden file was built again, to the same bytes.
struct Rebuilt {
    ops: usize,
    end: bool,
}

impl Rebuilt {
    fn from(golden: &Golden, missed: &mut BTreeMap<Reason, BTreeSet<String>>) -> Self {
        let Golden { name, definition } = golden;
        let mut graph = Graph::new();
        let mut outputs: BTreeMap<String, Output> = BTreeMap::new();
        let mut rebuilt = Self { ops: 0, end: false };
        let mut miss = |reason, index: usize| {
            let places = missed.entry(reason).or_default();
            places.insert(format!("{name}[{index}]"));
        };
        for (index, go) in definition.def.iter().enumerate() {
            let op = decode(go);
            let inputs = op.inputs.iter().map(|input| {
                let output = outputs.get(&input.digest);
                let output = output.ok_or("the output of an op that is missing here")?;
                let same = usize::try_from(input.index) == Ok(output.index());
                same.then_some(*output)
                    .ok_or("the root of a command that has a folder as its result")
            });
            let inputs = match inputs.collect::<Result<Vec<_>, Reason>>() {
                Ok(inputs) => inputs,
                Err(reason) => {
                    miss(reason, index);
                    continue;
                }
            };
            if op.op.is_none() {
                let ours = encode(&graph, inputs[0]);
                assert_eq!(ours.message().def.last(), Some(go), "{name}: the end");
                check_metadata(name, definition, &digest(go), ours.message());
                rebuilt.end = true;
                continue;
            }
            match rebuild::op(&op, &inputs) {
                Ok(op) => {
                    let output = graph.add(op, meta_of(&definition.metadata[&digest(go)]));
                    let ours = encode(&graph, output);
                    let ops = &ours.message().def;
                    let ours_hex = hex(&ops[ops.len() - 2]);
                    assert_eq!(ours_hex, hex(go), "{name}[{index}]");
                    assert_eq!(ours.head(), digest(go));
                    check_metadata(name, definition, ours.head(), ours.message());
                    outputs.insert(digest(go), output);
                    rebuilt.ops += 1;
                }
                Err(reason) => miss(reason, index),
            }
        }
        rebuilt
    }
}

fn meta_of(metadata: &pb::OpMetadata) -> NodeMeta {
    let name = metadata.description.get("llb.customname");
    NodeMeta {
        ignore_cache: metadata.ignore_cache,
        ..NodeMeta::named(name.cloned().unwrap_or_default())
    }
}

/// We declare `constraints` and `platform` with each op that uses them too: more is no harm.
fn check_metadata(name: &str, of_go: &pb::Definition, digest: &str, of_ours: &pb::Definition) {
    let (go, ours) = (&of_go.metadata[digest], &of_ours.metadata[digest]);
    let missing: Vec<_> = go
        .caps
        .keys()
        .filter(|capability| !ours.caps.contains_key(*capability))
        .collect();
    assert!(missing.is_empty(), "{name} {digest}: {missing:?}");
    assert_eq!(ours.ignore_cache, go.ignore_cache, "{name} {digest}");
    assert_eq!(ours.description, go.description, "{name} {digest}");
}
