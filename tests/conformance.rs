//! Our bytes against those of Go's client: the engine encodes each op again as Go does and goes by that
//! digest, so other bytes would lose the source map, and every cache that other frontends share, in silence.
//!
//! The vectors were made with BuildKit's own `client/llb` (0.29); the package `bollard-llb` holds more.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the oracle is files of a package, and a test that cannot read them fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use prost::Message;
use wheelwright::definition::{Definition, canonical, encode};
use wheelwright::llb::{
    CacheSharing, Exec, FileAction, FileBase, FileOp, FileStep, Graph, Mount, MountKind, Network,
    NodeMeta, Op, Output, ResultMount, Source,
};
use wheelwright::pb;
use wheelwright::values::Platform;

const ALPINE: &str = "docker.io/library/alpine:latest";
const BUSYBOX: &str = "docker.io/library/busybox:latest";

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
    for mode in ["pull", "local"] {
        let mut graph = Graph::new();
        let image = graph.add(image(ALPINE, mode), NodeMeta::default());
        let op = ops(&encode(&graph, image)).remove(0);
        let Some(pb::op::Op::Source(source)) = op.op else {
            panic!("no source: {op:?}");
        };
        let expected = BTreeMap::from([("image.resolvemode".to_owned(), mode.to_owned())]);
        assert_eq!(source.attrs, expected);
    }
}

/// The vector has the root alone. Our commands always leave their result in a folder of its own, so their
/// bytes are the vector's with one mount more; and without it they are the vector's.
#[test]
fn a_command_is_the_bytes_that_go_writes() {
    let mut graph = Graph::new();
    let root = add_image(&mut graph, ALPINE);
    let result = graph.add(Op::Exec(Box::new(echo(root))), NodeMeta::default());
    let definition = encode(&graph, result);
    let bytes = &definition.message().def[1];
    let input = format!("0a490a47{}", hex(IMAGE_DIGEST.as_bytes()));
    // No input (-1), `/out`, output 1; the root before it has the input and the output 0.
    let mount = "121308ffffffffffffffffff011a042f6f75742001";
    let tail = EXEC_TAIL.replace("5a001219", "5a00122e") + mount;
    assert_eq!(hex(bytes), format!("{input}{tail}"));
    assert_eq!(result.index(), 1, "the result is the second output");

    let mut op = decode(bytes);
    let Some(pb::op::Op::Exec(exec)) = &mut op.op else {
        panic!("no command: {op:?}");
    };
    exec.mounts.pop();
    let bytes = canonical(op);
    assert_eq!(hex(&bytes), format!("{input}{EXEC_TAIL}"));
    assert_eq!(digest(&bytes), EXEC_DIGEST);
}

#[test]
fn a_written_file_is_the_bytes_that_go_writes() {
    let mut graph = Graph::new();
    let file = graph.add(make_file("/hello", "world", -1), NodeMeta::default());
    let definition = encode(&graph, file);
    assert_eq!(hex(&definition.message().def[0]), MAKE_FILE_BYTES);
    assert_eq!(definition.head(), MAKE_FILE_DIGEST);
}

#[test]
fn a_merge_is_the_bytes_that_go_writes() {
    let mut graph = Graph::new();
    let layers = [ALPINE, BUSYBOX].map(|name| add_image(&mut graph, name));
    let merge = graph.add(Op::Merge(layers.to_vec()), NodeMeta::default());
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
        let mut exec = echo(root);
        exec.mounts.push(Mount {
            at: "/cache".to_owned(),
            kind: MountKind::Cache {
                id: "cache-id".to_owned(),
                sharing,
            },
        });
        let result = graph.add(Op::Exec(Box::new(exec)), NodeMeta::default());
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

#[test]
fn the_same_graph_gives_the_same_bytes() {
    let build = || {
        let mut graph = Graph::new();
        let root = add_image(&mut graph, ALPINE);
        let mut exec = echo(root);
        exec.env = vec!["B=1".to_owned(), "A=2".to_owned()];
        let out = graph.add(Op::Exec(Box::new(exec)), NodeMeta::default());
        let merge = graph.add(Op::Merge(vec![root, out]), NodeMeta::default());
        encode(&graph, merge).to_bytes()
    };
    assert_eq!(build(), build());
}

#[test]
fn equal_ops_are_sent_once() {
    let mut graph = Graph::new();
    let one = add_image(&mut graph, ALPINE);
    let other = add_image(&mut graph, ALPINE);
    let file = graph.add(make_file("/hello", "world", -1), NodeMeta::default());
    let merge = graph.add(Op::Merge(vec![one, file, other]), NodeMeta::default());
    let definition = encode(&graph, merge);
    let message = definition.message();
    let digests: Vec<_> = message.def.iter().map(|bytes| digest(bytes)).collect();
    // The image, the file, the merge, and the end.
    assert_eq!(digests.len(), 4);
    assert_eq!(digests[..2], [IMAGE_DIGEST, MAKE_FILE_DIGEST]);
    assert_eq!(digests.iter().collect::<BTreeSet<_>>().len(), 4);
    assert!(message.metadata.keys().eq(sorted(&digests)));
    let inputs: Vec<_> = decode(&message.def[2]).inputs;
    assert!(
        inputs.iter().all(|input| digests.contains(&input.digest)),
        "{inputs:?}"
    );
}

/// Every op that Go made: what we read of it, we write as it was.
#[test]
fn every_golden_op_is_written_as_go_wrote_it() {
    let (mut files, mut count, mut ends, mut derived) = (0, 0, 0, 0);
    let mut different = Vec::new();
    for path in golden_files() {
        files += 1;
        let bytes = std::fs::read(&path).unwrap();
        let definition = pb::Definition::decode(bytes.as_slice()).unwrap();
        for (index, go) in definition.def.iter().enumerate() {
            let op = decode(go);
            count += 1;
            ends += usize::from(op.op.is_none());
            derived += usize::from(op.encode_to_vec() == *go);
            let ours = canonical(op);
            if ours != *go {
                let name = path.file_name().unwrap().to_string_lossy();
                different.push(format!(
                    "{name}[{index}]\n  go   {}\n  ours {}",
                    hex(go),
                    hex(&ours)
                ));
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

/// Whole messages, from our graphs: the ops, and the capabilities that Go declares for each.
#[test]
fn whole_definitions_are_those_that_go_made() {
    let attributes = BTreeMap::from([
        ("local.excludepatterns", r#"["*_test.go"]"#.to_owned()),
        ("local.followpaths", r#"["src"]"#.to_owned()),
        ("local.includepattern", r#"["*.go"]"#.to_owned()),
        ("local.session", "sess".to_owned()),
        ("local.sharedkeyhint", "hint".to_owned()),
    ]);
    let local = Op::Source(Source::Local {
        name: "context".to_owned(),
        attributes,
    });
    check_definition("local_all_attrs", vec![local]);
    check_definition("mkfile", vec![make_file("/hello", "world", -1)]);
    let images = [ALPINE, BUSYBOX].map(|name| image(name, "default"));
    check_definition("merge", images.to_vec());
}

/// Compares a definition of Go with ours: of one op, or of several that are merged.
#[track_caller]
fn check_definition(name: &str, leaves: Vec<Op>) {
    let path = golden_files()
        .into_iter()
        .find(|path| path.ends_with(format!("{name}.llb.pb")))
        .unwrap();
    let go = pb::Definition::decode(std::fs::read(path).unwrap().as_slice()).unwrap();
    let mut graph = Graph::new();
    let outputs: Vec<_> = leaves
        .into_iter()
        .map(|op| graph.add(op, NodeMeta::default()))
        .collect();
    let result = match outputs[..] {
        [one] => one,
        _ => graph.add(Op::Merge(outputs), NodeMeta::default()),
    };
    let ours = encode(&graph, result).message().clone();
    assert_eq!(ours.def, go.def, "{name}");
    for (digest, of_go) in &go.metadata {
        let of_ours = &ours.metadata[digest];
        // We declare `constraints` and `platform` with each op that uses them too: more is no harm.
        let missing: Vec<_> = of_go
            .caps
            .keys()
            // We never use it, and so have no name for it.
            .filter(|cap| *cap != "source.local.includepatterns")
            .filter(|cap| !of_ours.caps.contains_key(*cap))
            .collect();
        assert!(missing.is_empty(), "{name} {digest}: {missing:?}");
    }
}

/// The files of the package `bollard-llb`, wherever cargo keeps it.
fn golden_files() -> Vec<PathBuf> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version=1",
            "--locked",
            "--filter-platform=host-tuple",
        ])
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata: {errors}");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let package = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|package| package["name"] == "bollard-llb")
        .unwrap_or_else(|| panic!("`bollard-llb` is no dev-dependency any more"));
    let folder = Path::new(package["manifest_path"].as_str().unwrap())
        .with_file_name("testdata")
        .join("golden");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "pb"))
        .collect();
    files.sort();
    files
}

fn add_image(graph: &mut Graph, name: &str) -> Output {
    graph.add(image(name, "default"), NodeMeta::default())
}

fn image(name: &str, resolve_mode: &'static str) -> Op {
    Op::Source(Source::Image {
        reference: name.to_owned(),
        platform: Platform::new("linux", "amd64"),
        resolve_mode,
    })
}

/// `echo hello`, with an empty folder `/out` that becomes its result.
fn echo(root: Output) -> Exec {
    Exec {
        arguments: vec!["echo".to_owned(), "hello".to_owned()],
        env: Vec::new(),
        directory: "/".to_owned(),
        root,
        mounts: Vec::new(),
        result: ResultMount {
            at: "/out".to_owned(),
            from: None,
        },
        network: Network::Sandbox,
        proxies: None,
        extra_hosts: Vec::new(),
        platform: Platform::new("linux", "amd64"),
    }
}

fn make_file(path: &str, text: &str, time: i64) -> Op {
    let action = FileAction::MakeFile {
        path: path.to_owned(),
        data: text.as_bytes().to_vec(),
        time,
    };
    let base = FileBase::Empty;
    Op::File(FileOp {
        steps: vec![FileStep { base, action }],
    })
}

fn ops(definition: &Definition) -> Vec<pb::Op> {
    let bytes = definition.message().def.iter();
    bytes.map(|bytes| decode(bytes)).collect()
}

fn decode(bytes: &[u8]) -> pb::Op {
    pb::Op::decode(bytes).unwrap()
}

fn sorted(digests: &[String]) -> Vec<&String> {
    digests
        .iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

fn digest(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    format!("sha256:{}", hex(&sha2::Sha256::digest(bytes)))
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from_digit(digit.into(), 16).unwrap())
        .collect()
}
