//! The images that steps and results start from, and what is laid over them: an interpreter, system packages, a user.

pub(crate) mod build_env;
pub(crate) mod context;
pub(crate) mod managed_python;
pub(crate) mod runtime_base;
pub(crate) mod script_runner;
pub(crate) mod system_packages;
pub(crate) mod uv_image;
pub(crate) mod writable;
