//! Images, of a registry and of an OCI layout folder.

use crate::llb::capability as cap;
use crate::llb::source::Row;
use crate::options::ResolveMode;
use crate::values::{Digest, ImageRef, Platform};

/// The file system of an image.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ImageSource {
    /// The image, in its normal form.
    pub reference: ImageRef,
    /// For which platform.
    pub platform: Platform,
    /// How the tag is looked up.
    pub resolve_mode: ResolveMode,
}

impl ImageSource {
    pub(super) fn identifier(&self) -> String {
        format!("docker-image://{}", self.reference)
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        let (mode, capability) = match self.resolve_mode {
            ResolveMode::Default => return Vec::new(),
            // Only a pull must not be ignored in silence; the other is a wish.
            ResolveMode::Pull => ("pull", Some(cap::SOURCE_IMAGE_RESOLVE_MODE)),
            ResolveMode::Local => ("local", None),
        };
        vec![("image.resolvemode", mode.to_owned(), capability)]
    }
}

/// The file system of an image in an OCI layout folder of the client.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct OciLayoutSource {
    /// A name that tells the image from others.
    pub name: ImageRef,
    /// Its manifest: a layout is read by digest alone.
    pub digest: Digest,
    /// The session that sends it; empty for the build's own.
    pub session: String,
    /// The folder's name in the session; empty for the one in `name`.
    pub store: String,
    /// For which platform.
    pub platform: Platform,
}

impl OciLayoutSource {
    pub(super) fn identifier(&self) -> String {
        let pinned = self.name.clone().with_digest(self.digest.clone());
        format!("oci-layout://{pinned}")
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        vec![
            ("oci.session", self.session.clone(), None),
            ("oci.store", self.store.clone(), None),
        ]
    }
}
