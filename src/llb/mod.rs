//! LLB, BuildKit's build graph, as types in which a cycle, a dangling input or a half-set mount cannot be
//! written; and the lowering of a plan to it.

mod capability;
mod graph;
mod lower;
mod op;
mod text;

pub use capability::{Capabilities, Capability, since};
pub use graph::{Graph, Node, NodeMeta, OpId, Output};
pub use lower::{Engine, lower};
pub use op::{
    Access, CacheSharing, CopyAction, Exec, FileAction, FileBase, FileOp, FileStep, Mount,
    MountKind, Network, Op, ResultMount, Source,
};
