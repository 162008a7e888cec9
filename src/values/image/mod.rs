//! Image references and digests, read as Docker reads them.
//!
//! The grammar and the normal form are those of `github.com/distribution/reference` v0.6, which
//! BuildKit and Docker use; a reference must mean the same image to us as to them.

mod digest;
mod grammar;

use std::fmt;
use std::str::FromStr;

use crate::values::ParseError;
use crate::values::image::grammar::{is_identifier, is_path, is_registry, is_tag};

pub use digest::Digest;

/// The registry that a reference without one names (`defaultDomain` in distribution/reference).
const DOCKER_HUB: &str = "docker.io";

/// The older name of the same registry (`legacyDefaultDomain`).
const LEGACY_DOCKER_HUB: &str = "index.docker.io";

/// The limit on a repository's path, the registry not counted (`RepositoryNameTotalLengthMax`).
const PATH_LENGTH_MAX: usize = 255;

/// A Docker image reference in its normal form: a repository, and a tag, a digest, or both.
///
/// Parsing is `ParseNormalizedNamed` then `TagNameOnly` of distribution/reference. Unlike its
/// `ParseDockerRef`, a tag beside a digest is kept: the digest decides what is pulled, the tag
/// tells people what it was.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ImageRef {
    repository: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

impl ImageRef {
    /// The registry and the path, without tag or digest: `docker.io/library/python`.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag; it is `None` only when there is a digest.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest, if the reference is pinned.
    pub fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// This image pinned to `digest`; it keeps its tag.
    #[must_use]
    pub fn with_digest(self, digest: Digest) -> Self {
        Self {
            digest: Some(digest),
            ..self
        }
    }

    /// The short form that people write: `python:3.13-slim` (`FamiliarString`).
    pub fn familiar(&self) -> String {
        format!("{}{}", self.familiar_name(), Suffix(self))
    }

    /// The name under which BuildKit looks for a named context that replaces this image.
    ///
    /// It is the short form without a final `:latest`, as in `Client.NamedContext` of BuildKit's
    /// `frontend/dockerui/config.go`; a `:latest` before a digest stays, as it does there.
    pub fn context_name(&self) -> String {
        let mut name = self.familiar();
        if let Some(end) = name.strip_suffix(":latest").map(str::len) {
            name.truncate(end);
        }
        name
    }

    /// The repository without what Docker Hub implies (`familiarizeName`).
    fn familiar_name(&self) -> &str {
        let hub_path = self.repository.strip_prefix("docker.io/");
        match (hub_path, hub_path.and_then(|p| p.strip_prefix("library/"))) {
            // `library/a/b` keeps its prefix: `a/b` would be read as another repository.
            (_, Some(official)) if !official.contains('/') => official,
            (Some(path), _) => path,
            (None, _) => &self.repository,
        }
    }
}

impl FromStr for ImageRef {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        if is_identifier(text) {
            return Err(ParseError(format!(
                "`{text}` is a bare image identifier, expected a name such as `python:3.13-slim`"
            )));
        }
        let malformed = || {
            ParseError(format!(
                "`{text}` is not an image reference, expected `[registry/]name[:tag][@digest]`"
            ))
        };
        let (named, digest) = match text.split_once('@') {
            Some((named, digest)) => (named, Some(digest.parse()?)),
            None => (text, None),
        };
        let (registry, remainder) = split_registry(named);
        let (path, tag) = match remainder.split_once(':') {
            Some((path, tag)) => (path, Some(tag)),
            None => (remainder.as_str(), None),
        };

        let repository = format!("{registry}/{path}");
        // A first component that looks like a registry but cannot be one (`my_host.io/x`) falls
        // back to being part of the path, as it does in Go's regular expression.
        let counted = match is_registry(registry) {
            true if is_path(path) => path,
            false if is_path(&repository) => &repository,
            _ if path.to_lowercase() != path => {
                return Err(ParseError(format!(
                    "`{text}` has upper-case letters in its repository name, expected lower case"
                )));
            }
            _ => return Err(malformed()),
        };
        if counted.len() > PATH_LENGTH_MAX {
            return Err(ParseError(format!(
                "`{text}` is too long, expected a name of at most {PATH_LENGTH_MAX} characters"
            )));
        }
        let tag = match tag {
            Some(tag) if is_tag(tag) => Some(tag),
            Some(_) => return Err(malformed()),
            None if digest.is_none() => Some("latest"),
            None => None,
        };
        Ok(Self {
            repository,
            tag: tag.map(str::to_owned),
            digest,
        })
    }
}

impl fmt::Display for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.repository, Suffix(self))
    }
}

/// The `:tag@digest` that follows a name, long or short.
struct Suffix<'a>(&'a ImageRef);

impl fmt::Display for Suffix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(tag) = &self.0.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.0.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// Separates a name from its registry, and fills in what Docker Hub implies (`splitDockerDomain`).
fn split_registry(name: &str) -> (&str, String) {
    let (registry, path) = match name.split_once('/') {
        Some((LEGACY_DOCKER_HUB, path)) => (DOCKER_HUB, path),
        // Upper case cannot be in a path, so it must be a host.
        Some((first, path))
            if first == "localhost"
                || first.contains(['.', ':'])
                || first.to_lowercase() != first =>
        {
            (first, path)
        }
        _ => (DOCKER_HUB, name),
    };
    if registry == DOCKER_HUB && !path.contains('/') {
        (registry, format!("library/{path}"))
    } else {
        (registry, path.to_owned())
    }
}

#[cfg(test)]
mod tests {
    // Rows of distribution/reference's `reference_test.go` and `normalize_test.go`, and our own.
    use crate::values::{Digest, ImageRef};

    const HEX: &str = "86e0e091d0da6bde2456dbb48306f3956bbeb2eae1b5b9a43045843f69fe4aaa";

    fn parse(text: &str) -> ImageRef {
        text.parse().unwrap()
    }

    /// Checks the canonical form of `input`, and that all forms name the same image.
    #[track_caller]
    fn check(input: &str, canonical: &str, familiar: &str) {
        let image = parse(input);
        assert_eq!(image.to_string(), canonical);
        assert_eq!(image.familiar(), familiar);
        assert_eq!(parse(canonical), image);
        assert_eq!(parse(familiar), image);
    }

    #[test]
    fn fills_in_what_docker_hub_implies() {
        for (input, path, familiar) in [
            ("redis", "library/redis:latest", "redis:latest"),
            ("redis:7", "library/redis:7", "redis:7"),
            ("docker.io/foo", "library/foo:latest", "foo:latest"),
            ("library/ubuntu:1", "library/ubuntu:1", "ubuntu:1"),
            ("index.docker.io/debian:1", "library/debian:1", "debian:1"),
            ("index.docker.io/fooo/bar:1", "fooo/bar:1", "fooo/bar:1"),
            ("other/library:1", "other/library:1", "other/library:1"),
            ("store/foo/bar:1", "store/foo/bar:1", "store/foo/bar:1"),
            (
                "docker.io/library/foo/bar:1",
                "library/foo/bar:1",
                "library/foo/bar:1",
            ),
            (
                "ubuntu-12.04-base:1",
                "library/ubuntu-12.04-base:1",
                "ubuntu-12.04-base:1",
            ),
            ("test_com/foo:1", "test_com/foo:1", "test_com/foo:1"),
            ("dbcc1", "library/dbcc1:latest", "dbcc1:latest"),
            ("192.168.0.1:80", "library/192.168.0.1:80", "192.168.0.1:80"),
            ("test.com:5000", "library/test.com:5000", "test.com:5000"),
            (
                "foo_bar.com:8080",
                "library/foo_bar.com:8080",
                "foo_bar.com:8080",
            ),
            (
                "lowercase:Upper",
                "library/lowercase:Upper",
                "lowercase:Upper",
            ),
        ] {
            check(input, &format!("docker.io/{path}"), familiar);
        }
    }

    #[test]
    fn keeps_other_registries() {
        for input in [
            "test.com/repo:tag",
            "test:5000/repo:tag",
            "127.0.0.1:8000/private/moonbase:1",
            "192.168.1.1:5000/repo:5050",
            "192.168.0.1:8/debian:1",
            "localhost/app:1",
            "localhost:5000/app:1",
            "Docker/docker:1",
            "FOO/bar:1",
            "sub-dom1.foo.com/bar/baz/quux:some-long-tag",
            "b.gcr.io/test.example.com/my-app:test.example.com",
            "xn--n3h.com/myimage:xn--n3h.com",
            "[2001:db8:1:2:3:4:5:6]/repo:tag",
            "[2001:db8::1]:5000/repo:tag",
            "[::1]:5000/repo:tag",
            // No host may hold an underscore, so Go reads this as a path without a registry.
            "my_reg.io/x:1",
        ] {
            check(input, input, input);
        }
        check(
            "[fc00::1]:5000/docker",
            "[fc00::1]:5000/docker:latest",
            "[fc00::1]:5000/docker:latest",
        );
    }

    #[test]
    fn keeps_tag_and_digest() {
        let digest = format!("sha256:{HEX}");
        let tagged = format!("busybox:latest@{digest}");
        let untagged = format!("test:5000/repo@{digest}");
        check(&tagged, &format!("docker.io/library/{tagged}"), &tagged);
        check(&untagged, &untagged, &untagged);
        assert_eq!(parse(&untagged).tag(), None);

        let image = parse("python").with_digest(digest.parse().unwrap());
        assert_eq!(
            image.to_string(),
            format!("docker.io/library/python:latest@{digest}")
        );
        assert_eq!(image.repository(), "docker.io/library/python");
        assert_eq!(image.tag(), Some("latest"));
        assert_eq!(image.digest().map(Digest::as_str), Some(digest.as_str()));
    }

    #[test]
    fn names_the_context_as_dockerui_does() {
        let pinned = format!("python:latest@sha256:{HEX}");
        for (input, name) in [
            ("python", "python"),
            ("docker.io/library/python:latest", "python"),
            ("python:3.13-slim", "python:3.13-slim"),
            ("ghcr.io/astral-sh/uv:latest", "ghcr.io/astral-sh/uv"),
            (&pinned, &pinned),
        ] {
            let found = input.parse::<ImageRef>().map(|image| image.context_name());
            assert_eq!(found.unwrap_or_default(), name);
        }
    }

    #[test]
    fn says_what_was_expected() {
        let told = [
            HEX,
            &"a".repeat(300),
            "Python:3.13",
            "redis@md5:1",
            "red is",
        ]
        .map(|text| text.parse::<ImageRef>().unwrap_err().to_string());
        insta::assert_snapshot!(told.join("\n").replace(&"a".repeat(300), "aa…"), @"
        `86e0e091d0da6bde2456dbb48306f3956bbeb2eae1b5b9a43045843f69fe4aaa` is a bare image identifier, expected a name such as `python:3.13-slim`
        `aa…` is too long, expected a name of at most 255 characters
        `Python:3.13` has upper-case letters in its repository name, expected lower case
        `md5:1` is not a digest, expected `sha256:` and 64 lower-case hexadecimal digits
        `red is` is not an image reference, expected `[registry/]name[:tag][@digest]`
        ");
    }

    #[test]
    fn refuses_what_distribution_refuses() {
        for input in [
            "",
            ":justtag",
            &format!("@sha256:{HEX}"),
            "repo@sha256:ffffffffffffffffffffffffffffffffff",
            &format!("validname@invaliddigest:{HEX}"),
            "https://github.com/docker/docker",
            "-docker",
            "-docker/docker",
            "-docker.io/docker/docker",
            "docker///docker",
            "docker.io/docker///docker",
            "docker/",
            "____/____",
            "aa/asdf$$^/aa",
            "foo.com:http/bar",
            "foo_bar.com:8080/app",
            "[fc00::1]",
            "[fc00::1]:5000",
            "[2001:db8::1]:tag",
            "fc00::1:5000/debian",
            "[fe80::1%eth0]:5000/debian",
            "[2001:db8:3:4::192.0.2.33]:5000/debian",
            "[]/debian",
            "redis:",
            "redis:-foo",
            "redis: 7",
            "redis\n",
            "ünï/code",
        ] {
            assert!(input.parse::<ImageRef>().is_err(), "{input}");
        }
    }

    #[test]
    fn accepts_odd_separators() {
        for input in [
            "docker---rules/docker",
            "dock__er/docker",
            "d/docker",
            "a-b.c_d/e",
        ] {
            assert!(input.parse::<ImageRef>().is_ok(), "{input}");
        }
        assert!(format!("docker.io/{HEX}").parse::<ImageRef>().is_ok());
    }

    #[test]
    fn limits_lengths() {
        let parses = |text: String| text.parse::<ImageRef>().is_ok();
        // The registry is not counted since distribution/reference v0.6.
        assert!(parses(format!("example.com/{}:tag", "a".repeat(255))));
        assert!(!parses(format!("example.com/{}", "a".repeat(256))));
        assert!(parses(format!(
            "{}a:tag-puts-this-over-max",
            "a/".repeat(127)
        )));
        assert!(!parses(format!("{}a:tag", "a/".repeat(128))));
        assert!(parses(format!("redis:{}", "a".repeat(128))));
        assert!(!parses(format!("redis:{}", "a".repeat(129))));
    }
}
