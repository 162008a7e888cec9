//! Git repositories that manifests name: where there is no lock, and for the target `lock`, which is to make one.

use crate::diagnostic::Spanned;
use crate::lock::{PackageManager, Repository};
use crate::project::Facts;
use crate::toml_document::{Document, Table, Value};
use crate::values::{PackageName, requirement_name};

/// Those of the project's own lists, of its build requirements, and of what the installer adds to both.
pub(crate) fn repositories(facts: &Facts, installer: &dyn PackageManager) -> Vec<Repository> {
    let project = &facts.pyproject;
    let build = project.build_system.iter();
    let build = build.flat_map(|build| build.requires.iter().flatten());
    let extras = project.extras.iter().flat_map(|(_, texts)| texts);
    let groups = project.groups.iter().flat_map(|group| &group.requirements);
    let texts = project.dependencies.iter().chain(extras).chain(groups);
    let mut found: Vec<Repository> = texts.chain(build).filter_map(of_text).collect();
    if project.source.text().contains("git") {
        let document = Document::parse(&project.source);
        let tool = document.as_ref().ok().and_then(|document| {
            let tool = document.root().table("tool")?;
            tool.table(installer.name())
        });
        found.extend(tool.iter().flat_map(of_table));
    }
    for name in installer.manifests() {
        // A Pipfile is one, and a requirements file is none.
        let source = facts.text(name).and_then(Result::ok);
        let source = source.filter(|source| source.text().contains("git"));
        if let Some(Ok(document)) = source.as_ref().map(Document::parse) {
            found.extend(of_table(&document.root()));
        }
    }
    found
}

/// `name @ git+https://…`, or an address alone with the name behind it.
fn of_text(text: &Spanned<String>) -> Option<Repository> {
    let start = text.value.find("git+")?;
    let (before, address) = text.value.split_at(start);
    let address = address.split([' ', ';']).next().unwrap_or(address);
    let named = before
        .trim_end()
        .ends_with('@')
        .then(|| requirement_name(before));
    let egg = address.split_once("egg=").map(|(_, egg)| egg);
    let name = named.flatten().or_else(|| requirement_name(egg?));
    Some(Repository::new(
        &shown(name, address),
        address,
        &text.location,
    ))
}

fn shown(name: Option<PackageName>, address: &str) -> String {
    name.map_or_else(|| address.to_owned(), |name| name.normalized().to_owned())
}

/// The repositories of a table of packages, at any depth: `name = { git = "…" }`.
fn of_table(table: &Table<'_>) -> Vec<Repository> {
    let keys = table.keys();
    let values = keys
        .iter()
        .filter_map(|key| Some((key.value, table.get(key.value)?)));
    values
        .flat_map(|(key, value)| of_value(key, &value))
        .collect()
}

fn of_value(key: &str, value: &Value<'_>) -> Vec<Repository> {
    if let Some(table) = value.as_table() {
        if let Some(address) = table.string("git") {
            let name = shown(requirement_name(key), key);
            return vec![Repository::new(&name, &address.value, &address.location)];
        }
        return of_table(&table);
    }
    if let Some(array) = value.as_array() {
        return array
            .iter()
            .flat_map(|value| of_value(key, value))
            .collect();
    }
    value
        .as_string()
        .as_ref()
        .and_then(of_text)
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Source;

    use super::*;

    #[test]
    fn repositories_are_found_wherever_tools_have_them() {
        let text = r#"
            dev-dependencies = { test = ["a @ git+https://git.example.org/a.git@main", "-e git+https://git.example.org/b.git#egg=B"] }
            url = "https://git.example.org/none"
            [sources]
            c = [{ git = "ssh://git@git.example.org/c.git", marker = "x" }, { index = "own" }]
            [dependencies]
            d = { git = "https://git.example.org/d.git", rev = "1" }
            e = "^1"
        "#;
        let source = Source::new("pyproject.toml", text);
        let document = Document::parse(&source).unwrap();
        let found: Vec<String> = of_table(&document.root())
            .iter()
            .map(Repository::shown)
            .collect();
        insta::assert_snapshot!(found.join("\n"), @"
        a https://git.example.org/a.git@main
        b https://git.example.org/b.git#egg=B
        c ssh://git@git.example.org/c.git
        d https://git.example.org/d.git
        ");
    }
}
