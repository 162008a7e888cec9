//! Wheelwright: a native BuildKit frontend for Python projects.

pub mod diagnostic;
pub mod values;
pub mod document;
pub mod options;
pub mod context;
pub mod spec;
pub mod project;
pub mod plan;
pub mod llb;
pub mod pb;
pub mod definition;
pub mod gateway;
pub mod frontend;
pub mod cli;
