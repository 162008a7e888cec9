//! `.dockerignore`, with Docker's meaning: anchored at the root of the context, the last match wins
//! (moby/patternmatcher). The engine does the matching; this cleans the lines as Docker's own clients do.

use std::sync::Arc;

use crate::diagnostic::{Location, Source, Spanned};

/// The patterns of an ignore file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IgnoreFile {
    patterns: Vec<Spanned<String>>,
}

impl IgnoreFile {
    /// Reads the lines (moby/patternmatcher `ignorefile.ReadAll`).
    pub fn parse(source: &Arc<Source>) -> Self {
        let mut offset = 0;
        let mut patterns = Vec::new();
        for line in source.text().split_inclusive('\n') {
            let place = offset..offset + line.trim_end().len();
            offset += line.len();
            patterns.extend(clean(line).map(|value| Spanned {
                value,
                location: Location::new(source, place),
            }));
        }
        Self { patterns }
    }

    /// The patterns, cleaned, in their order.
    pub fn patterns(&self) -> impl Iterator<Item = &String> {
        self.patterns.iter().map(|pattern| &pattern.value)
    }

    /// The pattern that hides a file in the root of the context; `None` where none does, or a later one brings it
    /// back.
    pub fn hides(&self, name: &str) -> Option<&Spanned<String>> {
        let matches = |pattern: &&Spanned<String>| {
            let path = pattern.value.trim_start_matches('!');
            // `**/x` is also `x` in the root, and `**` is everything.
            let path = path.trim_start_matches("**/");
            !path.contains('/') && fits(path, name)
        };
        let last = self.patterns.iter().rev().find(matches)?;
        (!last.value.starts_with('!')).then_some(last)
    }
}

/// A part of a pattern.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Piece {
    /// `*`
    Any,
    /// `?`
    One,
    Letter(char),
}

impl Piece {
    fn fits(self, letter: char) -> bool {
        self == Self::One || self == Self::Letter(letter)
    }
}

/// The parts of a pattern; `None` where the character behind a backslash is missing: it fits no name.
fn pieces(pattern: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        let piece = match letter {
            '*' => Piece::Any,
            '?' => Piece::One,
            '\\' => Piece::Letter(letters.next()?),
            letter => Piece::Letter(letter),
        };
        if piece != Piece::Any || pieces.last() != Some(&Piece::Any) {
            pieces.push(piece);
        }
    }
    Some(pieces)
}

/// Whether a name fits a pattern without `/` (Go's `filepath.Match`). Sets of characters are taken to fit no name:
/// they are for families of files, not for the one that is needed here.
///
/// Only the last `*` is tried with more letters: what lies before it fits with the fewest. So the time is at most the
/// length of the pattern times that of the name.
fn fits(pattern: &str, name: &str) -> bool {
    let Some(pieces) = pieces(pattern) else {
        return false;
    };
    let letters: Vec<char> = name.chars().collect();
    let (mut piece, mut letter) = (0, 0);
    // Behind the last `*`, and the letter from which what follows it was tried.
    let mut last = None;
    while letter < letters.len() {
        match pieces.get(piece) {
            Some(Piece::Any) => {
                piece += 1;
                last = Some((piece, letter));
            }
            Some(one) if one.fits(letters[letter]) => {
                piece += 1;
                letter += 1;
            }
            _ => {
                let Some((behind, from)) = last else {
                    return false;
                };
                last = Some((behind, from + 1));
                (piece, letter) = (behind, from + 1);
            }
        }
    }
    pieces[piece..].iter().all(|piece| *piece == Piece::Any)
}

fn clean(line: &str) -> Option<String> {
    // A comment begins in the first column; `#` behind blanks is a file name.
    if line.starts_with('#') {
        return None;
    }
    let line = line.trim();
    let (negation, path) = match line.strip_prefix('!') {
        Some(rest) => ("!", rest.trim()),
        None => ("", line),
    };
    if path.is_empty() {
        // A lone `!` is an error of the engine's to tell.
        return (!negation.is_empty()).then(|| negation.to_owned());
    }
    Some(format!("{negation}{}", clean_path(path)))
}

/// Go's `filepath.Clean` and the removal of one leading slash.
fn clean_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            // `/..` is `/`, and `../x` stays as it is and matches nothing.
            ".." if path.starts_with('/') && parts.is_empty() => {}
            _ => parts.push(part),
        }
    }
    match parts.as_slice() {
        [] if path.starts_with('/') => "/".to_owned(),
        [] => ".".to_owned(),
        parts => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cleaned_as_docker_cleans_them() {
        let check = |line: &str, expected: &[&str]| {
            let file = IgnoreFile::parse(&Source::new(".dockerignore", line));
            assert_eq!(file.patterns().collect::<Vec<_>>(), expected, "{line:?}");
        };
        check("# comment\n\n  \n", &[]);
        check(" # a file", &["# a file"]);
        check("/build\n./dist/\n", &["build", "dist"]);
        check("! keep/me ", &["!keep/me"]);
        check("a//b/../c", &["a/c"]);
        check("**/*.pyc", &["**/*.pyc"]);
        check("../up", &["../up"]);
        check("/", &["/"]);
    }

    #[test]
    fn a_hidden_file_is_told_with_the_line_that_hides_it() {
        let check = |text: &str, line: Option<usize>| {
            let file = IgnoreFile::parse(&Source::new(".dockerignore", text));
            let hidden = file.hides("uv.lock");
            assert_eq!(
                hidden.map(|pattern| pattern.location.lines().0),
                line,
                "{text:?}"
            );
        };
        check("", None);
        check("docs\nuv.lock\n", Some(2));
        check("*\n!src\n", Some(1));
        check("**\n", Some(1));
        check("*\n!uv.lock\n", None);
        check("*\n!*.lock\n*.lo?k\n", Some(3));
        check("**/uv.lock\n", Some(1));
        check("\\uv.lock\n", Some(1));
        check("uv.lock\\\n", None);
        check("*k*u*\n?*?*\nu*.*k\nu*k*.l\n", Some(3));
        check("*.l*o\n????????\nuv?lock?\n", None);
        check("sub/uv.lock\nuv\nlock\nuv.loc\n", None);
    }
}
