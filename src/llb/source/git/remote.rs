//! Addresses of git repositories.

/// Where a repository is, and the way to it.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct GitRemote {
    /// As git takes it.
    url: String,
    /// Host and path: the same for all ways to one repository.
    place: String,
    access: GitAccess,
}

/// The way to a repository.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum GitAccess {
    /// `https`, `http` or `git`.
    Web,
    /// `ssh`, also as `user@host:path`.
    Ssh {
        /// The agent of the client that is asked.
        agent: String,
        /// Lines of `known_hosts`; empty for none.
        known_hosts: String,
    },
}

impl GitRemote {
    /// Reads the address of a repository, as BuildKit's `gitutil.ParseURL` does: a URL of the schemes `https`,
    /// `http`, `ssh` and `git`, or `user@host:path`. `None` for anything else, and for a URL with a query or a
    /// fragment: what they say are fields of [`GitSource`](crate::llb::GitSource).
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains(['?', '#']) {
            return None;
        }
        let (authority, path, access) = if let Some((scheme, rest)) = text.split_once("://") {
            let access = match scheme.to_ascii_lowercase().as_str() {
                "https" | "http" | "git" => GitAccess::Web,
                "ssh" => GitAccess::ssh(),
                _ => return None,
            };
            let (authority, path) = rest.split_once('/')?;
            (authority, path, access)
        } else {
            let (authority, path) = text.split_once(':')?;
            authority.split_once('@')?;
            (authority, path, GitAccess::ssh())
        };
        let (_, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let path = path.trim_matches('/');
        (!host.is_empty() && !path.is_empty()).then(|| Self {
            url: text.to_owned(),
            place: format!("{host}/{path}"),
            access,
        })
    }

    /// Sets the lines of `known_hosts` for access over SSH; other access has none.
    #[must_use]
    pub fn with_known_hosts(mut self, lines: &str) -> Self {
        if let GitAccess::Ssh { known_hosts, .. } = &mut self.access {
            lines.clone_into(known_hosts);
        }
        self
    }

    /// As git takes it.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Host and path.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// The way to the repository.
    pub fn access(&self) -> &GitAccess {
        &self.access
    }
}

impl GitAccess {
    /// With the client's default agent.
    fn ssh() -> Self {
        Self::Ssh {
            agent: "default".to_owned(),
            known_hosts: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_cannot_reach_is_no_remote() {
        for text in [
            "",
            "example.org/team/app",
            "example.org:team/app",
            "ftp://example.org/app",
            "https://example.org",
            "https:///app",
            "https://example.org/app.git#v1",
            "https://example.org/app.git?ref=v1",
        ] {
            assert_eq!(GitRemote::parse(text), None, "{text}");
        }
    }
}
