//! Keeps what the layers of an image hold, so that `tests/engines` can hold the engines against each other.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use crate::support::{Engine, Image};

/// Names a folder for what this engine made.
const LAYERS: &str = "WHEELWRIGHT_TEST_LAYERS";

/// Writes two files, if somebody wants them: `NAME.entries`, what a reader of the layers sees, which all engines agree
/// on, and `NAME.digests`, which engines of the same kind agree on.
pub(crate) fn keep(name: &str, image: &Image, base: &Image) {
    let Ok(folder) = std::env::var(LAYERS) else {
        return;
    };
    let folder = PathBuf::from(folder);
    let mut digests = String::new();
    let mut entries = String::new();
    for layer in &image.layers {
        let _ = writeln!(digests, "{}", layer.digest);
    }
    for (number, layer) in image.layers_above(base).iter().enumerate() {
        for (path, line) in layer.entries() {
            let _ = writeln!(entries, "layer {number} of the build: {path} {line}");
        }
    }
    fs::create_dir_all(&folder).expect("a folder");
    let write = |kind: &str, text: &str| {
        let path = folder.join(format!("{name}.{kind}"));
        fs::write(path, text).expect("the file can be written");
    };
    write("entries", &entries);
    // Docker 20.10 writes other headers of the same meaning, so all its digests are others.
    if !Engine::get().is_docker_20() {
        write("digests", &digests);
    }
}
