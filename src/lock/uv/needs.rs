//! What packages of a lock need of each other.

use std::collections::BTreeSet;

use crate::lock::expect::Expect;
use crate::lock::tree::{Table, Value};
use crate::lock::uv::reader::Package;
use crate::values::normalized_name;

/// A package that another one needs.
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) struct Need {
    /// Its name.
    name: String,
    /// The extras of it that are needed too.
    extras: Vec<String>,
}

/// Lists of them, by the name of the extra or the group.
type Named = Vec<(String, Vec<Need>)>;

/// All that a package needs.
#[derive(Default)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) struct Needs {
    always: Vec<Need>,
    extras: Named,
    groups: Named,
}

impl Needs {
    /// Reads them of a locked package.
    pub(crate) fn read(package: Table<'_>, expect: &Expect) -> Self {
        let named = |key: &str| -> Named {
            let table = expect.table(package, key);
            let lists = table.map(Table::entries).unwrap_or_default().into_iter();
            lists
                .map(|(name, needs)| (normalized_name(&name), list(Some(needs), expect)))
                .collect()
        };
        Self {
            always: list(package.get("dependencies"), expect),
            extras: named("optional-dependencies"),
            groups: named("dev-dependencies"),
        }
    }

    /// The names of all that it may ever need; a name may come more than once.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.all().map(|need| need.name.as_str())
    }

    /// All that it may ever need.
    fn all(&self) -> impl Iterator<Item = &Need> {
        let named = self.extras.iter().chain(&self.groups);
        self.always.iter().chain(named.flat_map(|(_, needs)| needs))
    }

    /// What it needs with some of its extras.
    fn with(&self, extras: &[String]) -> impl Iterator<Item = &Need> {
        let named = self.extras.iter().filter(|(name, _)| extras.contains(name));
        self.always.iter().chain(named.flat_map(|(_, needs)| needs))
    }

    /// What it needs for some of its groups.
    fn of_groups(&self, groups: &[String]) -> impl Iterator<Item = &Need> {
        let named = self.groups.iter().filter(|(name, _)| groups.contains(name));
        named.flat_map(|(_, needs)| needs)
    }
}

fn list(needs: Option<Value<'_>>, expect: &Expect) -> Vec<Need> {
    let need = |entry: Table<'_>| {
        let extras = expect.texts(entry, "extra");
        Some(Need {
            name: expect.needed_text(entry, "name")?.into_owned(),
            extras: extras.iter().map(|extra| normalized_name(extra)).collect(),
        })
    };
    let entries = expect.tables_in(needs).into_iter();
    entries.filter_map(need).collect()
}

/// The names of all packages that a package may ever need, and its own.
pub(crate) fn closure(packages: &[Package], name: &str) -> BTreeSet<String> {
    let mut known = BTreeSet::from([name.to_owned()]);
    let mut open = vec![name.to_owned()];
    while let Some(name) = open.pop() {
        let named = packages.iter().filter(|package| package.name == name);
        for need in named.flat_map(|package| package.needs.all()) {
            if known.insert(need.name.clone()) {
                open.push(need.name.clone());
            }
        }
    }
    known
}

/// The packages in folders that an environment of one of them holds beside it, with some of its extras and groups;
/// markers are not looked at.
pub(crate) fn installed<'p>(
    packages: &'p [Package],
    name: &str,
    extras: &[String],
    groups: &[String],
) -> Vec<&'p Package> {
    let of_name = |name: &str| packages.iter().find(|package| package.name == name);
    let with_extras = |need: &Need| (need.name.clone(), need.extras.clone());
    let mut seen: BTreeSet<(String, Vec<String>)> = BTreeSet::new();
    let own = of_name(name).into_iter();
    let mut open: Vec<_> = own
        .flat_map(|own| own.needs.of_groups(groups))
        .map(with_extras)
        .collect();
    open.push((name.to_owned(), extras.to_vec()));
    while let Some((name, extras)) = open.pop() {
        let Some(package) = of_name(&name).filter(|package| package.local) else {
            continue;
        };
        if seen.insert((name, extras.clone())) {
            open.extend(package.needs.with(&extras).map(with_extras));
        }
    }
    let is_seen = |package: &&Package| {
        let mut seen = seen.iter();
        package.name != name && seen.any(|(name, _)| *name == package.name)
    };
    packages.iter().filter(is_seen).collect()
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Source;
    use crate::lock::uv::reader::UvLock;

    use super::*;

    const LOCK: &str = r#"version = 1
revision = 3

[manifest]
members = [
    "api",
    "core",
    "other",
    "tools",
]

[[package]]
name = "api"
version = "1.0"
source = { editable = "api" }
dependencies = [
    { name = "core", extra = ["fast"] },
]

[package.dev-dependencies]
dev = [
    { name = "tools" },
]

[[package]]
name = "core"
version = "2.0"
source = { editable = "core" }

[package.optional-dependencies]
fast = [
    { name = "speed" },
]

[[package]]
name = "other"
version = "3.0"
source = { virtual = "other" }
dependencies = [
    { name = "core" },
    { name = "six" },
]

[[package]]
name = "six"
version = "4.0"
source = { registry = "https://index.example.org/simple" }

[[package]]
name = "speed"
version = "5.0"
source = { directory = "../speed" }

[[package]]
name = "tools"
version = "6.0"
source = { editable = "tools" }
"#;

    #[test]
    fn an_environment_holds_what_was_asked_for() {
        let lock = UvLock::parse(&Source::new("uv.lock", LOCK)).unwrap();
        let check = |name, extras: &[&str], groups: &[&str], expected: &[&str]| {
            let owned = |names: &[&str]| -> Vec<String> {
                names.iter().map(|name| (*name).to_owned()).collect()
            };
            let found = installed(&lock.packages, name, &owned(extras), &owned(groups));
            let names: Vec<_> = found.iter().map(|package| package.name.as_str()).collect();
            assert_eq!(names, expected, "{name} {extras:?} {groups:?}");
        };
        check("api", &[], &[], &["core", "speed"]);
        check("api", &[], &["dev"], &["core", "speed", "tools"]);
        check("other", &[], &[], &["core"]);
        check("core", &[], &[], &[]);
        check("core", &["fast"], &[], &["speed"]);
    }

    #[test]
    fn a_lock_of_one_project_loses_what_others_need() {
        let lock = UvLock::parse(&Source::new("uv.lock", LOCK)).unwrap();
        let text = lock.of_project("api").neutral_text();
        let again = UvLock::parse(&Source::new("uv.lock", text.as_str())).unwrap();
        let told = |package: &Package| {
            let version = package
                .version
                .as_ref()
                .map(|version| version.value.as_str());
            format!("{} {}", package.name, version.unwrap_or_default())
        };
        let names: Vec<String> = again.packages.iter().map(told).collect();
        assert_eq!(
            names,
            ["api 0.0.0", "core 0.0.0", "speed 0.0.0", "tools 0.0.0"]
        );
        assert_eq!(again.members, ["api", "core", "tools"]);
        assert_eq!(again.revision, 3);
    }
}
