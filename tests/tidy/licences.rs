//! Whether the licences of the packages that we use are among those of `.deny.toml`: what `cargo deny check
//! licenses` checks, for who has no cargo-deny.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// Of `.deny.toml`.
#[derive(Deserialize)]
pub(crate) struct Rules {
    pub(crate) graph: Graph,
    licenses: Licenses,
}

#[derive(Deserialize)]
pub(crate) struct Graph {
    pub(crate) targets: Vec<String>,
}

#[derive(Deserialize)]
struct Licenses {
    allow: BTreeSet<String>,
}

/// Of `cargo metadata`.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
}

/// What stands against the packages that the graph holds.
pub(crate) fn licence_problems(rules: &Rules, metadata: &Metadata) -> Vec<String> {
    let packages: BTreeMap<&str, &Package> = metadata
        .packages
        .iter()
        .map(|package| (package.id.as_str(), package))
        .collect();
    let mut problems = Vec::new();
    for node in &metadata.resolve.nodes {
        let package = packages[node.id.as_str()];
        let problem = match package.license.as_deref().map(Expression::parse) {
            None => "names no licence".to_owned(),
            Some(Err(reason)) => format!("has a licence that cannot be read: {reason}"),
            Some(Ok(expression)) if expression.is_met(&rules.licenses.allow) => continue,
            Some(Ok(_)) => format!(
                "is under `{}`, which .deny.toml does not allow: use another package, or add the licence with care",
                package.license.as_deref().unwrap_or_default()
            ),
        };
        problems.push(format!("{} {} {problem}", package.name, package.version));
    }
    problems
}

/// An expression of SPDX licences.
#[derive(Debug, Eq, PartialEq)]
enum Expression {
    /// A licence, with its exception where it has one.
    Licence(String),
    All(Vec<Expression>),
    Any(Vec<Expression>),
}

impl Expression {
    /// `AND` binds tighter than `OR`. A slash is an `OR` of the time before expressions.
    fn parse(text: &str) -> Result<Self, String> {
        let spaced = ["(", ")"]
            .iter()
            .fold(text.replace('/', " OR "), |text, sign| {
                text.replace(sign, &format!(" {sign} "))
            });
        let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
        let expression = Self::any(&mut words)?;
        match words.last() {
            None => Ok(expression),
            Some(word) => Err(format!("`{word}` was not expected in `{text}`")),
        }
    }

    /// The words are in reverse, so that the next one is the last.
    fn any(words: &mut Vec<&str>) -> Result<Self, String> {
        let mut members = vec![Self::all(words)?];
        while words.pop_if(|word| *word == "OR").is_some() {
            members.push(Self::all(words)?);
        }
        Ok(Self::Any(members))
    }

    fn all(words: &mut Vec<&str>) -> Result<Self, String> {
        let mut members = vec![Self::one(words)?];
        while words.pop_if(|word| *word == "AND").is_some() {
            members.push(Self::one(words)?);
        }
        Ok(Self::All(members))
    }

    fn one(words: &mut Vec<&str>) -> Result<Self, String> {
        match words.pop() {
            Some("(") => {
                let inner = Self::any(words)?;
                match words.pop() {
                    Some(")") => Ok(inner),
                    _ => Err("a `(` is not closed".to_owned()),
                }
            }
            Some(word) if ![")", "AND", "OR", "WITH"].contains(&word) => {
                let mut licence = word.to_owned();
                if words.pop_if(|word| *word == "WITH").is_some() {
                    let exception = words.pop().ok_or("`WITH` has no exception")?;
                    licence = format!("{licence} WITH {exception}");
                }
                Ok(Self::Licence(licence))
            }
            Some(word) => Err(format!("`{word}` stands where a licence must be")),
            None => Err("a licence is missing".to_owned()),
        }
    }

    fn is_met(&self, allowed: &BTreeSet<String>) -> bool {
        match self {
            Self::Licence(licence) => allowed.contains(licence),
            Self::All(members) => members.iter().all(|member| member.is_met(allowed)),
            Self::Any(members) => members.iter().any(|member| member.is_met(allowed)),
        }
    }
}

#[test]
fn licences_are_told_apart() {
    let allowed = ["MIT", "Zlib", "Apache-2.0"].map(str::to_owned).into();
    let check = |text: &str, expected: Result<bool, &str>| {
        let found = Expression::parse(text).map(|expression| expression.is_met(&allowed));
        assert_eq!(found, expected.map_err(str::to_owned), "{text}");
    };
    check("MIT", Ok(true));
    check("GPL-3.0-only", Ok(false));
    check("GPL-3.0-only OR MIT", Ok(true));
    check("Unlicense/MIT", Ok(true));
    check("GPL-3.0-only / LGPL-3.0-only", Ok(false));
    check("MIT AND GPL-3.0-only", Ok(false));
    // Not `(MIT OR MIT) AND GPL-3.0-only`.
    check("MIT OR MIT AND GPL-3.0-only", Ok(true));
    check("(MIT OR Zlib) AND GPL-3.0-only", Ok(false));
    check("(MIT OR GPL-3.0-only) AND (Zlib)", Ok(true));
    // An exception makes another licence of it.
    check("Apache-2.0 WITH LLVM-exception", Ok(false));
    check(
        "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
        Ok(true),
    );
    check("", Err("a licence is missing"));
    check("MIT OR", Err("a licence is missing"));
    check("MIT WITH", Err("`WITH` has no exception"));
    check("AND MIT", Err("`AND` stands where a licence must be"));
    check("(MIT", Err("a `(` is not closed"));
    check("MIT Zlib", Err("`Zlib` was not expected in `MIT Zlib`"));
}

#[test]
fn packages_that_are_not_allowed_are_named() {
    let rules = "graph.targets = []\nlicenses.allow = [\"MIT\"]";
    let rules: Rules = toml::from_str(rules).unwrap_or_else(|error| panic!("{error}"));
    let package = |name: &str, license: &str| {
        format!(r#"{{"id":"{name}","name":"{name}","version":"1.0.0","license":{license}}}"#)
    };
    let packages = [
        package("good", r#""MIT""#),
        package("other", r#""GPL-3.0-only""#),
        package("silent", "null"),
        // Of a platform that is none of ours, or a feature that is off.
        package("unused", r#""GPL-3.0-only""#),
    ]
    .join(",");
    let nodes = r#"{"id":"good"},{"id":"other"},{"id":"silent"}"#;
    let metadata = format!(r#"{{"packages":[{packages}],"resolve":{{"nodes":[{nodes}]}}}}"#);
    let metadata: Metadata =
        serde_json::from_str(&metadata).unwrap_or_else(|error| panic!("{error}"));
    insta::assert_snapshot!(licence_problems(&rules, &metadata).join("\n"), @"
    other 1.0.0 is under `GPL-3.0-only`, which .deny.toml does not allow: use another package, or add the licence with care
    silent 1.0.0 names no licence
    ");
}
