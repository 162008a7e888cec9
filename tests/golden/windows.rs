//! Files as editors on Windows save them: every case gives the same plan, graph and messages.

use std::path::Path;

use wheelwright::context::MemoryContext;
use wheelwright::frontend;

use crate::case::Case;
use crate::{graph_text, plan, plan_text, told};

/// Every line of every file ends in CRLF.
pub(crate) fn crlf_gives_the_same_plan(folder: &Path) {
    gives_the_same_plan(folder, |bytes| {
        let mut converted = Vec::new();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            match line.strip_suffix(b"\n") {
                Some(text) => {
                    converted.extend_from_slice(text.strip_suffix(b"\r").unwrap_or(text));
                    converted.extend_from_slice(b"\r\n");
                }
                None => converted.extend_from_slice(line),
            }
        }
        converted
    });
}

/// Every file starts with a UTF-8 byte order mark.
pub(crate) fn bom_gives_the_same_plan(folder: &Path) {
    gives_the_same_plan(folder, |bytes| [b"\xef\xbb\xbf", bytes].concat());
}

fn gives_the_same_plan(folder: &Path, convert: impl Fn(&[u8]) -> Vec<u8>) {
    let case = Case::read(folder);
    let original = case.context(folder);
    let files = original.files.iter();
    let files = files.map(|(name, bytes)| (name.clone(), convert(bytes)));
    let converted = MemoryContext {
        files: files.collect(),
        ..original.clone()
    };
    let is_empty = original.files.values().all(Vec::is_empty);
    assert!(is_empty || converted.files != original.files);
    // The plan's text shows what is new in files that a build writes: against the same original both times.
    let outcome = |context| outcome(&case, context, &original);
    let (expected, bytes) = outcome(&original);
    let (found, found_bytes) = outcome(&converted);
    assert!(found == expected, "{}", first_difference(&expected, &found));
    assert!(
        found_bytes == bytes,
        "the listing is the same, the bytes of the definition or of the image's configuration differ"
    );
}

/// What a case gives: its plan and its graph, and the bytes of the definition and of the image's configuration; or
/// its messages.
fn outcome(case: &Case, context: &MemoryContext, original: &MemoryContext) -> (String, Vec<u8>) {
    let options = case.options();
    match plan(context, &options) {
        Ok(plan) => {
            let (_, definition) = frontend::lower(&plan, &options, &case.engine()).unwrap();
            let graph = graph_text(&plan, &options, &case.engine());
            let bytes = [definition.to_bytes(), plan.image.to_json()].concat();
            (format!("{}\n{graph}", plan_text(&plan, original)), bytes)
        }
        Err(errors) => (told(errors.iter()), Vec::new()),
    }
}

fn first_difference(expected: &str, found: &str) -> String {
    let mut lines = expected.lines().zip(found.lines());
    match lines.find(|(expected, found)| expected != found) {
        Some((expected, found)) => format!("expected {expected:?}\n   found {found:?}"),
        None => format!("expected:\n{expected}\nfound:\n{found}"),
    }
}
