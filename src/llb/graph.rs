//! The graph: append-only, so it has no cycle, and an op names only outputs that were given out.

use crate::diagnostic::Location;
use crate::llb::{Capability, Op};

/// An op in its graph.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct OpId(usize);

impl OpId {
    /// Place of the op in its graph, counted from zero.
    pub fn index(self) -> usize {
        self.0
    }
}

/// A tree of files that an op gives.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Output {
    op: OpId,
    index: usize,
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

/// What is known of an op beside what it does: no part of its digest or of a cache key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeMeta {
    /// What the user sees while it runs.
    pub name: String,
    /// The lines of the user's text that asked for it.
    pub origin: Option<Location>,
    /// Whether a cached result is passed over.
    pub ignore_cache: bool,
}

/// An op and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The op.
    pub op: Op,
    /// What is known of it.
    pub meta: NodeMeta,
}

/// A build graph.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    nodes: Vec<Node>,
}

impl Graph {
    /// A graph without ops.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an op that has one output.
    pub fn add(&mut self, op: Op, meta: NodeMeta) -> Output {
        let output = op.result_index();
        self.nodes.push(Node { op, meta });
        Output {
            op: OpId(self.nodes.len() - 1),
            index: output,
        }
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
    /// The capabilities that the op and what is known of it use, sorted.
    pub fn capabilities(&self) -> Vec<Capability> {
        let mut capabilities = self.op.capabilities();
        if !self.meta.name.is_empty() {
            capabilities.push(crate::llb::capability::META_DESCRIPTION);
        }
        if self.meta.ignore_cache {
            capabilities.push(crate::llb::capability::META_IGNORE_CACHE);
        }
        capabilities.sort_unstable();
        capabilities.dedup();
        capabilities
    }
}
