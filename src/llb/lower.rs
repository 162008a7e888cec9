//! From a plan to a graph: each part becomes one op, or a chain of them where an engine lacks one.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::llb::capability as cap;
use crate::llb::{
    Access, CacheSharing, Capabilities, CopyAction, Exec, FileAction, FileBase, FileOp, FileStep,
    Graph, Mount, MountKind, Network, NodeMeta, Op, Output, ResultMount, Source,
};
use crate::options::{BuildOptions, NetworkMode, NoCache, Proxies};
use crate::plan::{
    Layer, NORMAL_TIME, Part, PartId, PartKind, Plan, Step, StepMount, StepNetwork, Tree,
    WrittenFile,
};
use crate::values::TargetPath;

const NANOSECONDS: i64 = 1_000_000_000;
const NORMAL_TIME_NS: i64 = NORMAL_TIME * NANOSECONDS;

/// What lowering must know of the engine.
#[derive(Clone, Debug, Default)]
pub struct Engine {
    /// What it can do.
    pub capabilities: Capabilities,
    /// The session that sends the local folders; empty where there is none.
    pub session: String,
}

impl Engine {
    /// The attribute that names the session which sends a folder; none where there is no session.
    pub(crate) fn session_attribute(
        &self,
        folder: &str,
        options: &BuildOptions,
    ) -> Option<(&'static str, String)> {
        let session = options.folder_sessions.get(folder).unwrap_or(&self.session);
        (!session.is_empty()).then(|| ("local.session", session.clone()))
    }
}

/// Lowers the needed parts of a plan; the output is the file system of the image.
pub fn lower(
    plan: &Plan,
    options: &BuildOptions,
    engine: &Engine,
) -> Result<(Graph, Output), Diagnostic> {
    let mut lowering = Lowering {
        plan,
        options,
        engine,
        graph: Graph::new(),
        outputs: BTreeMap::new(),
    };
    for id in plan.needed() {
        let output = lowering.part(plan.part(id))?;
        lowering.outputs.insert(id, output);
    }
    let result = lowering.output(plan.result)?;
    Ok((lowering.graph, result))
}

struct Lowering<'a> {
    plan: &'a Plan,
    options: &'a BuildOptions,
    engine: &'a Engine,
    graph: Graph,
    outputs: BTreeMap<PartId, Output>,
}

impl Lowering<'_> {
    fn output(&self, id: PartId) -> Result<Output, Diagnostic> {
        // Inputs precede, so this is never missing; the message is for the bug report.
        let missing = || {
            Diagnostic::error(format!(
                "part {} is used before it is made; this is a bug",
                id.index()
            ))
        };
        self.outputs.get(&id).copied().ok_or_else(missing)
    }

    fn part(&mut self, part: &Part) -> Result<Output, Diagnostic> {
        let meta = NodeMeta {
            name: part.title.clone(),
            origin: part.origin.clone(),
            ignore_cache: self.ignores_cache(part),
        };
        let op = match &part.kind {
            PartKind::Image(reference) => Op::Source(Source::Image {
                reference: reference.to_string(),
                platform: self.plan.platform.clone(),
                resolve_mode: self.options.resolve_mode.as_str(),
            }),
            PartKind::Context { exclude } => self.context(exclude)?,
            PartKind::Written(files) => written(files),
            PartKind::Tree(tree) => self.tree(tree)?,
            PartKind::Step(step) => Op::Exec(Box::new(self.step(step)?)),
            PartKind::Join { base, layers } => return self.join(*base, layers, meta),
        };
        Ok(self.graph.add(op, meta))
    }

    /// `--no-cache`, and `--no-cache-filter` by the name in the brackets of a step.
    fn ignores_cache(&self, part: &Part) -> bool {
        // What has no work of its own to do again: images, the context and files that we write.
        let works = matches!(part.kind, PartKind::Step(_));
        works
            && match &self.options.no_cache {
                NoCache::Off => false,
                NoCache::All => true,
                NoCache::Targets(names) => names
                    .iter()
                    .any(|name| part.title.starts_with(&format!("[{name}]"))),
            }
    }

    fn context(&self, exclude: &[String]) -> Result<Op, Diagnostic> {
        let mut attributes = BTreeMap::from([
            // One snapshot serves all transfers of a hint, and other patterns would empty and fill it anew: ours
            // differ from those of other frontends.
            ("local.sharedkeyhint", "context-wheelwright".to_owned()),
            ("local.excludepatterns", json_list(exclude)?),
        ]);
        attributes.extend(self.engine.session_attribute("context", self.options));
        Ok(Op::Source(Source::Local {
            name: "context".to_owned(),
            attributes,
        }))
    }

    fn tree(&self, tree: &Tree) -> Result<Op, Diagnostic> {
        // Engines without exclude patterns would ignore them in silence: what should be left out is small,
        // and stays.
        let can_exclude = self.engine.capabilities.has(cap::FILE_EXCLUDE);
        let without = if can_exclude { tree.without } else { &[] };
        let copy = CopyAction {
            from: self.output(tree.of)?,
            select: tree.select.to_string(),
            at: tree.at.to_string(),
            time: NORMAL_TIME_NS,
            exclude: without
                .iter()
                .map(|pattern| (*pattern).to_owned())
                .collect(),
        };
        Ok(Op::File(FileOp {
            steps: vec![FileStep {
                base: FileBase::Empty,
                action: FileAction::Copy(copy),
            }],
        }))
    }

    /// A merge, or where the engine has none (every Docker with the classic image store) a copy for each tree:
    /// the layers are the same.
    fn join(
        &mut self,
        base: PartId,
        layers: &[Layer],
        meta: NodeMeta,
    ) -> Result<Output, Diagnostic> {
        let base = self.output(base)?;
        if layers.is_empty() {
            return Ok(base);
        }
        if self.engine.capabilities.has(cap::MERGE) {
            let trees = layers.iter().map(|layer| self.output(layer.tree));
            let inputs = [Ok(base)]
                .into_iter()
                .chain(trees)
                .collect::<Result<Vec<_>, _>>()?;
            return Ok(self.graph.add(Op::Merge(inputs), meta));
        }
        let mut joined = base;
        for layer in layers {
            let copy = CopyAction {
                from: self.output(layer.tree)?,
                select: "/".to_owned(),
                at: "/".to_owned(),
                time: NORMAL_TIME_NS,
                exclude: Vec::new(),
            };
            let step = FileStep {
                base: FileBase::Output(joined),
                action: FileAction::Copy(copy),
            };
            let meta = NodeMeta {
                name: layer.title.clone(),
                ..meta.clone()
            };
            joined = self.graph.add(Op::File(FileOp { steps: vec![step] }), meta);
        }
        Ok(joined)
    }

    fn step(&self, step: &Step) -> Result<Exec, Diagnostic> {
        let networked =
            step.network == StepNetwork::Build && self.options.network != NetworkMode::None;
        let mounts = step
            .mounts
            .iter()
            .map(|mount| self.mount(mount))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Exec {
            arguments: step.command.clone(),
            env: step
                .env
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect(),
            directory: step.directory.to_string(),
            root: self.output(step.root)?,
            mounts,
            result: ResultMount {
                at: step.output.at.to_string(),
                from: step.output.from.map(|part| self.output(part)).transpose()?,
            },
            network: match (networked, self.options.network) {
                (false, _) => Network::None,
                (true, NetworkMode::Host) => Network::Host,
                (true, _) => Network::Sandbox,
            },
            proxies: (networked && self.options.proxies != Proxies::default())
                .then(|| self.options.proxies.clone()),
            extra_hosts: if networked {
                self.options.extra_hosts.clone()
            } else {
                Vec::new()
            },
            platform: self.plan.platform.clone(),
        })
    }

    fn mount(&self, mount: &StepMount) -> Result<Mount, Diagnostic> {
        Ok(match mount {
            StepMount::Read { part, select, at } => Mount {
                at: at.to_string(),
                kind: MountKind::Tree {
                    from: self.output(*part)?,
                    select: selector(select),
                    access: Access::Read,
                },
            },
            StepMount::Scratch { part, at } => Mount {
                at: at.to_string(),
                kind: MountKind::Tree {
                    from: self.output(*part)?,
                    select: String::new(),
                    access: Access::Scratch,
                },
            },
            StepMount::Cache { id, at } => Mount {
                at: at.to_string(),
                kind: MountKind::Cache {
                    id: match &self.options.cache_namespace {
                        Some(namespace) => format!("{namespace}/{id}"),
                        None => id.clone(),
                    },
                    sharing: CacheSharing::Shared,
                },
            },
        })
    }
}

fn written(files: &[WrittenFile]) -> Op {
    let step = |(index, file): (usize, &WrittenFile)| FileStep {
        base: if index == 0 {
            FileBase::Empty
        } else {
            FileBase::Previous
        },
        action: FileAction::MakeFile {
            path: format!("/{}", file.name),
            data: file.text.clone().into_bytes(),
            time: NORMAL_TIME_NS,
        },
    };
    Op::File(FileOp {
        steps: files.iter().enumerate().map(step).collect(),
    })
}

/// A selector is relative to the tree, and empty for all of it.
fn selector(path: &TargetPath) -> String {
    match path.as_str() {
        "/" => String::new(),
        path => path.to_owned(),
    }
}

/// Lists in attributes of a local source are compact JSON.
pub(crate) fn json_list(list: &[String]) -> Result<String, Diagnostic> {
    serde_json::to_string(list)
        .map_err(|error| Diagnostic::error(format!("cannot write a list as JSON: {error}")))
}
