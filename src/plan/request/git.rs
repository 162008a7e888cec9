//! Git repositories that packages come from. Their sources are fetched and built in the builder, which gets git for it;
//! the image never has it.

use crate::diagnostic::{Diagnostic, Diagnostics, rules};
use crate::lock::Repository;
use crate::plan::request::site::Site;
use crate::values::KnownHost;

/// Where commands see the socket of the SSH agent, as with Dockerfiles.
pub(crate) const AGENT: &str = "/run/buildkit/ssh_agent.0";

/// The errors about fetching them.
pub(crate) fn check(site: Site<'_>) -> Result<(), Diagnostics> {
    let repositories = &site.selection.repositories;
    let mut problems = Vec::new();
    for repository in repositories {
        if let Some(lock) = repository.unpinned {
            let message = format!(
                "`{lock}` has no commit of the git repository of `{}`",
                repository.package
            );
            problems.push(
                rules::UNPINNED_COMMIT
                    .report(message)
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
    Some(rules::UNKNOWN_HOST.report(message).at(&repository.place).hint(format!(
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
pub(crate) fn hosts(site: Site<'_>) -> Vec<KnownHost> {
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
pub(crate) fn over_ssh(site: Site<'_>) -> Option<&str> {
    let mut repositories = site.selection.repositories.iter();
    let first = repositories.find(|repository| repository.ssh_host().is_some())?;
    Some(&first.package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_lines_are_lines() {
        for line in PUBLISHED {
            assert!(line.parse::<KnownHost>().is_ok(), "{line}");
        }
    }
}
