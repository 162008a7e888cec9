//! The result of a build.

use serde_json::json;

use crate::context::ImageConfig;
use crate::pb::frontend as wire;
use crate::values::{Epoch, Platform};

/// An image's configuration and platform.
#[derive(Clone, Debug)]
pub struct BuiltImage {
    /// The configuration.
    pub config: ImageConfig,
    /// The platform.
    pub platform: Platform,
    /// When it says that it was made; else the exporter says when its newest layer was.
    pub epoch: Option<Epoch>,
}

impl BuiltImage {
    /// The message for one platform: the keys carry no suffix, since dockerd's classic exporter would take a
    /// suffixed one for an image without a configuration (BuildKit `exporter/containerimage/exptypes`).
    ///
    /// Of the history, only that of the base is sent: the exporter adds an entry for each layer, named after the
    /// step that made it. We cannot tell how many layers a tree has (an engine keeps no empty one), and entries
    /// that do not match the layers one by one name the wrong ones.
    pub(super) fn to_result(&self, reference: String) -> wire::Result {
        let mut config = self.config.clone();
        // Engines since 0.11 hand the epoch to their exporters by themselves, which then lets no time in the
        // configuration be later; for older ones this is all that there is.
        if let Some(epoch) = self.epoch {
            config.set_created(epoch);
        }
        let mut platform =
            json!({"architecture": self.platform.architecture, "os": self.platform.os});
        if !self.platform.variant.is_empty() {
            platform["variant"] = json!(self.platform.variant);
        }
        let platforms =
            json!({"Platforms": [{"ID": self.platform.to_string(), "Platform": platform}]});
        let metadata = [
            ("containerimage.config".to_owned(), config.to_json()),
            (
                "refs.platforms".to_owned(),
                platforms.to_string().into_bytes(),
            ),
        ];
        let epoch = self.epoch.map(|epoch| {
            let seconds = epoch.seconds().to_string();
            ("source.date.epoch".to_owned(), seconds.into_bytes())
        });
        let reference = wire::Ref {
            id: reference,
            def: None,
        };
        wire::Result {
            metadata: metadata.into_iter().chain(epoch).collect(),
            result: Some(wire::result::Result::Ref(reference)),
            ..wire::Result::default()
        }
    }
}
