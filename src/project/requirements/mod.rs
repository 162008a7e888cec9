//! Requirements files (pip, "Requirements File Format"): what they ask for, each line with its place.
//!
//! pip takes all of its options from anywhere in the files that a build names and in those that they include, and all
//! requirements and constraints together. So what matters of a set of files is three lists, and neither comments nor
//! the files that lines stand in.

mod address;
mod line;
mod lines;
mod options;
mod requirement;
mod roots;
mod tree;

pub use address::credentials_in;
pub use line::{Include, Line, LineKind, Requirement};
pub use options::Setting;
pub use requirement::Target;
pub use roots::{DEFAULTS, DEVELOPMENT, Group, development, group_candidates, roots, wanted};
pub use tree::{Requirements, Root, gather};
