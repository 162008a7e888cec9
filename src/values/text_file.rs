use std::borrow::Cow;

/// A file that the planner writes; mode 0644, owned by root.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TextFile {
    /// Its path, relative to the folder that it is written to.
    pub name: Cow<'static, str>,
    /// Its content.
    pub text: String,
}

impl TextFile {
    /// A file with this content.
    pub fn new(name: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
        }
    }
}
