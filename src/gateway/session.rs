//! What the engine tells a frontend at its start.

use std::collections::BTreeMap;
use std::ffi::OsString;

use crate::gateway::platform;
use crate::values::Platform;

/// What the engine tells a frontend at its start (`BUILDKIT_*`).
#[derive(Clone, Debug, Default)]
pub struct Session {
    /// `BUILDKIT_FRONTEND_OPT_*`, keys and values.
    pub options: BTreeMap<String, String>,
    /// `BUILDKIT_SESSION_ID`; empty for builds without a session.
    pub id: String,
    /// `BUILDKIT_WORKERS`, as JSON.
    pub workers: String,
}

impl Session {
    /// Reads the engine's variables among `variables`; what is no UTF-8 is replaced, never refused: a label may
    /// hold anything.
    pub fn from_variables(variables: impl Iterator<Item = (OsString, OsString)>) -> Self {
        let mut session = Self::default();
        for (name, value) in variables {
            let (name, value) = (name.to_string_lossy(), value.to_string_lossy());
            if name.starts_with("BUILDKIT_FRONTEND_OPT_") {
                // A value may hold `=`, JSON and newlines: only the first `=` parts.
                let (key, value) = value.split_once('=').unwrap_or((&value, ""));
                session.options.insert(key.to_owned(), value.to_owned());
            } else if name == "BUILDKIT_SESSION_ID" {
                session.id = value.into_owned();
            } else if name == "BUILDKIT_WORKERS" {
                session.workers = value.into_owned();
            }
        }
        session
    }

    /// The platform that the engine builds for by itself: the first of its first worker.
    pub fn default_platform(&self) -> Platform {
        platform::first_of_workers(&self.workers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_part_at_the_first_equals_sign() {
        let session = Session::from_variables(
            [
                ("BUILDKIT_FRONTEND_OPT_0", &b"build-arg:A=b=c\nd"[..]),
                ("BUILDKIT_FRONTEND_OPT_17", b"no-cache"),
                ("BUILDKIT_FRONTEND_OPT_x", b"label:a\xff=\xfe=\xc3\xa4"),
                ("BUILDKIT_FRONTEND_OPT_2", b"target="),
                ("BUILDKIT_FRONTEND_OPT_3", b""),
                ("BUILDKIT_SESSION_ID", b""),
                ("PATH", b"/invalid"),
            ]
            .into_iter()
            .map(|(name, value)| (OsString::from(name), os_string(value))),
        );
        let read: Vec<_> = session
            .options
            .iter()
            .map(|(key, value)| format!("{key:?}: {value:?}"))
            .collect();
        insta::assert_snapshot!(read.join("\n"), @r#"
        "": ""
        "build-arg:A": "b=c\nd"
        "label:a�": "�=ä"
        "no-cache": ""
        "target": ""
        "#);
        assert_eq!(session.id, "");
    }

    fn os_string(bytes: &[u8]) -> OsString {
        std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec())
    }
}
