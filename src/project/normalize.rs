//! The manifest as the dependency step sees it: only what bears on dependencies, so that a new version, a
//! new classifier or a reworded description reinstalls nothing (astral-sh/uv-docker-example#61, uv#14256).
//!
//! uv compares what is kept here with its lock, so nothing that the lock records may be left out.

use std::sync::Arc;

use toml::{Table, Value};

use crate::diagnostic::{Diagnostics, Location, Source, rules};

/// Stands for the project's own version wherever a tool wants one and its value must not matter.
pub(crate) const NEUTRAL_VERSION: &str = "0.0.0";

/// The text of the normalized manifest; keys in alphabetical order.
pub(super) fn normalized(source: &Arc<Source>) -> Result<String, Diagnostics> {
    let whole: Table = source.text().parse().map_err(|error: toml::de::Error| {
        let place = Location::new(source, error.span().unwrap_or(0..0));
        rules::INVALID_TOML
            .report(format!("not valid TOML: {}", error.message()))
            .at(&place)
    })?;
    let mut kept = Table::new();
    if let Some(Value::Table(project)) = whole.get("project") {
        kept.insert("project".into(), Value::Table(project_table(project)));
    }
    if let Some(groups) = whole.get("dependency-groups") {
        kept.insert("dependency-groups".into(), groups.clone());
    }
    if let Some(uv) = whole.get("tool").and_then(|tool| tool.get("uv")) {
        kept.insert(
            "tool".into(),
            Value::Table(Table::from_iter([("uv".to_owned(), uv.clone())])),
        );
    }
    // Its presence makes the project a package, which the lock records; what is in it builds the wheel and
    // is no matter of the dependencies.
    if whole.contains_key("build-system") {
        let empty = Table::from_iter([("requires".to_owned(), Value::Array(Vec::new()))]);
        kept.insert("build-system".into(), Value::Table(empty));
    }
    Ok(kept.to_string())
}

fn project_table(project: &Table) -> Table {
    let mut kept = Table::new();
    for key in [
        "name",
        "requires-python",
        "dependencies",
        "optional-dependencies",
    ] {
        if let Some(value) = project.get(key) {
            kept.insert(key.to_owned(), value.clone());
        }
    }
    let dynamic = project.get("dynamic").and_then(Value::as_array);
    if dynamic.is_some_and(|fields| fields.iter().any(|field| field.as_str() == Some("version"))) {
        // The lock records no version then, and both sides stay as they are.
        kept.insert(
            "dynamic".into(),
            Value::Array(vec![Value::String("version".into())]),
        );
    } else {
        kept.insert("version".into(), Value::String(NEUTRAL_VERSION.into()));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_bears_on_dependencies_is_kept() {
        let text = |version: &str, rest: &str| {
            format!(
                "[project]\nname = \"a\"\n{version}\ndependencies = [\"b>=1\"]\n{rest}\n[build-system]\n\
                 requires = [\"x\"]\n[dependency-groups]\ndev = [\"c\"]\n[tool.uv]\nsources = {{}}\n[tool.ruff]\n"
            )
        };
        let kept = |version, rest| {
            normalized(&Source::new("pyproject.toml", text(version, rest))).unwrap()
        };
        let one = kept("version = \"1.0\"", "description = \"x\"");
        assert_eq!(
            one,
            kept(
                "version = \"2.0\"",
                "classifiers = []\n[project.scripts]\na = \"b:c\""
            )
        );
        insta::assert_snapshot!(one, @r#"
        [build-system]
        requires = []

        [dependency-groups]
        dev = ["c"]

        [project]
        dependencies = ["b>=1"]
        name = "a"
        version = "0.0.0"

        [tool.uv.sources]
        "#);
        insta::assert_snapshot!(kept("dynamic = [\"version\", \"readme\"]", ""), @r#"
        [build-system]
        requires = []

        [dependency-groups]
        dev = ["c"]

        [project]
        dependencies = ["b>=1"]
        dynamic = ["version"]
        name = "a"

        [tool.uv.sources]
        "#);
    }
}
