//! The images that the fake engine finds: in its registry, and in the OCI layouts of the client.

use bollard_buildkit_proto::moby::buildkit::v1::frontend as wire;
use bollard_buildkit_proto::pb;
use tonic::Status;

use crate::bridge::engine::{FakeEngine, Image};
use crate::bridge::request::Request;

/// `ResolverType` of an image in a layout, in the older call.
const LAYOUT_RESOLVER: i32 = 1;

impl FakeEngine {
    pub(super) async fn on_resolve(
        &self,
        request: wire::ResolveImageConfigRequest,
    ) -> Result<wire::ResolveImageConfigResponse, Status> {
        let name = request.r#ref.clone();
        self.meet(Request::Resolve(request.clone())).await?;
        if request.resolver_type == LAYOUT_RESOLVER {
            let config = self.layout(&name, &request.session_id, &request.store_id)?;
            return Ok(wire::ResolveImageConfigResponse {
                config: config.into_bytes(),
                r#ref: name,
                ..wire::ResolveImageConfigResponse::default()
            });
        }
        let (name, image) = self.image(&name)?;
        Ok(wire::ResolveImageConfigResponse {
            digest: image.digest,
            config: image.config.into_bytes(),
            r#ref: name,
        })
    }

    pub(super) async fn on_resolve_source(
        &self,
        request: wire::ResolveSourceMetaRequest,
    ) -> Result<wire::ResolveSourceMetaResponse, Status> {
        let source = request.source.clone().unwrap_or_default();
        let name = source
            .identifier
            .trim_start_matches("docker-image://")
            .to_owned();
        self.meet(Request::ResolveSource(request)).await?;
        let mut answer = wire::ResolveSourceMetaResponse::default();
        if let Some(name) = source.identifier.strip_prefix("oci-layout://") {
            let attr = |key: &str| source.attrs.get(key).map_or("", String::as_str);
            let config = self.layout(name, attr("oci.session"), attr("oci.store"))?;
            answer.image = Some(wire::ResolveSourceImageResponse {
                config: config.into_bytes(),
                ..wire::ResolveSourceImageResponse::default()
            });
            answer.source = Some(source);
            return Ok(answer);
        }
        let identifier = match self.setup.policy.get(&name) {
            Some(other) if other.contains("://") => other.clone(),
            _ => {
                let (name, image) = self.image(&name)?;
                answer.image = Some(wire::ResolveSourceImageResponse {
                    digest: image.digest,
                    config: image.config.into_bytes(),
                    ..wire::ResolveSourceImageResponse::default()
                });
                format!("docker-image://{name}")
            }
        };
        answer.source = Some(pb::SourceOp {
            identifier,
            ..source
        });
        Ok(answer)
    }

    /// The configuration of an image that the client has in a layout.
    fn layout(&self, name: &str, session: &str, store: &str) -> Result<String, Status> {
        if session.is_empty() {
            self.complain(format!("{name}: a layout is asked of no session"));
        }
        let digest = name.rsplit('@').next().unwrap_or_default();
        let config = self.setup.layouts.get(&format!("{store}@{digest}"));
        config
            .cloned()
            .ok_or_else(|| Status::unknown(format!("{name}: no such blob in {store}")))
    }

    /// The image that a policy and the registry give for a name.
    fn image(&self, name: &str) -> Result<(String, Image), Status> {
        let name = self.setup.policy.get(name).map_or(name, String::as_str);
        match self.setup.images.get(name) {
            Some(image) => Ok((name.to_owned(), image.clone())),
            None => Err(Status::unknown(format!("{name}: not found"))),
        }
    }
}
