//! What a line asks for: a package of an index, an address, or a path of the project.

use std::str::FromStr;

use pep440_rs::{Operator, VersionSpecifiers};

use crate::values::{ContextPath, PackageName, requirement_name};

/// A required package.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Target {
    /// A package of an index.
    Index {
        /// Its name.
        name: PackageName,
        /// Whether exactly one version is required.
        pinned: bool,
        /// Whether it is required on some systems only.
        marker: bool,
    },
    /// An archive or a repository.
    Address {
        /// The name, where the line has it.
        name: Option<PackageName>,
        /// The version control system, for a repository.
        vcs: Option<String>,
        /// Whether what is there is always the same.
        pinned: bool,
    },
    /// A folder of the project, to be built.
    Folder {
        /// The folder.
        path: ContextPath,
        /// The extras of it.
        extras: Vec<String>,
    },
    /// An archive in the project.
    Archive {
        /// The file.
        path: ContextPath,
    },
}

/// Why a text is no requirement, and what to do.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Refused {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
        }
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

/// The ends of names of archives (pip's `ARCHIVE_EXTENSIONS`).
const ARCHIVES: &[&str] = &[
    ".whl",
    ".zip",
    ".tar",
    ".tar.gz",
    ".tgz",
    ".tar.bz2",
    ".tbz",
    ".tar.xz",
    ".txz",
    ".tlz",
    ".tar.lz",
    ".tar.lzma",
];

/// Version control systems that pip knows.
const VCS: &[&str] = &["git", "hg", "svn", "bzr"];

/// Reads what a line asks for.
pub(super) fn parse(text: &str, editable: bool) -> Result<Target, Refused> {
    let target = read(text, editable)?;
    let is_repository = matches!(&target, Target::Address { vcs: Some(_), .. });
    if editable && !is_repository && !matches!(target, Target::Folder { .. }) {
        return Err(Refused::new(format!(
            "`{text}` cannot be installed editable, expected a folder or a repository"
        ))
        .hint("write a path such as `-e ./library`, or leave `-e` out"));
    }
    if editable && matches!(&target, Target::Address { name: None, .. }) {
        return Err(
            Refused::new(format!("the name of the package at `{text}` is not known"))
                .hint("write `-e NAME @ ADDRESS`"),
        );
    }
    Ok(target)
}

fn read(text: &str, editable: bool) -> Result<Target, Refused> {
    if let Some(scheme) = scheme(text) {
        let address = text.split(" ;").next().unwrap_or(text);
        let address = address.split("; ").next().unwrap_or(address).trim();
        let egg = egg(address);
        return of_address(egg, &scheme, address);
    }
    if let Some(name) = requirement_name(text) {
        let after = text.trim_start()[name.as_str().len()..].trim_start();
        let (extras, rest) = extras(after)?;
        if let Some(address) = rest.strip_prefix('@') {
            let address = address.split(" ;").next().unwrap_or(address).trim();
            let Some(scheme) = scheme(address) else {
                return Err(Refused::new(format!(
                    "`{address}` is no address, expected one such as `https://…`, `git+https://…` or `file:./library`"
                )));
            };
            return match of_address(Some(name), &scheme, address)? {
                Target::Folder { path, .. } => Ok(Target::Folder { path, extras }),
                other => Ok(other),
            };
        }
        if !(is_archive(text) || editable && rest.is_empty()) {
            return of_index(name, rest);
        }
    }
    let (path, _) = text.split_once(';').unwrap_or((text, ""));
    let (path, extras) = strip_extras(path.trim());
    if is_archive(path) {
        return Ok(Target::Archive { path: local(path)? });
    }
    if editable || path.contains('/') || path.starts_with('.') {
        let path = local(path)?;
        return Ok(Target::Folder { path, extras });
    }
    Err(Refused::new(format!(
        "`{text}` is no requirement, expected one such as `name`, `name==1.0` or `name[extra]>=1.0; python_version < \"3.14\"`"
    )))
}

/// What follows the name of a package of an index.
fn of_index(name: PackageName, rest: &str) -> Result<Target, Refused> {
    let (versions, marker) = match rest.split_once(';') {
        Some((versions, marker)) => (versions, Some(marker.trim())),
        None => (rest, None),
    };
    let versions = versions.trim();
    let versions = versions
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
        .unwrap_or(versions);
    let versions = versions.trim().trim_end_matches(',');
    let pinned = if versions.contains("===") {
        // Any text may follow.
        true
    } else if versions.is_empty() {
        false
    } else {
        let specifiers = VersionSpecifiers::from_str(versions).map_err(|_| {
            let refused = Refused::new(format!(
                "`{versions}` is no version specifier, expected one such as `==1.0` or `>=1.0,<2`"
            ));
            match versions.strip_prefix('=') {
                Some(version) => refused.hint(format!("write `{name}=={}`", version.trim())),
                None => refused,
            }
        })?;
        specifiers
            .iter()
            .any(|specifier| *specifier.operator() == Operator::Equal)
    };
    Ok(Target::Index {
        name,
        pinned,
        marker: marker.is_some_and(|marker| !marker.is_empty()),
    })
}

fn of_address(name: Option<PackageName>, scheme: &str, address: &str) -> Result<Target, Refused> {
    if scheme == "file" {
        let path = address.get("file:".len()..).unwrap_or_default();
        let path = path.split('#').next().unwrap_or(path);
        let path = path.strip_prefix("//localhost").unwrap_or(path);
        if let Some(rest) = path.strip_prefix("//") {
            return Err(Refused::new(format!(
                "`{address}` is a path of a machine, expected one in the build context"
            ))
            .hint(format!(
                "write it relative to the root of the build context, such as `./{}`",
                rest.rsplit('/')
                    .find(|part| !part.is_empty())
                    .unwrap_or("library")
            )));
        }
        let (path, extras) = strip_extras(path);
        let path = local(path)?;
        return Ok(if is_archive(path.as_str()) {
            Target::Archive { path }
        } else {
            Target::Folder { path, extras }
        });
    }
    let vcs = scheme.split('+').next().unwrap_or_default();
    let vcs = VCS.contains(&vcs).then(|| vcs.to_owned());
    // A commit is always the same; so, nearly, is an archive.
    let commit = |reference: &str| {
        let reference = reference.split(['#', '?']).next().unwrap_or_default();
        reference.len() == 40 && reference.chars().all(|c| c.is_ascii_hexdigit())
    };
    let pinned = match &vcs {
        None => true,
        Some(_) => address
            .rsplit_once('@')
            .is_some_and(|(_, reference)| commit(reference)),
    };
    Ok(Target::Address { name, vcs, pinned })
}

/// The scheme of an address, in lower case, where pip takes the text for one (`is_url`).
fn scheme(text: &str) -> Option<String> {
    let (scheme, _) = text.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    let vcs = scheme.split_once('+').map_or("", |(vcs, _)| vcs);
    let plain = ["http", "https", "file", "ftp"].contains(&scheme.as_str());
    (plain || VCS.contains(&vcs) || VCS.contains(&scheme.as_str())).then_some(scheme)
}

/// The name in the fragment of an address: `#egg=name[extra]`.
fn egg(address: &str) -> Option<PackageName> {
    let (_, fragment) = address.split_once('#')?;
    let egg = fragment
        .split('&')
        .find_map(|part| part.strip_prefix("egg="))?;
    requirement_name(egg)
}

/// The extras in brackets at the start, and what follows them.
fn extras(text: &str) -> Result<(Vec<String>, &str), Refused> {
    let Some(inner) = text.strip_prefix('[') else {
        return Ok((Vec::new(), text));
    };
    let Some((names, rest)) = inner.split_once(']') else {
        return Err(Refused::new(format!(
            "`{text}` is not closed, expected `]` behind the extras"
        )));
    };
    let names = names.split(',').map(str::trim);
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    if let Some(wrong) = names
        .iter()
        .find(|name| name.parse::<PackageName>().is_err())
    {
        return Err(Refused::new(format!(
            "`{wrong}` is no name of an extra, expected letters and digits with `-`, `_` or `.` between them"
        )));
    }
    let names = names.into_iter().map(str::to_owned).collect();
    Ok((names, rest.trim_start()))
}

/// A path without the extras at its end.
fn strip_extras(path: &str) -> (&str, Vec<String>) {
    match path
        .strip_suffix(']')
        .and_then(|path| path.rsplit_once('['))
    {
        Some((path, names)) => {
            let names = names.split(',').map(str::trim);
            (path, names.map(str::to_owned).collect())
        }
        None => (path, Vec::new()),
    }
}

/// A path in the context: pip reads them from where it is started, which is the root.
pub(super) fn local(path: &str) -> Result<ContextPath, Refused> {
    path.parse().map_err(|error| {
        Refused::new(format!("{error}"))
            .hint("hand over the folder that holds both as the build context, and write the path from there")
    })
}

fn is_archive(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let lower = lower.split(';').next().unwrap_or_default().trim_end();
    ARCHIVES.iter().any(|end| lower.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let (text, editable) = match text.strip_prefix("-e ") {
            Some(text) => (text, true),
            None => (text, false),
        };
        match parse(text, editable) {
            Ok(target) => format!("{target:?}"),
            Err(refused) => [Some(refused.message), refused.hint]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join("; "),
        }
    }

    #[test]
    fn what_a_line_asks_for_is_known() {
        let texts = [
            "Flask",
            "uvicorn[standard] >=0.30,<1 ; python_version < '4'",
            "a==1.0",
            "a (==1.0.*)",
            "a===weird",
            "a @ https://files.example.org/a-1.tar.gz",
            "https://files.example.org/a-1-py3-none-any.whl",
            "git+https://git.example.org/a.git@main#egg=a",
            "a @ git+ssh://git@git.example.org/a@0123456789012345678901234567890123456789",
            "-e git+https://git.example.org/a.git#egg=a",
            ".",
            "-e .[web]",
            "./libs/a[x,y]",
            "-e libs",
            "file:./libs/a",
            "a[x] @ file:libs/a",
            "wheels/a-1-py3-none-any.whl",
        ];
        let all: Vec<_> = texts.iter().map(|text| told(text)).collect();
        insta::assert_snapshot!(all.join("\n"), @r#"
        Index { name: PackageName { written: "Flask", normalized: "flask" }, pinned: false, marker: false }
        Index { name: PackageName { written: "uvicorn", normalized: "uvicorn" }, pinned: false, marker: true }
        Index { name: PackageName { written: "a", normalized: "a" }, pinned: true, marker: false }
        Index { name: PackageName { written: "a", normalized: "a" }, pinned: false, marker: false }
        Index { name: PackageName { written: "a", normalized: "a" }, pinned: true, marker: false }
        Address { name: Some(PackageName { written: "a", normalized: "a" }), vcs: None, pinned: true }
        Address { name: None, vcs: None, pinned: true }
        Address { name: Some(PackageName { written: "a", normalized: "a" }), vcs: Some("git"), pinned: false }
        Address { name: Some(PackageName { written: "a", normalized: "a" }), vcs: Some("git"), pinned: true }
        Address { name: Some(PackageName { written: "a", normalized: "a" }), vcs: Some("git"), pinned: false }
        Folder { path: ContextPath("."), extras: [] }
        Folder { path: ContextPath("."), extras: ["web"] }
        Folder { path: ContextPath("libs/a"), extras: ["x", "y"] }
        Folder { path: ContextPath("libs"), extras: [] }
        Folder { path: ContextPath("libs/a"), extras: [] }
        Folder { path: ContextPath("libs/a"), extras: ["x"] }
        Archive { path: ContextPath("wheels/a-1-py3-none-any.whl") }
        "#);
    }

    #[test]
    fn what_pip_refuses_is_told() {
        let texts = [
            "a = 1",
            "a=1",
            "a>1<",
            "two words",
            "a[x",
            "a[?]",
            "a @ ./b",
            "-e a==1",
            "-e git+https://git.example.org/a.git",
            "../b",
            "file:///home/me/library",
            "/srv/library",
            "!",
        ];
        let all: Vec<_> = texts.iter().map(|text| told(text)).collect();
        insta::assert_snapshot!(all.join("\n"), @r#"
        `= 1` is no version specifier, expected one such as `==1.0` or `>=1.0,<2`; write `a==1`
        `=1` is no version specifier, expected one such as `==1.0` or `>=1.0,<2`; write `a==1`
        `>1<` is no version specifier, expected one such as `==1.0` or `>=1.0,<2`
        `two words` is no requirement, expected one such as `name`, `name==1.0` or `name[extra]>=1.0; python_version < "3.14"`
        `[x` is not closed, expected `]` behind the extras
        `?` is no name of an extra, expected letters and digits with `-`, `_` or `.` between them
        `./b` is no address, expected one such as `https://…`, `git+https://…` or `file:./library`
        `a==1` cannot be installed editable, expected a folder or a repository; write a path such as `-e ./library`, or leave `-e` out
        the name of the package at `git+https://git.example.org/a.git` is not known; write `-e NAME @ ADDRESS`
        `../b` leaves the build context, expected a path inside it; hand over the folder that holds both as the build context, and write the path from there
        `file:///home/me/library` is a path of a machine, expected one in the build context; write it relative to the root of the build context, such as `./library`
        `/srv/library` is an absolute path, expected one relative to the build context; hand over the folder that holds both as the build context, and write the path from there
        `!` is no requirement, expected one such as `name`, `name==1.0` or `name[extra]>=1.0; python_version < "3.14"`
        "#);
    }
}
