//! Keys of hosts that are asked over SSH.

use std::fmt;
use std::str::FromStr;

use crate::values::ParseError;

/// A line of `known_hosts` (sshd(8)): names of a host, the kind of its key, and the key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownHost(String);

impl KnownHost {
    /// The names: with commas between them, or a hash of one.
    pub fn names(&self) -> &str {
        self.0.split_whitespace().next().unwrap_or_default()
    }

    /// Whether the key may be that of a host: `host`, or `[host]:port` where that is not 22. Patterns and hashes of
    /// names are left to ssh.
    pub fn may_be(&self, host: &str) -> bool {
        let names = self.names();
        names.starts_with('|')
            || names
                .split(',')
                .any(|name| name.contains(['*', '?']) || name.eq_ignore_ascii_case(host))
    }
}

impl FromStr for KnownHost {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let is_kind = |kind: &str| {
            ["ssh-", "ecdsa-sha2-", "sk-"]
                .iter()
                .any(|start| kind.starts_with(start))
        };
        let is_key = |key: &str| {
            let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
            // What each kind begins with, in base64: the length of its name.
            key.starts_with("AAAA") && key.len() >= 32 && key.chars().all(is_base64)
        };
        match words.as_slice() {
            [names, kind, key, ..]
                if !names.starts_with(['@', '#'])
                    && is_kind(kind)
                    && is_key(key)
                    && !text.contains(['\n', '\r']) =>
            {
                Ok(Self(words.join(" ")))
            }
            _ => Err(ParseError(format!(
                "`{text}` is no line of `known_hosts`, expected `HOST KIND KEY` such as `git.example.org ssh-ed25519 AAAA…`"
            ))),
        }
    }
}

impl fmt::Display for KnownHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

    #[test]
    fn lines_are_those_of_ssh_keyscan() {
        let line = |names: &str| format!("{names} ssh-ed25519 {KEY}");
        let host = |names: &str| line(names).parse::<KnownHost>().unwrap();
        assert!(host("Git.example.org,192.0.2.1").may_be("git.example.org"));
        assert!(host("[git.example.org]:2222").may_be("[git.example.org]:2222"));
        assert!(host("*.example.org").may_be("git.example.org"));
        assert!(host("|1|x=|y=").may_be("git.example.org"));
        assert!(!host("git.example.org").may_be("example.org"));
        assert_eq!(host("a \t").to_string(), line("a"));
        let wrong = [
            "",
            "git.example.org",
            KEY,
            "# git.example.org:22 SSH-2.0-OpenSSH_10.0",
            &line("@cert-authority *"),
            &format!("a rsa {KEY}"),
            &format!("a ssh-rsa {}", &KEY[4..]),
            &format!("{}\n{}", line("a"), line("b")),
        ];
        for text in wrong {
            assert!(text.parse::<KnownHost>().is_err(), "{text}");
        }
        insta::assert_snapshot!("git.example.org".parse::<KnownHost>().unwrap_err(), @"`git.example.org` is no line of `known_hosts`, expected `HOST KIND KEY` such as `git.example.org ssh-ed25519 AAAA…`");
    }
}
