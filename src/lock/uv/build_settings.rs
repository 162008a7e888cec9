//! What uv's settings say of build requirements, and nothing else of them: it is the key of the part that holds
//! these.

use toml::{Table, Value};

use crate::diagnostic::Diagnostics;
use crate::lock::BuildSettings;
use crate::lock::uv::settings::FILE;
use crate::project::{Facts, Pyproject};
use crate::values::{PackageName, TextFile, normalized_name, requirement_name};

/// Keys that are about the project, its own lock and its releases. uv honours none of them where it installs
/// build requirements by itself, and refuses some of them in a manifest without the extras and groups that they
/// name. All others stay, also those that are not known here: an index that goes missing would be a build
/// requirement from somewhere else.
const OF_THE_PROJECT: &[&str] = &[
    "build-backend",
    "cache-keys",
    "check-url",
    "compile-bytecode",
    "conflicts",
    "constraint-dependencies",
    "default-groups",
    "dependency-groups",
    "dev-dependencies",
    "environments",
    "exclude-dependencies",
    "fork-strategy",
    "managed",
    "override-dependencies",
    "package",
    // For `uv pip` alone, which stands here for what `uv build` would do.
    "pip",
    "prerelease",
    "publish-url",
    "reinstall",
    "reinstall-package",
    "required-environments",
    // Planning has chosen the uv.
    "required-version",
    "resolution",
    "trusted-publishing",
    "upgrade",
    "upgrade-package",
    "workspace",
];

/// What of the settings bears on build requirements.
pub(crate) fn settings(facts: &Facts, requires: &[String]) -> Result<BuildSettings, Diagnostics> {
    let own_file = match facts.text(FILE) {
        Some(source) => {
            let source = source?;
            let text = source.text();
            // uv tells what is wrong in a file that is no TOML.
            let text = text.parse::<Table>().map_or_else(
                |_| text.to_owned(),
                |settings| bearing_on_build(settings).to_string(),
            );
            Some(TextFile {
                name: FILE.into(),
                text,
            })
        }
        None => None,
    };
    let root = facts.workspace.as_ref();
    let root = root.and_then(|workspace| workspace.manifest.as_ref());
    let (requires, uv) = of_manifest(&facts.pyproject, root, requires);
    Ok(BuildSettings {
        requires,
        uv,
        files: own_file.into_iter().collect(),
    })
}

/// `[tool.uv]` of a manifest.
fn uv_table(manifest: &Pyproject) -> Table {
    let whole: Table = manifest.source.text().parse().unwrap_or_default();
    let uv = whole.get("tool").and_then(|tool| tool.get("uv"));
    uv.and_then(Value::as_table).cloned().unwrap_or_default()
}

/// What the root of a workspace says, with a member's own sources and indexes.
fn within(mut root: Table, own: Table) -> Table {
    for (key, value) in own {
        match (root.get_mut(&key), value) {
            (Some(Value::Table(known)), Value::Table(own)) if key == "sources" => known.extend(own),
            (Some(Value::Array(known)), Value::Array(own)) if key == "index" => known.extend(own),
            (Some(_), _) => {}
            (None, value) => drop(root.insert(key, value)),
        }
    }
    root
}

/// `[tool.uv]`, and the build requirements that it adds.
fn of_manifest(
    project: &Pyproject,
    root: Option<&Pyproject>,
    requires: &[String],
) -> (Vec<String>, Table) {
    let own = uv_table(project);
    let uv = &match root {
        Some(root) => within(uv_table(root), own),
        None => own,
    };
    if uv.is_empty() {
        return (Vec::new(), Table::new());
    }
    let own = project
        .name
        .as_ref()
        .map_or("", |name| name.value.normalized());
    let extra = extra_build_dependencies(uv, own);
    let mut uv = bearing_on_build(uv.clone());
    keep(&mut uv, "extra-build-dependencies", |name, _| {
        normalized_name(name) != own
    });
    let names: Vec<PackageName> = requires
        .iter()
        .chain(&extra)
        .filter_map(|requirement| requirement_name(requirement))
        .collect();
    keep(&mut uv, "sources", |name, sources| {
        if let Value::Array(sources) = sources {
            // As uv itself: these are for the requirements of an extra or a group.
            sources.retain(is_for_all);
        }
        let none = sources.as_array().is_some_and(Vec::is_empty);
        let name = normalized_name(name);
        !none && is_for_all(sources) && names.iter().any(|known| known.normalized() == name)
    });
    (extra, uv)
}

fn is_for_all(source: &Value) -> bool {
    source.get("extra").is_none() && source.get("group").is_none()
}

/// Settings without those of the project.
fn bearing_on_build(mut settings: Table) -> Table {
    settings.retain(|key, _| !OF_THE_PROJECT.contains(&key));
    if let Some(constraints) = settings.get("build-constraint-dependencies").cloned() {
        // What is installed here are build requirements.
        settings.insert("constraint-dependencies".to_owned(), constraints);
    }
    settings
}

/// Keeps entries of a table, and the table where it has any left.
fn keep(settings: &mut Table, key: &str, wanted: impl Fn(&str, &mut Value) -> bool) {
    if let Some(Value::Table(table)) = settings.get_mut(key) {
        table.retain(|name, value| wanted(name, value));
        if table.is_empty() {
            settings.remove(key);
        }
    }
}

/// `extra-build-dependencies` of one package: strings, or tables with a `requirement`.
fn extra_build_dependencies(uv: &Table, name: &str) -> Vec<String> {
    let packages = uv.get("extra-build-dependencies").and_then(Value::as_table);
    let own = packages
        .into_iter()
        .flatten()
        .filter(|(package, _)| normalized_name(package) == name);
    let entries = own.flat_map(|(_, entries)| entries.as_array().into_iter().flatten());
    let text = |entry: &Value| {
        entry
            .as_str()
            .or_else(|| entry.get("requirement")?.as_str())
            .map(str::to_owned)
    };
    entries.filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Source;

    use super::*;

    #[test]
    fn build_requirements_keep_what_bears_on_them() {
        let text = r#"
            [project]
            name = "A"
            version = "1"
            requires-python = ">=3.12"

            [tool.uv]
            required-version = ">=0.9"
            package = true
            default-groups = ["dev"]
            override-dependencies = ["numpy==1"]
            constraint-dependencies = ["jinja2<3"]
            build-constraint-dependencies = ["setuptools<80"]
            resolution = "lowest"
            conflicts = [[{ extra = "cpu" }, { extra = "gpu" }]]
            exclude-newer = "2026-01-01"
            index = [{ name = "own", url = "https://index.example.org/simple", default = true }]

            [tool.uv.dependency-groups]
            dev = { requires-python = ">=3.13" }

            [tool.uv.pip]
            extra = ["gpu"]

            [tool.uv.extra-build-dependencies]
            a = ["jinja2", { requirement = "numpy", match-runtime = true }]
            b = ["no"]

            [tool.uv.sources]
            Numpy = [{ index = "own", extra = "gpu" }, { index = "own", marker = "os_name == 'posix'" }]
            hatchling = { index = "own" }
            jinja2 = { index = "own", group = "dev" }
            torch = [{ index = "own", extra = "cpu" }]
            other = { workspace = true }
        "#;
        let project = Pyproject::read(&Source::new("pyproject.toml", text)).unwrap();
        let requires = ["hatchling>=1".to_owned(), "torch".to_owned()];
        let (extra, settings) = of_manifest(&project, None, &requires);
        assert_eq!(extra, ["jinja2", "numpy"]);
        insta::assert_snapshot!(settings, @r#"
        build-constraint-dependencies = ["setuptools<80"]
        constraint-dependencies = ["setuptools<80"]
        exclude-newer = "2026-01-01"

        [extra-build-dependencies]
        b = ["no"]

        [[index]]
        default = true
        name = "own"
        url = "https://index.example.org/simple"

        [[sources.Numpy]]
        index = "own"
        marker = "os_name == 'posix'"

        [sources.hatchling]
        index = "own"
        "#);
    }

    #[test]
    fn a_table_without_anything_left_is_left_out() {
        let text = "[project]\nname = \"a\"\nversion = \"1\"\n[tool.uv]\nextra-build-dependencies = { a = [\"b\"] }\nmanaged = true\n\
                    sources = { c = { index = \"own\" } }\n";
        let project = Pyproject::read(&Source::new("pyproject.toml", text)).unwrap();
        assert_eq!(
            of_manifest(&project, None, &[]),
            (vec!["b".to_owned()], Table::new())
        );
    }
}
