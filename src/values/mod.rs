//! Small validated words: once a value has one of these types, no later stage checks it again.
//!
//! **Invariant:** everything here is pure text; nothing reads a file, a clock, or the environment.

mod argument;
mod duration;
mod epoch;
mod hash;
mod image;
mod index;
mod known_host;
mod name;
mod path;
mod pattern;
mod platform;
mod platform_tag;
mod python;
mod system_package;
mod template;
mod text_file;

use std::fmt;

pub use argument::ArgumentName;
pub use duration::Period;
pub use epoch::Epoch;
pub use hash::{hex, sha256};
pub use image::{Digest, ImageRef};
pub use index::{IndexName, IndexUrl, SecretId};
pub use known_host::KnownHost;
pub use name::{PackageName, normalized_name, requirement_name};
pub use path::{ContextPath, TargetPath};
pub use pattern::ContextPattern;
pub use platform::Platform;
pub use platform_tag::PlatformTag;
pub use python::{PythonVersion, RequiresPython, SETTLED, SUPPORTED};
pub use system_package::SystemPackage;
pub use template::Template;
pub use text_file::TextFile;

/// Why a text is not the expected value: one lower-case clause, without a full stop,
/// that names the text in backticks and says what was expected.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ParseError(String);

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParseError {}
