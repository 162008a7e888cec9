//! The bytes of the frontend image.

use std::io::Read as _;
use std::path::Path;

use serde_json::Value;

use crate::samples::Target;

/// What an engine pulls, and what the archive takes on a disk.
pub(crate) fn measure(archive: &Path) -> Result<String, String> {
    let text = |error: std::io::Error| format!("{}: {error}", archive.display());
    let bytes = std::fs::read(archive).map_err(text)?;
    let mut layers: Vec<u64> = Vec::new();
    for entry in tar::Archive::new(bytes.as_slice())
        .entries()
        .map_err(text)?
    {
        let mut entry = entry.map_err(text)?;
        let mut content = String::new();
        // Layers are no text; what describes them is.
        if entry.read_to_string(&mut content).is_ok()
            && let Ok(value) = serde_json::from_str::<Value>(&content)
            && let Some(list) = value["layers"].as_array()
        {
            layers = list
                .iter()
                .filter_map(|layer| layer["size"].as_u64())
                .collect();
        }
    }
    if layers.is_empty() {
        return Err(format!("{}: no image manifest in it", archive.display()));
    }
    let layer: u64 = layers.iter().sum();
    #[expect(
        clippy::cast_precision_loss,
        reason = "an image is far below 2^52 bytes"
    )]
    let megabytes = layer as f64 / 1e6;
    let target = Target {
        what: "the frontend image, compressed".to_owned(),
        limit: 5.0,
        unit: " MB",
    };
    let size = bytes.len();
    Ok(format!(
        "Compressed layers: {layer} bytes. Archive: {size} bytes.\n\n{}\n",
        target.judge(megabytes)
    ))
}
