//! The bytes of one op, canonical: since BuildKit 0.17.2 the engine encodes each op again with Go's
//! deterministic encoder and uses that digest, so other bytes would lose the source map in silence.

use prost::Message;

use crate::llb::{CacheSharing, Exec, FileAction, FileBase, FileOp, Network, Op, Output, Source};
use crate::options::Proxies;
use crate::pb;
use crate::pb::op::Op as Kind;
use crate::values::Platform;

/// "No input" and "no output" on the wire, where the default 0 would mean the first.
const NONE: i64 = -1;
/// Keep the mode of what is copied; the default 0 would clear it.
const KEEP_MODE: i32 = -1;
const FILE_MODE: i32 = 0o644;

/// Encodes an op. `digests` holds those of the ops before it, in the order of the graph.
pub(super) fn op(op: &Op, digests: &[String]) -> Vec<u8> {
    let mut inputs = Inputs {
        digests,
        messages: Vec::new(),
    };
    for output in op.inputs() {
        inputs.add(output);
    }
    let (kind, platform) = match op {
        Op::Source(source) => encode_source(source),
        Op::Exec(exec) => (Kind::Exec(encode_exec(exec, &inputs)), Some(&exec.platform)),
        Op::File(file) => (Kind::File(encode_file(file, &inputs)), None),
        Op::Merge(layers) => {
            let inputs = layers
                .iter()
                .map(|output| pb::MergeInput {
                    input: inputs.index(*output),
                })
                .collect();
            (Kind::Merge(pb::MergeOp { inputs }), None)
        }
    };
    canonical(pb::Op {
        inputs: inputs.messages,
        platform: platform.map(encode_platform),
        constraints: Some(pb::WorkerConstraints::default()),
        op: Some(kind),
    })
}

/// The inputs of an op, each digest and index once: two ops with the same bytes are one.
struct Inputs<'a> {
    digests: &'a [String],
    messages: Vec<pb::Input>,
}

impl Inputs<'_> {
    fn add(&mut self, output: Output) {
        let message = self.message(output);
        if !self.messages.contains(&message) {
            self.messages.push(message);
        }
    }

    fn index(&self, output: Output) -> i64 {
        let wanted = self.message(output);
        self.messages
            .iter()
            .position(|message| *message == wanted)
            .map_or(NONE, to_i64)
    }

    fn message(&self, output: Output) -> pb::Input {
        // An output names an op that was added before, so its digest is there.
        let digest = self
            .digests
            .get(output.op().index())
            .cloned()
            .unwrap_or_default();
        pb::Input {
            digest,
            index: to_i64(output.index()),
        }
    }
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

fn encode_source(source: &Source) -> (Kind, Option<&Platform>) {
    match source {
        Source::Image {
            reference,
            platform,
            resolve_mode,
        } => {
            let mode = (*resolve_mode != "default")
                .then(|| ("image.resolvemode".to_owned(), (*resolve_mode).to_owned()));
            let identifier = format!("docker-image://{reference}");
            (
                Kind::Source(pb::SourceOp {
                    identifier,
                    attrs: mode.into_iter().collect(),
                }),
                Some(platform),
            )
        }
        Source::Local { name, attributes } => {
            let attrs = attributes
                .iter()
                .map(|(key, value)| ((*key).to_owned(), value.clone()))
                .collect();
            (
                Kind::Source(pb::SourceOp {
                    identifier: format!("local://{name}"),
                    attrs,
                }),
                None,
            )
        }
    }
}

fn encode_file(file: &FileOp, inputs: &Inputs<'_>) -> pb::FileOp {
    let last = file.steps.len().saturating_sub(1);
    let encode_step = |(position, step): (usize, &crate::llb::FileStep)| {
        let input = match step.base {
            FileBase::Output(output) => inputs.index(output),
            // Earlier steps are numbered behind the inputs.
            FileBase::Previous if position > 0 => to_i64(inputs.messages.len() + position - 1),
            FileBase::Empty | FileBase::Previous => NONE,
        };
        let (secondary_input, action) = match &step.action {
            FileAction::Copy(copy) => (inputs.index(copy.from), encode_copy(copy)),
            FileAction::MakeFile { path, data, time } => {
                let file = pb::FileActionMkFile {
                    path: path.clone(),
                    mode: FILE_MODE,
                    data: data.clone(),
                    owner: None,
                    timestamp: *time,
                };
                (NONE, pb::file_action::Action::Mkfile(file))
            }
        };
        let output = if position == last { 0 } else { NONE };
        pb::FileAction {
            input,
            secondary_input,
            output,
            action: Some(action),
        }
    };
    pb::FileOp {
        actions: file.steps.iter().enumerate().map(encode_step).collect(),
    }
}

fn encode_copy(copy: &crate::llb::CopyAction) -> pb::file_action::Action {
    pb::file_action::Action::Copy(pb::FileActionCopy {
        src: copy.select.clone(),
        dest: copy.at.clone(),
        owner: None,
        mode: KEEP_MODE,
        follow_symlink: true,
        dir_copy_contents: true,
        attempt_unpack_docker_compatibility: false,
        create_dest_path: true,
        allow_wildcard: false,
        allow_empty_wildcard: false,
        timestamp: copy.time,
        include_patterns: Vec::new(),
        exclude_patterns: copy.exclude.clone(),
        always_replace_existing_dest_paths: false,
        mode_str: String::new(),
        required_paths: Vec::new(),
    })
}

fn encode_exec(exec: &Exec, inputs: &Inputs<'_>) -> pb::ExecOp {
    let mut outputs = 0;
    let mut mounts = Vec::new();
    for mount in exec.sorted_mounts() {
        let mut message = pb::Mount {
            input: mount.from.map_or(NONE, |output| inputs.index(output)),
            selector: mount.select.to_owned(),
            dest: mount.at.to_owned(),
            output: NONE,
            readonly: mount.readonly,
            ..pb::Mount::default()
        };
        if mount.has_output {
            message.output = outputs;
            outputs += 1;
        }
        if let Some((id, sharing)) = mount.cache {
            message.set_mount_type(pb::MountType::Cache);
            let sharing = match sharing {
                CacheSharing::Shared => pb::CacheSharingOpt::Shared,
                CacheSharing::Locked => pb::CacheSharingOpt::Locked,
            };
            message.cache_opt = Some(pb::CacheOpt {
                id: id.to_owned(),
                sharing: sharing.into(),
            });
        }
        mounts.push(message);
    }
    let network = match exec.network {
        Network::Sandbox => pb::NetMode::Unset,
        Network::Host => pb::NetMode::Host,
        Network::None => pb::NetMode::None,
    };
    let meta = pb::Meta {
        args: exec.arguments.clone(),
        env: exec.env.clone(),
        cwd: exec.directory.clone(),
        proxy_env: exec.proxies.as_ref().map(encode_proxies),
        extra_hosts: exec
            .extra_hosts
            .iter()
            .map(|(host, ip)| pb::HostIp {
                host: host.clone(),
                ip: ip.clone(),
            })
            .collect(),
        // Mount points that the engine made are no part of a result.
        remove_mount_stubs_recursive: true,
        ..pb::Meta::default()
    };
    pb::ExecOp {
        meta: Some(meta),
        mounts,
        network: network.into(),
        ..pb::ExecOp::default()
    }
}

fn encode_proxies(proxies: &Proxies) -> pb::ProxyEnv {
    pb::ProxyEnv {
        http_proxy: proxies.http.clone(),
        https_proxy: proxies.https.clone(),
        ftp_proxy: proxies.ftp.clone(),
        no_proxy: proxies.no.clone(),
        all_proxy: proxies.all.clone(),
    }
}
