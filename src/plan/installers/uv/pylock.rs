//! `pylock.toml` (PEP 751), whichever tool made it, by `uv pip sync`.

use std::str::FromStr;
use std::sync::Arc;

use pep440_rs::{Version, VersionSpecifiers};

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source, Spanned};
use crate::document::{Document, Table};
use crate::plan::installers::Wanted;
use crate::plan::{Bench, PartId, PartKind, Parts, Repository, WrittenFile};
use crate::project::{Facts, Pyproject};
use crate::values::{PackageName, requirement_name};

/// Its name.
pub(super) const PYLOCK: &str = "pylock.toml";

/// What it says, as far as planning looks at it.
pub(super) struct Pylock {
    source: Arc<Source>,
    packages: Vec<Package>,
}

struct Package {
    name: Spanned<String>,
    version: Option<Version>,
    repository: Option<Repository>,
}

/// Reads it.
pub(super) fn read(facts: &Facts) -> Result<Pylock, Diagnostics> {
    let Some(source) = facts.text(PYLOCK) else {
        return Err(Diagnostic::error(format!("there is no `{PYLOCK}`")).into());
    };
    parse(&source?)
}

fn parse(source: &Arc<Source>) -> Result<Pylock, Diagnostics> {
    let document = Document::parse(source)?;
    let root = document.root();
    let mut problems = Vec::new();
    problems.extend(wrong_version(&root));
    let tables = root.get("packages").and_then(|value| value.as_array());
    if tables.is_none() {
        let error = Diagnostic::error(format!("`{PYLOCK}` has no `packages`, expected an array"));
        problems.push(error.at(root.location()).hint(REMAKE));
    }
    let mut packages = Vec::new();
    for value in tables.unwrap_or_default() {
        let package = value.as_table().and_then(|table| {
            problems.extend(local(&table));
            package(&table)
        });
        match package {
            Some(package) => packages.push(package),
            None => problems.push(
                Diagnostic::error(format!("`{}` has no `name`, expected one", value.path()))
                    .at(&value.location())
                    .hint(REMAKE),
            ),
        }
    }
    Diagnostics::split(problems)?;
    Ok(Pylock {
        source: Arc::clone(source),
        packages,
    })
}

const REMAKE: &str =
    "make it anew, with `uv export --format pylock.toml -o pylock.toml` for example";

fn wrong_version(root: &Table<'_>) -> Option<Diagnostic> {
    let told =
        |message: String, place: &Location| Some(Diagnostic::error(message).at(place).hint(REMAKE));
    match root.string("lock-version") {
        Some(version) if version.value == "1" || version.value.starts_with("1.") => None,
        Some(version) => told(
            format!(
                "`lock-version` is `{}`, expected `1.0`: another is not known",
                version.value
            ),
            &version.location,
        ),
        None => told(
            format!("`{PYLOCK}` has no `lock-version`, expected `1.0`"),
            root.location(),
        ),
    }
}

fn package(table: &Table<'_>) -> Option<Package> {
    let name = table.string("name")?;
    let version = table.string("version");
    Some(Package {
        repository: repository(table, &name.value),
        name,
        version: version.and_then(|version| Version::from_str(&version.value).ok()),
    })
}

fn repository(table: &Table<'_>, name: &str) -> Option<Repository> {
    let vcs = table.table("vcs")?;
    vcs.string("type").filter(|kind| kind.value == "git")?;
    let address = vcs.string("url")?;
    let commit = vcs.string("commit-id").map(|commit| commit.value);
    let repository = Repository::new(name, &address.value, vcs.location());
    Some(repository.locked(PYLOCK, commit.as_deref()))
}

/// Folders and archives of the machine are not sent.
fn local(table: &Table<'_>) -> Option<Diagnostic> {
    let directory = table.get("directory");
    let archive = table.table("archive").and_then(|table| table.get("path"));
    let place = directory.or(archive)?.with_key();
    let message = format!("a local package in `{PYLOCK}` is not supported yet");
    let hint =
        "lock with `uv lock`, or leave the package out and name its folder in a requirements file";
    Some(Diagnostic::error(message).at(&place).hint(hint))
}

impl Pylock {
    /// Whether it has a package, by its normalised name.
    pub(super) fn has(&self, package: &str) -> bool {
        self.find(package).is_some()
    }

    fn find(&self, package: &str) -> Option<&Package> {
        let normal = |name: &str| {
            name.parse::<PackageName>()
                .map_or_else(|_| name.to_owned(), |name| name.normalized().to_owned())
        };
        let mut packages = self.packages.iter();
        packages.find(|known| normal(&known.name.value) == package)
    }

    /// The git repositories that packages come from.
    pub(super) fn repositories(&self) -> Vec<Repository> {
        let packages = self.packages.iter();
        packages
            .filter_map(|package| package.repository.clone())
            .collect()
    }

    /// What of the manifest's own list it does not meet: PEP 751 has no record of what was asked for, so this is as
    /// much as can be seen.
    pub(super) fn stale(&self, project: &Pyproject) -> Vec<Diagnostic> {
        let told = project.dependencies.iter().filter_map(|requirement| {
            let why = self.lacks(&requirement.value)?;
            Some(
                Diagnostic::error(format!("`{}` is asked for, and {why}", requirement.value))
                    .at(&requirement.location)
                    .hint(REMAKE),
            )
        });
        told.collect()
    }

    fn lacks(&self, requirement: &str) -> Option<String> {
        let name = requirement_name(requirement)?;
        if requirement.contains(';') {
            // It may be for other systems.
            return None;
        }
        let Some(package) = self.find(name.normalized()) else {
            return Some(format!("`{PYLOCK}` does not have it"));
        };
        let start = requirement.find(['<', '>', '=', '!', '~'])?;
        let specifiers = requirement[start..].trim_end_matches(')');
        let specifiers = VersionSpecifiers::from_str(specifiers).ok()?;
        let version = package.version.as_ref()?;
        (!specifiers.contains(version)).then(|| {
            format!(
                "`{PYLOCK}` has {version}, in line {}",
                package.name.location.lines().0
            )
        })
    }

    /// The same without comments, which install nothing.
    fn text(&self) -> String {
        let parsed = self.source.text().parse::<toml::Table>();
        parsed.map_or_else(|_| self.source.text().to_owned(), |table| table.to_string())
    }

    /// Adds the environment.
    pub(super) fn install(&self, bench: &Bench<'_>, parts: &mut Parts, wanted: &Wanted) -> PartId {
        let file = WrittenFile {
            name: PYLOCK.into(),
            text: self.text(),
        };
        let title = format!("[internal] write {PYLOCK}");
        let files = parts.add(title, None, PartKind::Written(vec![file]));
        let python = bench.python();
        let mut arguments = vec!["pip", "sync", "--python", &python, "--no-compile-bytecode"];
        if self.packages.is_empty() {
            // Nothing is needed, and nothing else is meant.
            arguments.push("--allow-empty-requirements");
        }
        let groups = wanted.groups.iter();
        arguments.extend(groups.flat_map(|group| ["--group", group]));
        let extras = wanted.extras.iter();
        arguments.extend(extras.flat_map(|extra| ["--extra", extra]));
        arguments.push(PYLOCK);
        let step = bench.environment_step(parts, &arguments, wanted.from, files);
        let step = bench.fetching(step);
        let origin = Location::top(&self.source);
        let title = format!("[{}] install dependencies from {PYLOCK}", wanted.stage);
        let installed = parts.add(title, Some(&origin), PartKind::Step(Box::new(step)));
        let arguments = ["pip", "check", "--python", &python];
        let step = bench.environment_step(parts, &arguments, installed, files);
        let title = format!("[{}] check dependencies", wanted.stage);
        parts.add(title, Some(&origin), PartKind::Step(Box::new(step)))
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::one_line;

    use super::*;

    fn told(text: &str) -> String {
        let manifest = "[project]\nname = \"x\"\nversion = \"1\"\ndependencies = [\"a>=2\", \"B\", \"c<1\", \"d; os_name == 'nt'\"]\n";
        let project = Pyproject::read(&Source::new("pyproject.toml", manifest)).unwrap();
        let errors = match parse(&Source::new(PYLOCK, text)) {
            Ok(lock) => lock.stale(&project),
            Err(errors) => errors.into_iter().collect(),
        };
        let lines: Vec<_> = errors.iter().map(one_line).collect();
        lines.join("\n")
    }

    #[test]
    fn what_is_wrong_or_stale_is_told() {
        let texts = [
            "created-by = \"x\"\n",
            "lock-version = \"2.0\"\npackages = [{ version = \"1\" }, { name = \"a\", directory = { path = \".\" } }]\n",
            "lock-version = \"1.0\"\npackages = [{ name = \"a\", version = \"1.0\" }, { name = \"c\", version = \"0.9\" }]\n",
        ];
        let all: Vec<_> = texts.iter().map(|text| told(text)).collect();
        insta::assert_snapshot!(all.join("\n"), @"
        pylock.toml:1:1: `pylock.toml` has no `lock-version`, expected `1.0`; make it anew, with `uv export --format pylock.toml -o pylock.toml` for example
        pylock.toml:1:1: `pylock.toml` has no `packages`, expected an array; make it anew, with `uv export --format pylock.toml -o pylock.toml` for example
        pylock.toml:1:16: `lock-version` is `2.0`, expected `1.0`: another is not known; make it anew, with `uv export --format pylock.toml -o pylock.toml` for example
        pylock.toml:2:13: `packages[0]` has no `name`, expected one; make it anew, with `uv export --format pylock.toml -o pylock.toml` for example
        pylock.toml:2:46: a local package in `pylock.toml` is not supported yet; lock with `uv lock`, or leave the package out and name its folder in a requirements file
        pyproject.toml:4:17: `a>=2` is asked for, and `pylock.toml` has 1.0, in line 2; make it anew, with `uv export --format pylock.toml -o pylock.toml` for example
        pyproject.toml:4:25: `B` is asked for, and `pylock.toml` does not have it; make it anew, with `uv export --format pylock.toml -o pylock.toml` for example
        ");
    }

    #[test]
    fn repositories_are_known_by_their_commits() {
        let text = "lock-version = \"1.0\"\n[[packages]]\nname = \"a\"\n\
                    vcs = { type = \"git\", url = \"https://git.example.org/a.git\", commit-id = \"0123456789012345678901234567890123456789\" }\n\
                    [[packages]]\nname = \"b\"\nvcs = { type = \"git\", url = \"https://git.example.org/b.git\" }\n\
                    [[packages]]\nname = \"c\"\nvcs = { type = \"hg\", url = \"https://hg.example.org/c\", commit-id = \"1\" }\n";
        let lock = parse(&Source::new(PYLOCK, text)).unwrap();
        let found = lock.repositories();
        let found: Vec<String> = found.iter().map(Repository::shown).collect();
        insta::assert_snapshot!(found.join("\n"), @"
        a https://git.example.org/a.git
        b https://git.example.org/b.git, no commit
        ");
    }
}
