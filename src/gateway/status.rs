//! Failures as BuildKit's errors: a message, and details from which the client draws the user's own lines.
//!
//! A detail is JSON inside `Any` (BuildKit `util/grpcerrors`, `solver/errdefs`); one encoded as protobuf is
//! not recognised.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prost::Message;
use serde_json::json;

use crate::context::Failure;
use crate::diagnostic::{Diagnostics, Location, first_of, one_line};
use crate::gateway::Error;
use crate::pb::{Any, Status};

/// `Unknown`: any other code would put its name in front of the message.
const USER_ERROR: i32 = 2;
const UNIMPLEMENTED: i32 = 12;
const LONG_TEXT_BYTES: usize = 64 * 1024;
const LONG_LINE_BYTES: usize = 1024;
/// All details of an error: clients take no header of more than 16 MiB, and proxies less.
const MAX_DETAILS_BYTES: usize = 1024 * 1024;
/// More than any client shows (buildx and buildctl: 2 to 4).
const LINES_AROUND: usize = 8;
/// `Internal`: buildx then speaks of a crash, which it is.
const BUG: i32 = 13;

/// The error for whatever stopped a build.
pub fn status_of_failure(failure: &Failure<Error>) -> Status {
    match failure {
        Failure::User(diagnostics) => status_of_diagnostics(diagnostics),
        Failure::Context(error) => status_of_error(error),
        Failure::Image {
            reference,
            origin,
            hint,
            error,
        } => {
            let mut status = status_of_error(error);
            // A step's error or a named context has its own words.
            if matches!(error, Error::Engine(_) | Error::Config(_)) {
                let place = origin
                    .as_ref()
                    .map(|place| format!("{place}: "))
                    .unwrap_or_default();
                status.message = format!(
                    "{place}cannot resolve the image `{}`: {}; {hint}",
                    reference.familiar(),
                    status.message
                );
            }
            status.code = USER_ERROR;
            status.details.extend(origin.as_ref().map(source_detail));
            status
        }
    }
}

/// The error for a panic: asks for a report.
pub fn status_of_bug(message: &str) -> Status {
    let version = env!("CARGO_PKG_VERSION");
    let message =
        format!("wheelwright {version} has met a bug of its own, please report it: {message}");
    Status {
        code: BUG,
        message,
        details: Vec::new(),
    }
}

/// The error for a subrequest (`--call`) that is not there; buildx matches the words and the detail.
pub fn status_of_subrequest(name: &str) -> Status {
    let details = vec![detail("errdefs.Subrequest", &json!({ "name": name }))];
    Status {
        code: UNIMPLEMENTED,
        message: format!("unsupported request {name}"),
        details,
    }
}

/// The error for something in `frontend.caps` that this frontend cannot do.
pub fn status_of_capability(name: &str) -> Status {
    let details = vec![detail("errdefs.FrontendCap", &json!({ "name": name }))];
    Status {
        code: UNIMPLEMENTED,
        message: format!("unsupported frontend capability {name}"),
        details,
    }
}

fn status_of_diagnostics(diagnostics: &Diagnostics) -> Status {
    let (errors, more) = first_of(diagnostics.errors());
    let lines = errors.iter().map(|error| one_line(error));
    let lines: Vec<String> = lines.chain(more).collect();
    let places = errors.iter().filter_map(|error| error.location.as_ref());
    let (mut details, mut size) = (Vec::new(), 0);
    for detail in places.map(source_detail) {
        size += detail.value.len();
        if size > MAX_DETAILS_BYTES {
            break;
        }
        details.push(detail);
    }
    // Two errors on one line are one snippet.
    details.dedup();
    Status {
        code: USER_ERROR,
        message: lines.join("\n"),
        details,
    }
}

fn status_of_error(error: &Error) -> Status {
    match error {
        // Whole: the details hold the step, its source and its output.
        Error::Engine(status) => {
            let details = Status::decode(status.details())
                .map(|status| status.details)
                .unwrap_or_default();
            Status {
                code: status.code() as i32,
                message: status.message().to_owned(),
                details,
            }
        }
        Error::User(diagnostic) => {
            status_of_diagnostics(&Diagnostics::from((**diagnostic).clone()))
        }
        Error::StandIn { error: cause, .. } => Status {
            message: error.to_string(),
            ..status_of_error(cause)
        },
        Error::Capability(_) => Status {
            code: UNIMPLEMENTED,
            message: error.to_string(),
            details: Vec::new(),
        },
        other => Status {
            code: USER_ERROR,
            message: other.to_string(),
            details: Vec::new(),
        },
    }
}

fn source_detail(place: &Location) -> Any {
    let (first, last) = place.lines();
    let value = json!({
        "info": {
            "filename": place.source.name(),
            "data": STANDARD.encode(shown_text(place)),
            "language": place.source.language(),
        },
        "ranges": [{ "start": { "line": first }, "end": { "line": last } }],
    });
    detail("errdefs.Source", &value)
}

/// The text that a client shows lines of. Of a long one (of megabytes) all lines but those around the
/// place are emptied: each error carries its text, in a header that must not grow without bounds.
pub(super) fn shown_text(place: &Location) -> String {
    let text = place.source.text();
    if text.len() <= LONG_TEXT_BYTES {
        return text.to_owned();
    }
    let (first, last) = place.lines();
    let shown = first.saturating_sub(LINES_AROUND)..=last.saturating_add(LINES_AROUND);
    let lines = text.split('\n').enumerate();
    let lines: Vec<&str> = lines
        .map(|(index, line)| {
            let limit = if shown.contains(&(index + 1)) {
                LONG_LINE_BYTES
            } else {
                0
            };
            &line[..line.floor_char_boundary(limit)]
        })
        .collect();
    lines.join("\n")
}

fn detail(name: &str, value: &serde_json::Value) -> Any {
    let type_url = format!("github.com/moby/buildkit/{name}+json");
    Any {
        type_url,
        value: value.to_string().into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Diagnostic, Source};

    use super::*;

    #[test]
    fn of_many_errors_the_first_are_sent() {
        let source = Source::new("spec.toml", "line\n".repeat(10_000));
        let at = |index: usize| Location::new(&source, 5 * index..5 * index + 1);
        let errors = (0..1_000).map(|index| Diagnostic::error("x").at(&at(index)));
        let status = status_of_failure(&Failure::User(
            Diagnostics::split(errors.collect()).unwrap_err(),
        ));
        assert_eq!(status.message.lines().count(), 51);
        assert!(status.message.ends_with("\n… and 950 more errors"));
        // As many as are not too large together.
        assert_eq!(status.details.len(), 15);
    }

    #[test]
    fn all_errors_are_in_the_message_and_each_place_is_a_detail() {
        let source = Source::new("spec.toml", "a\nb\n");
        let errors = vec![
            Diagnostic::error("one").at(&Location::new(&source, 2..3)),
            Diagnostic::error("two"),
            Diagnostic::warning("three"),
        ];
        let status = status_of_failure(&Failure::User(Diagnostics::split(errors).unwrap_err()));
        assert_eq!(status.code, 2);
        assert_eq!(status.message, "two\nspec.toml:2:1: one");
        assert_eq!(status.details.len(), 1);
        assert_eq!(
            status.details[0].type_url,
            "github.com/moby/buildkit/errdefs.Source+json"
        );
        assert_eq!(
            String::from_utf8(status.details[0].value.clone()).unwrap(),
            concat!(
                r#"{"info":{"filename":"spec.toml","data":"YQpiCg==","language":"TOML"},"#,
                r#""ranges":[{"start":{"line":2},"end":{"line":2}}]}"#
            )
        );
    }

    #[test]
    fn of_a_long_text_only_the_lines_around_are_sent() {
        let text = "line\n".repeat(100_000);
        let source = Source::new("other.lock", text);
        let place = Location::new(&source, 5 * 49_999..5 * 50_000);
        assert_eq!(place.lines(), (50_000, 50_000));
        let shown = shown_text(&place);
        assert_eq!(shown.matches('\n').count(), 100_000);
        assert_eq!(shown.matches("line").count(), 17);
        assert_eq!(shown.split('\n').nth(49_999), Some("line"));

        let source = Source::new("other.lock", "\u{fffd}".repeat(1_000_000));
        assert_eq!(shown_text(&Location::new(&source, 0..3)).len(), 1023);
    }

    #[test]
    fn what_the_engine_said_is_passed_on_whole() {
        let details = Status {
            code: 5,
            message: "m".into(),
            details: vec![Any {
                type_url: "t".into(),
                value: vec![1],
            }],
        };
        let engine =
            tonic::Status::with_details(tonic::Code::NotFound, "m", details.encode_to_vec().into());
        let status = status_of_failure(&Failure::Context(Error::engine(engine)));
        assert_eq!(status, details);
    }
}
