//! Real images on a real engine: built through `# syntax=`, started, asked. `make test` runs them, on one engine
//! after another.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the cases are files, and a test that cannot read them fails"
)]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod base;
mod cache;
mod call;
mod cases;
mod dev;
mod errors;
mod git;
mod guides;
mod image;
mod indexes;
mod installers;
mod managed;
mod monorepo;
mod offline;
mod private_index;
mod requirements;
mod runs;
mod steps;
mod targets;
mod tested;
mod versions;
mod wheels;
mod worker;
mod workflow;

const VERSION: &str = "--build-arg=VERSION=1.4.0";
