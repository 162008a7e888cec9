//! A text of the user's, places in it, and values that remember theirs.

use std::fmt;
use std::sync::{Arc, OnceLock};

/// A text of the user's with the name that the user knows it by.
#[derive(Clone, Eq)]
pub struct Source {
    name: String,
    text: String,
    /// Where each line starts, found once: a long file has many places.
    starts: OnceLock<Vec<usize>>,
}

#[expect(
    clippy::missing_fields_in_debug,
    reason = "the line starts depend on what was asked before"
)]
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .field("text", &self.text)
            .finish()
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.text) == (&other.name, &other.text)
    }
}

impl Source {
    /// A text under its file name, as the user would type it.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self {
            name: name.into(),
            text: text.into(),
            starts: OnceLock::new(),
        })
    }

    /// The file name, as the user would type it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name of the language as GitHub's linguist has it, which is what BuildKit's `SourceInfo` wants.
    pub fn language(&self) -> &'static str {
        match self.name.rsplit_once('.') {
            Some((name, "toml" | "lock")) if !name.is_empty() => "TOML",
            Some((_, "txt" | "in")) => "Pip Requirements",
            // `.python-version`
            _ if self.name.starts_with('.') => "Text",
            // The spec, under whatever name.
            _ => "TOML",
        }
    }

    /// The one-based line and column (in characters) of a byte offset.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        // Of an offset within a character, the start of the character.
        let offset = self.text.floor_char_boundary(offset);
        let line = self.line_of(offset);
        let before = &self.text[self.starts()[line - 1]..offset];
        (line, before.chars().count() + 1)
    }

    /// The one-based line of a byte offset.
    pub fn line_of(&self, offset: usize) -> usize {
        let starts = self.starts();
        starts.partition_point(|start| *start <= offset).max(1)
    }

    /// The bytes of some one-based lines, the last included, without the last line end.
    pub fn bytes_of(&self, first: usize, last: usize) -> std::ops::Range<usize> {
        let starts = self.starts();
        let end = starts.get(last).map_or(self.text.len(), |next| next - 1);
        let start = starts.get(first - 1).copied().unwrap_or(end);
        start.min(end)..end
    }

    fn starts(&self) -> &[usize] {
        self.starts.get_or_init(|| {
            let ends = self.text.match_indices('\n').map(|(at, _)| at + 1);
            [0].into_iter().chain(ends).collect()
        })
    }
}

/// A stretch of a text, in byte offsets, end excluded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Location {
    /// The text.
    pub source: Arc<Source>,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Location {
    /// A place in a text; one that the text does not have becomes the nearest that it has, so that no renderer
    /// stumbles over it.
    pub fn new(source: &Arc<Source>, span: std::ops::Range<usize>) -> Self {
        let text = source.text();
        let start = text.floor_char_boundary(span.start);
        Self {
            source: Arc::clone(source),
            start,
            end: text.ceil_char_boundary(span.end).max(start),
        }
    }

    /// The first line of a text, for what concerns all of it.
    pub fn top(source: &Arc<Source>) -> Self {
        Self::new(
            source,
            0..source.text().find('\n').unwrap_or(source.text().len()),
        )
    }

    /// One-based number of the first and of the last line.
    pub fn lines(&self) -> (usize, usize) {
        // The last byte, not the one behind it: that may stand on the next line.
        let last = self.end.saturating_sub(1).max(self.start);
        (self.source.line_of(self.start), self.source.line_of(last))
    }

    /// `file:line`, one-based.
    pub fn line(&self) -> String {
        format!("{}:{}", self.source.name(), self.lines().0)
    }
}

impl fmt::Display for Location {
    /// `file:line:column`, one-based.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.source.position(self.start);
        write!(formatter, "{}:{line}:{column}", self.source.name())
    }
}

/// A value and the place it was read from. Equality looks at the value only.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    /// What was read.
    pub value: T,
    /// Where it was read.
    pub location: Location,
}

impl<T> Spanned<T> {
    /// Changes the value and keeps the place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned {
            value: change(self.value),
            location: self.location,
        }
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_lines_end_where_the_text_does() {
        let source = Source::new("pyproject.toml", "a = 1\nö = \"x\"\n");
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position("a = 1\nö = ".len()), (2, 5));
        assert_eq!(source.position(10_000), (3, 1));
        let whole_line = Location::new(&source, 0.."a = 1\n".len());
        assert_eq!(whole_line.lines(), (1, 1));
        assert_eq!(whole_line.to_string(), "pyproject.toml:1:1");
    }
}
