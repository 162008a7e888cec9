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

mod build;
mod case;
mod container;
mod engine;
mod image;
pub(crate) mod layers;
mod project;
mod turn;

pub(crate) use build::Build;
pub(crate) use case::{Case, RUN, is_of_the_tests};
pub(crate) use container::Container;
pub(crate) use engine::Engine;
pub(crate) use image::{Image, Layer};
pub(crate) use project::Project;
