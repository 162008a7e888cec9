//! The graph: append-only, so it has no cycle, and an op names only outputs that were given out.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::diagnostic::Location;
use crate::llb::capability as cap;
use crate::llb::{Capability, Op};

/// An op in its graph.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct OpId(usize);

impl OpId {
    /// Place of the op in its graph, counted from zero.
    pub fn index(self) -> usize {
        self.0
    }
}

/// A tree of files that an op gives. Only [`Graph::add`] makes one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Output {
    op: OpId,
    index: usize,
    seal: Seal,
}

impl Output {
    /// The op.
    pub fn op(self) -> OpId {
        self.op
    }

    /// Which of the outputs of its op.
    pub fn index(self) -> usize {
        self.index
    }
}

/// A hash of an op and, through the seals of its inputs, of all that it is made from. It tells an output of
/// another graph from one of this graph, where places alone would not. It never leaves the process.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
struct Seal(u64);

impl Seal {
    fn of(op: &Op) -> Self {
        let mut hasher = DefaultHasher::new();
        op.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// What is known of an op beside what it does: no part of its digest or of a cache key.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct NodeMeta {
    /// What the user sees while it runs.
    pub name: String,
    /// The lines of the user's files that require it.
    pub origins: Vec<Location>,
    /// Whether a cached result is passed over.
    pub ignore_cache: bool,
    /// The ops with which it is shown as one step.
    pub group: Option<ProgressGroup>,
}

impl NodeMeta {
    /// A name, and nothing else.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}

/// Ops that clients show as one step under one name. Engines before 0.10 show each.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProgressGroup {
    /// What tells it from other groups of the graph.
    pub key: String,
    /// What the user sees.
    pub name: String,
    /// Whether the op alone is no reason to show the group.
    pub weak: bool,
}

/// An op and what is known of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Node {
    op: Op,
    meta: NodeMeta,
    seal: Seal,
}

/// A build graph.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Graph {
    nodes: Vec<Node>,
}

impl Graph {
    /// A graph without ops.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an op; the output is its result.
    ///
    /// # Panics
    ///
    /// If an input of the op is an output of another graph: that is a bug, and would build something else.
    pub fn add(&mut self, op: Op, meta: NodeMeta) -> Output {
        assert!(
            op.inputs().into_iter().all(|input| self.holds(input)),
            "an op was given an output of another graph"
        );
        let seal = Seal::of(&op);
        let output = Output {
            op: OpId(self.nodes.len()),
            index: op.result_index(),
            seal,
        };
        self.nodes.push(Node { op, meta, seal });
        output
    }

    /// Whether an output is of this graph, or of one that has the same op from the same inputs in its place.
    pub fn holds(&self, output: Output) -> bool {
        let node = self.nodes.get(output.op.0);
        node.is_some_and(|node| node.seal == output.seal)
    }

    /// The ops, each behind those that it needs.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// All capabilities that the graph uses, sorted.
    pub fn capabilities(&self) -> Vec<Capability> {
        let mut all: Vec<Capability> = self.nodes.iter().flat_map(Node::capabilities).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Node {
    /// The op.
    pub fn op(&self) -> &Op {
        &self.op
    }

    /// What is known of it.
    pub fn meta(&self) -> &NodeMeta {
        &self.meta
    }

    /// The capabilities that the op and what is known of it use, sorted.
    pub fn capabilities(&self) -> Vec<Capability> {
        let mut capabilities = self.op.capabilities();
        if !self.meta.name.is_empty() {
            capabilities.push(cap::META_DESCRIPTION);
        }
        if self.meta.ignore_cache {
            capabilities.push(cap::META_IGNORE_CACHE);
        }
        capabilities.sort_unstable();
        capabilities.dedup();
        capabilities
    }
}
