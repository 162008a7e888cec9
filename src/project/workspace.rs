//! Packages of one repository that depend on each other: those of a lock that are folders, and what `uv.lock` says of
//! them.

use crate::context::FileContent;
use crate::project::Pyproject;
use crate::values::ContextPath;

/// uv's lock, in the root of a workspace.
pub const UV_LOCK: &str = "uv.lock";

/// A locked package whose source is a folder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LocalPackage {
    /// The normalised name.
    pub name: String,
    /// Its folder; `None` where that is outside of the context.
    pub folder: Option<ContextPath>,
    /// The names of all packages that it may need; none where the lock is of one project alone.
    pub needs: Vec<String>,
}

/// What lies around a project whose lock has other packages of the repository.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The folder of the lock.
    pub folder: ContextPath,
    /// The manifest beside the lock, where that is not the project's own.
    pub manifest: Option<Pyproject>,
    /// All packages of the lock that are folders; the project too, where that is one.
    pub packages: Vec<LocalPackage>,
}

impl Workspace {
    /// Those that the project in a folder may need, in the order of the lock, and not itself. All are, where the project
    /// is not among them: then the lock is its own.
    pub fn needed(&self, folder: &ContextPath) -> Vec<&LocalPackage> {
        let of_folder = |package: &&LocalPackage| package.folder.as_ref() == Some(folder);
        let Some(own) = self.packages.iter().find(of_folder) else {
            return self.packages.iter().collect();
        };
        let mut wanted = vec![own.name.as_str()];
        let mut at = 0;
        while let Some(name) = wanted.get(at) {
            let named = self.packages.iter().filter(|package| package.name == *name);
            for need in named.flat_map(|package| &package.needs).collect::<Vec<_>>() {
                if !wanted.contains(&need.as_str()) {
                    wanted.push(need);
                }
            }
            at += 1;
        }
        let mut needed: Vec<_> = self.packages.iter().collect();
        needed.retain(|package| wanted.contains(&package.name.as_str()) && !of_folder(package));
        needed
    }

    /// The folders of other packages that lie below a folder.
    pub fn below(&self, folder: &ContextPath) -> Vec<ContextPath> {
        let folders = self
            .packages
            .iter()
            .filter_map(|package| package.folder.as_ref());
        folders
            .filter(|other| is_below(other, folder))
            .cloned()
            .collect()
    }
}

/// Whether a path is in a folder, and not that folder itself.
fn is_below(path: &ContextPath, folder: &ContextPath) -> bool {
    let rest = path.as_str().strip_prefix(folder.as_str());
    path != folder && (folder.is_root() || rest.is_some_and(|rest| rest.starts_with('/')))
}

/// The packages of the `uv.lock` in a folder whose sources are folders themselves; none where there is no such lock.
///
/// By its lines, as uv writes them: this is asked before it is known whether the lock is of any use.
pub fn local_packages(lock: Option<&FileContent>, folder: &ContextPath) -> Vec<LocalPackage> {
    let Some(lock) = lock.and_then(|lock| lock.source(UV_LOCK).ok()) else {
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
        let with_crlf = FileContent::Bytes(lock.replace('\n', "\r\n").into());
        let lock = FileContent::Bytes(lock.into());
        let found = local_packages(Some(&lock), &folder);
        assert_eq!(local_packages(Some(&with_crlf), &folder), found);
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
        let packages = found;
        let workspace = Workspace {
            folder,
            manifest: None,
            packages,
        };
        let api = ContextPath::known("python/services/api");
        let needed = workspace.needed(&api);
        let needed: Vec<_> = needed.iter().map(|package| package.name.as_str()).collect();
        assert_eq!(needed, ["core"]);
        let below = |folder| workspace.below(&ContextPath::known(folder));
        assert_eq!(below("python"), std::slice::from_ref(&api));
        assert_eq!(below("."), [api.clone(), ContextPath::known("core")]);
        assert_eq!(below("python/services/api"), []);
        assert_eq!(local_packages(None, &api), []);
    }
}
