//! An image as the engine resolved it: its reference and its configuration.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::diagnostic::Location;
use crate::values::{Epoch, ImageRef, Platform};

/// An image that the engine (or a named context) resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolvedImage {
    /// With the digest where the engine told one; the classic image store tells none for a local image.
    pub reference: ImageRef,
    /// The client's OCI layout that holds it, by its name in the session; `None` for an image of a registry or of
    /// the engine. The reference has a digest then: a layout is read by nothing else.
    pub layout: Option<String>,
    /// Its configuration.
    pub config: ImageConfig,
    /// Whether it has an interpreter of the version that was chosen; `None` where that was not looked for.
    pub has_python: Option<bool>,
}

/// An image that must be resolved before planning.
#[derive(Clone, Debug)]
pub struct NeededImage {
    /// The image.
    pub reference: ImageRef,
    /// The line that names it.
    pub origin: Option<Location>,
    /// What to do when it cannot be resolved.
    pub hint: &'static str,
}

/// Resolved images by [`NeededImage::reference`].
pub type Images = BTreeMap<ImageRef, ResolvedImage>;

/// The configuration of an image: Docker's flavour of the OCI image configuration, as raw JSON, so that
/// fields which the OCI specification does not know (`Healthcheck`, `Shell`) survive.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageConfig(Map<String, Value>);

/// What a process finds where the image sets no `PATH` (BuildKit's `system.DefaultPathEnvUnix`).
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

impl ImageConfig {
    /// Parses what the engine sent.
    pub fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json).map(Self)
    }

    /// The configuration to plan with where no engine can be asked.
    pub fn unknown(platform: &Platform) -> Self {
        let mut config = Self(Map::new());
        config.set_platform(platform);
        config.set_env("PATH", DEFAULT_PATH);
        config
    }

    /// The configuration of an image that holds files and runs nothing.
    pub fn empty(platform: &Platform) -> Self {
        let mut config = Self(Map::new());
        config.set_platform(platform);
        config.become_result();
        config
    }

    /// `os/architecture`, where the image states both.
    pub fn stated_platform(&self) -> Option<Platform> {
        let field = |name: &str| {
            self.0
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        Some(Platform::new(field("os")?, field("architecture")?).normalized())
    }

    /// The bytes for the engine, in the order in which the fields came.
    pub fn to_json(&self) -> Vec<u8> {
        Value::Object(self.0.clone()).to_string().into_bytes()
    }

    /// The configuration for a container: the part named `config`.
    pub fn container(&self) -> Option<&Map<String, Value>> {
        self.0.get("config").and_then(Value::as_object)
    }

    /// The environment in its order.
    pub fn env(&self) -> Vec<(String, String)> {
        let entries = self
            .container()
            .and_then(|config| config.get("Env"))
            .and_then(Value::as_array);
        let split = |entry: &Value| {
            let (name, value) = entry.as_str()?.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        };
        entries.into_iter().flatten().filter_map(split).collect()
    }

    /// The search path.
    pub fn search_path(&self) -> String {
        let path = self.env().into_iter().find(|(name, _)| name == "PATH");
        path.map_or_else(|| DEFAULT_PATH.to_owned(), |(_, value)| value)
    }

    /// The user that containers run as, when it is one other than root.
    pub fn non_root_user(&self) -> Option<&str> {
        let user = self.container()?.get("User")?.as_str()?;
        let name = user.split(':').next().unwrap_or_default();
        (!name.is_empty() && name != "root" && name != "0").then_some(user)
    }

    /// Sets a variable, in the place where the image had it.
    pub fn set_env(&mut self, name: &str, value: &str) {
        let mut env = self.env();
        match env.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => env.push((name.to_owned(), value.to_owned())),
        }
        let entries = env
            .into_iter()
            .map(|(name, value)| Value::String(format!("{name}={value}")))
            .collect();
        self.set("Env", Value::Array(entries));
    }

    /// Sets the entry point; the base's command goes with the base's entry point (the Dockerfile's rule).
    pub fn set_entrypoint(&mut self, entrypoint: &[String]) {
        self.set("Entrypoint", json!(entrypoint));
        self.container_mut().shift_remove("Cmd");
    }

    /// Sets the command, or the arguments of the entry point.
    pub fn set_cmd(&mut self, cmd: &[String]) {
        self.set("Cmd", json!(cmd));
    }

    /// Sets a command that is no server: without an entry point, whose argument it would be, and a health check.
    pub fn run_only(&mut self, command: &[String]) {
        self.container_mut().shift_remove("Entrypoint");
        self.container_mut().shift_remove("Healthcheck");
        self.set_cmd(command);
    }

    /// The words of the entry point (`Entrypoint`) or the command (`Cmd`).
    pub fn words(&self, field: &str) -> Vec<String> {
        let words = self.container().and_then(|config| config.get(field));
        let words = words.and_then(Value::as_array).into_iter().flatten();
        let words = words.filter_map(|word| Some(word.as_str()?.to_owned()));
        words.collect()
    }

    /// Sets the user.
    pub fn set_user(&mut self, user: &str) {
        self.set("User", json!(user));
    }

    /// Sets the working directory.
    pub fn set_working_dir(&mut self, directory: &str) {
        self.set("WorkingDir", json!(directory));
    }

    /// Sets the signal that stops a container.
    pub fn set_stop_signal(&mut self, signal: &str) {
        self.set("StopSignal", json!(signal));
    }

    /// Declares a port, `8000` or `8000/udp`.
    pub fn expose(&mut self, port: &str) {
        let port = if port.contains('/') {
            port.to_owned()
        } else {
            format!("{port}/tcp")
        };
        self.object("ExposedPorts").insert(port, json!({}));
    }

    /// Declares a folder as a volume.
    pub fn add_volume(&mut self, folder: &str) {
        self.object("Volumes").insert(folder.to_owned(), json!({}));
    }

    /// Sets the health check, a `HealthcheckConfig` of Docker's image specification.
    pub fn set_healthcheck(&mut self, healthcheck: Value) {
        self.set("Healthcheck", healthcheck);
    }

    /// Sets a label.
    pub fn set_label(&mut self, name: &str, value: &str) {
        self.object("Labels").insert(name.to_owned(), json!(value));
    }

    /// Removes what belongs to the base image alone: when it was made, its layers (the exporter writes
    /// them) and its triggers, which would otherwise run in builds from our image.
    pub fn become_result(&mut self) {
        self.0.shift_remove("created");
        self.0
            .insert("rootfs".into(), json!({"type": "layers", "diff_ids": []}));
        self.container_mut().shift_remove("OnBuild");
    }

    /// Sets the time at which the image says that it was made, as RFC 3339.
    pub fn set_created(&mut self, time: Epoch) {
        self.0.insert("created".into(), json!(time.to_string()));
    }

    /// Sets the platform.
    pub fn set_platform(&mut self, platform: &Platform) {
        self.0
            .insert("architecture".into(), json!(platform.architecture));
        self.0.insert("os".into(), json!(platform.os));
        if platform.variant.is_empty() {
            self.0.shift_remove("variant");
        } else {
            self.0.insert("variant".into(), json!(platform.variant));
        }
    }

    fn container_mut(&mut self) -> &mut Map<String, Value> {
        object_in(&mut self.0, "config")
    }

    fn object(&mut self, key: &str) -> &mut Map<String, Value> {
        object_in(self.container_mut(), key)
    }

    fn set(&mut self, key: &str, value: Value) {
        self.container_mut().insert(key.to_owned(), value);
    }
}

/// The object under a key; what is there and is none (a base may have `null`) gives way to an empty one.
fn object_in<'m>(map: &'m mut Map<String, Value>, key: &str) -> &'m mut Map<String, Value> {
    if !map.get(key).is_some_and(Value::is_object) {
        map.insert(key.to_owned(), json!({}));
    }
    let found = map.get_mut(key).and_then(Value::as_object_mut);
    #[expect(clippy::expect_used, reason = "the lines above put an object there")]
    found.expect("an object under the key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_base_had_stays_in_place_and_in_order() {
        let base = br#"{"architecture":"amd64","os":"linux","created":"x","author":"me","config":{
            "Env":["PATH=/usr/bin","LANG=C.UTF-8"],"Cmd":["python3"],"Labels":null,"OnBuild":["RUN x"],
            "Healthcheck":{"Test":["CMD","x"]}},"rootfs":{"type":"layers","diff_ids":["a"]}}"#;
        let mut config = ImageConfig::parse(base).unwrap();
        config.become_result();
        config.set_env("PATH", "/opt/venv/bin:/usr/bin");
        config.set_entrypoint(&["/opt/venv/bin/app".into()]);
        config.set_label("a", "b");
        config.expose("8000");
        assert_eq!(
            String::from_utf8(config.to_json()).unwrap(),
            concat!(
                r#"{"architecture":"amd64","os":"linux","author":"me","config":{"#,
                r#""Env":["PATH=/opt/venv/bin:/usr/bin","LANG=C.UTF-8"],"Labels":{"a":"b"},"#,
                r#""Healthcheck":{"Test":["CMD","x"]},"Entrypoint":["/opt/venv/bin/app"],"#,
                r#""ExposedPorts":{"8000/tcp":{}}},"rootfs":{"type":"layers","diff_ids":[]}}"#
            )
        );
    }

    #[test]
    fn root_under_any_of_its_names_is_root() {
        let user = |user: &str| {
            let json = format!(r#"{{"config":{{"User":"{user}"}}}}"#);
            ImageConfig::parse(json.as_bytes())
                .unwrap()
                .non_root_user()
                .map(str::to_owned)
        };
        assert_eq!(user(""), None);
        assert_eq!(user("0:0"), None);
        assert_eq!(user("root"), None);
        assert_eq!(user("nonroot:nonroot").as_deref(), Some("nonroot:nonroot"));
    }
}
