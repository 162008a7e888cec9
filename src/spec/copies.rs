//! `[[copy]]`: extra files of the image.

use crate::diagnostic::{Diagnostic, Spanned, rules};
use crate::spec::read::Reader;
use crate::values::{ContextPath, ParseError, TargetPath};

/// `[[copy]]`: files that come into the image from elsewhere.
#[derive(Clone, Debug)]
pub struct CopySpec {
    /// `from`: a named context, a target or an image; `None` is the context.
    pub from: Option<Spanned<String>>,
    /// `src`, as it was written.
    src: Spanned<String>,
    /// `dest`: where it goes.
    pub dest: Spanned<TargetPath>,
    /// Whether `dest` ends in `/`, and so is the folder that a file goes into under its own name.
    pub into: bool,
}

impl CopySpec {
    pub(super) fn read(keys: &mut Reader<'_>) -> Option<Self> {
        // Each key is read, also where one before it is missing.
        let (from, src) = (keys.string("from"), keys.string("src"));
        let dest = keys.string("dest")?;
        Some(Self {
            from,
            src: src?,
            into: dest.value.ends_with('/'),
            dest: Spanned {
                value: dest.value.parse().ok()?,
                location: dest.location,
            },
        })
    }

    /// What is copied: a path of the context, or of the root of what `from` names, where a leading `/` is the same.
    pub fn src(&self) -> Result<Spanned<ContextPath>, Diagnostic> {
        let location = self.src.location.clone();
        match self.path() {
            Ok(value) => Ok(Spanned { value, location }),
            Err(error) => Err(rules::INVALID_VALUE
                .report(format!("`src`: {error}"))
                .at(&location)),
        }
    }

    fn path(&self) -> Result<ContextPath, ParseError> {
        let text = self.src.value.as_str();
        match text.strip_prefix('/') {
            Some("") if self.from.is_some() => Ok(ContextPath::root()),
            Some(path) if self.from.is_some() => path.parse(),
            _ => text.parse(),
        }
    }

    /// What is wrong with it beside the types.
    pub(super) fn check(&self, problems: &mut Vec<Diagnostic>) {
        problems.extend(self.src().err());
    }
}
