//! Patterns of the context.

use std::fmt;
use std::str::FromStr;

use crate::values::{ContextPath, ParseError};

/// A pattern in the syntax of `.dockerignore` (moby/patternmatcher), without `!`: anchored at the root of
/// the context, `*`, `?`, `[…]` and `**`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ContextPattern(String);

impl ContextPattern {
    /// The pattern without `./`, leading and trailing `/`; `.` for the whole context.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ContextPattern {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.starts_with('!') {
            return Err(ParseError(format!(
                "`{text}` begins with `!`, expected a pattern alone: `include` brings back what `exclude` drops"
            )));
        }
        // Docker reads `/build` as `build`: both are anchored.
        let relative = text.strip_prefix('/').unwrap_or(text);
        let path: ContextPath = relative.parse()?;
        if !brackets_close(path.as_str()) {
            return Err(ParseError(format!(
                "`{text}` has a `[` without its `]`, expected a set of characters such as `[a-z]`"
            )));
        }
        Ok(Self(path.to_string()))
    }
}

/// Whether every `[` is closed in its part of the path and holds something (Go's `filepath.Match`, which
/// would fail the build).
fn brackets_close(path: &str) -> bool {
    path.split('/').all(|part| {
        let mut rest = part;
        while let Some((_, after)) = rest.split_once('[') {
            let after = after.strip_prefix('^').unwrap_or(after);
            match after.split_once(']') {
                Some((set, behind)) if !set.is_empty() => rest = behind,
                _ => return false,
            }
        }
        true
    })
}

impl fmt::Display for ContextPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::values::ContextPattern;

    #[test]
    fn patterns_are_cleaned_and_stay_in_the_context() {
        for (text, clean) in [
            ("**/*.pyc", "**/*.pyc"),
            ("/docs/", "docs"),
            ("./a//b", "a/b"),
            ("data/[a-z][^0]?.csv", "data/[a-z][^0]?.csv"),
        ] {
            assert_eq!(text.parse::<ContextPattern>().unwrap().as_str(), clean);
        }
        let error = |text: &str| text.parse::<ContextPattern>().unwrap_err().to_string();
        insta::assert_snapshot!(error("!a"), @"`!a` begins with `!`, expected a pattern alone: `include` brings back what `exclude` drops");
        insta::assert_snapshot!(error("../a"), @"`../a` leaves the build context, expected a path inside it");
        insta::assert_snapshot!(error(""), @"`` is an empty path, expected one relative to the build context, or `.`");
        insta::assert_snapshot!(error("a[bc"), @"`a[bc` has a `[` without its `]`, expected a set of characters such as `[a-z]`");
        insta::assert_snapshot!(error("a[]"), @"`a[]` has a `[` without its `]`, expected a set of characters such as `[a-z]`");
    }
}
