//! The image: its configuration, its default command, and the layers of `[[copy]]` and `[[run]]`.

pub(crate) mod collect_static;
pub(crate) mod config;
pub(crate) mod copy;
pub(crate) mod run_steps;
pub(crate) mod start;
