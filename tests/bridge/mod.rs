//! A fake engine, a project to build on it, and the conversation that follows.

#![expect(clippy::expect_used, reason = "a test fails by a panic")]

mod build;
mod check;
mod definition;
pub(crate) mod docker;
mod engine;
mod files;
mod registry;
mod request;
mod talk;

pub(crate) use build::{Build, LOCK, MANIFEST, PYTHON, pinned_uv};
pub(crate) use check::problems_of;
pub(crate) use definition::{Definition, Vertex, digest};
pub(crate) use files::File;
pub(crate) use request::Request;
pub(crate) use talk::{Talk, sources};
