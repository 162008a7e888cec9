//! From a plan to a graph: each part becomes one op, or a chain of them where an engine lacks one.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rules::bug;
use crate::llb::limits::limited;
use crate::llb::mkfile::mkfile;
use crate::llb::{
    CacheSharing, Capabilities, CopyFiles, Destination, Exec, ExecResult, FileAction, FileOp,
    Graph, ImageSource, LocalSource, Merge, Mount, MountPoint, Network, NodeMeta, NonEmpty,
    OciLayoutSource, Op, Output, Owner, ProgressGroup, SecretFile, Source, SshAgent, Subtree, Time,
    Wildcard, always_run, capability as cap,
};
use crate::options::{BuildOptions, NetworkMode, NoCache, Proxies};
use crate::plan::{
    self, Layer, Part, PartId, PartKind, Placed, Plan, Sharing, Step, StepMount, StepNetwork, Tree,
};
use crate::values::{ContextPath, ImageRef, Platform, TargetPath};

/// What lowering must know of the engine.
#[derive(Clone, Debug, Default)]
pub struct Engine {
    /// What it can do.
    pub capabilities: Capabilities,
    /// The session that sends the local folders; empty where there is none.
    pub session: String,
}

impl Engine {
    /// The session that sends a folder; empty where there is none.
    pub(crate) fn session_of<'a>(&'a self, folder: &str, options: &'a BuildOptions) -> &'a str {
        let another = options.folder_sessions.get(folder);
        another.unwrap_or(&self.session)
    }

    /// The file system of an image: of a registry or the engine, or of a layout of the client by its name.
    pub(crate) fn image_source(
        &self,
        (image, layout): (&ImageRef, Option<&str>),
        platform: &Platform,
        options: &BuildOptions,
    ) -> Result<Source, Diagnostic> {
        let (reference, platform) = (image.clone(), platform.clone());
        let Some(store) = layout else {
            return Ok(Source::Image(ImageSource {
                reference,
                platform,
                resolve_mode: options.resolve_mode,
            }));
        };
        let digest = image.digest().cloned();
        Ok(Source::OciLayout(OciLayoutSource {
            name: reference,
            digest: digest.ok_or_else(|| bug("an image of an OCI layout has no digest"))?,
            session: self.session.clone(),
            store: store.to_owned(),
            platform,
        }))
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
        // Inputs precede, so this is never missing.
        let missing = || bug(format!("part {} is used before it is made", id.index()));
        self.outputs.get(&id).copied().ok_or_else(missing)
    }

    fn part(&mut self, part: &Part) -> Result<Output, Diagnostic> {
        let mut meta = NodeMeta {
            origins: part.origin.clone().into_iter().collect(),
            ignore_cache: self.ignores_cache(part),
            ..NodeMeta::named(part.name.to_string())
        };
        let op = match &part.kind {
            PartKind::Image {
                reference,
                layout,
                platform,
            } => {
                let image = (reference, layout.as_deref());
                Op::Source(self.engine.image_source(image, platform, self.options)?)
            }
            PartKind::Context { folder, exclude } => self.context(folder, exclude),
            PartKind::Files(files) => mkfile(files)?,
            PartKind::Tree(tree) => self.tree(tree, &meta)?,
            PartKind::Step(step) => {
                let mut exec = self.step(step)?;
                if part.always_run && always_run::has_caches(step) {
                    meta.ignore_cache = false;
                    always_run::show(&mut self.graph, &mut exec)?;
                }
                Op::Exec(Box::new(exec))
            }
            PartKind::Merge { base, layers } => return self.join(*base, layers, meta),
        };
        Ok(self.graph.add(op, meta))
    }

    /// What is always made anew; `--no-cache`, and `--no-cache-filter` by the stage in the brackets of a step.
    fn ignores_cache(&self, part: &Part) -> bool {
        if part.always_run {
            return true;
        }
        // What has no work of its own to do again: images, the context and files that we write.
        let works = matches!(part.kind, PartKind::Step(_));
        works
            && match &self.plan.no_cache {
                NoCache::Off => false,
                NoCache::All => true,
                NoCache::Targets(names) => names
                    .iter()
                    .filter_map(|name| plan::stage(name))
                    .any(|stage| part.name.stage == stage),
            }
    }

    fn context(&self, folder: &ContextPath, exclude: &[String]) -> Op {
        // One snapshot serves all transfers of a hint, and other patterns would empty and fill it anew: ours differ
        // from those of other frontends, and from folder to folder.
        const HINT: &str = "context-wheelwright";
        let (include, hint) = match folder.as_str() {
            "." => (Vec::new(), HINT.to_owned()),
            folder => (vec![folder.to_owned()], format!("{HINT}-{folder}")),
        };
        Op::Source(Source::Local(LocalSource {
            session: self.engine.session_of("context", self.options).to_owned(),
            include,
            exclude: exclude.to_vec(),
            shared_key_hint: hint,
            ..LocalSource::new("context")
        }))
    }

    fn tree(&mut self, tree: &Tree, meta: &NodeMeta) -> Result<Op, Diagnostic> {
        let of = self.output(tree.of)?;
        let copy = |placed: &Placed| {
            let pattern = placed.select.as_str().contains('*');
            let (select, at) = (placed.select.clone(), placed.at.clone());
            let copy = CopyFiles {
                time: Some(Time::NORMAL),
                owner: tree.owner.map(|(user, group)| Owner { user, group }),
                ..CopyFiles::new(of, select, at.clone())
            };
            FileAction::Copy(if pattern {
                CopyFiles {
                    at: Destination::Into(at),
                    wildcard: Wildcard::Some,
                    contents: false,
                    ..copy
                }
            } else if placed.into {
                let at = Destination::Into(at);
                CopyFiles { at, ..copy }
            } else {
                copy
            })
        };
        let actions = NonEmpty::from_vec(tree.paths.iter().map(copy).collect());
        let actions = actions.ok_or_else(|| bug("a tree has no path"))?;
        let op = Op::File(FileOp {
            base: None,
            actions,
        });
        if tree.paths.len() == 1 {
            return Ok(op);
        }
        // Each copy but the first has changed the time of the folder that it came into.
        let gathered = self.graph.add(op, meta.clone());
        let again = CopyFiles {
            time: Some(Time::NORMAL),
            ..CopyFiles::new(gathered, TargetPath::root(), TargetPath::root())
        };
        Ok(Op::File(FileOp::new(None, FileAction::Copy(again))))
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
        let trees = layers.iter().map(|layer| self.output(layer.tree));
        let trees = trees.collect::<Result<Vec<_>, _>>()?;
        if self.engine.capabilities.has(cap::MERGE) {
            return Ok(match NonEmpty::from_vec(trees) {
                Some(above) => {
                    let lowest = base;
                    self.graph.add(Op::Merge(Merge { lowest, above }), meta)
                }
                None => base,
            });
        }
        // Shown as the one step that it is elsewhere.
        let group = (trees.len() > 1).then(|| ProgressGroup {
            key: format!("join {}", self.graph.nodes().len()),
            name: meta.name.clone(),
            weak: false,
        });
        let mut joined = base;
        for (layer, tree) in layers.iter().zip(trees) {
            let copy = CopyFiles {
                time: Some(Time::NORMAL),
                ..CopyFiles::new(tree, TargetPath::root(), TargetPath::root())
            };
            let meta = NodeMeta {
                name: layer.name.to_string(),
                group: group.clone(),
                ..meta.clone()
            };
            let op = FileOp::new(Some(joined), FileAction::Copy(copy));
            joined = self.graph.add(Op::File(op), meta);
        }
        Ok(joined)
    }

    fn step(&self, step: &Step) -> Result<Exec, Diagnostic> {
        let networked =
            step.network != StepNetwork::None && self.options.network != NetworkMode::None;
        let mounts = step.mounts.iter().map(|mount| self.mount(mount));
        let arguments =
            NonEmpty::from_vec(step.arguments()).ok_or_else(|| bug("a step has no command"))?;
        let root = self.output(step.root)?;
        let platform = step.platform.clone();
        let exec = Exec {
            env: step.env.clone(),
            directory: step.directory.clone(),
            mounts: mounts.collect::<Result<_, _>>()?,
            result: ExecResult::Folder {
                at: mount_point(&step.output.at)?,
                from: step.output.from.map(|part| self.output(part)).transpose()?,
            },
            network: match (networked, self.options.network) {
                (false, _) => Network::None,
                (true, NetworkMode::Host) => Network::Host,
                (true, _) => Network::Sandbox,
            },
            proxies: if networked {
                self.options.proxies.clone()
            } else {
                Proxies::default()
            },
            extra_hosts: if networked {
                self.options.extra_hosts.clone()
            } else {
                Vec::new()
            },
            ..Exec::new(arguments, Some(root), platform)
        };
        Ok(limited(exec, self.options))
    }

    fn mount(&self, mount: &StepMount) -> Result<(MountPoint, Mount), Diagnostic> {
        let (at, mount) = match mount {
            StepMount::Bind { part, select, at } => {
                let of = self.output(*part)?;
                let select = select.clone();
                (at, Mount::Read(Subtree { of, select }))
            }
            StepMount::BindWritable { part, at } => {
                (at, Mount::Scratch(Subtree::all(self.output(*part)?)))
            }
            StepMount::Cache { id, at, sharing } => {
                let id = match &self.options.cache_namespace {
                    Some(namespace) => format!("{namespace}/{id}"),
                    None => id.clone(),
                };
                let sharing = match sharing {
                    Sharing::Shared => CacheSharing::Shared,
                    Sharing::Locked => CacheSharing::Locked,
                };
                let from = None;
                (at, Mount::Cache { id, sharing, from })
            }
            // The command reports what is missing, in better words than the engine's.
            StepMount::Secret { id, at } => {
                let secret = SecretFile {
                    optional: true,
                    ..SecretFile::new(id.as_str())
                };
                (at, Mount::Secret(secret))
            }
            StepMount::Tmpfs { at } => (at, Mount::Tmpfs { size: 0 }),
            // The one that `--ssh default` gives; where it is missing, the same holds as for secrets.
            StepMount::Ssh { at } => {
                let agent = SshAgent {
                    optional: true,
                    ..SshAgent::new("default")
                };
                (at, Mount::Ssh(agent))
            }
        };
        Ok((mount_point(at)?, mount))
    }
}

fn mount_point(at: &TargetPath) -> Result<MountPoint, Diagnostic> {
    MountPoint::new(at.clone()).ok_or_else(|| bug("a step mounts something at `/`"))
}
