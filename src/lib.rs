//! Wheelwright: a native BuildKit frontend for Python projects.

pub mod cli;
pub mod context;
pub mod definition;
pub mod diagnostic;
pub mod document;
pub mod frontend;
pub mod gateway;
pub mod llb;
pub mod options;
pub mod pb;
pub mod plan;
pub mod project;
pub mod spec;
pub mod values;
