//! The project itself: its wheel, or its files as they are, as layers of the image.

pub(crate) mod check_interpreter;
pub(crate) mod files;
pub(crate) mod into_interpreter;
pub(crate) mod layers;
pub(crate) mod wheel;
