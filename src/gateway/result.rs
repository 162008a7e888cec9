//! The result of a build.

use serde_json::json;

use crate::context::ImageConfig;
use crate::pb::frontend as wire;
use crate::values::Platform;

/// An image's configuration and platform.
#[derive(Clone, Debug)]
pub struct BuiltImage {
    /// The configuration.
    pub config: ImageConfig,
    /// The platform.
    pub platform: Platform,
}

impl BuiltImage {
    /// The message for one platform: the keys carry no suffix, since dockerd's classic exporter would take a
    /// suffixed one for an image without a configuration (BuildKit `exporter/containerimage/exptypes`).
    pub(super) fn to_result(&self, reference: String) -> wire::Result {
        let mut platform =
            json!({"architecture": self.platform.architecture, "os": self.platform.os});
        if !self.platform.variant.is_empty() {
            platform["variant"] = json!(self.platform.variant);
        }
        let platforms =
            json!({"Platforms": [{"ID": self.platform.to_string(), "Platform": platform}]});
        let metadata = [
            ("containerimage.config".to_owned(), self.config.to_json()),
            (
                "refs.platforms".to_owned(),
                platforms.to_string().into_bytes(),
            ),
        ];
        let reference = wire::Ref {
            id: reference,
            def: None,
        };
        wire::Result {
            metadata: metadata.into_iter().collect(),
            result: Some(wire::result::Result::Ref(reference)),
            ..wire::Result::default()
        }
    }
}
