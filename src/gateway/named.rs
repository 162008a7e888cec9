//! Named contexts (`--build-context NAME=VALUE`) in place of images.

use crate::diagnostic::Diagnostic;
use crate::options::BuildOptions;
use crate::values::ImageRef;

/// What a value means that is no image, and cannot stand for one yet (`Client.NamedContext` of BuildKit's
/// `frontend/dockerui`).
fn other_kind(value: &str) -> Option<&'static str> {
    let starts = |words: &[&str]| words.iter().any(|word| value.starts_with(word));
    let address = value.split(['#', '?']).next().unwrap_or_default();
    Some(if starts(&["oci-layout://"]) {
        "an OCI layout (`oci-layout://`)"
    } else if starts(&["local:"]) {
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

/// The image that stands for another one: itself where there is no named context for it.
pub(super) fn image_for(image: &ImageRef, options: &BuildOptions) -> Result<ImageRef, Diagnostic> {
    let name = image.context_name();
    let Some(value) = options.named_context(&name) else {
        return Ok(image.clone());
    };
    // Without the value: an address may hold a token.
    let error = |what: String| Diagnostic::error(format!("`--build-context {name}`: {what}"));
    let Some(reference) = value.strip_prefix("docker-image://") else {
        let message = match other_kind(value) {
            Some(kind) => format!("{kind} cannot stand for an image yet"),
            None => "no kind of build context that is known".to_owned(),
        };
        return Err(error(format!("{message}, expected `docker-image://NAME`")));
    };
    if reference == "scratch" {
        let what = "the empty image `scratch` cannot stand for an image with programs";
        return Err(error(format!("{what}, expected the name of one")));
    }
    reference
        .parse()
        .map_err(|problem| error(format!("{problem}")))
}
