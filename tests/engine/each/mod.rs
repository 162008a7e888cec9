//! What depends on the engine: caches, ways to call a build, errors, steps, targets, secrets, SSH and base folders.
//! `tests/engines` runs these tests on every engine: it picks them by the name of this module.

mod access;
mod base;
mod cache;
mod call;
mod errors;
mod git;
mod runs;
mod steps;
pub(crate) mod targets;
