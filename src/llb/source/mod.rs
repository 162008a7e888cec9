//! Files from outside: images, folders of the client, checkouts and files of the network.
//!
//! A source is an identifier with attributes. What is empty or at its default gives no attribute at all: Go's
//! encoder writes empty map values and prost does not, so one would give the op another digest.

mod git;
mod http;
mod image;
mod local;

use std::collections::BTreeMap;

use crate::llb::capability::{self as cap, Capability};
use crate::values::Platform;

pub use git::{GitAccess, GitCommit, GitRemote, GitSource};
pub use http::{HttpSource, HttpUrl};
pub use image::{ImageSource, OciLayoutSource};
pub use local::{Differ, LocalSource};

/// Files from outside.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Source {
    /// The file system of an image.
    Image(ImageSource),
    /// A folder of the client.
    Local(LocalSource),
    /// A checkout of a git repository.
    Git(GitSource),
    /// A file of a web server, alone in its tree.
    Http(HttpSource),
    /// The file system of an image in an OCI layout folder of the client.
    OciLayout(OciLayoutSource),
}

/// An attribute: its key, its value, and the capability of engines that know it, where it needs one. They are
/// one row, so that no attribute is sent without its capability.
type Row = (&'static str, String, Option<Capability>);

impl Source {
    /// What the engine knows the source by.
    pub fn identifier(&self) -> String {
        match self {
            Self::Image(image) => image.identifier(),
            Self::Local(local) => local.identifier(),
            Self::Git(git) => git.identifier(),
            Self::Http(http) => http.identifier(),
            Self::OciLayout(layout) => layout.identifier(),
        }
    }

    /// The attributes; none of them is empty.
    pub fn attributes(&self) -> BTreeMap<&'static str, String> {
        let rows = self.rows().into_iter();
        rows.map(|(key, value, _)| (key, value)).collect()
    }

    /// The platform, of the sources that have one.
    pub fn platform(&self) -> Option<&Platform> {
        match self {
            Self::Image(image) => Some(&image.platform),
            Self::OciLayout(layout) => Some(&layout.platform),
            Self::Local(_) | Self::Git(_) | Self::Http(_) => None,
        }
    }

    /// The capabilities that it uses.
    pub(super) fn capabilities(&self) -> Vec<Capability> {
        let base = match self {
            Self::Image(_) => cap::SOURCE_IMAGE,
            Self::Local(_) => cap::SOURCE_LOCAL,
            Self::Git(_) => cap::SOURCE_GIT,
            Self::Http(_) => cap::SOURCE_HTTP,
            Self::OciLayout(_) => cap::SOURCE_OCI_LAYOUT,
        };
        let subdir = match self {
            // It is in the identifier and no attribute.
            Self::Git(git) if !git.subdir.is_empty() => Some(cap::SOURCE_GIT_SUBDIR),
            _ => None,
        };
        let rows = self.rows().into_iter();
        [base]
            .into_iter()
            .chain(self.platform().map(|_| cap::PLATFORM))
            .chain(subdir)
            .chain(rows.filter_map(|(_, _, capability)| capability))
            .collect()
    }

    fn rows(&self) -> Vec<Row> {
        let rows = match self {
            Self::Image(image) => image.rows(),
            Self::Local(local) => local.rows(),
            Self::Git(git) => git.rows(),
            Self::Http(http) => http.rows(),
            Self::OciLayout(layout) => layout.rows(),
        };
        let said = rows.into_iter().filter(|(_, value, _)| !value.is_empty());
        said.collect()
    }
}

/// The value of a switch: off is not said.
fn switch(on: bool) -> String {
    if on { "true".to_owned() } else { String::new() }
}
