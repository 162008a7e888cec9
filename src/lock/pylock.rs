//! `pylock.toml` (PEP 751), whichever tool made it, by `uv pip sync`.

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::Arc;

use pep440_rs::{Version, VersionSpecifiers};

use crate::diagnostic::{Diagnostic, Diagnostics, Source, Spanned, rules};
use crate::lock::expect::Expect;
use crate::lock::locked::{self, File, PackageOrigin};
use crate::lock::tree::{Table, Tree, Value};
use crate::lock::{Lock, LockedPackage, Repository, toml_text};
use crate::project::{Facts, PYPROJECT, Pyproject};
use crate::values::{normalized_name, requirement_name};

/// Its name.
pub(crate) const PYLOCK: &str = "pylock.toml";

/// What it says, as far as planning looks at it.
pub(crate) struct Pylock {
    pub(crate) source: Arc<Source>,
    pub(crate) packages: Vec<Package>,
}

pub(crate) struct Package {
    name: Spanned<String>,
    /// The normalized name.
    normalized: String,
    version: Option<String>,
    repository: Option<Repository>,
    origin: PackageOrigin,
    files: Vec<File>,
}

impl Lock for Pylock {
    fn packages(&self) -> Vec<LockedPackage<'_>> {
        let (packages, text) = (self.packages.iter(), self.source.text());
        packages
            .map(|package| LockedPackage {
                name: &package.normalized,
                version: package.version.as_deref(),
                source: package.origin.of(text),
                files: Some(locked::files(&package.files, text)),
                repository: package.repository.as_ref(),
            })
            .collect()
    }
}

/// The lock file, which is read once.
pub(crate) fn read(facts: &Facts) -> Result<Arc<Pylock>, Diagnostics> {
    facts.memo.once(|| match facts.text(PYLOCK) {
        Some(source) => parse(&source?),
        None => Err(rules::MISSING_LOCK
            .report(format!("there is no `{PYLOCK}`"))
            .into()),
    })
}

/// Reads it.
pub(crate) fn parse(source: &Arc<Source>) -> Result<Pylock, Diagnostics> {
    let tree = Tree::parse(source)?;
    let expect = Expect::new(PYLOCK, REMAKE);
    let root = tree.root();
    if let Some(version) = expect.needed_string(root, "lock-version")
        && version.value != "1"
        && !version.value.starts_with("1.")
    {
        let message = format!("`lock-version` is `{}`, expected `1.0`", version.value);
        expect.report(&version.location, message);
    }
    let tables = expect.needed_tables(root, "packages").into_iter();
    let local: Vec<_> = tables.clone().filter_map(local).collect();
    let packages = tables.filter_map(|table| package(table, source.text(), &expect));
    let lock = Pylock {
        source: Arc::clone(source),
        packages: packages.collect(),
    };
    match expect.finish(lock) {
        Ok(lock) => Diagnostics::split(local).map(|_| lock),
        Err(problems) => Err(problems.with(local)),
    }
}

const REMAKE: &str = "lock again, for example with `uv export --format pylock.toml -o pylock.toml`";

/// Keys of a file that end with its name.
const FILE_KEYS: &[&str] = &["name", "url", "path"];

/// `None` without the name of the package.
fn package(table: Table<'_>, text: &str, expect: &Expect) -> Option<Package> {
    let name = expect.needed_string(table, "name");
    let mut files = expect.tables(table, "wheels");
    let archive = expect.table(table, "archive");
    files.extend(expect.table(table, "sdist"));
    files.extend(archive);
    let files = files.into_iter();
    let files = files.filter_map(|file| File::with_hashes(file, FILE_KEYS, text, expect));
    let written = name.as_ref().map_or("", |name| name.value.as_str());
    let (vcs_origin, repository) = vcs(table, written, expect).unzip();
    let directory = expect.table(table, "directory");
    let folder = directory.and_then(|directory| expect.needed_place(directory, "path"));
    let of_archive = |key| expect.place(archive?, key);
    let origin = vcs_origin.or(folder.map(PackageOrigin::Folder));
    let origin = origin.or(of_archive("url").map(PackageOrigin::Url));
    let origin = origin.or(of_archive("path").map(PackageOrigin::Archive));
    let index = expect.place(table, "index");
    Some(Package {
        repository: repository.flatten(),
        version: expect.text(table, "version").map(Cow::into_owned),
        origin: origin.unwrap_or(PackageOrigin::Registry(index)),
        files: files.collect(),
        normalized: normalized_name(written),
        name: name?,
    })
}

/// The repository of a package, whatever its kind; in detail, if it is a git repository.
fn vcs(
    table: Table<'_>,
    name: &str,
    expect: &Expect,
) -> Option<(PackageOrigin, Option<Repository>)> {
    let vcs = expect.table(table, "vcs")?;
    let kind = expect.needed_text(vcs, "type")?;
    let is_path = vcs.get("url").is_none() && vcs.get("path").is_some();
    let key = if is_path { "path" } else { "url" };
    let address = expect.needed_text(vcs, key)?;
    let commit = expect.text(vcs, "commit-id");
    if kind != "git" {
        return Some((PackageOrigin::Other, None));
    }
    let place = vcs.value().with_key();
    let repository = Repository::new(name, &address, &place).locked(PYLOCK, commit.as_deref());
    let origin = PackageOrigin::Git(expect.place(vcs, key)?, expect.place(vcs, "commit-id"));
    Some((origin, (!is_path).then_some(repository)))
}

/// Folders and archives of the machine are not sent.
fn local(table: Table<'_>) -> Option<Diagnostic> {
    let directory = table.get("directory");
    let archive = table.get("archive").and_then(Value::as_table);
    let archive = archive.and_then(|table| table.get("path"));
    let place = directory.or(archive)?.with_key();
    let message = format!("a local package in `{PYLOCK}` is not supported yet");
    let hint =
        "lock with `uv lock`, or leave the package out and name its folder in a requirements file";
    Some(rules::LOCAL_PACKAGE.report(message).at(&place).hint(hint))
}

impl Pylock {
    /// Whether it has a package, by its normalized name.
    pub(crate) fn has(&self, package: &str) -> bool {
        self.find(package).is_some()
    }

    fn find(&self, package: &str) -> Option<&Package> {
        let mut packages = self.packages.iter();
        packages.find(|known| known.normalized == package)
    }

    /// The git repositories that packages come from.
    pub(crate) fn repositories(&self) -> Vec<Repository> {
        let packages = self.packages.iter();
        packages
            .filter_map(|package| package.repository.clone())
            .collect()
    }

    /// What of the manifest's own list it does not meet: PEP 751 has no record of what was required, so this is as
    /// much as can be seen.
    pub(crate) fn stale(&self, project: &Pyproject) -> Vec<Diagnostic> {
        let told = project.dependencies.iter().filter_map(|requirement| {
            let why = self.lacks(&requirement.value)?;
            Some(
                rules::OUTDATED_LOCK
                    .report(format!(
                        "`{PYLOCK}` is out of date: `{PYPROJECT}` requires `{}`, the lock file {why}",
                        requirement.value
                    ))
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
            return Some("does not have it".to_owned());
        };
        let start = requirement.find(['<', '>', '=', '!', '~'])?;
        let specifiers = requirement[start..].trim_end_matches(')');
        let specifiers = VersionSpecifiers::from_str(specifiers).ok()?;
        let version = Version::from_str(package.version.as_deref()?).ok()?;
        (!specifiers.contains(&version))
            .then(|| format!("has {version} (line {})", package.name.location.lines().0))
    }

    /// The text without its comments, so that a comment changes no cache key.
    pub(crate) fn text(&self) -> String {
        let parsed = self.source.text().parse::<toml::Table>();
        parsed.map_or_else(
            |_| self.source.text().to_owned(),
            |table| toml_text::write(&table),
        )
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
        pylock.toml:1:1: `pylock.toml` has no `lock-version`, expected a string; lock again, for example with `uv export --format pylock.toml -o pylock.toml`
        pylock.toml:1:1: `pylock.toml` has no `packages`, expected an array of tables; lock again, for example with `uv export --format pylock.toml -o pylock.toml`
        pylock.toml:1:16: `lock-version` is `2.0`, expected `1.0`; lock again, for example with `uv export --format pylock.toml -o pylock.toml`
        pylock.toml:2:13: a `[[packages]]` in `pylock.toml` has no `name`, expected a string; lock again, for example with `uv export --format pylock.toml -o pylock.toml`
        pylock.toml:2:46: a local package in `pylock.toml` is not supported yet; lock with `uv lock`, or leave the package out and name its folder in a requirements file
        pyproject.toml:4:17: `pylock.toml` is out of date: `pyproject.toml` requires `a>=2`, the lock file has 1.0 (line 2); lock again, for example with `uv export --format pylock.toml -o pylock.toml`
        pyproject.toml:4:25: `pylock.toml` is out of date: `pyproject.toml` requires `B`, the lock file does not have it; lock again, for example with `uv export --format pylock.toml -o pylock.toml`
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
