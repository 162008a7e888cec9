//! What stands against an installation from requirements files, and whether all of it came.

use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::plan::access::{self, Login, VariableStyle};
use crate::plan::installers::requirements::notes::is_repository;
use crate::plan::installers::requirements::{Asked, Extra, asked, with_all};
use crate::plan::installers::shared;
use crate::plan::scripts::CHECK_REQUIREMENTS;
use crate::plan::{
    Bench, IndexLogin, OutputFolder, PartId, PartKind, Parts, Repository, Site, Step,
};
use crate::project::Facts;
use crate::project::requirements::{LineKind, Target};
use crate::values::{PackageName, requirement_name};

/// The options that name an index.
const INDEXES: [&str; 2] = ["--index-url", "--extra-index-url"];

/// What stands against it before anything is built.
pub(in crate::plan::installers) fn check(site: Site<'_>) -> Result<(), Diagnostics> {
    let asked = asked(site.facts, &Extra::of_spec(site.spec))?;
    let mut problems = variables(site, &asked)?;
    problems.extend(unhashed_repositories(&asked));
    let logins = located_logins(site.facts)?;
    problems.extend(shared::contradictions(&logins, site.spec));
    Diagnostics::split(problems).map(drop)
}

/// Where one requirement has hashes, pip and uv take none without, and nothing of a repository can have any.
fn unhashed_repositories(asked: &Asked) -> Vec<Diagnostic> {
    if !asked.is_hashed() {
        return Vec::new();
    }
    let lines = asked.files.requirements.iter();
    let told = lines.filter(|line| is_repository(line)).map(|line| {
        Diagnostic::error(
            "this comes from a repository, which has no hash, and other requirements have theirs",
        )
        .at(&line.location)
        .hint("name an archive of that commit and its hash, or leave the hashes out")
    });
    told.collect()
}

/// pip and uv take `${NAME}` from their environment, and leave it as it is where there is none.
fn variables(site: Site<'_>, asked: &Asked) -> Result<Vec<Diagnostic>, Diagnostics> {
    let base = site
        .image(&site.selection.build_base.reference)?
        .config
        .env();
    let logins = index_logins(site.facts)?;
    let given = |login: &&IndexLogin| {
        let mut indexes = site.spec.model.indexes.iter();
        indexes.any(|index| {
            index.secret.is_some() && access::is_same(index.url.value.as_str(), &login.url)
        })
    };
    let given = logins.iter().filter(given);
    let given: Vec<&String> = given.flat_map(|login| login.variables.names()).collect();
    let is_set = |name: &str| {
        let mut of_base = base.iter();
        let mut of_spec = site.spec.model.build_env.iter();
        of_base.any(|(known, _)| known == name)
            || of_spec.any(|(known, _)| known.value == name)
            || given.iter().any(|known| *known == name)
    };
    let unset = asked.files.variables().into_iter();
    let unset = unset.filter(|(name, _)| !is_set(name));
    let told = unset.map(|(name, location)| {
        Diagnostic::error(format!("`${{{name}}}` is not set in the build"))
            .at(&location)
            .hint(format!(
                "write `{name} = \"…\"` in `[tool.wheelwright.build-env]`, or for credentials `[[tool.wheelwright.index]]` with the `url` of this index without them, and a `secret`"
            ))
    });
    Ok(told.collect())
}

/// The indexes that the files name with variables for their credentials.
pub(in crate::plan::installers) fn index_logins(
    facts: &Facts,
) -> Result<Vec<IndexLogin>, Diagnostics> {
    let logins = located_logins(facts)?.into_iter();
    Ok(logins.map(|(login, _)| login).collect())
}

/// The same with their lines.
fn located_logins(facts: &Facts) -> Result<Vec<(IndexLogin, Location)>, Diagnostics> {
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
        match access::split(setting.value.as_deref()?, VariableStyle::Braces) {
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

/// The git repositories that are asked for, by developers too.
pub(in crate::plan::installers) fn repositories(
    facts: &Facts,
) -> Result<Vec<Repository>, Diagnostics> {
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

/// Adds the environment, once it was looked whether it holds what was asked for, and whether that goes together:
/// `command` is the tool's own look at the latter.
pub(in crate::plan::installers) fn whole(
    bench: &Bench<'_>,
    parts: &mut Parts,
    (stage, environment): (&str, PartId),
    asked: &Asked,
    step: Step,
) -> PartId {
    let venv = &bench.site.spec.model.venv;
    let script = [
        bench.python(),
        "-B".to_owned(),
        CHECK_REQUIREMENTS.path(),
        names_without_marker(asked),
    ];
    let mut step = Step {
        output: OutputFolder {
            at: venv.clone(),
            from: Some(environment),
        },
        ..step
    };
    step.command.splice(0..0, script);
    step.mounts.push(CHECK_REQUIREMENTS.mount(parts));
    let title = format!("[{stage}] check dependencies");
    parts.add(title, Some(&asked.origin), PartKind::Step(Box::new(step)))
}

/// The names that must be there on every system, with commas between them.
fn names_without_marker(asked: &Asked) -> String {
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
