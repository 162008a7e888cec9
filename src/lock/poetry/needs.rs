//! What a manifest says that a project depends on, by `[project]` and by Poetry's own tables.

use crate::diagnostic::Spanned;
use crate::project::{Facts, Pyproject, poetry_specifiers};
use crate::toml_document::{Document, Table};
use crate::values::{normalized_name, requirement_name};

/// Keys of a dependency that say where it counts in words of Poetry.
const CONDITIONS: &[&str] = &["platform", "python"];

/// What a manifest says that a project depends on.
pub(crate) struct Dependency {
    /// In the words of PEP 508, as far as these can say it.
    pub(crate) requirement: Spanned<String>,
    /// The group; `None` for the project's own.
    pub(crate) group: Option<String>,
    /// Whether only an extra brings it.
    pub(crate) is_optional: bool,
    /// Whether it counts on some systems alone, or has several forms.
    pub(crate) is_conditional: bool,
}

impl Dependency {
    /// The normalized name.
    pub(crate) fn name(&self) -> Option<String> {
        let name = requirement_name(&self.requirement.value)?;
        Some(name.normalized().to_owned())
    }
}

/// All dependencies of a manifest, of `[project]` and of Poetry's own tables.
pub(crate) fn dependencies(facts: &Facts) -> Vec<Dependency> {
    let project = &facts.pyproject;
    let stated = |requirement: &Spanned<String>, group: Option<&str>, is_optional| Dependency {
        requirement: requirement.clone(),
        group: group.map(normalized_name),
        is_optional,
        is_conditional: false,
    };
    let own = project.dependencies.iter();
    let own = own.map(|requirement| stated(requirement, None, false));
    let extras = project.extras.iter().flat_map(|(_, list)| list);
    let extras = extras.map(|requirement| stated(requirement, None, true));
    let groups = project.groups.iter().flat_map(|group| {
        let list = group.requirements.iter();
        list.map(|requirement| stated(requirement, Some(&group.name.value), false))
    });
    let mut all: Vec<Dependency> = own.chain(extras).chain(groups).collect();
    let Ok(document) = Document::parse(&project.source) else {
        return all;
    };
    let tool = document.root().table("tool");
    let Some(poetry) = tool.and_then(|tool| tool.table("poetry")) else {
        return all;
    };
    let own = poetry.table("dependencies");
    let own = own.map(|table| of_table(&table, None));
    all.extend(of_project(own.unwrap_or_default(), project));
    let mut add = |table: Option<Table<'_>>, group: Option<&str>| {
        all.extend(table.iter().flat_map(|table| of_table(table, group)));
    };
    add(poetry.table("dev-dependencies"), Some("dev"));
    let groups = poetry.table("group");
    for name in groups.iter().flat_map(Table::keys) {
        let group = groups.as_ref().and_then(|groups| groups.table(name.value));
        let dependencies = group.and_then(|group| group.table("dependencies"));
        add(dependencies, Some(name.value));
    }
    all
}

/// What counts of `[tool.poetry.dependencies]`: where `[project]` lists requirements, Poetry 2 takes from there only what
/// it says more of these, or what `dynamic` leaves to it (`DependencyGroup.dependencies` of poetry-core).
fn of_project(mut own: Vec<Dependency>, project: &Pyproject) -> Vec<Dependency> {
    let lists_none = project.dependencies.is_empty();
    let has_no_extra = project.extras.iter().all(|(_, list)| list.is_empty());
    if lists_none && has_no_extra {
        return own;
    }
    let is_mixed =
        project.is_dynamic("dependencies") || project.is_dynamic("optional-dependencies");
    let named = |requirement: &&Spanned<String>, name: &str| {
        requirement_name(&requirement.value).is_some_and(|known| known.normalized() == name)
    };
    own.retain_mut(|dependency| {
        let Some(name) = dependency.name() else {
            return false;
        };
        let mut listed = project.dependencies.iter();
        if let Some(listed) = listed.find(|it| named(it, &name)) {
            dependency.is_optional = false;
            dependency.is_conditional |= listed.value.contains(';');
            return true;
        }
        let mut extras = project.extras.iter().flat_map(|(_, list)| list);
        if extras.any(|it| named(&it, &name)) {
            dependency.is_optional = true;
            return true;
        }
        is_mixed
            && if dependency.is_optional {
                has_no_extra
            } else {
                lists_none
            }
    });
    own
}

fn of_table(table: &Table<'_>, group: Option<&str>) -> Vec<Dependency> {
    let names = table
        .keys()
        .into_iter()
        .filter(|name| name.value != "python");
    let one = |name: Spanned<&str>| {
        let value = table.get(name.value)?;
        let details = value.as_table();
        let details = details.as_ref();
        let constraint = match details {
            Some(details) => details.string("version"),
            None => value.as_string(),
        };
        let versions = constraint.and_then(|constraint| poetry_specifiers(&constraint.value));
        let marker = details.and_then(|details| details.string("markers"));
        let marker = marker.map(|marker| format!("; {}", marker.value));
        let (versions, marker) = (versions.unwrap_or_default(), marker.unwrap_or_default());
        let has = |key: &&str| details.is_some_and(|details| details.get(key).is_some());
        let is_optional = details.and_then(|details| details.get("optional")?.as_bool());
        Some(Dependency {
            requirement: Spanned {
                value: format!("{}{versions}{marker}", name.value),
                location: value.with_key(),
            },
            group: group.map(normalized_name),
            is_optional: is_optional == Some(true),
            is_conditional: value.as_array().is_some() || CONDITIONS.iter().any(has),
        })
    };
    names.filter_map(one).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::lock::local_packages::tests::facts_of;

    use super::*;

    const MANIFEST: &str = r#"[tool.poetry]
name = "api"
version = "1.0"

[tool.poetry.dependencies]
python = "^3.10"
core = { path = "../core", develop = true }
Extra_Lib = { path = "../extra", optional = true }
colorama = { version = "^0.4", markers = "sys_platform == 'win32'" }
pywin32 = { version = "^300", platform = "win32" }
blinker = "^1.9"

[tool.poetry.extras]
more = ["extra-lib"]

[tool.poetry.group.test.dependencies]
testing = { path = "../testing" }
"#;

    /// Of a project with all kinds of dependencies.
    pub(crate) fn facts() -> Facts {
        facts_of(MANIFEST)
    }

    fn told(manifest: &str) -> String {
        let told = dependencies(&facts_of(manifest)).into_iter().map(|it| {
            let flags = [
                (it.is_optional, "optional"),
                (it.is_conditional, "conditional"),
            ];
            let flags: Vec<_> = flags
                .iter()
                .filter(|(is, _)| *is)
                .map(|(_, word)| *word)
                .collect();
            format!("{} {:?} {flags:?}", it.requirement.value, it.group)
        });
        told.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn dependencies_are_told_in_the_words_of_the_standard() {
        insta::assert_snapshot!(told(MANIFEST), @r#"
        core None []
        Extra_Lib None ["optional"]
        colorama>=0.4,<0.5; sys_platform == 'win32' None []
        pywin32>=300,<301 None ["conditional"]
        blinker>=1.9,<2 None []
        testing Some("test") []
        "#);
    }

    /// Each was put to poetry-core 2.5.
    #[test]
    fn beside_the_lists_of_the_standard_the_own_table_adds_nothing() {
        let with = |project: &str| {
            told(&format!(
                "[project]\nname = \"w\"\nversion = \"1\"\n{project}\n[tool.poetry.dependencies]\n\
                 left-over = \"^1\"\nOpt = {{ version = \"^2\", optional = true }}\nidna = \">=3\"\n"
            ))
        };
        insta::assert_snapshot!(with("dependencies = []"), @r#"
        left-over>=1,<2 None []
        Opt>=2,<3 None ["optional"]
        idna>=3 None []
        "#);
        insta::assert_snapshot!(with("dependencies = [\"IDNA; os_name == 'nt'\"]"), @r#"
        IDNA; os_name == 'nt' None []
        idna>=3 None ["conditional"]
        "#);
        insta::assert_snapshot!(with("[project.optional-dependencies]\nx = [\"idna\"]"), @r#"
        idna None ["optional"]
        idna>=3 None ["optional"]
        "#);
        insta::assert_snapshot!(with("dynamic = [\"dependencies\"]\n[project.optional-dependencies]\nx = [\"opt\"]"), @r#"
        opt None ["optional"]
        left-over>=1,<2 None []
        Opt>=2,<3 None ["optional"]
        idna>=3 None []
        "#);
    }
}
