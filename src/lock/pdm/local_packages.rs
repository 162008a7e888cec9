//! Path dependencies: packages in folders of the context, which are wheels of their own. PDM sees a manifest and a lock
//! without them, so that no change of one installs anything; what they need in turn is in the lock and stays.

use toml::{Table, Value};

use crate::diagnostic::{Diagnostic, Diagnostics, rules};
use crate::lock::MarkerEnvironment;
use crate::lock::local_packages::{Around, archive};
use crate::lock::pdm::reader::{Package, PdmLock};
use crate::lock::pdm::{LOCK, RELOCK, manifest, stale};
use crate::project::Facts;
use crate::project::workspace::LocalPackage;
use crate::values::{normalized_name, requirement_name};

/// All packages of the lock that are in folders, but for the project itself, each once.
pub(crate) fn all(lock: &PdmLock, facts: &Facts) -> Vec<LocalPackage> {
    let mut packages: Vec<LocalPackage> = Vec::new();
    for package in &lock.packages {
        let Some(path) = package.folder() else {
            continue;
        };
        let folder = facts.folder.join(&path.value).ok();
        // A package with extras has an entry for each set of them.
        let is_known = packages.iter().any(|known| known.name == package.name);
        if !is_known && folder.as_ref() != Some(&facts.folder) {
            packages.push(LocalPackage {
                name: package.name.clone(),
                folder,
                needs: Vec::new(),
            });
        }
    }
    packages
}

/// Those that the project's own dependencies or one of the groups and extras need, each once.
pub(crate) fn wanted<'l>(
    lock: &'l PdmLock,
    facts: &Facts,
    environment: MarkerEnvironment,
    groups: &[String],
) -> Vec<&'l Package> {
    let (all, here) = (all(lock, facts), environment);
    let is_member = |package: &&Package| all.iter().any(|known| known.name == package.name);
    let packages = lock.packages.iter();
    let packages = packages.filter(|package| package.is_in(groups, here));
    let mut wanted: Vec<&Package> = Vec::new();
    for package in packages.filter(is_member) {
        if !wanted.iter().any(|known| known.name == package.name) {
            wanted.push(package);
        }
    }
    wanted
}

/// All packages of the lock that are wanted can be brought.
pub(crate) fn check(
    lock: &PdmLock,
    facts: &Facts,
    environment: MarkerEnvironment,
    groups: &[String],
) -> Result<(), Diagnostics> {
    let here = environment;
    let packages = lock.packages.iter();
    let archives = packages.filter(|package| package.folder().is_none());
    let archives = archives.filter(|package| package.is_in(groups, here));
    let archives = archives.filter_map(|package| {
        let path = package.path.as_ref()?;
        Some(archive(LOCK, &package.name, &path.location))
    });
    let mut problems: Vec<Diagnostic> = archives.collect();
    let members = wanted(lock, facts, environment, groups);
    problems.extend(untold(lock));
    let place = |package: &'_ &Package| package.path.as_ref().map(|path| path.location.clone());
    let places: Vec<_> = members.iter().filter_map(place).collect();
    let names = members.iter().map(|package| package.name.as_str());
    let versions = lock.packages.iter();
    let around = Around {
        lock: LOCK,
        here,
        relock: RELOCK,
        wanted: names.zip(&places).collect(),
        versions: versions
            .map(|package| (package.name.as_str(), package.version.as_deref()))
            .collect(),
        free: manifest::resolved_otherwise(&facts.pyproject),
        needs: |facts| facts.pyproject.dependencies.clone(),
        names: manifest_names,
    };
    problems.extend(around.problems(facts));
    Diagnostics::split(problems).map(drop)
}

/// The error about a lock file that cannot be separated from the packages in folders.
fn untold(lock: &PdmLock) -> Option<Diagnostic> {
    // All of them are left out, whoever needs them.
    let mut packages = lock.packages.iter();
    let first = packages.find(|package| package.path.is_some())?;
    let path = first.path.as_ref()?;
    let (message, hint) = if !first.has_groups() {
        (
            "does not tell which groups need it",
            "run `pdm lock --update-reuse -S inherit_metadata` and commit `pdm.lock`",
        )
    } else if lock.records_inputs {
        (
            "records its inputs (`lock_inputs`), which is not supported with path dependencies yet",
            "take `lock_inputs` out of `[tool.pdm.resolution]` and of the lock, and run `pdm lock --update-reuse`",
        )
    } else {
        return None;
    };
    let message = format!("`{LOCK}` has `{}` from a folder, and {message}", first.name);
    Some(
        rules::LOCAL_PACKAGE
            .report(message)
            .at(&path.location)
            .hint(hint),
    )
}

/// The texts of the manifest and of the lock that the dependency step sees.
pub(crate) fn left(lock: &PdmLock, facts: &Facts) -> (String, String) {
    let mut manifest = manifest::of_project(&facts.pyproject);
    let paths = lock
        .packages
        .iter()
        .filter(|package| package.path.is_some());
    let paths: Vec<&str> = paths.map(|package| package.name.as_str()).collect();
    if paths.is_empty() {
        return (manifest.to_string(), lock.text().to_owned());
    }
    for list in lists(&mut manifest) {
        list.retain(|line| {
            let line = line.as_str().unwrap_or_default();
            let is_in_lock = name(line).is_some_and(|name| paths.contains(&name.as_str()));
            !is_in_lock && !is_path(line)
        });
    }
    let hash = stale::hash_of(lock, facts, &manifest).unwrap_or_default();
    (manifest.to_string(), lock.text_without_paths(&hash))
}

/// The lists of requirements of a manifest.
fn lists(manifest: &mut Table) -> Vec<&mut Vec<Value>> {
    let mut lists = Vec::new();
    for (key, value) in manifest.iter_mut() {
        match (key.as_str(), value) {
            ("dependency-groups", groups) => lists.extend(of_table(groups)),
            ("project", Value::Table(project)) => {
                for (key, value) in project.iter_mut() {
                    match (key.as_str(), value) {
                        ("dependencies", Value::Array(list)) => lists.push(list),
                        ("optional-dependencies", extras) => lists.extend(of_table(extras)),
                        _ => {}
                    }
                }
            }
            ("tool", tool) => {
                let pdm = tool.get_mut("pdm");
                let groups = pdm.and_then(|pdm| pdm.get_mut("dev-dependencies"));
                lists.extend(groups.map(of_table).unwrap_or_default());
            }
            _ => {}
        }
    }
    lists
}

fn of_table(table: &mut Value) -> Vec<&mut Vec<Value>> {
    let table = table.as_table_mut().into_iter();
    let values = table.flat_map(|table| table.iter_mut());
    values
        .filter_map(|(_, value)| value.as_array_mut())
        .collect()
}

/// The names of all that a manifest names; of a path without a name, that of its folder.
fn manifest_names(facts: &Facts) -> Vec<String> {
    let mut manifest = manifest::of_project(&facts.pyproject);
    let lists = lists(&mut manifest);
    let lines = lists.iter().flat_map(|list| list.iter());
    lines.filter_map(|line| name(line.as_str()?)).collect()
}

/// The normalized name of what a requirement is about.
fn name(line: &str) -> Option<String> {
    if let Some(name) = requirement_name(line) {
        return Some(name.normalized().to_owned());
    }
    let line = line.split(';').next()?.trim();
    let (path, fragment) = line.split_once('#').unwrap_or((line, ""));
    let egg = fragment
        .split('&')
        .find_map(|part| part.strip_prefix("egg="));
    let name = egg.or_else(|| path.trim_end_matches('/').rsplit('/').next())?;
    Some(normalized_name(name.split('[').next()?))
}

/// Whether a requirement is a folder or a file.
fn is_path(line: &str) -> bool {
    let line = line.trim();
    let line = line.strip_prefix("-e ").map_or(line, str::trim_start);
    let url = match requirement_name(line) {
        Some(_) => line.split_once('@').map(|(_, url)| url.trim_start()),
        None => Some(line),
    };
    let starts = ["file:", "{root:uri}", "./", "../"];
    url.is_some_and(|url| starts.iter().any(|start| url.starts_with(start)))
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Source, one_line};
    use crate::lock::local_packages::tests::facts_of;
    use crate::values::Platform;

    use super::*;

    #[test]
    fn locks_that_do_not_tell_enough_are_refused() {
        let told = |inputs: &str, groups: &str| {
            let text = format!(
                "[metadata]\n{inputs}[[package]]\nname = \"core\"\npath = \"../core\"\n{groups}"
            );
            let lock = PdmLock::parse(&Source::new(LOCK, text)).unwrap();
            untold(&lock).map(|problem| one_line(&problem))
        };
        let groups = "groups = [\"default\"]\n";
        assert_eq!(told("", groups), None);
        let other = "groups = [\"lint\"]\n";
        assert_eq!(told("", other), None);
        assert!(told("lock_inputs = {}\n", other).is_some());
        insta::assert_snapshot!(told("", "").unwrap(), @"pdm.lock:4:1: `pdm.lock` has `core` from a folder, and does not tell which groups need it; run `pdm lock --update-reuse -S inherit_metadata` and commit `pdm.lock`");
        insta::assert_snapshot!(told("lock_inputs = {}\n", groups).unwrap(), @"pdm.lock:5:1: `pdm.lock` has `core` from a folder, and records its inputs (`lock_inputs`), which is not supported with path dependencies yet; take `lock_inputs` out of `[tool.pdm.resolution]` and of the lock, and run `pdm lock --update-reuse`");
    }

    #[test]
    fn packages_for_other_systems_are_not_wanted() {
        let is_in = |marker: &str, platform: &str| {
            let text = format!(
                "[[package]]\nname = \"core\"\ngroups = [\"default\"]\nmarker = '{marker}'\n"
            );
            let lock = PdmLock::parse(&Source::new(LOCK, text)).unwrap();
            let platform = Platform::new("linux", platform);
            lock.packages[0].is_in(
                &[],
                MarkerEnvironment::new(&platform, "3.13".parse().unwrap()),
            )
        };
        assert!(!is_in("sys_platform == \"win32\"", "amd64"));
        assert!(is_in("platform_machine == \"aarch64\"", "arm64"));
        assert!(!is_in("platform_machine == \"aarch64\"", "amd64"));
        assert!(is_in("platform_release >= \"6\"", "amd64"));
    }

    #[test]
    fn names_that_pdm_resolves_otherwise_are_known() {
        let facts = facts_of(
            "[project]\nname = \"api\"\nversion = \"1\"\n[tool.pdm.resolution]\nexcludes = [\"Some.Thing\"]\n\
             [tool.pdm.resolution.overrides]\nIDNA = \"3.7\"\n",
        );
        let names = manifest::resolved_otherwise(&facts.pyproject);
        assert_eq!(names, ["idna", "some-thing"]);
    }

    #[test]
    fn paths_and_their_names_are_known() {
        for (line, expected) in [
            (
                "core @ file:///${PROJECT_ROOT}/../core",
                (Some("core"), true),
            ),
            (
                "My.Core[fast]@file:///core ; python_version > '3'",
                (Some("my-core"), true),
            ),
            ("core @ {root:uri}/../core", (Some("core"), true)),
            (
                "-e file:///${PROJECT_ROOT}/../a_b#egg=Core[x]",
                (Some("core"), true),
            ),
            ("-e file:///${PROJECT_ROOT}/../a_b/", (Some("a-b"), true)),
            ("-e ../core", (Some("core"), true)),
            ("core>=1", (Some("core"), false)),
            (
                "core @ https://files.example.org/core.whl",
                (Some("core"), false),
            ),
            (
                "-e git+https://git.example.org/core.git#egg=core",
                (Some("core"), false),
            ),
        ] {
            assert_eq!((name(line).as_deref(), is_path(line)), expected, "{line}");
        }
    }
}
