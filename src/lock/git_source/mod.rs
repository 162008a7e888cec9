//! Git repositories that packages come from.

mod manifest;

use crate::diagnostic::Location;
use crate::lock::PackageManager;
use crate::project::Facts;

/// A git repository that a package comes from.
#[derive(Clone, Debug)]
pub struct Repository {
    /// The package.
    pub package: String,
    /// The address, as the tool takes it, with or without `git+` before it.
    address: String,
    /// The lock that names it without a commit.
    pub(crate) unpinned: Option<&'static str>,
    /// Where it is required.
    pub(crate) place: Location,
}

impl Repository {
    /// One that something asks for.
    pub(crate) fn new(package: &str, address: &str, place: &Location) -> Self {
        let address = address.trim();
        Self {
            package: package.to_owned(),
            address: address.strip_prefix("git+").unwrap_or(address).to_owned(),
            unpinned: None,
            place: place.clone(),
        }
    }

    /// This repository as a lock file has it, with the commit that the lock file names.
    pub(crate) fn locked(mut self, lock: &'static str, commit: Option<&str>) -> Self {
        // SHA-1, and SHA-256 where the repository uses that.
        let is_commit =
            |text: &str| text.len() >= 40 && text.chars().all(|c| c.is_ascii_hexdigit());
        self.unpinned = (!commit.is_some_and(is_commit)).then_some(lock);
        self
    }

    /// For tests: all of it but its place.
    #[cfg(test)]
    pub(crate) fn shown(&self) -> String {
        let pinned = self.unpinned.map_or("", |_| ", no commit");
        format!("{} {}{pinned}", self.package, self.address)
    }

    /// The host, as `known_hosts` has it, where the address is one of SSH: `ssh://user@host:port/path`, or git's own
    /// `user@host:path`.
    pub(crate) fn ssh_host(&self) -> Option<String> {
        let Some((scheme, rest)) = self.address.split_once("://") else {
            let (authority, _) = self.address.split_once(':')?;
            let (_, host) = authority.rsplit_once('@')?;
            return Some(host.to_ascii_lowercase());
        };
        if !["ssh", "git+ssh", "ssh+git"].contains(&scheme) {
            return None;
        }
        let authority = rest.split('/').next().unwrap_or(rest);
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let (host, port) = host.split_once(':').unwrap_or((host, ""));
        let host = host.to_ascii_lowercase();
        Some(match port {
            "" | "22" => host,
            port => format!("[{host}]:{port}"),
        })
    }

    /// Whether git asks a web server for it, whose certificate must be known.
    pub(crate) fn is_https(&self) -> bool {
        self.address.starts_with("https://")
    }
}

/// All that the project's files name, each package once: those of the lock or of the requirements first.
pub(crate) fn repositories(facts: &Facts, installer: &dyn PackageManager) -> Vec<Repository> {
    // Errors in a lock file are reported where it is compared with the manifest.
    let mut found = installer.repositories(facts).unwrap_or_default();
    for repository in manifest::repositories(facts, installer) {
        let mut known = found.iter();
        if known.all(|known| known.package != repository.package) {
            found.push(repository);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Source;

    use super::*;

    #[test]
    fn hosts_are_those_of_known_hosts() {
        let place = Location::top(&Source::new("x", ""));
        for (address, host) in [
            ("https://git.example.org/a.git", None),
            ("git+https://user@git.example.org/a.git", None),
            ("../a", None),
            ("ssh://git@Git.example.org/a.git", Some("git.example.org")),
            (
                "git+ssh://git.example.org:22/a.git",
                Some("git.example.org"),
            ),
            (
                "ssh://git@git.example.org:2222/a.git",
                Some("[git.example.org]:2222"),
            ),
            ("git@git.example.org:team/a.git", Some("git.example.org")),
        ] {
            let repository = Repository::new("a", address, &place);
            assert_eq!(repository.ssh_host().as_deref(), host, "{address}");
        }
    }
}
