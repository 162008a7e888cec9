//! Git repositories that packages come from. Their sources are fetched and built in the builder, which gets git for it;
//! the image never has it.

mod manifest;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Spanned};
use crate::plan::installers::Installer;
use crate::plan::{Choice, NeededImage, Site, well_known};
use crate::project::Facts;
use crate::spec::Spec;
use crate::values::{KnownHost, SystemPackage};

/// Where commands see the socket of the SSH agent, as with Dockerfiles.
pub(super) const AGENT: &str = "/run/buildkit/ssh_agent.0";

/// A git repository that a package comes from.
#[derive(Clone, Debug)]
pub struct Repository {
    /// The package.
    pub package: String,
    /// The address, as the tool takes it, with or without `git+` before it.
    address: String,
    /// The lock that names it without a commit.
    unpinned: Option<&'static str>,
    /// Where it is asked for.
    place: Location,
}

impl Repository {
    /// One that something asks for.
    pub(super) fn new(package: &str, address: &str, place: &Location) -> Self {
        let address = address.trim();
        Self {
            package: package.to_owned(),
            address: address.strip_prefix("git+").unwrap_or(address).to_owned(),
            unpinned: None,
            place: place.clone(),
        }
    }

    /// The same in a lock, which has this commit of it.
    pub(super) fn locked(mut self, lock: &'static str, commit: Option<&str>) -> Self {
        // SHA-1, and SHA-256 where the repository uses that.
        let is_commit =
            |text: &str| text.len() >= 40 && text.chars().all(|c| c.is_ascii_hexdigit());
        self.unpinned = (!commit.is_some_and(is_commit)).then_some(lock);
        self
    }

    /// For tests: all of it but its place.
    #[cfg(test)]
    pub(super) fn shown(&self) -> String {
        let pinned = self.unpinned.map_or("", |_| ", no commit");
        format!("{} {}{pinned}", self.package, self.address)
    }

    /// The host, as `known_hosts` has it, where the address is one of SSH: `ssh://user@host:port/path`, or git's own
    /// `user@host:path`.
    fn ssh_host(&self) -> Option<String> {
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
    fn is_https(&self) -> bool {
        self.address.starts_with("https://")
    }
}

/// All that the project's files name, each package once: those of the lock or of the requirements first.
pub(super) fn repositories(facts: &Facts, installer: &dyn Installer) -> Vec<Repository> {
    // What is wrong with a lock is told where it is compared with the manifest.
    let mut found = installer.repositories(facts).unwrap_or_default();
    for repository in manifest::repositories(facts, installer) {
        let mut known = found.iter();
        if known.all(|known| known.package != repository.package) {
            found.push(repository);
        }
    }
    found
}

/// What the builder needs for them, beside what the spec names.
pub(super) fn needed(
    spec: &Spec,
    repositories: &[Repository],
    base: &NeededImage,
    choices: &mut Vec<Choice>,
) -> Vec<Spanned<SystemPackage>> {
    let Some(first) = repositories.first() else {
        return Vec::new();
    };
    let over_ssh = repositories
        .iter()
        .any(|repository| repository.ssh_host().is_some());
    let wanted = [
        (
            "ca-certificates",
            repositories.iter().any(Repository::is_https),
        ),
        ("git", true),
        ("openssh-client", over_ssh),
    ];
    let stated = &spec.model.system.build;
    let missing = wanted.into_iter().filter(|(name, wanted)| {
        *wanted && stated.iter().all(|stated| stated.value.name() != *name)
    });
    let missing: Vec<&str> = missing.map(|(name, _)| name).collect();
    // An image of the user's own may have git, and other names for it; Alpine has the same.
    if missing.is_empty() || !(well_known::is_debian(base) || well_known::is_alpine(base)) {
        return Vec::new();
    }
    choices.push(Choice {
        what: "system.build",
        value: missing.join(", "),
        why: match repositories.len() {
            1 => format!("`{}` comes from a git repository", first.package),
            _ => format!("`{}` and others come from git repositories", first.package),
        },
    });
    let packages = missing
        .into_iter()
        .filter_map(|name| well_known::package(name, &first.place));
    packages.collect()
}

/// What stands against fetching them.
pub(super) fn check(site: Site<'_>) -> Result<(), Diagnostics> {
    let repositories = &site.selection.repositories;
    let mut problems = Vec::new();
    for repository in repositories {
        if let Some(lock) = repository.unpinned {
            let message = format!(
                "`{lock}` has no commit of the git repository of `{}`",
                repository.package
            );
            problems.push(
                Diagnostic::error(message)
                    .at(&repository.place)
                    .hint(format!(
                        "run `{}` and commit `{lock}`",
                        site.selection.installer.lock_command()
                    )),
            );
        }
        problems.extend(unknown_host(site, repository));
    }
    Diagnostics::split(problems).map(drop)
}

/// Whoever answers in the place of a host that nobody knows could hand out any code.
fn unknown_host(site: Site<'_>, repository: &Repository) -> Option<Diagnostic> {
    let host = repository.ssh_host()?;
    let known = hosts(site);
    // An image of the user's own may know more (`/etc/ssh/ssh_known_hosts`).
    if known.iter().any(|known| known.may_be(&host)) || site.spec.model.from.is_some() {
        return None;
    }
    let scan = match host
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]:"))
    {
        Some((name, port)) => format!("ssh-keyscan -p {port} {name}"),
        None => format!("ssh-keyscan {host}"),
    };
    let message = format!(
        "`{}` comes from `{host}` over SSH, and the key of that host is not known",
        repository.package
    );
    Some(Diagnostic::error(message).at(&repository.place).hint(format!(
        "write `ssh-known-hosts = [\"{host} ssh-ed25519 …\"]` in `[tool.wheelwright.network]`, with what `{scan}` prints, compared with what the owner of the host publishes"
    )))
}

/// The keys that hosting services publish for their machines (`GitHub's SSH key fingerprints`, GitLab's `SSH
/// known_hosts entries`, Bitbucket's `Configure SSH`).
const PUBLISHED: &[&str] = &[
    "bitbucket.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIazEu89wgQZ4bqs3d63QSMzYVa0MuJ2e2gKTKqu+UUO",
    "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
    "gitlab.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf",
];

/// The hosts that are known: those of the spec, and the published ones that it does not name.
pub(super) fn hosts(site: Site<'_>) -> Vec<KnownHost> {
    let stated = &site.spec.model.network.known_hosts;
    let stated: Vec<KnownHost> = stated.iter().map(|host| host.value.clone()).collect();
    let published = PUBLISHED.iter().filter_map(|line| line.parse().ok());
    let published = published.filter(|published: &KnownHost| {
        let mut stated = stated.iter();
        !stated.any(|stated| stated.may_be(published.names()))
    });
    let published: Vec<KnownHost> = published.collect();
    [stated, published].concat()
}

/// The first package that is fetched over SSH.
pub(super) fn over_ssh(site: Site<'_>) -> Option<&str> {
    let mut repositories = site.selection.repositories.iter();
    let first = repositories.find(|repository| repository.ssh_host().is_some())?;
    Some(&first.package)
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

    #[test]
    fn the_published_lines_are_lines() {
        for line in PUBLISHED {
            assert!(line.parse::<KnownHost>().is_ok(), "{line}");
        }
    }
}
