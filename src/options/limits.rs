//! Limits of the containers that steps run in.

use crate::diagnostic::{Diagnostic, rules};
use crate::options::{Ulimit, unknown_word};

/// The limits that a container can have (`ulimitNameMapping` of github.com/docker/go-units, which buildx and
/// BuildKit read them with).
const NAMES: &[&str] = &[
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

const NO_LIMIT: i64 = -1;

/// Bytes; zero is the engine's own size.
pub(super) fn parse_shm_size(text: Option<String>, problems: &mut Vec<Diagnostic>) -> Option<i64> {
    let text = text?;
    match text.parse::<i64>() {
        Ok(size) if size >= 0 => Some(size).filter(|size| *size > 0),
        _ => {
            problems.push(rules::INVALID_OPTION.report(format!(
                "option `shm-size` is `{text}`, expected a number of bytes"
            )));
            None
        }
    }
}

/// `name=soft[:hard]`, with commas between.
pub(super) fn parse_ulimits(text: Option<String>, problems: &mut Vec<Diagnostic>) -> Vec<Ulimit> {
    let text = text.unwrap_or_default();
    let entries = text.split(',').filter(|entry| !entry.is_empty());
    entries
        .filter_map(|entry| {
            let problem =
                |what: &str| rules::INVALID_OPTION.report(format!("`--ulimit {entry}`: {what}"));
            parse_ulimit(entry)
                .map_err(|what| problems.push(problem(&what)))
                .ok()
        })
        .collect()
}

fn parse_ulimit(entry: &str) -> Result<Ulimit, String> {
    let malformed = "expected `NAME=SOFT[:HARD]` with numbers, -1 for no limit";
    let (name, values) = entry.split_once('=').ok_or(malformed)?;
    let (soft, hard) = values.split_once(':').unwrap_or((values, values));
    let number = |text: &str| match text.parse() {
        Ok(number) if number >= NO_LIMIT => Ok(number),
        _ => Err(malformed),
    };
    let (soft, hard) = (number(soft)?, number(hard)?);
    if !NAMES.contains(&name) {
        return Err(unknown_word("limit", name, NAMES).message);
    }
    if hard != NO_LIMIT && (soft == NO_LIMIT || soft > hard) {
        return Err("the soft limit is above the hard one, expected it below".to_owned());
    }
    Ok(Ulimit {
        name: name.to_owned(),
        soft,
        hard,
    })
}
