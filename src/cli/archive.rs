//! The frontend as an image for `docker load`: one static binary in one layer, made FROM scratch.
//!
//! The tar is a hybrid, as `docker save` has written it since Docker 25. The classic image store
//! (every Docker, 20.10 included) reads `manifest.json`; the containerd store reads `index.json`;
//! both point at the same blobs. The same input gives the same bytes.

use std::io::{self, Write as _};

use flate2::{Compression, GzBuilder};
use serde_json::{Value, json};

use crate::values::{ImageRef, sha256};

/// The file's name in the image's root, and the image's title.
const NAME: &str = "wheelwright";
/// The epoch, since no clock may decide the bytes.
const CREATED: &str = "1970-01-01T00:00:00Z";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// What the archive is made of.
#[derive(Clone, Copy)]
pub(super) struct FrontendImage<'a> {
    /// A static Linux executable; its ELF header decides the image's architecture.
    pub(super) binary: &'a [u8],
    /// The name which `docker load` gives to the image; without a digest.
    pub(super) reference: &'a ImageRef,
    /// The label `org.opencontainers.image.version`.
    pub(super) version: &'a str,
    /// The label `org.opencontainers.image.source`, where there is one.
    pub(super) source: Option<&'a str>,
    /// `moby.buildkit.frontend.caps`: an engine fails a build which asks for another one.
    pub(super) capabilities: &'a [&'a str],
}

/// Why no archive can be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum ArchiveError {
    /// The file is no executable, or none for the systems that frontends run on.
    #[error("this file is {0}, expected a 64-bit little-endian ELF executable for Linux")]
    Unfit(&'static str),
    /// `e_machine` is none of those that we make images for.
    #[error("this binary is for ELF machine `{0}`, expected `62` (amd64) or `183` (arm64)")]
    Machine(u64),
    /// The headers speak of bytes which the file does not have: how many it needs, and has.
    #[error("this binary is cut off: its headers need {0} bytes, and it has {1}")]
    Truncated(u64, usize),
    /// The binary is linked dynamically; holds its `PT_INTERP`.
    #[error(
        "this binary needs the dynamic loader `{0}`, so it cannot run in an image made FROM \
         scratch; build it with `-C target-feature=+crt-static` in RUSTFLAGS and a `--target`"
    )]
    Dynamic(String),
    /// The reference has a digest, which only a registry or a store can give.
    #[error("`{0}` has a digest, expected a name and a tag")]
    Reference(String),
    /// Writing the tar or the gzip stream failed; both go to memory, so this is for the types.
    #[error("cannot write the image archive")]
    Write(#[from] io::Error),
}

/// Makes the archive. Fails if the binary cannot run alone in an image, or on a bad reference.
pub(super) fn archive(image: &FrontendImage<'_>) -> Result<Vec<u8>, ArchiveError> {
    let architecture = architecture(image.binary)?;
    let name = image.reference.to_string();
    let (Some(tag), None) = (image.reference.tag(), image.reference.digest()) else {
        return Err(ArchiveError::Reference(name));
    };
    let layer = tar(&[(NAME, 0o755, image.binary)])?;
    let diff_id = format!("sha256:{}", sha256(&layer));
    let layer = Blob::new(gzip(&layer)?);
    let config = Blob::json(&config(image, architecture, &diff_id));
    let manifest = Blob::json(&json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config.descriptor(CONFIG),
        "layers": [layer.descriptor(LAYER)],
    }));
    let mut entry = manifest.descriptor(MANIFEST);
    entry["platform"] = json!({ "architecture": architecture, "os": "linux" });
    // The containerd store files the image under the first one as it stands: the full name.
    entry["annotations"] =
        json!({ "io.containerd.image.name": name, "org.opencontainers.image.ref.name": tag });
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [entry] });
    let docker = json!([{ "Config": config.path, "RepoTags": [name], "Layers": [layer.path] }]);
    Ok(tar(&[
        ("oci-layout", 0o644, br#"{"imageLayoutVersion":"1.0.0"}"#),
        ("index.json", 0o644, index.to_string().as_bytes()),
        ("manifest.json", 0o644, docker.to_string().as_bytes()),
        (&config.path, 0o644, &config.bytes),
        (&layer.path, 0o644, &layer.bytes),
        (&manifest.path, 0o644, &manifest.bytes),
    ])?)
}

/// The image config, with the labels that an engine reads before it starts a frontend:
/// contract.md 1.4, from `frontend/gateway/gateway.go` of BuildKit.
fn config(image: &FrontendImage<'_>, architecture: &str, diff_id: &str) -> Value {
    let mut labels = json!({
        "moby.buildkit.frontend.caps": image.capabilities.join(","),
        "moby.buildkit.frontend.network.none": "true",
        "org.opencontainers.image.title": NAME,
        "org.opencontainers.image.version": image.version,
    });
    if let Some(source) = image.source {
        labels["org.opencontainers.image.source"] = json!(source);
    }
    json!({
        "architecture": architecture,
        "os": "linux",
        "created": CREATED,
        "config": { "Entrypoint": [format!("/{NAME}")], "Labels": labels },
        "history": [{ "created": CREATED, "created_by": format!("COPY {NAME} /{NAME}") }],
        "rootfs": { "type": "layers", "diff_ids": [diff_id] },
    })
}

/// The image's architecture, once it is sure that the binary needs nothing but a Linux kernel.
/// Offsets and numbers are those of `elf(5)`, as in `include/uapi/linux/elf.h` of Linux.
fn architecture(binary: &[u8]) -> Result<&'static str, ArchiveError> {
    if !binary.starts_with(b"\x7fELF") {
        return Err(ArchiveError::Unfit("not an ELF file"));
    }
    match slice(binary, 4, 4)? {
        // Static glibc binaries may have 3 (GNU, for indirect functions), others for Linux 0.
        [2, 1, _, 0 | 3] => {}
        [1, ..] => return Err(ArchiveError::Unfit("a 32-bit binary")),
        [2, 2, ..] => return Err(ArchiveError::Unfit("a big-endian binary")),
        _ => return Err(ArchiveError::Unfit("a binary for another system")),
    }
    // ET_EXEC, or ET_DYN, which position-independent executables and libraries share. Of these
    // two only the former has an entry point.
    if !matches!(int(binary, 16, 2)?, 2 | 3) || int(binary, 24, 8)? == 0 {
        return Err(ArchiveError::Unfit("an object file or a library"));
    }
    let architecture = match int(binary, 18, 2)? {
        62 => "amd64",
        183 => "arm64",
        other => return Err(ArchiveError::Machine(other)),
    };
    let table = int(binary, 32, 8)?;
    let (size, count) = (int(binary, 54, 2)?, int(binary, 56, 2)?);
    // Linux, too, refuses to execute a file whose headers have another size, or which has none.
    if size != 56 || count == 0 {
        return Err(ArchiveError::Unfit("a binary without segments"));
    }
    for index in 0..count {
        let header = slice(binary, table.saturating_add(index * size), size)?;
        let kind = int(header, 0, 4)?;
        // PT_LOAD and PT_INTERP, the only ones whose bytes have to be in the file to start it.
        if matches!(kind, 1 | 3) {
            let bytes = slice(binary, int(header, 8, 8)?, int(header, 32, 8)?)?;
            if kind == 3 {
                let path = String::from_utf8_lossy(bytes);
                let path = path.trim_end_matches('\0');
                return Err(ArchiveError::Dynamic(path.to_owned()));
            }
        }
    }
    Ok(architecture)
}

/// A little-endian number of `size` bytes.
fn int(binary: &[u8], offset: u64, size: u64) -> Result<u64, ArchiveError> {
    let bytes = slice(binary, offset, size)?.iter().rev();
    Ok(bytes.fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn slice(binary: &[u8], start: u64, length: u64) -> Result<&[u8], ArchiveError> {
    let end = start.saturating_add(length);
    let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    let bytes = range.and_then(|(start, end)| binary.get(start..end));
    bytes.ok_or(ArchiveError::Truncated(end, binary.len()))
}

/// A file of the archive which is named by the digest of its bytes.
struct Blob {
    path: String,
    bytes: Vec<u8>,
}

impl Blob {
    fn new(bytes: Vec<u8>) -> Self {
        let path = format!("blobs/sha256/{}", sha256(&bytes));
        Self { path, bytes }
    }

    fn json(value: &Value) -> Self {
        Self::new(value.to_string().into_bytes())
    }

    fn descriptor(&self, media_type: &str) -> Value {
        let digest = format!("sha256:{}", sha256(&self.bytes));
        json!({ "mediaType": media_type, "digest": digest, "size": self.bytes.len() })
    }
}

/// A tar of `(path, mode, bytes)`, all of it root's and as old as the epoch.
fn tar(files: &[(&str, u32, &[u8])]) -> io::Result<Vec<u8>> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, mode, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_mode(*mode);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, path, *bytes)?;
    }
    tar.into_inner()
}

/// `GzBuilder` writes neither name nor time unless told to, and no operating system.
fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut gzip = GzBuilder::new().write(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    gzip.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::io::Read as _;

    /// Headers alone: 64 bytes of ELF, a `PT_LOAD`, a `PT_NOTE`, and what may be a loader's path.
    fn elf() -> Vec<u8> {
        let mut elf = b"\x7fELF\x02\x01\x01".to_vec();
        elf.resize(64 + 2 * 56, 0);
        elf.extend(b"/lib/ld.so\0");
        // e_type, e_machine, e_entry, e_phoff, e_phentsize, e_phnum
        let header = [(16, 3), (18, 62), (24, 64), (32, 64), (54, 56), (56, 2)];
        // p_type and p_filesz; p_type, p_offset and p_filesz
        let segments = [(64, 1), (96, 187), (120, 4), (128, 176), (152, 11)];
        for (offset, byte) in header.into_iter().chain(segments) {
            elf[offset] = byte;
        }
        elf
    }

    fn make(binary: &[u8], reference: &str) -> Result<Vec<u8>, String> {
        archive(&FrontendImage {
            binary,
            reference: &reference.parse().unwrap(),
            version: "0.1.0",
            source: Some("https://example.org"),
            capabilities: &["a.inputs", "a.contexts"],
        })
        .map_err(|error| error.to_string())
    }

    fn untar(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
        let read = |entry: io::Result<tar::Entry<'_, &[u8]>>| {
            let mut entry = entry.unwrap();
            let path = entry.path().unwrap().to_str().unwrap().to_owned();
            let head = entry.header();
            let mode = if path == NAME { 0o755 } else { 0o644 };
            assert_eq!(head.mode().unwrap(), mode);
            assert_eq!(
                [head.uid(), head.gid(), head.mtime()].map(Result::unwrap),
                [0; 3]
            );
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (path, bytes)
        };
        let mut archive = tar::Archive::new(bytes);
        archive.entries().unwrap().map(read).collect()
    }

    #[test]
    fn both_stores_find_the_same_image() {
        let bytes = make(&elf(), "wheelwright/frontend:0.1").unwrap();
        assert_eq!(bytes, make(&elf(), "wheelwright/frontend:0.1").unwrap());
        let files = untar(&bytes);
        let read = |path: &str| serde_json::from_slice::<Value>(&files[path]).unwrap();
        let follow = |descriptor: &Value| {
            let path = descriptor["digest"].as_str().unwrap().replace(':', "/");
            let path = format!("blobs/{path}");
            assert!(path.ends_with(&sha256(&files[&path])));
            assert_eq!(descriptor["size"], files[&path].len());
            path
        };
        assert_eq!(read("oci-layout"), json!({ "imageLayoutVersion": "1.0.0" }));
        let entry = &read("index.json")["manifests"][0];
        let names = json!({
            "io.containerd.image.name": "docker.io/wheelwright/frontend:0.1",
            "org.opencontainers.image.ref.name": "0.1",
        });
        assert_eq!(entry["annotations"], names);
        let name = &names["io.containerd.image.name"];
        let manifest = read(&follow(entry));
        let (config, layer) = (follow(&manifest["config"]), follow(&manifest["layers"][0]));
        let docker = json!([{ "Config": config, "RepoTags": [name], "Layers": [layer] }]);
        assert_eq!(read("manifest.json"), docker);

        let layer = &files[&layer];
        let no_name_no_time = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
        assert_eq!(layer[..10], no_name_no_time);
        let mut tar = Vec::new();
        let mut gzip = flate2::read::GzDecoder::new(&layer[..]);
        gzip.read_to_end(&mut tar).unwrap();
        assert_eq!(untar(&tar), BTreeMap::from([(NAME.to_owned(), elf())]));
        let config = read(&config);
        let diff_id = format!("sha256:{}", sha256(&tar));
        assert_eq!(config["rootfs"]["diff_ids"], json!([diff_id]));
        assert_eq!(config["architecture"], "amd64");
        let expected = json!({ "Entrypoint": ["/wheelwright"], "Labels": {
            "moby.buildkit.frontend.caps": "a.inputs,a.contexts",
            "moby.buildkit.frontend.network.none": "true",
            "org.opencontainers.image.source": "https://example.org",
            "org.opencontainers.image.title": "wheelwright",
            "org.opencontainers.image.version": "0.1.0",
        }});
        assert_eq!(config["config"], expected);
    }

    #[test]
    fn what_cannot_run_alone_is_refused() {
        let with = |(offset, byte): (usize, u8)| {
            let mut elf = elf();
            elf[offset] = byte;
            elf
        };
        assert_eq!(architecture(&with((18, 183))).unwrap(), "arm64");
        let foreign = [(0, 0), (4, 1), (5, 2), (7, 9), (18, 40)];
        let others = [
            (16, 1),
            (24, 0),
            (54, 32),
            (56, 0),
            (39, 255),
            (96, 188),
            (120, 3),
        ];
        let bad = foreign.into_iter().chain(others);
        let errors: Vec<_> = bad
            .map(|change| make(&with(change), "a").unwrap_err())
            .collect();
        let expected = "\
this file is not an ELF file, expected a 64-bit little-endian ELF executable for Linux
this file is a 32-bit binary, expected a 64-bit little-endian ELF executable for Linux
this file is a big-endian binary, expected a 64-bit little-endian ELF executable for Linux
this file is a binary for another system, expected a 64-bit little-endian ELF executable for Linux
this binary is for ELF machine `40`, expected `62` (amd64) or `183` (arm64)
this file is an object file or a library, expected a 64-bit little-endian ELF executable for Linux
this file is an object file or a library, expected a 64-bit little-endian ELF executable for Linux
this file is a binary without segments, expected a 64-bit little-endian ELF executable for Linux
this file is a binary without segments, expected a 64-bit little-endian ELF executable for Linux
this binary is cut off: its headers need 18374686479671623800 bytes, and it has 187
this binary is cut off: its headers need 188 bytes, and it has 187
this binary needs the dynamic loader `/lib/ld.so`, so it cannot run in an image made FROM scratch; \
build it with `-C target-feature=+crt-static` in RUSTFLAGS and a `--target`";
        assert_eq!(errors.join("\n"), expected);
        for length in 0..elf().len() {
            make(&elf()[..length], "a").unwrap_err();
        }
        let pinned = format!("docker.io/library/a@sha256:{}", "0".repeat(64));
        let expected = format!("`{pinned}` has a digest, expected a name and a tag");
        assert_eq!(make(&elf(), &pinned).unwrap_err(), expected);
    }
}
