//! Packages of one repository that depend on each other: those of a lock file that are folders.

use std::collections::{BTreeMap, BTreeSet};

use crate::project::Pyproject;
use crate::values::ContextPath;

/// A locked package whose source is a folder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LocalPackage {
    /// The normalized name.
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
        let mut by_name = BTreeMap::<&str, Vec<&LocalPackage>>::new();
        for package in &self.packages {
            by_name.entry(&package.name).or_default().push(package);
        }
        let mut wanted = BTreeSet::from([own.name.as_str()]);
        let mut open = vec![own.name.as_str()];
        while let Some(name) = open.pop() {
            let named = by_name.get(name).into_iter().flatten();
            for need in named.flat_map(|package| &package.needs) {
                if wanted.insert(need) {
                    open.push(need);
                }
            }
        }
        let mut needed: Vec<_> = self.packages.iter().collect();
        needed.retain(|package| wanted.contains(package.name.as_str()) && !of_folder(package));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packages_around_a_project_are_those_that_it_may_need() {
        let package = |name: &str, folder: Option<&'static str>, needs: &[&str]| LocalPackage {
            name: name.to_owned(),
            folder: folder.map(ContextPath::known),
            needs: needs.iter().map(|name| (*name).to_owned()).collect(),
        };
        let workspace = Workspace {
            folder: ContextPath::known("python"),
            manifest: None,
            packages: vec![
                package("api", Some("python/services/api"), &["core", "iniconfig"]),
                package("core", Some("core"), &[]),
                package("far", None, &[]),
            ],
        };
        let api = ContextPath::known("python/services/api");
        let needed = workspace.needed(&api);
        let needed: Vec<_> = needed.iter().map(|package| package.name.as_str()).collect();
        assert_eq!(needed, ["core"]);
        let below = |folder| workspace.below(&ContextPath::known(folder));
        assert_eq!(below("python"), std::slice::from_ref(&api));
        assert_eq!(below("."), [api.clone(), ContextPath::known("core")]);
        assert_eq!(below("python/services/api"), []);
    }
}
