//! The lines of a requirements file as pip joins them, less comments ("Requirements File Format", `preprocess` in its
//! `req_file.py`).

use std::sync::Arc;

use crate::diagnostic::{Location, Source, Spanned};

/// The first lines with something in them, at most `most` of them, each with its place.
pub(super) fn logical(source: &Arc<Source>, most: usize) -> Vec<Spanned<String>> {
    let mut lines = Vec::new();
    let mut pending: Option<Pending> = None;
    let mut offset = 0;
    for whole in source.text().split_inclusive('\n') {
        if lines.len() == most {
            return lines;
        }
        let start = offset;
        offset += whole.len();
        let line = whole.trim_end_matches(['\n', '\r']);
        let mut joined = pending.take().unwrap_or(Pending {
            text: String::new(),
            start,
            end: start,
        });
        joined.end = start + line.len();
        let comment = is_comment(line);
        if line.ends_with('\\') && !comment {
            joined.text.push_str(line.trim_matches('\\'));
            pending = Some(joined);
            continue;
        }
        if comment {
            // Behind a blank it is a comment in the joined line, too.
            joined.text.push(' ');
        }
        joined.text.push_str(line);
        lines.extend(joined.finish(source));
    }
    lines.extend(pending.and_then(|joined| joined.finish(source)));
    lines
}

/// A line that others may be joined to.
struct Pending {
    text: String,
    start: usize,
    end: usize,
}

impl Pending {
    fn finish(self, source: &Arc<Source>) -> Option<Spanned<String>> {
        let text = without_comment(&self.text).trim();
        if text.is_empty() {
            return None;
        }
        let written = &source.text()[self.start..self.end];
        let start = self.start + (written.len() - written.trim_start().len());
        let one = !written.contains('\n');
        let shown = if one {
            without_comment(written)
        } else {
            written
        };
        let end = self.start + shown.trim_end().len();
        Some(Spanned {
            value: text.to_owned(),
            location: Location::new(source, start..end),
        })
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The line up to a `#` at its start or behind a blank.
fn without_comment(line: &str) -> &str {
    let mut before = None;
    for (at, character) in line.char_indices() {
        if character == '#' && before.is_none_or(char::is_whitespace) {
            return &line[..at];
        }
        before = Some(character);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let source = Source::new("requirements.txt", text);
        let lines = logical(&source, 100).into_iter();
        lines
            .map(|line| {
                let place = &line.location;
                let shown = &source.text()[place.start..place.end];
                format!("{} {:?} {:?}", place.lines().0, line.value, shown)
            })
            .collect()
    }

    #[test]
    fn lines_are_joined_and_comments_are_gone() {
        let text =
            "# all\r\nflask # web\r\n\r\n  a==1 \\\n    --hash=sha256:00 \\\n  # why\nb#c\n d\\";
        insta::assert_snapshot!(lines(text).join("\n"), @r#"
        2 "flask" "flask"
        4 "a==1     --hash=sha256:00" "a==1 \\\n    --hash=sha256:00 \\\n  # why"
        7 "b#c" "b#c"
        8 "d" "d\\"
        "#);
    }
}
