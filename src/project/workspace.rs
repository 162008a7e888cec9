//! Packages of one repository that depend on each other: what `uv.lock` says of those that are folders.

use crate::context::Files;
use crate::values::ContextPath;

/// uv's lock, in the root of a workspace.
pub const UV_LOCK: &str = "uv.lock";

/// A locked package whose source is a folder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LocalPackage {
    /// The name, which uv writes normalised.
    pub name: String,
    /// Its folder; `None` where that is outside of the context.
    pub folder: Option<ContextPath>,
    /// The names of all packages that it may need.
    pub needs: Vec<String>,
}

/// The packages of the `uv.lock` in a folder whose sources are folders themselves; none where there is no such lock.
///
/// By its lines, as uv writes them: this is asked before it is known whether the lock is of any use.
pub fn local_packages(files: &Files, folder: &ContextPath) -> Vec<LocalPackage> {
    let lock = folder.join(UV_LOCK).ok();
    let lock = lock.and_then(|path| files.get(&path)?.source(UV_LOCK).ok());
    let Some(lock) = lock else {
        return Vec::new();
    };
    let blocks = lock.text().split("[[package]]\n").skip(1);
    blocks
        .filter_map(|block| local_package(block, folder))
        .collect()
}

fn local_package(block: &str, folder: &ContextPath) -> Option<LocalPackage> {
    let mut lines = block.lines();
    let source = lines
        .clone()
        .find_map(|line| line.strip_prefix("source = { "))?;
    let path = ["editable", "virtual", "directory"]
        .iter()
        .find_map(|kind| quoted(source.strip_prefix(kind)?))?;
    let name = lines.find_map(|line| quoted(line.strip_prefix("name")?))?;
    // Below that is what the manifest said.
    let needs = block.split("[package.metadata]").next().unwrap_or_default();
    let needs = needs
        .split("{ name")
        .skip(1)
        .filter_map(|rest| Some(quoted(rest)?.to_owned()));
    Some(LocalPackage {
        name: name.to_owned(),
        folder: folder.join(path).ok(),
        needs: needs.collect(),
    })
}

/// The text behind ` = "`.
fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix(" = \"")?.split('"').next()
}

#[cfg(test)]
mod tests {
    use crate::context::FileContent;

    use super::*;

    #[test]
    fn packages_in_folders_are_read_off_the_lock() {
        let lock = r#"version = 1

[manifest]
members = [
    "api",
    "core",
]

[[package]]
name = "api"
version = "0.1.0"
source = { editable = "services/api" }
dependencies = [
    { name = "core", extra = ["fast"] },
    { name = "iniconfig" },
]

[package.dev-dependencies]
dev = [
    { name = "tools" },
]

[package.metadata]
requires-dist = [{ name = "other" }]

[[package]]
name = "core"
source = { directory = "../core" }

[[package]]
name = "far"
source = { virtual = "../../far" }

[[package]]
name = "iniconfig"
source = { registry = "https://index.example.org/simple" }
"#;
        let folder = ContextPath::known("python");
        let path = ContextPath::known("python/uv.lock");
        let files = Files::from([(path, FileContent::Bytes(lock.into()))]);
        let found = local_packages(&files, &folder);
        let told: Vec<String> = found
            .iter()
            .map(|package| {
                let folder = package.folder.as_ref().map(ToString::to_string);
                format!("{} {folder:?} {:?}", package.name, package.needs)
            })
            .collect();
        insta::assert_snapshot!(told.join("\n"), @r#"
        api Some("python/services/api") ["core", "iniconfig", "tools"]
        core Some("core") []
        far None []
        "#);
        assert_eq!(local_packages(&files, &ContextPath::root()), []);
    }
}
