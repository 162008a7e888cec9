//! Paths that cannot leave the tree they belong to: the build context, or the image.
//!
//! Both are cleaned as text, as BuildKit cleans them; symbolic links are the engine's business.

use std::fmt;
use std::str::FromStr;

use crate::values::ParseError;

/// A path in the build context: relative, cleaned, and never outside it; `.` is the context itself.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ContextPath(String);

impl ContextPath {
    /// The context itself.
    pub fn root() -> Self {
        Self(".".to_owned())
    }

    /// A path that is written in this program and known to be clean.
    pub fn known(path: &str) -> Self {
        debug_assert!(
            path.parse::<Self>().is_ok(),
            "`{path}` is no clean context path"
        );
        Self(path.to_owned())
    }

    /// Whether this is the context itself.
    pub fn is_root(&self) -> bool {
        self.0 == "."
    }

    /// The path without a leading `./`; `.` for the root.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path `relative`, read from here; `..` may climb, but not out of the context.
    ///
    /// # Errors
    ///
    /// As for parsing a path; also when the joined path would leave the context.
    pub fn join(&self, relative: &str) -> Result<Self, ParseError> {
        check_relative(relative, "the build context")?;
        match clean(&[&self.0, relative]) {
            Some(path) if path.is_empty() => Ok(Self::root()),
            Some(path) => Ok(Self(path)),
            None => Err(ParseError(format!(
                "`{relative}` leaves the build context, expected a path inside it"
            ))),
        }
    }

    /// The folder that holds this path; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        match self.0.rsplit_once('/') {
            Some((parent, _)) => Some(Self(parent.to_owned())),
            None if self.is_root() => None,
            None => Some(Self::root()),
        }
    }

    /// The last part of the path; `None` for the root.
    pub fn file_name(&self) -> Option<&str> {
        if self.is_root() {
            return None;
        }
        self.0.rsplit('/').next()
    }
}

impl FromStr for ContextPath {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::root().join(text)
    }
}

impl fmt::Display for ContextPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A path in the image: absolute and cleaned.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TargetPath(String);

impl TargetPath {
    /// A path that is written in this program and known to be clean.
    pub fn known(path: &str) -> Self {
        debug_assert!(
            path.parse::<Self>().is_ok(),
            "`{path}` is no clean target path"
        );
        Self(path.to_owned())
    }

    /// `/`
    pub fn root() -> Self {
        Self("/".to_owned())
    }

    /// The path, with its leading slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path `relative`, read from here; `..` may climb, but not above `/`.
    ///
    /// # Errors
    ///
    /// When `relative` is empty, absolute, holds a character that no path may hold, or climbs
    /// above `/`.
    pub fn join(&self, relative: &str) -> Result<Self, ParseError> {
        check_relative(relative, &format!("`{self}`"))?;
        Self::cleaned(&[&self.0, relative], relative)
    }

    /// The place of a context path when the whole context is put here.
    ///
    /// It cannot fail, since a context path holds no `..`.
    #[must_use]
    pub fn join_context(&self, path: &ContextPath) -> Self {
        match (self.0.as_str(), path.as_str()) {
            (_, ".") => self.clone(),
            ("/", path) => Self(format!("/{path}")),
            (base, path) => Self(format!("{base}/{path}")),
        }
    }

    /// The folder that holds this path; `None` for `/`.
    pub fn parent(&self) -> Option<Self> {
        match self.0.rsplit_once('/') {
            Some(("", "")) | None => None,
            Some(("", _)) => Some(Self("/".to_owned())),
            Some((parent, _)) => Some(Self(parent.to_owned())),
        }
    }

    /// The absolute path of `parts`; `text` is what an error names.
    fn cleaned(parts: &[&str], text: &str) -> Result<Self, ParseError> {
        match clean(parts) {
            Some(path) => Ok(Self(format!("/{path}"))),
            None => Err(ParseError(format!(
                "`{text}` climbs above `/`, expected a path inside the image"
            ))),
        }
    }
}

impl FromStr for TargetPath {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        check_characters(text)?;
        if !text.starts_with('/') {
            return Err(ParseError(format!(
                "`{text}` is not a path in the image, expected an absolute path such as `/app`"
            )));
        }
        Self::cleaned(&[text], text)
    }
}

impl fmt::Display for TargetPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Joins and cleans as Go's `path.Join`, without a leading slash; `None` if `..` climbs too far.
fn clean(parts: &[&str]) -> Option<String> {
    let mut kept = Vec::new();
    for part in parts.iter().flat_map(|part| part.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                kept.pop()?;
            }
            name => kept.push(name),
        }
    }
    Some(kept.join("/"))
}

fn check_relative(text: &str, base: &str) -> Result<(), ParseError> {
    check_characters(text)?;
    if text.is_empty() {
        return Err(ParseError(format!(
            "`` is an empty path, expected one relative to {base}, or `.`"
        )));
    }
    if text.starts_with('/') {
        return Err(ParseError(format!(
            "`{text}` is an absolute path, expected one relative to {base}"
        )));
    }
    Ok(())
}

fn check_characters(text: &str) -> Result<(), ParseError> {
    // A file name on Linux may hold a backslash, but whoever writes one means a folder on Windows.
    if text.contains('\\') {
        return Err(ParseError(format!(
            "`{text}` holds a backslash, expected `/` between the parts of a path"
        )));
    }
    // No system call takes a NUL; the other control characters would break every listing.
    if text.contains(char::is_control) {
        return Err(ParseError(format!(
            "`{}` holds a control character, expected printable text",
            text.escape_debug()
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::values::{ContextPath, TargetPath};

    fn context(text: &str) -> ContextPath {
        text.parse().unwrap()
    }

    fn target(text: &str) -> TargetPath {
        text.parse().unwrap()
    }

    #[test]
    fn cleans_context_paths() {
        for (input, clean) in [
            (".", "."),
            ("./", "."),
            ("a/..", "."),
            ("src", "src"),
            ("./src/", "src"),
            ("a//b/./c", "a/b/c"),
            ("a/../b", "b"),
            ("...", "..."),
            (".env", ".env"),
            ("with space/ünï", "with space/ünï"),
        ] {
            assert_eq!(context(input).to_string(), clean);
        }
    }

    #[test]
    fn refuses_context_paths() {
        for (input, message) in [
            (
                "",
                "`` is an empty path, expected one relative to the build context, or `.`",
            ),
            (
                "/etc",
                "`/etc` is an absolute path, expected one relative to the build context",
            ),
            (
                "..",
                "`..` leaves the build context, expected a path inside it",
            ),
            (
                "a/../../a",
                "`a/../../a` leaves the build context, expected a path inside it",
            ),
            (
                r"a\b",
                r"`a\b` holds a backslash, expected `/` between the parts of a path",
            ),
            (
                "a\0b",
                r"`a\0b` holds a control character, expected printable text",
            ),
        ] {
            let error = input.parse::<ContextPath>().unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn walks_the_context() {
        let path = context("a/b");
        assert_eq!(path.file_name(), Some("b"));
        assert_eq!(path.parent(), Some(context("a")));
        assert_eq!(context("a").parent(), Some(ContextPath::root()));
        assert_eq!(ContextPath::root().parent(), None);
        assert_eq!(ContextPath::root().file_name(), None);
        assert!(context("a/..").is_root() && !path.is_root());
        assert_eq!(path.join("../c"), Ok(context("a/c")));
        assert_eq!(path.join("."), Ok(path.clone()));
        assert_eq!(ContextPath::root().join("a"), Ok(context("a")));
        assert!(path.join("../../..").is_err() && path.join("/c").is_err());
    }

    #[test]
    fn cleans_target_paths() {
        for (input, clean) in [
            ("/", "/"),
            ("//", "/"),
            ("/app/", "/app"),
            ("/a/./b/../c", "/a/c"),
        ] {
            assert_eq!(target(input).to_string(), clean);
        }
    }

    #[test]
    fn refuses_target_paths() {
        for (input, message) in [
            ("", "expected an absolute path"),
            (
                "app",
                "`app` is not a path in the image, expected an absolute path",
            ),
            ("/..", "`/..` climbs above `/`"),
            (r"/a\b", "holds a backslash"),
            ("/a\n", "holds a control character"),
        ] {
            let error = input.parse::<TargetPath>().unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn walks_the_image() {
        let app = target("/app");
        assert_eq!(app.join("src/x"), Ok(target("/app/src/x")));
        assert_eq!(app.join("../srv"), Ok(target("/srv")));
        assert_eq!(target("/").join("app"), Ok(app.clone()));
        assert!(app.join("../..").is_err() && app.join("/srv").is_err() && app.join("").is_err());
        assert_eq!(app.join_context(&context("a/b")), target("/app/a/b"));
        assert_eq!(app.join_context(&ContextPath::root()), app);
        assert_eq!(target("/").join_context(&context("a")), target("/a"));
        assert_eq!(target("/app/src").parent(), Some(app.clone()));
        assert_eq!(app.parent(), Some(target("/")));
        assert_eq!(target("/").parent(), None);
    }
}
