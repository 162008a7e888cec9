//! What is built: the site that planning works on, and values that follow from it. No steps are added here.

pub(crate) mod arguments;
pub(crate) mod bases;
pub(crate) mod git;
pub(crate) mod selection;
pub(crate) mod site;
pub(crate) mod target;
pub(crate) mod user;
pub(crate) mod version;
