//! Diagnostics as text: one line for BuildKit's error message, and a snippet for a terminal.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Severity};

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
    let message = [
        std::slice::from_ref(&diagnostic.message),
        diagnostic.hints.as_slice(),
    ]
    .concat()
    .join("; ");
    format!("{place}{message}")
}

/// A snippet of the user's text with the place marked, and the hints below it. No colours.
pub fn to_terminal(diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str());
    let Some(place) = &diagnostic.location else {
        let title = Renderer::plain().render(&[Group::with_title(title)]);
        let hints = diagnostic
            .hints
            .iter()
            .map(|hint| format!("\n  = help: {hint}"));
        return [title].into_iter().chain(hints).collect();
    };
    let snippet = Snippet::source(place.source.text())
        .path(place.source.name())
        .annotation(AnnotationKind::Primary.span(place.start..place.end));
    let group = diagnostic
        .hints
        .iter()
        .fold(title.element(snippet), |group, hint| {
            group.element(Level::HELP.message(hint.as_str()))
        });
    Renderer::plain().render(&[group])
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
