//! What an image holds, layer by layer, as `docker save` gives it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;
use tar::Archive;
use tempfile::TempDir;
use wheelwright::values::sha256;

use crate::support::Engine;

/// An image that is read.
pub(crate) struct Image {
    /// Lowest first.
    pub(crate) layers: Vec<Layer>,
    /// The configuration, as OCI writes it.
    pub(crate) config: Value,
}

/// A layer.
pub(crate) struct Layer {
    /// The digest of the archive before it is compressed.
    pub(crate) digest: String,
    /// What the image's history says of it; of old engines no more than `fileop target`.
    pub(crate) title: String,
    /// As the engine saved it; read when it is asked for, as those of a base are large.
    saved: Vec<u8>,
}

impl Image {
    /// Reads an image that the engine has.
    pub(crate) fn read(name: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let path = folder.path().join("image.tar");
        Engine::get().must(["save", "-o", &path.to_string_lossy(), name]);
        let mut files = BTreeMap::new();
        let saved = std::fs::File::open(&path).expect("the archive is there");
        for entry in Archive::new(saved).entries().expect("an archive") {
            let mut entry = entry.expect("an entry");
            let name = entry.path().expect("a path").to_string_lossy().into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("the content");
            files.insert(name, bytes);
        }
        let json = |name: &str| -> Value {
            let bytes = files.get(name).unwrap_or_else(|| panic!("no {name}"));
            serde_json::from_slice(bytes).expect("JSON")
        };
        // Every engine writes this list, those that write an OCI layout too.
        let manifest = json("manifest.json");
        let config = json(text(&manifest[0]["Config"]));
        let titles = array(&config["history"])
            .filter(|entry| entry["empty_layer"] != true)
            .map(|entry| entry["created_by"].as_str().unwrap_or_default().to_owned());
        let digests = array(&config["rootfs"]["diff_ids"]).map(|digest| text(digest).to_owned());
        let layers: Vec<Layer> = array(&manifest[0]["Layers"])
            .zip(titles.zip(digests))
            .map(|(file, (title, digest))| {
                let saved = files.get(text(file)).expect("the layer is in the archive");
                Layer {
                    digest,
                    title,
                    saved: saved.clone(),
                }
            })
            .collect();
        assert_eq!(layers.len(), array(&manifest[0]["Layers"]).count());
        Self { layers, config }
    }

    /// The digests of the layers.
    pub(crate) fn digests(&self) -> Vec<&str> {
        let digests = self.layers.iter().map(|layer| layer.digest.as_str());
        digests.collect()
    }

    /// The layers that came on top of those of another image.
    pub(crate) fn layers_above(&self, base: &Self) -> &[Layer] {
        let (below, above) = self.layers.split_at(base.layers.len());
        let below: Vec<_> = below.iter().map(|layer| layer.digest.as_str()).collect();
        assert_eq!(below, base.digests(), "the image is of another base");
        above
    }
}

impl Layer {
    /// The archive as it was saved, but not packed.
    pub(crate) fn plain(&self) -> Vec<u8> {
        let mut plain = Vec::new();
        if self.saved.starts_with(&[0x1f, 0x8b]) {
            let mut packed = GzDecoder::new(self.saved.as_slice());
            packed.read_to_end(&mut plain).expect("a packed layer");
        } else {
            plain.extend_from_slice(&self.saved);
        }
        plain
    }

    /// The archive, whose digest is the layer's.
    fn archive(&self) -> Vec<u8> {
        let plain = self.plain();
        assert_eq!(
            self.digest,
            format!("sha256:{}", sha256(&plain)),
            "{}",
            self.title
        );
        plain
    }

    /// Bytes after compression as it is usual.
    pub(crate) fn compressed(&self) -> usize {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(&self.archive()).expect("memory");
        packed.finish().expect("memory").len()
    }

    /// What is in it: for each path, without a slash before or behind it, a line with everything that the archive
    /// says of it, times and the digest of the content too.
    pub(crate) fn entries(&self) -> BTreeMap<String, String> {
        entries(&self.archive())
    }

    /// What two layers do not have in common, for the message of a test.
    pub(crate) fn differences(&self, other: &Self) -> String {
        let mut text = String::new();
        let (own, others) = (self.entries(), other.entries());
        for (sign, from, to) in [("-", &own, &others), ("+", &others, &own)] {
            for (path, line) in from {
                if to.get(path) != Some(line) {
                    let _ = writeln!(text, "{sign} {path} {line}");
                }
            }
        }
        text
    }
}

fn entries(archive: &[u8]) -> BTreeMap<String, String> {
    let mut entries = BTreeMap::new();
    for entry in Archive::new(archive).entries().expect("a layer") {
        let mut entry = entry.expect("an entry");
        let path = entry.path().expect("a path").to_string_lossy().into_owned();
        let header = entry.header();
        let mut line = format!(
            "{:?} {:04o} {}:{} {}",
            header.entry_type(),
            // Docker 20.10 adds the type, which is a field of its own too.
            header.mode().expect("a mode") & 0o7777,
            header.uid().expect("an owner"),
            header.gid().expect("a group"),
            header.mtime().expect("a time"),
        );
        if let Some(target) = entry.link_name().expect("a target") {
            let _ = write!(line, " -> {}", target.display());
        }
        // PlanBuilder of seconds, and extended attributes.
        if let Some(extensions) = entry.pax_extensions().expect("extensions") {
            for extension in extensions {
                let extension = extension.expect("an extension");
                let (key, value) = (extension.key().expect("a key"), extension.value_bytes());
                if key != "path" && key != "linkpath" {
                    let _ = write!(line, " {key}={}", String::from_utf8_lossy(value));
                }
            }
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("the content");
        let _ = write!(line, " {} bytes {}", bytes.len(), sha256(&bytes));
        let path = path.trim_end_matches('/').to_owned();
        assert!(!entries.contains_key(&path), "{path} is there twice");
        entries.insert(path, line);
    }
    entries
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
