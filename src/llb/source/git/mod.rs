//! Checkouts of git repositories.

mod remote;

use crate::llb::capability as cap;
use crate::llb::source::{Row, switch};

pub use remote::{GitAccess, GitRemote};

/// The secrets that git asks for unless others are named (`GitAuthTokenKey`, `GitAuthHeaderKey` of Go's client).
const AUTH_TOKEN: &str = "GIT_AUTH_TOKEN";
const AUTH_HEADER: &str = "GIT_AUTH_HEADER";

/// A checkout of a git repository. Empty texts are not said.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct GitSource {
    /// The repository.
    pub remote: GitRemote,
    /// The branch, tag or commit; empty for the remote's default branch.
    pub reference: String,
    /// The folder of the repository that is taken, relative; empty for all.
    pub subdir: String,
    /// The commit that the reference must be.
    pub commit: Option<GitCommit>,
    /// Whether `.git` stays.
    pub keep_git_dir: bool,
    /// Whether submodules are left out.
    pub skip_submodules: bool,
    /// Whether files get the time of the commit instead of that of the checkout.
    pub commit_times: bool,
    /// The secret with a token.
    pub auth_token_secret: String,
    /// The secret with an `Authorization` header.
    pub auth_header_secret: String,
}

/// The commit that a reference must be.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct GitCommit {
    /// Its hash in hex.
    pub hash: String,
    /// Whether it is fetched though the reference may be another by now.
    pub even_if_moved: bool,
}

impl GitSource {
    /// The head of a repository, with the usual secrets.
    pub fn new(remote: GitRemote) -> Self {
        Self {
            remote,
            reference: String::new(),
            subdir: String::new(),
            commit: None,
            keep_git_dir: false,
            skip_submodules: false,
            commit_times: false,
            auth_token_secret: AUTH_TOKEN.to_owned(),
            auth_header_secret: AUTH_HEADER.to_owned(),
        }
    }

    pub(super) fn identifier(&self) -> String {
        let subdir = match self.subdir.as_str() {
            "" => String::new(),
            subdir => format!(":{subdir}"),
        };
        let fragment = match format!("{}{subdir}", self.reference) {
            empty if empty.is_empty() => empty,
            fragment => format!("#{fragment}"),
        };
        format!("git://{}{fragment}", self.remote.place())
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        // Engines without the capability ask for the usual names by themselves.
        let auth = |secret: &str, usual: &str| (secret != usual).then_some(cap::SOURCE_GIT_AUTH);
        let commit = self.commit.as_ref();
        let commit_times = if self.commit_times { "commit" } else { "" };
        let mut rows = vec![
            (
                "git.fullurl",
                self.remote.url().to_owned(),
                Some(cap::SOURCE_GIT_FULL_URL),
            ),
            (
                "git.keepgitdir",
                switch(self.keep_git_dir),
                Some(cap::SOURCE_GIT_KEEP_DIR),
            ),
            (
                "git.authtokensecret",
                self.auth_token_secret.clone(),
                auth(&self.auth_token_secret, AUTH_TOKEN),
            ),
            (
                "git.authheadersecret",
                self.auth_header_secret.clone(),
                auth(&self.auth_header_secret, AUTH_HEADER),
            ),
            (
                "git.checksum",
                commit.map(|commit| commit.hash.clone()).unwrap_or_default(),
                Some(cap::SOURCE_GIT_CHECKSUM),
            ),
            (
                "git.fetchbycommit",
                switch(commit.is_some_and(|commit| commit.even_if_moved)),
                Some(cap::SOURCE_GIT_BY_COMMIT),
            ),
            (
                "git.skipsubmodules",
                switch(self.skip_submodules),
                Some(cap::SOURCE_GIT_SKIP_SUBMODULES),
            ),
            (
                "git.mtime",
                commit_times.to_owned(),
                Some(cap::SOURCE_GIT_TIMES),
            ),
        ];
        if let GitAccess::Ssh { agent, known_hosts } = self.remote.access() {
            rows.extend([
                (
                    "git.mountsshsock",
                    agent.clone(),
                    Some(cap::SOURCE_GIT_AGENT),
                ),
                (
                    "git.knownsshhosts",
                    known_hosts.clone(),
                    Some(cap::SOURCE_GIT_KNOWN_HOSTS),
                ),
            ]);
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identifier(text: &str, reference: &str, subdir: &str) -> Option<String> {
        let source = GitSource {
            reference: reference.to_owned(),
            subdir: subdir.to_owned(),
            ..GitSource::new(GitRemote::parse(text)?)
        };
        Some(source.identifier())
    }

    #[test]
    fn all_ways_to_a_repository_are_one_place() {
        for text in [
            "https://example.org/team/app.git",
            "HTTPS://example.org/team/app.git",
            "https://user:word@example.org/team/app.git",
            "ssh://git@example.org/team/app.git",
            "git@example.org:team/app.git",
            "git://example.org/team/app.git/",
        ] {
            assert_eq!(
                identifier(text, "", "").as_deref(),
                Some("git://example.org/team/app.git"),
                "{text}"
            );
        }
        let with = |reference, subdir| identifier("git@example.org:a.git", reference, subdir);
        assert_eq!(with("v1", "").unwrap(), "git://example.org/a.git#v1");
        assert_eq!(with("v1", "d/e").unwrap(), "git://example.org/a.git#v1:d/e");
        assert_eq!(with("", "d").unwrap(), "git://example.org/a.git#:d");
    }
}
