//! The environment of steps that run uv.

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned, rules};
use crate::plan::request::site::Site;
use crate::plan::request::{arguments, bases};

/// uv's download cache while a step runs.
pub(crate) const CACHE: &str = "/root/.cache/uv";

/// The settings of uv in every step.
fn ours<'a>(site: Site<'a>, python: &'a str) -> [(&'static str, &'a str); 8] {
    [
        // The order of a set must not show in what a backend or a compiler writes (reproducible-builds.org).
        ("PYTHONHASHSEED", "0"),
        ("UV_CACHE_DIR", CACHE),
        // The cache is another file system than the environment: a hard link would fail and warn.
        ("UV_LINK_MODE", "copy"),
        // Files that record when and from where something was installed make equal trees differ.
        ("UV_NO_INSTALLER_METADATA", "1"),
        // A progress bar is noise in a build log.
        ("UV_NO_PROGRESS", "1"),
        // The interpreter is the one of the image and of this version, or the step fails.
        ("UV_PYTHON", python),
        ("UV_PYTHON_DOWNLOADS", "never"),
        ("UV_PROJECT_ENVIRONMENT", site.spec.model.venv.as_str()),
    ]
}

/// What the spec adds to the environment of builds, with its arguments in place.
pub(crate) fn of_builds(site: Site<'_>) -> Result<Vec<(String, String)>, Diagnostics> {
    let arguments = arguments::values(site)?;
    let mut problems = Vec::new();
    let mut env = Vec::new();
    for (name, value) in &site.spec.model.build_env {
        if ours(site, "").iter().any(|(known, _)| *known == name.value) {
            problems.push(taken(name));
        }
        env.push((name.value.clone(), arguments::fill(value, &arguments)?));
    }
    Diagnostics::split(problems)?;
    Ok(env)
}

fn taken(name: &Spanned<String>) -> Diagnostic {
    let message = format!(
        "`{}` is set by wheelwright for its own steps, expected another variable",
        name.value
    );
    rules::RESERVED_NAME.report(message).at(&name.location)
}

/// The environment of the base image, what the spec adds to it for builds, and what uv must be told.
pub(crate) fn of_steps(
    site: Site<'_>,
    of_builds: &[(String, String)],
) -> Result<Vec<(String, String)>, Diagnostics> {
    let mut env = bases::config(site, &site.selection.build_base)?.env();
    let python = site.selection.python.to_string();
    for (name, value) in of_builds {
        set(&mut env, name, value);
    }
    for (name, value) in ours(site, &python) {
        set(&mut env, name, value);
    }
    Ok(env)
}

/// The environment of a step that runs before all others, with these variables in place of others.
pub(crate) fn with(
    site: Site<'_>,
    variables: &[(&str, &str)],
) -> Result<Vec<(String, String)>, Diagnostics> {
    let mut env = of_steps(site, &of_builds(site)?)?;
    for (name, value) in variables {
        set(&mut env, name, value);
    }
    Ok(env)
}

/// The environment of the base image, what the spec adds to it for builds, and what another tool than uv must be told.
pub(crate) fn of_tool(
    site: Site<'_>,
    of_builds: &[(String, String)],
    ours: &[(&str, &str)],
) -> Result<Vec<(String, String)>, Diagnostics> {
    let mut env = bases::config(site, &site.selection.build_base)?.env();
    for (name, value) in of_builds {
        set(&mut env, name, value);
    }
    // The order of a set must not show in what a backend or a compiler writes (reproducible-builds.org).
    set(&mut env, "PYTHONHASHSEED", "0");
    for (name, value) in ours {
        set(&mut env, name, value);
    }
    let added = site.spec.model.build_env.iter().map(|(name, _)| name);
    let is_ours = |name: &&Spanned<String>| ours.iter().any(|(known, _)| *known == name.value);
    Diagnostics::split(added.filter(is_ours).map(taken).collect())?;
    Ok(env)
}

/// Sets a variable once: of two entries of a name, processes take either.
fn set(env: &mut Vec<(String, String)>, name: &str, value: &str) {
    env.retain(|(known, _)| known != name);
    env.push((name.to_owned(), value.to_owned()));
}
