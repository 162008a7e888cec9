//! Small inputs that could cost much: each is planned or refused within a limit of time, memory and stack. The binary
//! runs on a folder, as a user calls it, and is stopped where it takes more.
//!
//! An engine gives the frontend a stack of 8 MB and does not limit its memory, so that an input without bounds would
//! take the machine down.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic_in_result_fn,
    clippy::print_stdout,
    reason = "the folders are files, a test that cannot write them or is over a limit fails, and its times are shown"
)]

#[path = "limits/ended.rs"]
mod ended;
#[path = "limits/files.rs"]
mod files;
#[path = "limits/locks.rs"]
mod locks;
#[path = "limits/managers.rs"]
mod managers;
#[path = "limits/spec.rs"]
mod spec;
