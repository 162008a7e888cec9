//! Files of web servers.

use crate::llb::capability as cap;
use crate::llb::source::Row;
use crate::llb::{Mode, Owner};
use crate::values::Digest;

/// A file of a web server, alone in its tree.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct HttpSource {
    /// Where it is.
    pub url: HttpUrl,
    /// What it must hash to. With it, an engine that has the file asks nobody.
    pub checksum: Option<Digest>,
    /// Its name in the tree; empty for the one that the server gives.
    pub filename: String,
    /// Its mode; `None` for the engine's, 0600.
    pub mode: Option<Mode>,
    /// Its owner.
    pub owner: Owner,
    /// The secret with the `Authorization` header; empty for none.
    pub auth_header_secret: String,
}

/// `http://…` or `https://…`
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct HttpUrl(String);

impl HttpUrl {
    /// Reads an address; `None` for one of another kind, which the engine would take for another source.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = ["https://", "http://"]
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme))?;
        let host = rest.split(['/', '?', '#']).next()?;
        (!host.is_empty()).then(|| Self(text.to_owned()))
    }
}

impl HttpSource {
    /// A file of which no more is said than where it is.
    pub fn new(url: HttpUrl) -> Self {
        Self {
            url,
            checksum: None,
            filename: String::new(),
            mode: None,
            owner: Owner::ROOT,
            auth_header_secret: String::new(),
        }
    }

    pub(super) fn identifier(&self) -> String {
        self.url.0.clone()
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        let checksum = self.checksum.as_ref().map(ToString::to_string);
        let mode = self.mode.map(|mode| mode.to_string());
        // Root is what the engine takes when nothing is said.
        let id = |id: u32| match id {
            0 => String::new(),
            id => id.to_string(),
        };
        vec![
            (
                "http.checksum",
                checksum.unwrap_or_default(),
                Some(cap::SOURCE_HTTP_CHECKSUM),
            ),
            ("http.filename", self.filename.clone(), None),
            (
                "http.perm",
                mode.unwrap_or_default(),
                Some(cap::SOURCE_HTTP_MODE),
            ),
            (
                "http.uid",
                id(self.owner.user),
                Some(cap::SOURCE_HTTP_OWNER),
            ),
            (
                "http.gid",
                id(self.owner.group),
                Some(cap::SOURCE_HTTP_OWNER),
            ),
            (
                "http.authheadersecret",
                self.auth_header_secret.clone(),
                Some(cap::SOURCE_HTTP_AUTH),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_read() {
        for text in ["http://h/x", "https://h", "https://h:1/a?b#c"] {
            assert_eq!(HttpUrl::parse(text), Some(HttpUrl(text.to_owned())));
        }
        for text in [
            "",
            "https://",
            "https:///x",
            "git://h/x",
            "docker-image://x",
        ] {
            assert_eq!(HttpUrl::parse(text), None, "{text}");
        }
    }
}
