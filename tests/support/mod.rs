//! What the engine tests share: an engine, a project to build, a container to ask.

#![allow(
    dead_code,
    unused_imports,
    reason = "each test program uses a part of it"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests read files and their own environment"
)]
#![expect(
    clippy::print_stderr,
    reason = "what a test did beside its assertions is told"
)]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod container;
mod engine;
mod project;

pub(crate) use container::Container;
pub(crate) use engine::{Build, Engine};
pub(crate) use project::Project;
