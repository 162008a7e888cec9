//! Real images on a real engine: built through `# syntax=`, started, asked. `make test` runs all of them on one engine,
//! and those in `each` on every other engine too.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the cases are files, and a test that cannot read them fails"
)]

#[path = "../support/mod.rs"]
mod support;

mod base_image;
mod dev;
mod each;
mod image;
mod indexes;
mod installers;
mod managed;
mod monorepo;
mod offline;
mod private_index;
mod requirements;
mod rust;
mod system_packages;
mod tested;
mod versions;
mod wheels;
mod worker;
mod workflow;

const VERSION: &str = "--build-arg=VERSION=1.4.0";
