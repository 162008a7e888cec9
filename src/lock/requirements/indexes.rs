//! Indexes, credentials and repositories that requirements files name.

use crate::diagnostic::{Diagnostic, Diagnostics, Location, rules};
use crate::lock::index_login::{Login, VariableStyle};
use crate::lock::requirements::notes::is_repository;
use crate::lock::requirements::{Asked, with_all};
use crate::lock::{IndexLogin, Repository, index_login};
use crate::project::Facts;
use crate::project::requirements::{LineKind, Target};
use crate::values::{PackageName, requirement_name};

/// The options that name an index.
const INDEXES: [&str; 2] = ["--index-url", "--extra-index-url"];

/// Where one requirement has hashes, pip and uv take none without, and nothing of a repository can have any.
pub(crate) fn unhashed_repositories(asked: &Asked) -> Vec<Diagnostic> {
    if !asked.is_hashed() {
        return Vec::new();
    }
    let lines = asked.files.requirements.iter();
    let told = lines.filter(|line| is_repository(line)).map(|line| {
        rules::UNHASHED_REQUIREMENT.report(
            "this comes from a repository, which has no hash, and other requirements have theirs",
        )
        .at(&line.location)
        .hint("name an archive of that commit and its hash, or leave the hashes out")
    });
    told.collect()
}

/// The indexes that the files name with variables for their credentials.
pub(crate) fn index_logins(facts: &Facts) -> Result<Vec<IndexLogin>, Diagnostics> {
    let logins = located_logins(facts)?.into_iter();
    Ok(logins.map(|(login, _)| login).collect())
}

/// The logins of [`index_logins`], each with its line.
pub(crate) fn located_logins(facts: &Facts) -> Result<Vec<(IndexLogin, Location)>, Diagnostics> {
    let asked = with_all(facts)?;
    let lines = asked.files.settings.iter();
    let settings = lines.flat_map(|line| match &line.kind {
        LineKind::Settings(settings) => settings
            .iter()
            .map(|setting| (setting, &line.location))
            .collect(),
        _ => Vec::new(),
    });
    let indexes = settings.filter(|(setting, _)| INDEXES.contains(&setting.name));
    let logins = indexes.filter_map(|(setting, place)| {
        match index_login::split(setting.value.as_deref()?, VariableStyle::Braces) {
            (url, Login::Variables(variables)) => {
                let login = IndexLogin {
                    url,
                    variables,
                    is_verbatim: true,
                };
                Some((login, place.clone()))
            }
            _ => None,
        }
    });
    Ok(logins.collect())
}

/// The git repositories that are required, including those for development.
pub(crate) fn repositories(facts: &Facts) -> Result<Vec<Repository>, Diagnostics> {
    let asked = with_all(facts)?;
    let lines = asked.files.requirements.iter();
    let found = lines.filter_map(|line| match &line.kind {
        LineKind::Requirement(requirement) => match &requirement.target {
            Target::Address {
                name,
                vcs: Some(vcs),
                ..
            } if vcs == "git" => {
                let text = requirement.text.as_str();
                let address = &text[text.find("git+").unwrap_or_default()..];
                let address = address.split([' ', ';']).next().unwrap_or(address);
                let name = name.as_ref().map_or(address, PackageName::normalized);
                Some(Repository::new(name, address, &line.location))
            }
            _ => None,
        },
        _ => None,
    });
    Ok(found.collect())
}

/// The names that must be there on every system, with commas between them.
pub(crate) fn names_without_marker(asked: &Asked) -> String {
    let lines = asked.files.requirements.iter();
    let of_files = lines.filter_map(|line| match &line.kind {
        LineKind::Requirement(requirement) if !requirement.text.contains(';') => {
            match &requirement.target {
                Target::Index { name, .. } => Some(name.clone()),
                Target::Address { name, .. } => name.clone(),
                _ => None,
            }
        }
        _ => None,
    });
    let of_manifest = asked.of_manifest.iter().map(|text| text.value.as_str());
    let of_manifest = of_manifest.filter(|text| !text.contains(';'));
    let names = of_files.chain(of_manifest.filter_map(requirement_name));
    let mut names: Vec<String> = names.map(|name| name.normalized().to_owned()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(",")
}
