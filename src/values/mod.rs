//! Small validated words: once a value has one of these types, no later stage checks it again.
//!
//! **Invariant:** everything here is pure text; nothing reads a file, a clock, or the environment.

mod image;
mod name;
mod path;
mod platform;
mod python;

use std::fmt;

pub use image::{Digest, ImageRef};
pub use name::{PackageName, requirement_name};
pub use path::{ContextPath, TargetPath};
pub use platform::Platform;
pub use python::{PythonVersion, RequiresPython, SUPPORTED};

/// Why a text is not the value that was asked for: one lower-case clause, without a full stop,
/// that names the text in backticks and says what was expected.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ParseError(String);

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParseError {}
