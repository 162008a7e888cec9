//! A registry on this machine that images are pushed to: Debian's `docker-registry`, unpacked into the lab.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// How an image tells of itself, by store and by whether it carries attestations.
const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
                      application/vnd.docker.distribution.manifest.v2+json, \
                      application/vnd.docker.distribution.manifest.list.v2+json";

/// A registry; it ends, and its images with it, when it is dropped.
pub(crate) struct Registry {
    process: Child,
    folder: PathBuf,
    /// `127.0.0.1:PORT`; engines speak plain HTTP with this machine itself.
    pub(crate) address: String,
}

/// A layer as it is sent.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Layer {
    pub(crate) digest: String,
    pub(crate) bytes: u64,
}

impl Registry {
    /// Starts an empty registry.
    pub(crate) fn start(lab: &Path) -> Result<Self, String> {
        let text = |error: std::io::Error| format!("registry: {error}");
        let binary = unpacked(lab)?;
        // The kernel picks a free port; nobody else takes it in the moment until the registry does.
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = port.map_err(text)?.to_string();
        // A folder for each port: the registry before may end after this one has begun.
        let folder = lab.join(format!("bench/registry-{}", address.replace(':', "-")));
        std::fs::create_dir_all(&folder).map_err(text)?;
        let config = folder.join("config.json");
        let content = serde_json::json!({
            "version": 0.1,
            "log": {"level": "error", "accesslog": {"disabled": true}},
            "storage": {"filesystem": {"rootdirectory": folder.join("data")}},
            "http": {"addr": address},
        });
        std::fs::write(&config, content.to_string()).map_err(text)?;
        let process = Command::new(binary)
            .arg("serve")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(text)?;
        let registry = Self {
            process,
            folder,
            address,
        };
        for _ in 0..100 {
            if registry.get("/v2/", "").is_ok() {
                return Ok(registry);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err("the registry does not answer".to_owned())
    }

    /// The layers of an image that was pushed, in order.
    pub(crate) fn layers(&self, name: &str) -> Result<Vec<Layer>, String> {
        let manifest =
            |reference: &str| self.get(&format!("/v2/{name}/manifests/{reference}"), ACCEPT);
        let mut value = manifest("latest")?;
        if let Some(list) = value["manifests"].as_array() {
            // An attestation stands beside the image, for a platform that there is not.
            let image = list
                .iter()
                .find(|entry| entry["platform"]["os"] == "linux")
                .and_then(|entry| entry["digest"].as_str())
                .ok_or_else(|| format!("{name}: no image for linux in {value}"))?;
            value = manifest(image)?;
        }
        let layers = value["layers"].as_array().cloned().unwrap_or_default();
        let layer = |layer: &Value| {
            Some(Layer {
                digest: layer["digest"].as_str()?.to_owned(),
                bytes: layer["size"].as_u64()?,
            })
        };
        let layers: Vec<Layer> = layers.iter().filter_map(layer).collect();
        if layers.is_empty() {
            return Err(format!("{name}: no layers in {value}"));
        }
        Ok(layers)
    }

    fn get(&self, path: &str, accept: &str) -> Result<Value, String> {
        let text = |error: std::io::Error| format!("{path}: {error}");
        let mut stream = TcpStream::connect(&self.address).map_err(text)?;
        // HTTP/1.0: the connection ends with the answer.
        write!(stream, "GET {path} HTTP/1.0\r\nAccept: {accept}\r\n\r\n").map_err(text)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).map_err(text)?;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        if !head.contains(" 200 ") {
            return Err(format!("{path}: {head} {body}"));
        }
        serde_json::from_str(body).map_err(|error| format!("{path}: {error}"))
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // There is nobody to tell of an end that fails.
        drop(self.process.kill());
        drop(self.process.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// The bytes of those layers that are not among the known ones, which they join.
pub(crate) fn new_bytes(layers: &[Layer], known: &mut BTreeSet<String>) -> u64 {
    let new = layers
        .iter()
        .filter(|layer| known.insert(layer.digest.clone()));
    new.map(|layer| layer.bytes).sum()
}

/// The binary, fetched by the machine's apt the first time.
fn unpacked(lab: &Path) -> Result<PathBuf, String> {
    let folder = lab.join("bench/docker-registry");
    let binary = folder.join("usr/bin/docker-registry");
    if !binary.exists() {
        let script = "set -e; mkdir -p \"$0\"; cd \"$0\"; apt-get download -qq docker-registry; \
                      dpkg -x docker-registry_*.deb .; rm docker-registry_*.deb";
        let output = Command::new("sh")
            .arg("-c")
            .arg(script)
            .arg(&folder)
            .output();
        let output = output.map_err(|error| format!("sh: {error}"))?;
        if !binary.exists() {
            return Err(format!(
                "apt-get download docker-registry: {}",
                String::from_utf8_lossy(&output.stderr)
            ));
        }
    }
    Ok(binary)
}
