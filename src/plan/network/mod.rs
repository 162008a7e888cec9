//! Passes over all steps of a plan that say which network, credentials and keys they see.

pub(crate) mod access;
pub(crate) mod offline;
pub(crate) mod ssh;
