//! Images behind the engine: from a name to a digest and a configuration.

use crate::context::{ImageConfig, ResolvedImage};
use crate::diagnostic::Diagnostic;
use crate::gateway::{Error, Gateway, named};
use crate::pb;
use crate::pb::frontend as wire;
use crate::values::{ImageRef, Platform};

/// The scheme of image sources.
const SCHEME: &str = "docker-image://";

/// What an engine tells of an image.
struct Answer {
    /// Another name where a source policy puts another image in its place.
    reference: ImageRef,
    /// Empty for an image of the classic store: then the tag stays.
    digest: String,
    config: Vec<u8>,
}

impl Gateway {
    /// The digest and the configuration of an image, or of what a named context puts in its place.
    pub(super) async fn resolve_image(
        &self,
        image: &ImageRef,
        platform: &Platform,
    ) -> Result<ResolvedImage, Error> {
        let reference = named::image_for(image, &self.options)?;
        let platform = pb::Platform {
            architecture: platform.architecture.clone(),
            os: platform.os.clone(),
            variant: platform.variant.clone(),
            ..pb::Platform::default()
        };
        // Since 0.13; the older call knows nothing of policies that change the kind of a source.
        let answer = if self.api.has("source.metaresolver") {
            self.resolve_source(&reference, platform).await?
        } else {
            self.resolve_config(&reference, platform).await?
        };
        let reference = match answer.digest.as_str() {
            "" => answer.reference,
            digest => {
                let wrong = |_| Error::Unexpected("a digest that is none of SHA-256");
                answer.reference.with_digest(digest.parse().map_err(wrong)?)
            }
        };
        let config = ImageConfig::parse(&answer.config)?;
        Ok(ResolvedImage { reference, config })
    }

    async fn resolve_source(
        &self,
        reference: &ImageRef,
        platform: pb::Platform,
    ) -> Result<Answer, Error> {
        let request = wire::ResolveSourceMetaRequest {
            source: Some(pb::SourceOp {
                identifier: format!("{SCHEME}{reference}"),
                ..pb::SourceOp::default()
            }),
            platform: Some(platform),
            log_name: log_name(reference),
            resolve_mode: self.options.resolve_mode.as_str().to_owned(),
            ..wire::ResolveSourceMetaRequest::default()
        };
        let answer = self.client.clone().resolve_source_meta(request).await;
        let response = answer.map_err(Error::engine)?.into_inner();
        let source = response.source.unwrap_or_default().identifier;
        match (source.strip_prefix(SCHEME), response.image) {
            (Some(name), Some(image)) => Ok(Answer {
                reference: told(name, reference)?,
                digest: image.digest,
                config: image.config,
            }),
            _ => Err(other_kind(reference, &source).into()),
        }
    }

    async fn resolve_config(
        &self,
        reference: &ImageRef,
        platform: pb::Platform,
    ) -> Result<Answer, Error> {
        let request = wire::ResolveImageConfigRequest {
            r#ref: reference.to_string(),
            platform: Some(platform),
            resolve_mode: self.options.resolve_mode.as_str().to_owned(),
            log_name: log_name(reference),
            ..wire::ResolveImageConfigRequest::default()
        };
        let answer = self.client.clone().resolve_image_config(request).await;
        let response = answer.map_err(Error::engine)?.into_inner();
        Ok(Answer {
            reference: told(&response.r#ref, reference)?,
            digest: response.digest,
            config: response.config,
        })
    }
}

/// The step that the user sees while the engine asks a registry.
fn log_name(reference: &ImageRef) -> String {
    format!("[internal] load metadata for {}", reference.familiar())
}

/// The name that the engine tells, which a source policy may have changed; engines before 0.12 tell none.
fn told(name: &str, asked: &ImageRef) -> Result<ImageRef, Error> {
    if name.is_empty() {
        return Ok(asked.clone());
    }
    let wrong = |_| Error::Unexpected("an image reference that is none");
    name.parse().map_err(wrong)
}

fn other_kind(reference: &ImageRef, source: &str) -> Diagnostic {
    let kind = source.split("://").next().unwrap_or_default();
    let name = reference.familiar();
    Diagnostic::error(format!(
        "a source policy of the engine puts a source of the kind `{kind}` in place of the image `{name}`, expected an image"
    ))
    .hint("change the policy, or name another image")
}
