//! Projects that share a lock: uv sees the manifests of those that the project may need at their places, in a form in
//! which only dependencies count, and of the lock what they need. So a change of any other package of the workspace
//! installs nothing anew.

use toml::{Table, Value};

use crate::context::FileContent;
use crate::diagnostic::{Diagnostic, Diagnostics, Location, rules};
use crate::lock::local_packages;
use crate::lock::uv::reader::UvLock;
use crate::lock::uv::{LOCK, needs, settings_file};
use crate::project::workspace::{LocalPackage, Workspace};
use crate::project::{Facts, PYPROJECT, Pyproject};
use crate::toml_document::Document;
use crate::values::{ContextPath, TextFile, normalized_name};

/// The names of the packages that the project needs beside it; not those that are no packages to uv.
pub(crate) fn members(
    facts: &Facts,
    lock: &UvLock,
    extras: &[String],
    groups: &[String],
) -> Result<Vec<String>, Diagnostics> {
    let name = facts.pyproject.named()?.value.normalized();
    let normalized = |names: &[String]| {
        names
            .iter()
            .map(|name| normalized_name(name))
            .collect::<Vec<_>>()
    };
    let (extras, groups) = (normalized(extras), normalized(groups));
    let installed = needs::installed(&lock.packages, name, &extras, &groups);
    let packages = installed.into_iter().filter(|package| !package.is_virtual);
    Ok(packages.map(|package| package.name.clone()).collect())
}

/// The packages of a `uv.lock` that are folders, and the lock file itself or its problems. With problems, the packages
/// are those that could be read.
#[derive(Default)]
pub(crate) struct Survey {
    /// The packages, in the order of the file.
    pub(crate) packages: Vec<LocalPackage>,
    /// The file; `None` if there is none, or it has problems.
    pub(crate) lock: Option<UvLock>,
    /// Why packages may be missing.
    pub(crate) problems: Option<Diagnostics>,
}

/// Surveys the `uv.lock` in a folder, before it is known whether it is of any use; nothing if there is no such file.
pub(crate) fn survey(content: Option<&FileContent>, folder: &ContextPath) -> Survey {
    match content.map(|content| content.source(LOCK)) {
        None => Survey::default(),
        Some(Err(problem)) => Survey {
            problems: Some(problem.into()),
            ..Survey::default()
        },
        Some(Ok(source)) => {
            let (lock, problems) = UvLock::recover(&source);
            Survey {
                packages: local_packages(&lock, folder),
                lock: problems.is_none().then_some(lock),
                problems,
            }
        }
    }
}

/// The packages that are folders; `above` is the folder of the lock file.
fn local_packages(lock: &UvLock, above: &ContextPath) -> Vec<LocalPackage> {
    let local = lock.packages.iter().filter_map(|package| {
        let folder = package.folder.as_ref()?;
        Some(LocalPackage {
            name: package.name.clone(),
            folder: above.join(folder).ok(),
            needs: package.needs.names().map(str::to_owned).collect(),
        })
    });
    local.collect()
}

/// What of the lock cannot be built.
pub(crate) fn check(lock: &UvLock, facts: &Facts) -> Result<(), Diagnostics> {
    let place = &facts.pyproject.dependencies_location;
    let mut problems = Vec::new();
    let packages = facts.workspace.iter().flat_map(|around| &around.packages);
    let packages: Vec<_> = packages.collect();
    for locked in lock.packages.iter().filter(|package| package.local) {
        let known = packages.iter().find(|package| package.name == locked.name);
        if locked.is_archive {
            let message = format!(
                "`{LOCK}` has `{}`, an archive in a folder, which is not supported yet",
                locked.name
            );
            let hint =
                "name the folder of its sources, or publish it to an index, and run `uv lock`";
            problems.push(rules::LOCAL_PACKAGE.report(message).at(place).hint(hint));
        } else if known.is_some_and(|package| package.folder.is_none()) {
            let message = format!(
                "`{LOCK}` has `{}`, whose folder is outside of the build context",
                locked.name
            );
            problems.push(
                rules::LOCAL_PACKAGE
                    .report(message)
                    .at(place)
                    .hint(local_packages::HOLDS_BOTH),
            );
        } else {
            problems.extend(local_packages::missing(
                facts,
                LOCK,
                &locked.name,
                &Location::top(&lock.source),
            ));
        }
    }
    Diagnostics::split(problems).map(drop)
}

/// The error about a workspace root that is not a project itself.
pub(crate) fn only_root(facts: &Facts) -> Option<Diagnostic> {
    let around = facts.workspace.as_ref()?;
    if facts.pyproject.name.is_some() {
        return None;
    }
    let folders = around
        .packages
        .iter()
        .filter_map(|package| package.folder.as_ref());
    let manifests: Vec<_> = folders
        .map(|folder| format!("`-f {folder}/{PYPROJECT}`"))
        .collect();
    let error =
        rules::WORKSPACE_ROOT.report("this is the root of a workspace, and no project itself");
    Some(error.at(&facts.pyproject.place).hint(format!(
        "build one of its members: {}",
        manifests.join(", ")
    )))
}

/// The error about a member whose workspace is missing; the lock file lists its members.
pub(crate) fn without_lock(project: &Pyproject) -> Result<Option<Diagnostic>, Diagnostics> {
    let document = Document::parse(&project.source)?;
    let uv = document
        .root()
        .table("tool")
        .and_then(|tool| tool.table("uv"));
    let Some(sources) = uv.and_then(|uv| uv.table("sources")) else {
        return Ok(None);
    };
    let mut names = sources.keys().into_iter();
    let member = names.find(|name| {
        let source = sources.table(name.value);
        let asks = source.and_then(|source| source.get("workspace")?.as_bool());
        asks == Some(true)
    });
    Ok(member.map(|name| {
        let message = format!(
            "`{}` is a member of the workspace, and there is no `{LOCK}` that knows it",
            name.value
        );
        rules::WORKSPACE_MEMBER.report(message).at(&name.location).hint(format!(
            "run `uv lock` in the root of the workspace, commit `{LOCK}`, and build with that folder as the context: \
             `-f path/of/member/{PYPROJECT} .`"
        ))
    }))
}

/// What uv reads, at its places in the context.
pub(crate) fn files(
    facts: &Facts,
    around: &Workspace,
    lock: &UvLock,
) -> Result<Vec<TextFile>, Diagnostics> {
    let at = |folder: &ContextPath, name: &str, text: String| TextFile {
        name: folder
            .join(name)
            .map_or_else(|_| name.to_owned(), |path| path.to_string())
            .into(),
        text,
    };
    let mut files = vec![at(&around.folder, LOCK, lock.neutral_text())];
    if let Some(settings) = settings_file(facts)? {
        files.push(at(&around.folder, &settings.name, settings.text));
    }
    let all: Vec<&Facts> = [facts].into_iter().chain(&facts.members).collect();
    let (root, others): (Vec<&Facts>, Vec<&Facts>) = all
        .into_iter()
        .partition(|facts| facts.folder == around.folder);
    let root = match (root.first(), &around.manifest) {
        (Some(root), _) => root.pyproject.normalized.clone(),
        // It is no package that is needed: only its settings count.
        (None, Some(manifest)) => settings_alone(&manifest.normalized),
        (None, None) => String::new(),
    };
    let is_member = |facts: &&&Facts| {
        let name = facts.pyproject.name.as_ref();
        let is_own = |member: &String| name.is_some_and(|name| *member == name.value.normalized());
        lock.members.iter().any(is_own)
    };
    let folders = others.iter().filter(is_member);
    let folders = folders.map(|facts| seen_from(&around.folder, &facts.folder));
    let root = with_members(&root, folders);
    files.push(at(&around.folder, PYPROJECT, root));
    for facts in others {
        files.push(at(
            &facts.folder,
            PYPROJECT,
            facts.pyproject.normalized.clone(),
        ));
    }
    Ok(files)
}

/// The path of a folder, seen from one above it.
fn seen_from(above: &ContextPath, folder: &ContextPath) -> String {
    let rest = folder.as_str().strip_prefix(above.as_str());
    let rest = rest.and_then(|rest| rest.strip_prefix('/'));
    rest.unwrap_or(folder.as_str()).to_owned()
}

fn settings_alone(manifest: &str) -> String {
    let mut manifest: Table = manifest.parse().unwrap_or_default();
    manifest.retain(|key, _| key == "tool");
    manifest.to_string()
}

/// The manifest of the root with these members alone: others come and go, and install nothing.
fn with_members(manifest: &str, folders: impl Iterator<Item = String>) -> String {
    let mut manifest: Table = manifest.parse().unwrap_or_default();
    let tool = manifest.get_mut("tool");
    let uv = tool.and_then(|tool| tool.get_mut("uv"));
    let workspace = uv.and_then(|uv| uv.get_mut("workspace"));
    if let Some(Value::Table(workspace)) = workspace {
        let members = Value::Array(folders.map(Value::String).collect());
        *workspace = Table::from_iter([("members".to_owned(), members)]);
    }
    manifest.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"version = 1

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

    fn surveyed(lock: &str) -> (String, Option<Diagnostics>) {
        let content = FileContent::from(lock);
        let survey = survey(Some(&content), &ContextPath::known("python"));
        let told = survey.packages.iter().map(|package| {
            let folder = package.folder.as_ref().map(ToString::to_string);
            format!("{} {folder:?} {:?}", package.name, package.needs)
        });
        (told.collect::<Vec<_>>().join("\n"), survey.problems)
    }

    #[test]
    fn packages_in_folders_are_found_however_the_lock_is_written() {
        let (expected, problems) = surveyed(LOCK);
        insta::assert_snapshot!(expected, @r#"
        api Some("python/services/api") ["core", "iniconfig", "tools"]
        core Some("core") []
        far None []
        "#);
        assert_eq!(problems, None);
        let others = [
            LOCK.replace('\n', "\r\n"),
            LOCK.replace("[[package]]", "[[ \"package\" ]] # one"),
            LOCK.replace(" = ", "=").replace("{ ", "{"),
        ];
        for text in others {
            assert_eq!(surveyed(&text), (expected.clone(), None), "{text}");
        }
        let nothing = survey(None, &ContextPath::known("."));
        assert!(nothing.packages.is_empty() && nothing.problems.is_none());
    }

    #[test]
    fn what_can_be_read_of_a_broken_lock_is_not_lost() {
        let (expected, _) = surveyed(LOCK);
        for broken in [
            LOCK.replace("[manifest]", "[manifest"),
            LOCK.replace("version = \"0.1.0\"", "version = 1"),
            format!("{LOCK}\n[[package]]\nname = 5\nsource = {{ editable = \"lost\" }}\n"),
        ] {
            let (found, problems) = surveyed(&broken);
            assert_eq!(found, expected, "{broken}");
            assert!(problems.is_some(), "{broken}");
        }
    }
}
