//! `[cargo]`: how the Rust in the wheel is compiled.

use crate::diagnostic::{Location, Spanned};
use crate::spec::read::Reader;
use crate::values::ImageRef;

/// `[cargo]`: how the Rust in the wheel is compiled.
#[derive(Clone, Debug, Default)]
pub struct CargoSpec {
    /// Where the table is.
    pub place: Option<Location>,
    /// `toolchain`: version of the Rust toolchain.
    pub toolchain: Option<Spanned<String>>,
    /// `profile`: profile that cargo builds.
    pub profile: Option<Spanned<String>>,
    /// `features`: features of the crate.
    pub features: Vec<Spanned<String>>,
    /// `image`: image that holds the toolchain.
    pub image: Option<Spanned<ImageRef>>,
}

impl CargoSpec {
    pub(super) fn read(keys: &mut Reader<'_>) -> Self {
        Self {
            place: keys.place(),
            toolchain: keys.string("toolchain"),
            profile: keys.string("profile"),
            features: keys.list("features"),
            image: keys.parsed("image"),
        }
    }
}
