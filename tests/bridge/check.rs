//! What a real engine, or a client behind it, would stumble over in a definition.

use std::collections::{BTreeMap, BTreeSet};

use bollard_buildkit_proto::pb;
use bollard_buildkit_proto::pb::file_action::Action;
use bollard_buildkit_proto::pb::op::Op as Kind;
use prost::Message as _;

use crate::bridge::definition::{Definition, Vertex};
use crate::bridge::docker;

/// What Docker's engine would find wrong with a definition.
pub(crate) fn problems_of(raw: &pb::Definition) -> Vec<String> {
    let usable = docker::llb().into_keys().collect();
    match Definition::decode(raw) {
        Ok(definition) => problems(&definition, &usable),
        Err(problem) => vec![problem],
    }
}

/// Everything that is wrong; `usable` holds the capabilities of the engine.
pub(crate) fn problems(definition: &Definition, usable: &BTreeSet<String>) -> Vec<String> {
    let mut problems = Vec::new();
    let mut earlier: BTreeMap<&str, &Vertex> = BTreeMap::new();
    for (vertex, bytes) in definition.vertices.iter().zip(&definition.raw.def) {
        let found = [
            inputs(vertex, &earlier),
            content(vertex, &earlier),
            capabilities(vertex, usable),
        ];
        let title = vertex.title();
        problems.extend(
            found
                .iter()
                .flatten()
                .map(|text| format!("{title}: {text}")),
        );
        if canonical(&vertex.op) != *bytes {
            problems.push(format!("{title}: Go's encoder would write other bytes"));
        }
        if earlier.insert(&vertex.digest, vertex).is_some() {
            problems.push(format!("{title}: twice in the definition"));
        }
    }
    problems.extend(end(&definition.end, &earlier));
    problems.extend(unused(definition));
    problems.extend(source_map(&definition.raw, &earlier));
    let known = definition.raw.def.len();
    if definition.raw.metadata.len() != known {
        let count = definition.raw.metadata.len();
        problems.push(format!("metadata of {count} ops, {known} are there"));
    }
    problems
}

fn canonical(op: &pb::Op) -> Vec<u8> {
    let mut shell = op.clone();
    let kind = shell.op.take();
    let mut bytes = shell.encode_to_vec();
    if let Some(kind) = kind {
        kind.encode(&mut bytes);
    }
    bytes
}

fn inputs(vertex: &Vertex, earlier: &BTreeMap<&str, &Vertex>) -> Vec<String> {
    let wrong = |input: &pb::Input| match earlier.get(input.digest.as_str()) {
        None => Some(format!("its input {} comes later or never", input.digest)),
        Some(source) if !(0..outputs(&source.op)).contains(&input.index) => Some(format!(
            "output {} of `{}` does not exist",
            input.index,
            source.title()
        )),
        Some(_) => None,
    };
    vertex.op.inputs.iter().filter_map(wrong).collect()
}

fn outputs(op: &pb::Op) -> i64 {
    let count = match &op.op {
        Some(Kind::Exec(exec)) => exec.mounts.iter().filter(|mount| mount.output >= 0).count(),
        Some(Kind::File(file)) => file
            .actions
            .iter()
            .filter(|action| action.output >= 0)
            .count(),
        _ => 1,
    };
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn content(vertex: &Vertex, earlier: &BTreeMap<&str, &Vertex>) -> Vec<String> {
    let inputs = i64::try_from(vertex.op.inputs.len()).unwrap_or(i64::MAX);
    let from_client = |index: i64| {
        let input = vertex.op.inputs.get(usize::try_from(index).ok()?)?;
        earlier.get(input.digest.as_str())?.local()
    };
    let mut wrong = Vec::new();
    let of_client_or_files =
        vertex.local().is_some() || matches!(vertex.op.op, Some(Kind::File(_) | Kind::Merge(_)));
    if of_client_or_files == vertex.op.platform.is_some() {
        wrong.push("a platform where Go writes none, or none where it does".to_owned());
    }
    match &vertex.op.op {
        None => wrong.push("no op".to_owned()),
        Some(Kind::Source(source)) => wrong.extend(
            source
                .attrs
                .iter()
                .filter(|(key, value)| key.is_empty() || value.is_empty())
                .map(|(key, _)| format!("the attribute {key:?} is empty")),
        ),
        Some(Kind::Exec(exec)) => wrong.extend(command(exec, inputs, from_client)),
        Some(Kind::File(file)) => {
            for (done, action) in file.actions.iter().enumerate() {
                let known = -1..inputs + i64::try_from(done).unwrap_or(0);
                if !known.contains(&action.input) || !known.contains(&action.secondary_input) {
                    wrong.push(format!("action {done} reads what is not there"));
                }
                let mode = match &action.action {
                    Some(Action::Copy(copy)) => copy.mode,
                    Some(Action::Mkfile(file)) => file.mode,
                    _ => -1,
                };
                if mode == 0 {
                    wrong.push(format!("action {done} takes all permissions away"));
                }
            }
        }
        Some(Kind::Merge(merge)) => {
            let local = |input: &&pb::MergeInput| from_client(input.input).is_some();
            if merge.inputs.len() < 2 || merge.inputs.iter().any(|input| local(&input)) {
                wrong.push("a merge of one tree, or of a client's folder".to_owned());
            }
        }
        Some(_) => wrong.push("an op that nothing here should need".to_owned()),
    }
    wrong
}

fn command<'a>(
    exec: &pb::ExecOp,
    inputs: i64,
    from_client: impl Fn(i64) -> Option<(&'a str, &'a pb::SourceOp)>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let meta = exec.meta.clone().unwrap_or_default();
    if meta.args.is_empty() || !meta.cwd.starts_with('/') {
        wrong.push("no command, or no folder to run it in".to_owned());
    }
    match exec.mounts.iter().find(|mount| mount.dest == "/") {
        None => wrong.push("no root".to_owned()),
        Some(root) if from_client(root.input).is_some() => {
            wrong.push("a client's folder as the root is never cached".to_owned());
        }
        Some(_) => {}
    }
    let mut next = 0;
    for mount in &exec.mounts {
        if !(-1..inputs).contains(&mount.input) {
            wrong.push(format!("{} mounts what is not there", mount.dest));
        }
        if mount.output >= 0 {
            if mount.output != next || mount.readonly {
                wrong.push(format!("output {} at {}", mount.output, mount.dest));
            }
            next += 1;
        }
    }
    wrong
}

fn capabilities(vertex: &Vertex, usable: &BTreeSet<String>) -> Vec<String> {
    let declared = &vertex.meta.caps;
    let undeclared = needed(vertex)
        .into_iter()
        .filter(|name| declared.get(*name) != Some(&true))
        .map(|name| format!("uses `{name}` and does not declare it"));
    // What the engine says when something asks for the files.
    let unknown = declared
        .keys()
        .filter(|name| !usable.contains(*name))
        .map(|name| format!("unknown API capability {name}"));
    undeclared.chain(unknown).collect()
}

/// The capabilities that an op uses (BuildKit `client/llb`).
fn needed(vertex: &Vertex) -> Vec<&'static str> {
    let mut uses = vec![(true, "constraints")];
    uses.push((!vertex.meta.description.is_empty(), "meta.description"));
    uses.push((vertex.meta.ignore_cache, "meta.ignorecache"));
    uses.push((vertex.op.platform.is_some(), "platform"));
    match &vertex.op.op {
        Some(Kind::Source(source)) => {
            let local = vertex.local().is_some();
            let has = |name: &str| source.attrs.contains_key(name);
            let pulls = source
                .attrs
                .get("image.resolvemode")
                .is_some_and(|mode| mode == "pull");
            let layout = source.identifier.starts_with("oci-layout://");
            uses.push((!local && !layout, "source.image"));
            uses.push((layout, "source.ocilayout"));
            uses.push((pulls, "source.image.resolvemode"));
            uses.push((local, "source.local"));
            uses.push((has("local.session"), "source.local.sessionid"));
            uses.push((has("local.includepattern"), "source.local.includepatterns"));
            uses.push((has("local.excludepatterns"), "source.local.excludepatterns"));
            uses.push((has("local.followpaths"), "source.local.followpaths"));
            uses.push((has("local.sharedkeyhint"), "source.local.sharedkeyhint"));
        }
        Some(Kind::Exec(exec)) => {
            let proxied = exec
                .meta
                .as_ref()
                .is_some_and(|meta| meta.proxy_env.is_some());
            uses.extend([
                (true, "exec.meta.base"),
                (true, "exec.mount.bind"),
                (true, "platform"),
            ]);
            uses.push((proxied, "exec.meta.proxyenv"));
            uses.push((exec.network != 0, "exec.meta.network"));
            let meta = exec.meta.as_ref();
            let limited = meta.is_some_and(|meta| !meta.ulimit.is_empty());
            let grouped = meta.is_some_and(|meta| !meta.cgroup_parent.is_empty());
            uses.push((limited, "exec.meta.ulimit"));
            uses.push((grouped, "exec.meta.cgroup.parent"));
            for mount in &exec.mounts {
                let cache = mount.mount_type() == pb::MountType::Cache;
                let memory = mount.mount_type() == pb::MountType::Tmpfs;
                let sized = mount.tmpfs_opt.is_some_and(|memory| memory.size > 0);
                let bind = mount.mount_type() == pb::MountType::Bind;
                let scratch = bind && !mount.readonly && mount.output < 0;
                uses.push((cache, "exec.mount.cache"));
                uses.push((cache, "exec.mount.cache.sharing"));
                uses.push((memory, "exec.mount.tmpfs"));
                uses.push((sized, "exec.mount.tmpfs.size"));
                uses.push((!mount.selector.is_empty(), "exec.mount.selector"));
                uses.push((scratch, "exec.mount.bind.readwrite-nooutput"));
            }
        }
        Some(Kind::File(file)) => {
            uses.push((true, "file.base"));
            let filtered = |action: &pb::FileAction| match &action.action {
                Some(Action::Copy(copy)) => {
                    !copy.include_patterns.is_empty() || !copy.exclude_patterns.is_empty()
                }
                _ => false,
            };
            let filters = file.actions.iter().any(filtered);
            uses.push((filters, "file.copy.includeexcludepatterns"));
        }
        Some(Kind::Merge(_)) => uses.push((true, "mergeop")),
        _ => {}
    }
    uses.into_iter()
        .filter(|(used, _)| *used)
        .map(|(_, name)| name)
        .collect()
}

fn end(end: &Vertex, earlier: &BTreeMap<&str, &Vertex>) -> Vec<String> {
    let mut wrong = inputs(end, earlier);
    let expected = pb::Op {
        inputs: end.op.inputs.clone(),
        ..pb::Op::default()
    };
    if end.op != expected || end.op.inputs.len() != 1 {
        wrong.push("the last op is more than one input".to_owned());
    }
    let mut caps = vec!["constraints", "platform"];
    let some = |is: fn(&pb::OpMetadata) -> bool| earlier.values().any(|vertex| is(&vertex.meta));
    caps.extend(some(|meta| meta.ignore_cache).then_some("meta.ignorecache"));
    caps.extend(some(|meta| !meta.description.is_empty()).then_some("meta.description"));
    let missing = caps
        .into_iter()
        .filter(|name| !end.meta.caps.contains_key(*name));
    wrong.extend(missing.map(|name| format!("the last op does not declare `{name}`")));
    wrong
}

fn unused(definition: &Definition) -> Vec<String> {
    let used: BTreeSet<&str> = definition
        .vertices
        .iter()
        .chain([&definition.end])
        .flat_map(|vertex| &vertex.op.inputs)
        .map(|input| input.digest.as_str())
        .collect();
    let unused = definition
        .vertices
        .iter()
        .filter(|vertex| !used.contains(vertex.digest.as_str()));
    unused
        .map(|vertex| format!("{}: nobody uses it", vertex.title()))
        .collect()
}

fn source_map(raw: &pb::Definition, vertices: &BTreeMap<&str, &Vertex>) -> Vec<String> {
    let source = raw.source.clone().unwrap_or_default();
    let mut wrong = Vec::new();
    for (digest, locations) in &source.locations {
        if !vertices.contains_key(digest.as_str()) {
            wrong.push(format!("source of {digest}, which is not there"));
        }
        for location in &locations.locations {
            let info = usize::try_from(location.source_index).ok();
            let Some(info) = info.and_then(|index| source.infos.get(index)) else {
                wrong.push(format!("no source {}", location.source_index));
                continue;
            };
            let lines = String::from_utf8_lossy(&info.data).lines().count().max(1);
            let wrong_range = |range: &pb::Range| match (range.start, range.end) {
                (Some(start), Some(end)) => {
                    start.line < 1
                        || end.line < start.line
                        || usize::try_from(end.line).is_ok_and(|line| line > lines)
                }
                _ => true,
            };
            if location.ranges.is_empty() || location.ranges.iter().any(wrong_range) {
                wrong.push(format!("ranges {:?} of {}", location.ranges, info.filename));
            }
        }
    }
    wrong
}
