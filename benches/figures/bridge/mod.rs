//! The fake engine of `tests/gateway.rs`: the engine alone, without the tests' own projects.

#![allow(
    dead_code,
    unused_imports,
    clippy::expect_used,
    reason = "the tests use all of it, and fail by a panic"
)]

#[path = "../../../tests/bridge/check.rs"]
mod check;
#[path = "../../../tests/bridge/definition.rs"]
mod definition;
#[path = "../../../tests/bridge/docker.rs"]
pub(crate) mod docker;
#[path = "../../../tests/bridge/engine.rs"]
pub(crate) mod engine;
#[path = "../../../tests/bridge/files.rs"]
mod files;
#[path = "../../../tests/bridge/registry.rs"]
mod registry;
#[path = "../../../tests/bridge/request.rs"]
mod request;

pub(crate) use definition::{Definition, Vertex, digest};
pub(crate) use files::File;
pub(crate) use request::Request;
