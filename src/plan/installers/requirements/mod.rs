//! Steps that install from requirements.

mod lists;

use crate::diagnostic::{Diagnostic, Diagnostics, rules};
use crate::lock::requirements::indexes::{
    index_logins, located_logins, names_without_marker, unhashed_repositories,
};
use crate::lock::requirements::{Asked, Extra, asked};
use crate::lock::{IndexLogin, index_login, package_sources};
use crate::plan::model::{OutputFolder, PartId, PlanBuilder, Step, StepName};
use crate::plan::request::site::Site;
use crate::plan::scripts::CHECK_REQUIREMENTS;
use crate::plan::uv::UvRunner;
pub(crate) use lists::{FILES, folder_lists, lists};

/// The errors that are known before anything is built.
pub(crate) fn check(site: Site<'_>) -> Result<(), Diagnostics> {
    let asked = asked(site.facts, &Extra::of_spec(site.spec))?;
    let mut problems = variables(site, &asked)?;
    problems.extend(unhashed_repositories(&asked));
    let logins = located_logins(site.facts)?;
    problems.extend(package_sources::contradictions(&logins, site.spec));
    Diagnostics::split(problems).map(drop)
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
            index.secret.is_some() && index_login::is_same(index.url.value.as_str(), &login.url)
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
        rules::INDEX_CREDENTIALS.report(format!("`${{{name}}}` is not set in the build"))
            .at(&location)
            .hint(format!(
                "write `{name} = \"…\"` in `[tool.wheelwright.build-env]`, or for credentials `[[tool.wheelwright.index]]` with the `url` of this index without them, and a `secret`"
            ))
    });
    Ok(told.collect())
}

/// Adds the environment, after checking that it holds every requirement and that they are compatible:
/// `command` is the tool's own look at the latter.
pub(crate) fn whole(
    uv: &UvRunner<'_>,
    plan: &mut PlanBuilder,
    (stage, environment): (&str, PartId),
    asked: &Asked,
    step: Step,
) -> PartId {
    let venv = &uv.site.spec.model.venv;
    let script = [
        uv.python(),
        "-B".to_owned(),
        CHECK_REQUIREMENTS.path(),
        names_without_marker(asked),
    ];
    let mut step = Step {
        output: OutputFolder::of(environment, venv.clone()),
        ..step
    };
    step.wrap(script);
    step.mounts.push(CHECK_REQUIREMENTS.mount(plan));
    let title = StepName::new(stage, "check dependencies");
    plan.add_step(title, Some(&asked.origin), step)
}
