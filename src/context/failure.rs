//! Why nothing was built, whatever the context.

use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::values::ImageRef;

/// Why nothing was built.
#[derive(Debug)]
pub enum Failure<E> {
    /// The user's text or project: all that is wrong.
    User(Diagnostics),
    /// An image could not be resolved.
    Image {
        /// The image.
        reference: ImageRef,
        /// The line that asks for it.
        origin: Option<Location>,
        /// What to do about it.
        hint: &'static str,
        /// What the context said.
        error: E,
    },
    /// The outside failed.
    Context(E),
}

impl<E> From<Diagnostics> for Failure<E> {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::User(diagnostics)
    }
}

impl<E> From<Diagnostic> for Failure<E> {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::User(diagnostic.into())
    }
}
