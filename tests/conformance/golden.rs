//! The definitions in the package `bollard-llb`, made by BuildKit's own Go client (0.29).

use std::path::Path;
use std::process::Command;

use prost::Message;
use wheelwright::pb;

/// A definition that Go made.
pub(crate) struct Golden {
    /// The name of its file, without the ending.
    pub(crate) name: String,
    pub(crate) definition: pb::Definition,
}

/// All of them by name, wherever cargo keeps the package.
pub(crate) fn all() -> Vec<Golden> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version=1",
            "--locked",
            "--filter-platform=host-tuple",
        ])
        .arg("--manifest-path")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata: {errors}");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let package = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|package| package["name"] == "bollard-llb")
        .unwrap_or_else(|| panic!("`bollard-llb` is no dev-dependency any more"));
    let folder = Path::new(package["manifest_path"].as_str().unwrap())
        .with_file_name("testdata")
        .join("golden");
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_suffix(".llb.pb")?;
            let bytes = std::fs::read(&path).unwrap();
            Some(Golden {
                name: name.to_owned(),
                definition: pb::Definition::decode(bytes.as_slice()).unwrap(),
            })
        })
        .collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}
