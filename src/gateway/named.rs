//! Named contexts (`--build-context NAME=VALUE`) in place of images.

use crate::diagnostic::{Diagnostic, rules};
use crate::options::BuildOptions;
use crate::values::{Digest, ImageRef};

/// What stands for an image.
#[derive(Debug)]
pub(super) enum StandIn {
    /// An image of a registry or of the engine.
    Image(ImageRef),
    /// An image in an OCI layout of the client.
    Layout {
        /// The layout's name in the session.
        store: String,
        /// The image in it: its manifest, or an index of one for each platform.
        digest: Digest,
    },
}

/// What a value means that is no image, and cannot stand for one yet (`Client.NamedContext` of BuildKit's
/// `frontend/dockerui`).
fn other_kind(value: &str) -> Option<&'static str> {
    let starts = |words: &[&str]| words.iter().any(|word| value.starts_with(word));
    let address = value.split(['#', '?']).next().unwrap_or_default();
    Some(if starts(&["local:"]) {
        "a folder of the client"
    } else if starts(&["input:"]) {
        "the result of another target"
    } else if starts(&["target:"]) {
        "a target that the client did not build (`target:`)"
    } else if starts(&["git://", "git@", "ssh://"]) || address.strip_suffix(".git").is_some() {
        "a git repository"
    } else if starts(&["http://", "https://"]) {
        "a file of a web server"
    } else {
        return None;
    })
}

/// What stands for an image, and the name under which it was given; `None` where there is no named context for it.
pub(super) fn stand_in(
    image: &ImageRef,
    options: &BuildOptions,
) -> Result<Option<(String, StandIn)>, Diagnostic> {
    let name = image.context_name();
    let Some(value) = options.named_context(&name) else {
        return Ok(None);
    };
    match parse(value) {
        Ok(stand_in) => Ok(Some((name, stand_in))),
        // Without the value: an address may hold a token.
        Err(what) => Err(rules::INVALID_OPTION.report(format!("`--build-context {name}`: {what}"))),
    }
}

fn parse(value: &str) -> Result<StandIn, String> {
    if let Some(layout) = value.strip_prefix("oci-layout://") {
        return parse_layout(layout);
    }
    let Some(reference) = value.strip_prefix("docker-image://") else {
        let message = match other_kind(value) {
            Some(kind) => format!("{kind} cannot stand for an image yet"),
            None => "no kind of build context that is known".to_owned(),
        };
        return Err(format!(
            "{message}, expected `docker-image://NAME` or `oci-layout://PATH@DIGEST`"
        ));
    };
    if reference == "scratch" {
        let what = "the empty image `scratch` cannot stand for an image with programs";
        return Err(format!("{what}, expected the name of one"));
    }
    let reference = reference.parse();
    reference
        .map(StandIn::Image)
        .map_err(|problem| problem.to_string())
}

/// `STORE[:TAG]@DIGEST`: the client names its layouts itself, and has looked up the tag.
fn parse_layout(text: &str) -> Result<StandIn, String> {
    let (store, digest) = text
        .split_once('@')
        .ok_or("an OCI layout is read by a digest, expected `oci-layout://PATH@sha256:…`")?;
    let digest = digest.parse().map_err(|problem| format!("{problem}"))?;
    // A tag is behind the last slash; a colon before it is a port's.
    let name = match store.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => store,
    };
    if name.is_empty() {
        return Err("an OCI layout has no name, expected `oci-layout://PATH@sha256:…`".to_owned());
    }
    let store = name.to_owned();
    Ok(StandIn::Layout { store, digest })
}
