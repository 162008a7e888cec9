//! Images behind the engine: from a name to a digest and a configuration.

use crate::context::{ImageConfig, ResolvedImage};
use crate::diagnostic::{Diagnostic, rules};
use crate::gateway::named::{self, StandIn};
use crate::gateway::{Error, Gateway};
use crate::llb::{OciLayoutSource, Source};
use crate::pb;
use crate::pb::frontend as wire;
use crate::values::{Digest, ImageRef, Platform};

/// The scheme of image sources.
const SCHEME: &str = "docker-image://";
/// That of images in an OCI layout of the client, and what an engine must have for them.
const LAYOUT_SCHEME: &str = "oci-layout://";
const LAYOUT_CAPABILITY: &str = "source.ocilayout";
/// `ResolveImageConfigRequest.ResolverType` for them (BuildKit `client/llb/sourceresolver`).
const LAYOUT_RESOLVER: i32 = 1;

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
        let Some((name, stand_in)) = named::stand_in(image, &self.options)? else {
            return self.resolve_reference(image, platform).await;
        };
        let found = match stand_in {
            StandIn::Image(reference) => self.resolve_reference(&reference, platform).await,
            StandIn::Layout { store, digest } => {
                self.resolve_layout(image, store, digest, platform).await
            }
        };
        found.map_err(|error| match error {
            error if error.is_unknown_scheme() => no_layouts(&name).into(),
            // In its own words it is about an image that nobody named in the project.
            Error::Engine(_) | Error::Config(_) => Error::StandIn {
                name,
                error: Box::new(error),
            },
            other => other,
        })
    }

    async fn resolve_reference(
        &self,
        reference: &ImageRef,
        platform: &Platform,
    ) -> Result<ResolvedImage, Error> {
        // Since 0.13; the older call knows nothing of policies that change the kind of a source.
        let answer = if self.api.has("source.metaresolver") {
            let source = pb::SourceOp {
                identifier: format!("{SCHEME}{reference}"),
                ..pb::SourceOp::default()
            };
            let mode = self.options.resolve_mode.as_str();
            let response = self
                .resolve_source(source, reference, platform, mode)
                .await?;
            let source = response.source.unwrap_or_default().identifier;
            match (source.strip_prefix(SCHEME), response.image) {
                (Some(name), Some(image)) => Answer {
                    reference: told(name, reference)?,
                    digest: image.digest,
                    config: image.config,
                },
                _ => return Err(other_kind(reference, &source).into()),
            }
        } else {
            let request = wire::ResolveImageConfigRequest {
                resolve_mode: self.options.resolve_mode.as_str().to_owned(),
                ..config_request(reference, platform)
            };
            let response = self.resolve_config(request).await?;
            Answer {
                reference: told(&response.r#ref, reference)?,
                digest: response.digest,
                config: response.config,
            }
        };
        let reference = match answer.digest.as_str() {
            "" => answer.reference,
            digest => {
                let wrong = |_| Error::Unexpected("a digest that is none of SHA-256");
                answer.reference.with_digest(digest.parse().map_err(wrong)?)
            }
        };
        Ok(ResolvedImage {
            reference,
            layout: None,
            config: ImageConfig::parse(&answer.config)?,
            has_python: None,
        })
    }

    /// An image of the client under the name of the one that it stands for: the name tells it from others in what
    /// the user sees, and the digest says which it is.
    async fn resolve_layout(
        &self,
        image: &ImageRef,
        store: String,
        digest: Digest,
        platform: &Platform,
    ) -> Result<ResolvedImage, Error> {
        // An older engine would ask a registry for the name.
        if !self.engine.capabilities.has(LAYOUT_CAPABILITY) {
            return Err(Error::Capability(LAYOUT_CAPABILITY.to_owned()));
        }
        let reference = image.clone().with_digest(digest.clone());
        let session = self.engine.session.clone();
        let config = if self.api.has("source.metaresolver") {
            let source = Source::OciLayout(OciLayoutSource {
                name: image.clone(),
                digest,
                session,
                store: store.clone(),
                platform: platform.clone(),
            });
            let attributes = source.attributes().into_iter();
            let source = pb::SourceOp {
                identifier: source.identifier(),
                attrs: attributes
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect(),
            };
            let response = self
                .resolve_source(source, &reference, platform, "")
                .await?;
            let source = response.source.unwrap_or_default().identifier;
            match response.image {
                Some(image) if source.starts_with(LAYOUT_SCHEME) => image.config,
                _ => return Err(other_kind(&reference, &source).into()),
            }
        } else {
            let request = wire::ResolveImageConfigRequest {
                resolver_type: LAYOUT_RESOLVER,
                session_id: session,
                store_id: store.clone(),
                ..config_request(&reference, platform)
            };
            self.resolve_config(request).await?.config
        };
        Ok(ResolvedImage {
            reference,
            layout: Some(store),
            config: ImageConfig::parse(&config)?,
            has_python: None,
        })
    }

    async fn resolve_source(
        &self,
        source: pb::SourceOp,
        reference: &ImageRef,
        platform: &Platform,
        mode: &str,
    ) -> Result<wire::ResolveSourceMetaResponse, Error> {
        let request = wire::ResolveSourceMetaRequest {
            source: Some(source),
            platform: Some(message(platform)),
            log_name: log_name(reference),
            resolve_mode: mode.to_owned(),
            ..wire::ResolveSourceMetaRequest::default()
        };
        let answer = self.client.clone().resolve_source_meta(request).await;
        Ok(answer.map_err(Error::engine)?.into_inner())
    }

    async fn resolve_config(
        &self,
        request: wire::ResolveImageConfigRequest,
    ) -> Result<wire::ResolveImageConfigResponse, Error> {
        let answer = self.client.clone().resolve_image_config(request).await;
        Ok(answer.map_err(Error::engine)?.into_inner())
    }
}

fn config_request(reference: &ImageRef, platform: &Platform) -> wire::ResolveImageConfigRequest {
    wire::ResolveImageConfigRequest {
        r#ref: reference.to_string(),
        platform: Some(message(platform)),
        log_name: log_name(reference),
        ..wire::ResolveImageConfigRequest::default()
    }
}

fn message(platform: &Platform) -> pb::Platform {
    pb::Platform {
        architecture: platform.architecture.clone(),
        os: platform.os.clone(),
        variant: platform.variant.clone(),
        ..pb::Platform::default()
    }
}

/// The step that the user sees while the engine asks a registry, or the client.
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

fn no_layouts(name: &str) -> Diagnostic {
    rules::UNSUPPORTED_ENGINE.report(format!(
        "`--build-context {name}`: this engine reads no OCI layouts, as Docker does with its classic image store"
    ))
    .hint("load the image into the engine and write `docker-image://NAME`, or build with the containerd image store")
}

fn other_kind(reference: &ImageRef, source: &str) -> Diagnostic {
    let kind = source.split("://").next().unwrap_or_default();
    let name = reference.familiar();
    rules::SOURCE_POLICY.report(format!(
        "a source policy of the engine puts a source of the kind `{kind}` in place of the image `{name}`, expected an image"
    ))
    .hint("change the policy, or name another image")
}
