//! `Pipfile.lock`: what planning reads of it.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source};
use crate::lock::pipenv::pipfile::{DEV_PACKAGES, PACKAGES, is_own};
use crate::lock::pipenv::{LOCK, PINNED_VERSION, RELOCK};
use crate::lock::problems::normal;
use crate::lock::{Lock, LockedPackage, Repository};

/// The version of the format (plette, `PIPFILE_SPEC_CURRENT`), the same since 2017.
const FORMAT: u64 = 6;
/// The one table that is no category.
const META: &str = "_meta";

/// A lock.
pub(crate) struct PipfileLock {
    source: Arc<Source>,
    root: Map<String, Value>,
    pub(crate) packages: Vec<Package>,
}

/// A locked package.
pub(crate) struct Package {
    /// The normalised name.
    pub(crate) name: String,
    /// The category, by its name in the Pipfile.
    category: String,
    /// The git repository that it comes from.
    pub(crate) repository: Option<Repository>,
    /// The path of the folder or the file that it comes from.
    path: Option<String>,
    /// The texts among its values: addresses, where it comes from one.
    pub(crate) addresses: Vec<String>,
    /// Where it is in the lock.
    pub(crate) location: Location,
}

impl Package {
    /// Whether it belongs to the project's own dependencies or to one of the categories.
    pub(crate) fn is_in(&self, categories: &[String]) -> bool {
        self.category == PACKAGES || categories.contains(&self.category)
    }

    /// Whether it is the project itself.
    pub(crate) fn is_own(&self) -> bool {
        self.path.is_some() && is_own(self.path.as_deref())
    }

    /// Whether it comes from a folder or a file of another package.
    pub(crate) fn is_path(&self) -> bool {
        self.path.is_some() && !self.is_own()
    }
}

impl Lock for PipfileLock {
    fn packages(&self) -> Vec<LockedPackage<'_>> {
        let packages = self.packages.iter();
        packages
            .map(|package| LockedPackage {
                name: &package.name,
                // A Pipfile.lock has digests of files without their names.
                files: None,
                repository: package.repository.as_ref(),
            })
            .collect()
    }
}

impl PipfileLock {
    /// Reads a lock.
    pub(crate) fn parse(source: &Arc<Source>) -> Result<Self, Diagnostics> {
        let root = match serde_json::from_str(source.text()) {
            Ok(Value::Object(root)) => root,
            Ok(_) => {
                return Err(Diagnostic::error("`Pipfile.lock` is no JSON object")
                    .at(&Location::top(source))
                    .hint(RELOCK)
                    .into());
            }
            Err(error) => {
                let place = place(source, error.line(), error.column());
                let error = Diagnostic::error(format!("not valid JSON: {}", reason(&error)));
                return Err(error.at(&place).hint(RELOCK).into());
            }
        };
        let categories = root.iter().filter(|(name, _)| *name != META);
        let mut packages = Vec::new();
        for (name, category) in categories {
            for (package, entry) in category.as_object().into_iter().flatten() {
                let text = |key: &str| entry.get(key).and_then(Value::as_str);
                let category = in_pipfile(name).to_owned();
                let (name, location) = (normal(package), find(source, package));
                let repository = text("git").map(|address| {
                    Repository::new(&name, address, &location).locked(LOCK, text("ref"))
                });
                let values = entry.as_object().into_iter().flatten();
                let texts = values.filter_map(|(_, value)| value.as_str());
                packages.push(Package {
                    addresses: texts.map(str::to_owned).collect(),
                    name,
                    category,
                    repository,
                    path: text("path").map(str::to_owned),
                    location,
                });
            }
        }
        Ok(Self {
            source: Arc::clone(source),
            root,
            packages,
        })
    }

    /// `_meta.hash.sha256`: Pipenv's hash of the Pipfile.
    pub(crate) fn hash(&self) -> Option<&str> {
        self.root.get(META)?.get("hash")?.get("sha256")?.as_str()
    }

    /// Where its hash is, else the top.
    pub(crate) fn place(&self) -> Location {
        find(&self.source, "hash")
    }

    /// Whether the format is one that Pipenv reads.
    pub(crate) fn check_format(&self) -> Result<(), Diagnostics> {
        let version = self
            .root
            .get(META)
            .and_then(|meta| meta.get("pipfile-spec"));
        if version.and_then(Value::as_u64) == Some(FORMAT) {
            return Ok(());
        }
        let found = version.map_or_else(|| "none".to_owned(), |version| format!("`{version}`"));
        let message = format!(
            "the format version of `Pipfile.lock` (`pipfile-spec`) is {found}, and Pipenv {PINNED_VERSION} reads `{FORMAT}`"
        );
        Err(Diagnostic::error(message)
            .at(&find(&self.source, "pipfile-spec"))
            .hint(RELOCK)
            .into())
    }

    /// The text without the project itself, which is a wheel of its own.
    pub(crate) fn normalised(&self) -> String {
        let mut root = self.root.clone();
        for (_, category) in root.iter_mut().filter(|(name, _)| *name != META) {
            if let Some(packages) = category.as_object_mut() {
                packages.retain(|_, package| !is_own(package.get("path").and_then(Value::as_str)));
            }
        }
        if root == self.root {
            return self.source.text().to_owned();
        }
        format!("{:#}\n", Value::Object(root))
    }
}

/// The Pipfile's name of a category of the lock.
fn in_pipfile(category: &str) -> &str {
    match category {
        "default" => PACKAGES,
        "develop" => DEV_PACKAGES,
        own => own,
    }
}

/// The first key of a name, else the top.
fn find(source: &Arc<Source>, key: &str) -> Location {
    let key = format!("\"{key}\":");
    match source.text().find(&key) {
        Some(start) => Location::new(source, start..start + key.len() - 1),
        None => Location::top(source),
    }
}

/// What is wrong, without the place.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.split_once(" at line ") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}

/// Lines and columns count from one; the column of a line's end is that of what is missing behind it.
fn place(source: &Arc<Source>, line: usize, column: usize) -> Location {
    let lines = source.text().split_inclusive('\n');
    let before: usize = lines.take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (before + column.saturating_sub(1)).min(source.text().len());
    while !source.text().is_char_boundary(at) {
        at -= 1;
    }
    Location::new(source, at..at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_known_by_their_commits() {
        let text = r#"{ "default": { "A": { "git": "https://git.example.org/a.git", "ref": "0123456789012345678901234567890123456789" }, "c": { "version": "==1" } },
                        "develop": { "b": { "git": "ssh://git@git.example.org/b.git", "ref": "main" } } }"#;
        let lock = PipfileLock::parse(&Source::new(LOCK, text)).unwrap();
        let packages = lock.packages.iter();
        let found = packages.filter_map(|package| Some(package.repository.as_ref()?.shown()));
        insta::assert_snapshot!(found.collect::<Vec<_>>().join("\n"), @"
        a https://git.example.org/a.git
        b ssh://git@git.example.org/b.git, no commit
        ");
    }
}
