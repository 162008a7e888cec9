//! Diagnostics as text: one line for BuildKit's error message, and a snippet for a terminal.

use std::borrow::Cow;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Location, Severity};

/// As many diagnostics are shown: nobody reads more at once.
const MAX_SHOWN: usize = 50;

/// Longer messages and hints, in bytes, are cut: they quote the user's text, which may be of any length.
const LONG_MESSAGE: usize = 2000;

/// What is kept of the end of a message that is cut: it says what was expected.
const KEPT_END: usize = 500;

/// Of a longer text, in bytes, only the lines of the place are given to the renderer, which looks at all of it.
const LONG_TEXT: usize = 64 * 1024;

/// Longer lines, in bytes, are not shown.
const LONG_LINE: usize = 2000;

/// The first of many diagnostics, and the line that says how many more there are.
pub fn first_of<'d>(
    all: impl Iterator<Item = &'d Diagnostic>,
) -> (Vec<&'d Diagnostic>, Option<String>) {
    let mut shown: Vec<_> = all.collect();
    let more = shown.split_off(MAX_SHOWN.min(shown.len()));
    let errors = more.iter();
    let errors = errors.filter(|diagnostic| diagnostic.severity == Severity::Error);
    let what = match (errors.count(), more.len()) {
        (_, 0) => return (shown, None),
        (0, 1) => "warning",
        (0, _) => "warnings",
        (1, 1) => "error",
        (errors, all) if errors == all => "errors",
        _ => "errors and warnings",
    };
    (shown, Some(format!("… and {} more {what}", more.len())))
}

/// A message with the middle cut out where it is long.
fn cut(text: &str) -> Cow<'_, str> {
    if text.len() <= LONG_MESSAGE {
        return text.into();
    }
    let start = text.floor_char_boundary(LONG_MESSAGE - KEPT_END);
    let end = text.ceil_char_boundary(text.len() - KEPT_END);
    format!("{} … {}", &text[..start], &text[end..]).into()
}

/// `file:line:column: message; hint`.
///
/// The place is in the words too, because clients older than typed errors print the message alone
/// (Docker 20.10).
pub fn one_line(diagnostic: &Diagnostic) -> String {
    let place = diagnostic
        .location
        .as_ref()
        .map(|place| format!("{place}: "))
        .unwrap_or_default();
    let texts = [&diagnostic.message].into_iter().chain(&diagnostic.hints);
    let message = texts.map(|text| cut(text)).collect::<Vec<_>>().join("; ");
    format!("{place}{message}")
}

/// A snippet of the user's text with the place marked, and the hints below it. No colours.
pub fn to_terminal(diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(cut(&diagnostic.message));
    let Some(place) = &diagnostic.location else {
        let title = Renderer::plain().render(&[Group::with_title(title)]);
        let hints = diagnostic
            .hints
            .iter()
            .map(|hint| format!("\n  = help: {}", cut(hint)));
        return [title].into_iter().chain(hints).collect();
    };
    let shown = shown(place);
    let group = match &shown {
        Shown::Lines { first, text, span } => {
            let snippet = Snippet::source(*text)
                .line_start(*first)
                .path(place.source.name());
            title.element(snippet.annotation(AnnotationKind::Primary.span(span.clone())))
        }
        Shown::Nothing { line, column } => {
            let origin = Origin::path(place.source.name());
            title.element(origin.line(*line).char_column(*column))
        }
    };
    let group = diagnostic.hints.iter().fold(group, |group, hint| {
        group.element(Level::HELP.message(cut(hint)))
    });
    Renderer::plain().render(&[group])
}

/// What of the user's text is shown for a place.
enum Shown<'t> {
    /// Lines from `first` on, and the place in them.
    Lines {
        first: usize,
        text: &'t str,
        span: std::ops::Range<usize>,
    },
    /// The lines are too long.
    Nothing { line: usize, column: usize },
}

fn shown(place: &Location) -> Shown<'_> {
    let source = &place.source;
    let text = source.text();
    let (first, mut last) = place.lines();
    if source.bytes_of(first, last).len() > LONG_TEXT {
        last = first;
    }
    let lines = [source.bytes_of(first, first), source.bytes_of(last, last)];
    if lines.iter().any(|line| line.len() > LONG_LINE) {
        let (line, column) = source.position(place.start);
        return Shown::Nothing { line, column };
    }
    if text.len() <= LONG_TEXT {
        let span = place.start..place.end;
        return Shown::Lines {
            first: 1,
            text,
            span,
        };
    }
    let bytes = source.bytes_of(first, last);
    let start = place.start.clamp(bytes.start, bytes.end);
    let end = place.end.clamp(start, bytes.end);
    Shown::Lines {
        first,
        span: start - bytes.start..end - bytes.start,
        text: &text[bytes],
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Diagnostic, Location, Source};

    use super::*;

    #[test]
    fn both_forms_say_what_where_and_what_to_do() {
        let source = Source::new("pyproject.toml", "[tool.wheelwright]\npyhton = \"3.13\"\n");
        let diagnostic = Diagnostic::error("unknown key `pyhton` in `[tool.wheelwright]`")
            .at(&Location::new(&source, 19..25))
            .hint("did you mean `python`?");
        assert_eq!(
            one_line(&diagnostic),
            "pyproject.toml:2:1: unknown key `pyhton` in `[tool.wheelwright]`; did you mean `python`?"
        );
        insta::assert_snapshot!(to_terminal(&diagnostic), @r#"
        error: unknown key `pyhton` in `[tool.wheelwright]`
         --> pyproject.toml:2:1
          |
        2 | pyhton = "3.13"
          | ^^^^^^
          |
          = help: did you mean `python`?
        "#);
    }

    #[test]
    fn odd_places_are_shown_too() {
        let show = |text: &str, span: std::ops::Range<usize>| {
            let place = Location::new(&Source::new("a.toml", text), span);
            to_terminal(&Diagnostic::error("x").at(&place))
        };
        let all = [
            show("", 0..0),
            show("a", 1..1),
            show("a\n", 2..2),
            show("a", 5..9),
            show("ä = \"ö\"\r\nb\r\n", 5..9),
            show("\ta = [\n  1,\n  2,\n]\nb\n", 1..17),
            // Within a character: no place that a parser gives, but nothing to stumble over either.
            show("ä", 1..2),
        ];
        insta::assert_snapshot!(all.join("\n"), @r#"
        error: x
         --> a.toml:1:1
          |
        1 |
          | ^
        error: x
         --> a.toml:1:2
          |
        1 | a
          |  ^
        error: x
         --> a.toml:1:3
          |
        1 | a
          |  ^
        error: x
         --> a.toml:1:2
          |
        1 | a
          |  ^
        error: x
         --> a.toml:1:5
          |
        1 | ä = "ö"
          |     ^^^
        error: x
         --> a.toml:1:2
          |
        1 | /     a = [
        2 | |   1,
        3 | |   2,
        4 | | ]
          | |_^
        error: x
         --> a.toml:1:1
          |
        1 | ä
          | ^
        "#);
    }

    #[test]
    fn of_long_texts_the_lines_of_the_place_are_shown() {
        let text = "a = 1\n".repeat(20_000) + "b = [\n" + &"  1,\n".repeat(20_000) + "]\n";
        let source = Source::new("a.toml", text);
        let show = |span: std::ops::Range<usize>| {
            to_terminal(&Diagnostic::error("x").at(&Location::new(&source, span)))
        };
        let long = Source::new("b.toml", "x".repeat(100_000) + "\ny");
        let long = Location::new(&long, 50_000..50_001);
        let all = [
            show(59_998..60_001),
            show(60_004..60_013),
            show(120_004..220_007),
            show(220_007..230_000),
            to_terminal(&Diagnostic::error("x".repeat(100_000)).at(&long))
                .replace(&"x".repeat(500), "[500]"),
        ];
        insta::assert_snapshot!(all.join("\n"), @"
        error: x
             --> a.toml:10000:5
              |
        10000 |   a = 1
              |  _____^
        10001 | | a = 1
              | |_^
        error: x
             --> a.toml:10001:5
              |
        10001 |   a = 1
              |  _____^
        10002 | | a = 1
        10003 | | a = 1
              | |_^
        error: x
             --> a.toml:20001:5
              |
        20001 | b = [
              |     ^
        error: x
             --> a.toml:40002:2
              |
        40002 | ]
              |  ^
        error: [500][500][500] … [500]
        --> b.toml:1:50001
        ");
    }

    #[test]
    fn of_many_the_first_are_shown() {
        let all = |errors: usize, warnings: usize| {
            let errors = (0..errors).map(|index| Diagnostic::error(index.to_string()));
            let warnings = (0..warnings).map(|index| Diagnostic::warning(index.to_string()));
            let all: Vec<_> = errors.chain(warnings).collect();
            let (shown, more) = first_of(all.iter());
            let more = more.map(|more| format!(" {more}")).unwrap_or_default();
            format!("{}{more}", shown.len())
        };
        let all = [
            all(0, 0),
            all(50, 0),
            all(51, 0),
            all(52, 0),
            all(0, 51),
            all(0, 60),
            all(60, 1),
        ];
        insta::assert_snapshot!(all.join("\n"), @"
        0
        50
        50 … and 1 more error
        50 … and 2 more errors
        50 … and 1 more warning
        50 … and 10 more warnings
        50 … and 11 more errors and warnings
        ");
    }

    #[test]
    fn without_a_place_there_is_no_snippet() {
        let diagnostic = Diagnostic::warning("no `uv.lock`");
        assert_eq!(one_line(&diagnostic), "no `uv.lock`");
        assert_eq!(to_terminal(&diagnostic), "warning: no `uv.lock`");
        let diagnostic = diagnostic.hint("run `uv lock`");
        assert_eq!(
            to_terminal(&diagnostic),
            "warning: no `uv.lock`\n  = help: run `uv lock`"
        );
    }
}
