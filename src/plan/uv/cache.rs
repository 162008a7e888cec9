//! The names of download caches on the engine.

use crate::values::{ImageRef, Platform, PythonVersion, SystemPackage, sha256};

/// What builds in a cache see.
pub(crate) struct Seen<'a> {
    pub(crate) platform: &'a Platform,
    /// The base image, or what stands for it where a named context does.
    pub(crate) base: &'a ImageRef,
    pub(crate) python: PythonVersion,
    /// Packages that the spec adds to builds.
    pub(crate) packages: Vec<&'a SystemPackage>,
    /// Variables that the spec adds to builds.
    pub(crate) env: &'a [(String, String)],
}

impl Seen<'_> {
    /// The names of all caches end in this. Beside what they download, tools keep wheels there that they built from
    /// sources, and take them again for any project, whatever they were built with. So the name carries all that a
    /// build sees.
    ///
    /// By the base's tag, not by its digest: each rebuilt base would begin with an empty cache.
    pub(crate) fn scope(&self) -> String {
        let name = self.base.familiar();
        let base = match name.split_once('@') {
            Some((tagged, _)) if self.base.tag().is_some() => tagged,
            _ => &name,
        };
        let platform = self.platform.to_string().replace('/', "-");
        let python = self.python.minor_release();
        let scope = format!("{platform}/{base}/py{python}");
        let packages = self.packages.iter();
        let packages = packages.map(|package| format!("package {package}"));
        let variables = self.env.iter();
        let variables = variables.map(|(name, value)| format!("variable {name}={value}"));
        let mut added: Vec<String> = packages.chain(variables).collect();
        if added.is_empty() {
            return scope;
        }
        // Their order changes nothing.
        added.sort_unstable();
        added.dedup();
        let hash = sha256(added.join("\0"));
        format!("{scope}/{}", &hash[..12])
    }
}

/// The name of a tool's cache.
pub(crate) fn id(tool: &str, scope: &str) -> String {
    format!("wheelwright/{tool}/v1/{scope}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uv(base: &str, packages: &[&str], env: &[(&str, &str)]) -> String {
        let packages: Vec<SystemPackage> =
            packages.iter().map(|name| name.parse().unwrap()).collect();
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let seen = Seen {
            platform: &Platform::new("linux", "amd64"),
            base: &base.parse().unwrap(),
            python: "3.13.2".parse().unwrap(),
            packages: packages.iter().collect(),
            env: &env.iter().map(owned).collect::<Vec<_>>(),
        };
        id("uv", &seen.scope())
    }

    #[test]
    fn projects_on_one_base_share_unless_their_builds_see_more() {
        let digest = format!("sha256:{}", "0".repeat(64));
        let plain = "wheelwright/uv/v1/linux-amd64/python:3.13-slim/py3.13";
        assert_eq!(uv("python:3.13-slim", &[], &[]), plain);
        assert_eq!(uv(&format!("python:3.13-slim@{digest}"), &[], &[]), plain);
        assert_eq!(
            uv(&format!("example.org/python@{digest}"), &[], &[]),
            format!("wheelwright/uv/v1/linux-amd64/example.org/python@{digest}/py3.13")
        );
        let gcc = uv("python:3.13-slim", &["gcc", "g++"], &[]);
        assert_eq!(gcc, uv("python:3.13-slim", &["g++", "gcc", "gcc"], &[]));
        insta::assert_snapshot!(gcc, @"wheelwright/uv/v1/linux-amd64/python:3.13-slim/py3.13/7649738ae0c7");
        let all = [
            plain.to_owned(),
            gcc,
            uv("python:3.13-alpine", &[], &[]),
            uv("python:3.13-slim", &["gcc"], &[]),
            uv("python:3.13-slim", &[], &[("gcc", "")]),
            uv("python:3.13-slim", &[], &[("CFLAGS", "-O3")]),
            uv("python:3.13-slim", &[], &[("CFLAGS", "-O2")]),
        ];
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len(), "{all:#?}");
    }
}
