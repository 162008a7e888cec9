//! Path dependencies: packages in folders of the context, which are wheels of their own. Poetry itself leaves them out
//! (`--no-directory`) and installs what they need in turn, which is in the lock.

use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::lock::MarkerEnvironment;
use crate::lock::local_packages::{Around, archive};
use crate::lock::poetry::needs::{Dependency, dependencies};
use crate::lock::poetry::reader::{Package, PoetryLock};
use crate::lock::poetry::{LOCK, RELOCK};
use crate::project::Facts;
use crate::project::workspace::LocalPackage;
use crate::values::normalized_name;

/// What an environment is to hold beside the project's own dependencies, by normalized names.
pub(crate) struct Asked {
    groups: Vec<String>,
    extras: Vec<String>,
    here: MarkerEnvironment,
}

impl Asked {
    /// Of the names of groups and of extras, as they are written.
    pub(crate) fn new<T>(
        (groups, extras): (&[T], &[T]),
        name: impl Fn(&T) -> &str,
        here: MarkerEnvironment,
    ) -> Self {
        let normalized = |names: &[T]| names.iter().map(|it| normalized_name(name(it))).collect();
        Self {
            groups: normalized(groups),
            extras: normalized(extras),
            here,
        }
    }
}

/// All packages of the lock that are in folders, but for the project itself.
pub(crate) fn all(lock: &PoetryLock, facts: &Facts) -> Vec<LocalPackage> {
    let local = lock.packages.iter().filter_map(|package| {
        let path = package.path.as_ref().filter(|path| !path.is_archive)?;
        let folder = facts.folder.join(&path.url).ok();
        (folder.as_ref() != Some(&facts.folder)).then(|| LocalPackage {
            name: package.name.clone(),
            folder,
            needs: Vec::new(),
        })
    });
    local.collect()
}

/// Those of them that are wanted.
pub(crate) fn wanted<'l>(lock: &'l PoetryLock, facts: &Facts, asked: &Asked) -> Vec<&'l Package> {
    let all = all(lock, facts);
    let mut packages = from_paths(lock, facts, asked);
    packages.retain(|package| all.iter().any(|known| known.name == package.name));
    packages
}

/// The packages that come from folders and files and are wanted.
fn from_paths<'l>(lock: &'l PoetryLock, facts: &Facts, asked: &Asked) -> Vec<&'l Package> {
    let packages = lock
        .packages
        .iter()
        .filter(|package| package.path.is_some());
    let mut packages: Vec<&Package> = packages.collect();
    if packages.is_empty() {
        return packages;
    }
    let reached = reached(lock, facts, asked);
    packages.retain(|package| {
        let told = package.is_in(&asked.groups, &asked.extras, asked.here);
        told.unwrap_or_else(|| reached.contains(&package.name))
    });
    packages
}

/// What is needed, where the lock tells no groups: by what the manifest names, and by what that needs.
fn reached(lock: &PoetryLock, facts: &Facts, asked: &Asked) -> Vec<String> {
    let direct = dependencies(facts)
        .into_iter()
        .filter(|it| match &it.group {
            Some(group) => asked.groups.contains(group),
            None => !it.is_optional,
        });
    let direct = direct.filter(|it| {
        let marker = it.requirement.value.split_once(';');
        marker.is_none_or(|(_, text)| asked.here.meets(text, &asked.extras) != Some(false))
    });
    let mut names: Vec<String> = direct.filter_map(|it| it.name()).collect();
    let extras = lock.extras.iter();
    let extras = extras.filter(|(name, _)| asked.extras.contains(name));
    names.extend(extras.flat_map(|(_, packages)| packages.clone()));
    let mut at = 0;
    while let Some(name) = names.get(at).cloned() {
        let of_name = lock.packages.iter().filter(|package| package.name == name);
        for need in of_name.flat_map(|package| &package.needs) {
            if !names.contains(need) {
                names.push(need.clone());
            }
        }
        at += 1;
    }
    names
}

/// All packages of the lock that are wanted can be brought.
pub(crate) fn check(lock: &PoetryLock, facts: &Facts, asked: &Asked) -> Result<(), Diagnostics> {
    let packages = from_paths(lock, facts, asked);
    let archives = packages.iter().filter_map(|package| {
        let path = package.path.as_ref().filter(|path| path.is_archive)?;
        Some(archive(LOCK, &package.name, &path.place))
    });
    let mut problems: Vec<Diagnostic> = archives.collect();
    let members = wanted(lock, facts, asked);
    let members = members.into_iter();
    let place = |package: &'_ Package| package.path.as_ref().map(|path| path.place.clone());
    let places: Vec<(&str, Location)> = members
        .filter_map(|package| Some((package.name.as_str(), place(package)?)))
        .collect();
    let versions = lock.packages.iter();
    let around = Around {
        lock: LOCK,
        here: asked.here,
        relock: RELOCK,
        wanted: places.iter().map(|(name, place)| (*name, place)).collect(),
        versions: versions
            .map(|package| (package.name.as_str(), package.version.as_deref()))
            .collect(),
        free: lock.unsafe_packages(),
        needs: |facts| {
            let needs = dependencies(facts).into_iter();
            let needs =
                needs.filter(|it| it.group.is_none() && !it.is_optional && !it.is_conditional);
            needs.map(|it| it.requirement).collect()
        },
        names: |facts| {
            let named = dependencies(facts);
            named.iter().filter_map(Dependency::name).collect()
        },
    };
    problems.extend(around.problems(facts));
    Diagnostics::split(problems).map(drop)
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Source;
    use crate::lock::poetry::needs::tests::facts;
    use crate::values::Platform;

    use super::*;

    /// As Poetry 1 writes it: packages do not tell their groups.
    const LOCK_1: &str = r#"
[[package]]
name = "core"
version = "1.0"
[package.dependencies]
Words = {path = "../words"}
[package.source]
type = "directory"
url = "../core"

[[package]]
name = "extra-lib"
version = "1.0"
optional = true
[package.source]
type = "directory"
url = "../extra"

[[package]]
name = "testing"
version = "1.0"
[package.source]
type = "directory"
url = "../testing"

[[package]]
name = "words"
version = "1.0"
[package.source]
type = "directory"
url = "../words"

[extras]
more = ["extra-lib"]
"#;

    /// As Poetry 2 does.
    const LOCK_2: &str = r#"
[[package]]
name = "core"
version = "1.0"
optional = false
groups = ["main"]
[package.source]
type = "directory"
url = "../core"

[[package]]
name = "extra-lib"
version = "1.0"
optional = true
groups = ["main"]
markers = "python_version >= '3' and extra == \"more\""
[package.source]
type = "directory"
url = "../extra"

[[package]]
name = "testing"
version = "1.0"
optional = false
groups = ["test"]
markers = {test = "sys_platform == 'linux'"}
[package.source]
type = "directory"
url = "../testing"

[[package]]
name = "tools"
version = "1.0"
optional = false
groups = ["main", "dev"]
markers = {main = "extra == \"more\""}
[package.source]
type = "directory"
url = "../tools"

[[package]]
name = "win"
version = "1.0"
optional = false
groups = ["main", "dev"]
markers = "sys_platform == 'win32'"
[package.source]
type = "directory"
url = "../win"
"#;

    #[test]
    fn an_environment_holds_what_is_asked_for() {
        let check = |lock: &str, groups: &[&str], extras: &[&str], expected: &[&str]| {
            let lock = PoetryLock::parse(&Source::new(LOCK, lock)).unwrap();
            let here =
                MarkerEnvironment::new(&Platform::new("linux", "amd64"), "3.13".parse().unwrap());
            let asked = Asked::new((groups, extras), |name| *name, here);
            let found = from_paths(&lock, &facts(), &asked);
            let names: Vec<_> = found.iter().map(|package| package.name.as_str()).collect();
            assert_eq!(names, expected, "{groups:?} {extras:?}");
        };
        check(LOCK_1, &[], &[], &["core", "words"]);
        check(LOCK_1, &["Test"], &[], &["core", "testing", "words"]);
        check(LOCK_1, &[], &["more"], &["core", "extra-lib", "words"]);
        check(LOCK_2, &[], &[], &["core"]);
        check(LOCK_2, &["test"], &[], &["core", "testing"]);
        check(LOCK_2, &[], &["More"], &["core", "extra-lib", "tools"]);
        check(LOCK_2, &["dev"], &[], &["core", "tools"]);
    }

    #[test]
    fn the_first_locks_have_no_tools_of_packaging() {
        let free = |text: &str| {
            let lock = PoetryLock::parse(&Source::new(LOCK, text)).unwrap();
            lock.unsafe_packages().join(" ")
        };
        assert_eq!(free(LOCK_1), "distribute pip setuptools wheel");
        assert_eq!(free(LOCK_2), "");
    }

    #[test]
    fn a_new_version_of_a_package_in_a_folder_changes_nothing() {
        let text = |lock: &str| {
            PoetryLock::parse(&Source::new(LOCK, lock))
                .unwrap()
                .neutral_text()
        };
        let other = LOCK_2.replacen("1.0", "1.1", 1);
        assert_eq!(text(LOCK_2), text(&other));
        // Where Poetry resolves anew, something may ask for it.
        assert_eq!(text(LOCK_1), LOCK_1);
    }
}
