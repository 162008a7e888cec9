//! Commands in containers.

use std::collections::{BTreeMap, BTreeSet};

use crate::llb::capability::{self as cap, Capability};
use crate::llb::{Mount, MountPoint, NonEmpty, Output};
use crate::options::{Proxies, Ulimit};
use crate::values::{Platform, TargetPath};

/// Where programs look for the agent.
const AGENT_VARIABLE: &str = "SSH_AUTH_SOCK";

/// A command in a container. Empty texts and lists are not said.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Exec {
    /// The program and its arguments; no shell.
    pub arguments: NonEmpty<String>,
    /// The environment, in order.
    pub env: Vec<(String, String)>,
    /// Secrets of the client as variables, by the name of the variable.
    pub secret_env: BTreeMap<String, SecretVariable>,
    /// The working directory.
    pub directory: TargetPath,
    /// The user, as `user[:group]`, names or ids; empty for root.
    pub user: String,
    /// The root file system at the start; `None` is an empty one.
    pub root: Option<Output>,
    /// What else is mounted, by its place.
    pub mounts: BTreeMap<MountPoint, Mount>,
    /// Which files are the result.
    pub result: ExecResult,
    /// The network.
    pub network: Network,
    /// Proxies, which are no part of the cache key.
    pub proxies: Proxies,
    /// More names for addresses.
    pub extra_hosts: Vec<(String, String)>,
    /// The name of the host; empty for the engine's choice.
    pub hostname: String,
    /// Limits of resources.
    pub ulimits: Vec<Ulimit>,
    /// The parent of its control group.
    pub cgroup_parent: String,
    /// The exit codes of success; empty for 0 alone.
    pub exit_codes: BTreeSet<i32>,
    /// The platform that the command is for.
    pub platform: Platform,
}

/// Which files are the result of a command.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum ExecResult {
    /// The root file system as the command leaves it.
    Root,
    /// A folder of its own; what the command changes elsewhere is thrown away. Whatever else would be mounted
    /// at its place is not.
    Folder {
        /// Where it is mounted.
        at: MountPoint,
        /// What is in it at the start; `None` is nothing.
        from: Option<Output>,
    },
}

/// A secret of the client as a variable.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct SecretVariable {
    /// The secret's name at the client.
    pub id: String,
    /// Whether the variable is empty where the client has none; otherwise the step fails.
    pub optional: bool,
}

/// The network of a command.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Network {
    /// One of its own behind the engine.
    Sandbox,
    /// The engine's; the build must allow `network.host`.
    Host,
    /// None.
    None,
}

/// What lies at a place of a command's file system.
pub(crate) enum Laid<'a> {
    /// The root or the result, which have an output.
    Output(Option<Output>),
    /// Anything else.
    Mount(&'a Mount),
}

impl Exec {
    /// A command on a root, with nothing else, whose result is the root.
    pub fn new(arguments: NonEmpty<String>, root: Option<Output>, platform: Platform) -> Self {
        Self {
            arguments,
            env: Vec::new(),
            secret_env: BTreeMap::new(),
            directory: TargetPath::root(),
            user: String::new(),
            root,
            mounts: BTreeMap::new(),
            result: ExecResult::Root,
            network: Network::Sandbox,
            proxies: Proxies::default(),
            extra_hosts: Vec::new(),
            hostname: String::new(),
            ulimits: Vec::new(),
            cgroup_parent: String::new(),
            exit_codes: BTreeSet::new(),
            platform,
        }
    }

    /// All mounts in the order in which Go's client writes them: trees, caches and memory by their places, then
    /// secrets, then agents.
    pub(crate) fn layout(&self) -> Vec<(&str, Laid<'_>)> {
        let mut places: BTreeMap<&str, Laid<'_>> = BTreeMap::new();
        for (at, mount) in &self.mounts {
            places.insert(at.as_str(), Laid::Mount(mount));
        }
        // The engine writes to the root (`/etc/hosts`), so it is writable and has an output even if nobody uses
        // that.
        places.insert("/", Laid::Output(self.root));
        if let ExecResult::Folder { at, from } = &self.result {
            places.insert(at.as_str(), Laid::Output(*from));
        }
        let mut layout: Vec<_> = places.into_iter().collect();
        layout.sort_by_key(|(_, laid)| match laid {
            Laid::Mount(Mount::Secret(_)) => 1,
            Laid::Mount(Mount::Ssh(_)) => 2,
            Laid::Mount(_) | Laid::Output(_) => 0,
        });
        layout
    }

    /// The environment with the agent's socket, the first one's, unless the command has been told of another.
    pub(crate) fn environment(&self) -> Vec<(&str, &str)> {
        let said = self.env.iter();
        let mut env: Vec<_> = said
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let mut agents = self.mounts.iter().filter_map(|(at, mount)| match mount {
            Mount::Ssh(_) => Some(at.as_str()),
            _ => None,
        });
        if let Some(socket) = agents.next()
            && !env.iter().any(|(name, _)| *name == AGENT_VARIABLE)
        {
            env.push((AGENT_VARIABLE, socket));
        }
        env
    }

    /// Outputs are numbered in the order of the mounts, and the root is the first.
    pub(super) fn result_index(&self) -> usize {
        match self.result {
            ExecResult::Root => 0,
            ExecResult::Folder { .. } => 1,
        }
    }

    pub(super) fn inputs(&self) -> Vec<Output> {
        let layout = self.layout().into_iter();
        layout
            .filter_map(|(_, laid)| match laid {
                Laid::Output(from) => from,
                Laid::Mount(mount) => mount.tree().map(|tree| tree.of),
            })
            .collect()
    }

    pub(super) fn capabilities(&self) -> Vec<Capability> {
        let used = [
            (self.proxies != Proxies::default(), cap::EXEC_PROXY),
            (self.network != Network::Sandbox, cap::EXEC_NETWORK),
            (!self.ulimits.is_empty(), cap::EXEC_ULIMIT),
            (!self.cgroup_parent.is_empty(), cap::EXEC_CGROUP_PARENT),
            (!self.exit_codes.is_empty(), cap::EXEC_EXIT_CODES),
            (!self.secret_env.is_empty(), cap::EXEC_SECRET),
            (!self.secret_env.is_empty(), cap::EXEC_SECRET_ENV),
        ];
        let mounts = self.layout().into_iter().flat_map(|(_, laid)| match laid {
            Laid::Output(_) => vec![cap::EXEC_BIND],
            Laid::Mount(mount) => mount.capabilities(),
        });
        [cap::EXEC_META, cap::PLATFORM]
            .into_iter()
            .chain(
                used.into_iter()
                    .filter_map(|(used, cap)| used.then_some(cap)),
            )
            .chain(mounts)
            .collect()
    }
}
