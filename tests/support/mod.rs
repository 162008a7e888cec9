//! What the engine tests share: an engine, a project to build, a container to ask.

#![expect(
    clippy::disallowed_methods,
    reason = "tests read files and their own environment"
)]

mod container;
mod engine;
mod project;

pub(crate) use container::Container;
pub(crate) use engine::{Build, Engine};
pub(crate) use project::Project;
