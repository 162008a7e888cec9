//! Small graphs and small words for the tests.

use prost::Message;
use wheelwright::definition::Definition;
use wheelwright::llb::{
    Exec, FileAction, FileOp, Graph, ImageSource, MakeFile, Merge, Mode, MountPoint, NodeMeta,
    NonEmpty, Op, Output, Source,
};
use wheelwright::options::ResolveMode;
use wheelwright::pb;
use wheelwright::values::{Platform, TargetPath};

pub(crate) const ALPINE: &str = "docker.io/library/alpine:latest";
pub(crate) const BUSYBOX: &str = "docker.io/library/busybox:latest";

/// Adds an op that has no name.
pub(crate) fn add(graph: &mut Graph, op: Op) -> Output {
    graph.add(op, NodeMeta::default())
}

pub(crate) fn add_image(graph: &mut Graph, name: &str) -> Output {
    add(graph, image(name, ResolveMode::Default))
}

pub(crate) fn amd64() -> Platform {
    Platform::new("linux", "amd64")
}

pub(crate) fn image(name: &str, resolve_mode: ResolveMode) -> Op {
    Op::Source(Source::Image(ImageSource {
        reference: name.parse().unwrap(),
        platform: amd64(),
        resolve_mode,
    }))
}

/// `echo hello`, whose result is its root.
pub(crate) fn echo(root: Output) -> Exec {
    let arguments = NonEmpty::new("echo".to_owned()).and("hello".to_owned());
    Exec::new(arguments, Some(root), amd64())
}

pub(crate) fn exec(exec: Exec) -> Op {
    Op::Exec(Box::new(exec))
}

pub(crate) fn make_file(path: &str, text: &str) -> Op {
    let file = MakeFile {
        path: at(path),
        data: text.as_bytes().to_vec(),
        mode: Mode::new(0o644),
        owner: None,
        time: None,
    };
    Op::File(FileOp::new(None, FileAction::MakeFile(file)))
}

pub(crate) fn merge(lowest: Output, above: &[Output]) -> Op {
    let above = NonEmpty::from_vec(above.to_vec()).unwrap();
    Op::Merge(Merge { lowest, above })
}

pub(crate) fn at(path: &str) -> TargetPath {
    path.parse().unwrap()
}

pub(crate) fn point(path: &str) -> MountPoint {
    MountPoint::new(at(path)).unwrap()
}

/// The ops of a definition, without its end.
pub(crate) fn ops(definition: &Definition) -> Vec<pb::Op> {
    let (_, ops) = definition.message().def.split_last().unwrap();
    ops.iter().map(|bytes| decode(bytes)).collect()
}

pub(crate) fn decode(bytes: &[u8]) -> pb::Op {
    pb::Op::decode(bytes).unwrap()
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    format!("sha256:{}", hex(&sha2::Sha256::digest(bytes)))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from_digit(digit.into(), 16).unwrap())
        .collect()
}
