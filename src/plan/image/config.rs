//! The configuration of the image: the base's, and what the spec and the project add to it.

use serde_json::{Map, Value, json};

use crate::context::ImageConfig;
use crate::diagnostic::{Diagnostic, Diagnostics, rules};
use crate::plan::image::start;
use crate::plan::model::Notes;
use crate::plan::request::site::Site;
use crate::plan::request::{arguments, bases, user, version};
use crate::plan::rust::toolchain;
use crate::spec::Healthcheck;

/// Labels of the OCI image specification (annotations.md) by the well-known labels of `project.urls`
/// (well-known project URLs, normalized).
const URL_LABELS: &[(&str, &[&str])] = &[
    (
        "org.opencontainers.image.documentation",
        &["documentation", "docs"],
    ),
    (
        "org.opencontainers.image.source",
        &["source", "repository", "sourcecode", "github"],
    ),
    ("org.opencontainers.image.url", &["homepage"]),
];

/// The configuration of `runtime`.
pub(crate) fn runtime(site: Site<'_>, notes: &mut Notes) -> Result<ImageConfig, Diagnostics> {
    let mut config = started(site)?;
    let model = &site.spec.model;
    let spec = &model.image;
    // Console scripts come with the wheel.
    let package = site.is_package()?;
    let scripts = site.facts.pyproject.scripts.as_slice();
    match (&spec.entrypoint, scripts) {
        (Some(entrypoint), _) => config.set_entrypoint(entrypoint),
        (None, [script]) if package => {
            config.set_entrypoint(&[model.script(&script.value)]);
        }
        (None, _) if spec.cmd.is_none() => match start::find(site)? {
            Some(start) => {
                config.set_cmd(&start.cmd);
                config.expose(&format!("{}/tcp", start.port));
                notes.choices.push(start.choice);
                notes.warnings.extend(start.warning);
            }
            None => notes.warnings.push(no_entry_point(site, package)),
        },
        (None, _) => {}
    }
    if let Some(cmd) = &spec.cmd {
        config.set_cmd(cmd);
    }
    Ok(config)
}

/// The configuration of `test`: that of the runtime, but for what a container runs.
pub(crate) fn test(site: Site<'_>, command: &[String]) -> Result<ImageConfig, Diagnostics> {
    let mut config = with_environment(site)?;
    config.run_only(command);
    Ok(config)
}

/// The configuration of `dev`: the build's base with the environment of both, and as command what the runtime runs. It
/// is no entry point, so that another command can be given in its place.
pub(crate) fn dev(site: Site<'_>, user: &str) -> Result<ImageConfig, Diagnostics> {
    let mut config = builder(site)?;
    // Problems of the runtime are reported where it is planned.
    let runtime = runtime(site, &mut Notes::default())?;
    let venv = &site.spec.model.venv;
    for (name, value) in [
        ("PYTHONUNBUFFERED", "1"),
        ("UV_PROJECT_ENVIRONMENT", venv.as_str()),
        // A cache in a volume is another file system than the environment.
        ("UV_LINK_MODE", "copy"),
        // The interpreter is the one that is there.
        ("UV_PYTHON_DOWNLOADS", "never"),
    ] {
        config.set_env(name, value);
    }
    let arguments = arguments::values(site)?;
    for (name, value) in &site.spec.model.env {
        config.set_env(&name.value, &arguments::fill(value, &arguments)?);
    }
    let base = &site.image(&site.selection.runtime_base.reference)?.config;
    let command = [runtime.words("Entrypoint"), runtime.words("Cmd")].concat();
    let of_base = [base.words("Entrypoint"), base.words("Cmd")].concat();
    if command.is_empty() || command == of_base {
        // The default image has the shell that people know.
        let shell = if site.spec.model.from.is_none() {
            "bash"
        } else {
            "sh"
        };
        config.run_only(&[shell.to_owned()]);
    } else {
        config.run_only(&command);
    }
    for port in &site.spec.model.image.expose {
        config.expose(&port.value);
    }
    config.set_user(user);
    config.set_working_dir(site.spec.model.workdir.as_str());
    Ok(config)
}

/// The configuration of `base` with what finds the installed packages.
pub(crate) fn started(site: Site<'_>) -> Result<ImageConfig, Diagnostics> {
    if site.spec.model.without_venv.is_some() {
        // The interpreter does, by itself.
        return base(site);
    }
    with_environment(site)
}

/// The configuration of `base`, with the environment in front.
fn with_environment(site: Site<'_>) -> Result<ImageConfig, Diagnostics> {
    let mut config = base(site)?;
    for (name, value) in environment(site, &config) {
        // What the user sets is set.
        let env = &site.spec.model.env;
        if !env.iter().any(|(known, _)| known.value == name) {
            config.set_env(name, &value);
        }
    }
    Ok(config)
}

/// The configuration of `base`: everything but the entry point.
pub(crate) fn base(site: Site<'_>) -> Result<ImageConfig, Diagnostics> {
    let mut config = bases::config(site, &site.selection.runtime_base)?;
    config.become_result();
    config.set_platform(&site.options.platform);
    // Output is seen when it is written, not when a buffer is full.
    config.set_env("PYTHONUNBUFFERED", "1");
    let arguments = arguments::values(site)?;
    for (name, value) in &site.spec.model.env {
        config.set_env(&name.value, &arguments::fill(value, &arguments)?);
    }
    config.set_user(&user::user(site)?);
    config.set_working_dir(site.spec.model.workdir.as_str());
    let spec = &site.spec.model.image;
    for port in &spec.expose {
        config.expose(&port.value);
    }
    for folder in &spec.volumes {
        config.add_volume(folder.value.as_str());
    }
    if let Some(healthcheck) = &spec.healthcheck {
        config.set_healthcheck(healthcheck_config(&healthcheck.value));
    }
    if let Some(signal) = &spec.stop_signal {
        config.set_stop_signal(&signal.value);
    }
    let project = &site.facts.pyproject;
    let name = project.name.as_ref().map(|name| name.value.to_string());
    let texts = [
        ("org.opencontainers.image.title", name),
        (
            "org.opencontainers.image.description",
            project.description.clone(),
        ),
        ("org.opencontainers.image.licenses", project.license.clone()),
        ("org.opencontainers.image.version", version::of_label(site)?),
    ];
    for (label, text) in texts {
        if let Some(text) = text {
            config.set_label(label, &text);
        }
    }
    for (label, names) in URL_LABELS {
        // PyPA's rule: compare without punctuation and case.
        let normal = |name: &str| {
            name.to_lowercase()
                .replace(|c: char| !c.is_alphanumeric(), "")
        };
        if let Some((_, url)) = project
            .urls
            .iter()
            .find(|(name, _)| names.contains(&normal(name).as_str()))
        {
            config.set_label(label, url);
        }
    }
    labelled(site, config)
}

/// A health check as Docker's image specification has it: times in nanoseconds, what is absent left to Docker.
fn healthcheck_config(healthcheck: &Healthcheck) -> Value {
    let command = match healthcheck {
        Healthcheck::Off => return json!({"Test": ["NONE"]}),
        Healthcheck::Command(command) => command,
    };
    let test: Vec<&str> = ["CMD"]
        .into_iter()
        .chain(command.command.iter().map(String::as_str))
        .collect();
    let mut config = Map::from_iter([("Test".to_owned(), json!(test))]);
    for (name, period) in [
        ("Interval", &command.interval),
        ("Timeout", &command.timeout),
        ("StartPeriod", &command.start_period),
        ("StartInterval", &command.start_interval),
    ] {
        if let Some(period) = period {
            config.insert(name.to_owned(), json!(period.value.as_nanos()));
        }
    }
    if let Some(retries) = command.retries {
        config.insert("Retries".to_owned(), json!(retries));
    }
    Value::Object(config)
}

/// The configuration of `builder`: the build's base as it is, with the environment in front. `[env]` is for what is
/// shipped, and sets nothing here.
pub(crate) fn builder(site: Site<'_>) -> Result<ImageConfig, Diagnostics> {
    let mut config = bases::config(site, &site.selection.build_base)?;
    config.become_result();
    config.set_platform(&site.options.platform);
    if let Some(toolchain) = toolchain::of(site)? {
        for (name, value) in toolchain.variables(&config.search_path()) {
            config.set_env(name, &value);
        }
    }
    let ours = environment(site, &config);
    for (name, value) in ours {
        config.set_env(name, &value);
    }
    labelled(site, config)
}

/// The variables that put the environment in front of what a configuration has.
fn environment(site: Site<'_>, config: &ImageConfig) -> [(&'static str, String); 2] {
    let venv = &site.spec.model.venv;
    [
        ("PATH", format!("{venv}/bin:{}", config.search_path())),
        ("VIRTUAL_ENV", venv.to_string()),
    ]
}

/// The user's labels: those of the spec, and over them those of the command line.
fn labelled(site: Site<'_>, mut config: ImageConfig) -> Result<ImageConfig, Diagnostics> {
    let arguments = arguments::values(site)?;
    for (name, value) in &site.spec.model.image.labels {
        config.set_label(&name.value, &arguments::fill(value, &arguments)?);
    }
    for (name, value) in &site.options.labels {
        config.set_label(name, value);
    }
    Ok(config)
}

fn no_entry_point(site: Site<'_>, package: bool) -> Diagnostic {
    let project = &site.facts.pyproject;
    let scripts = project.scripts.len();
    let why = match scripts {
        0 => "the project has no `[project.scripts]`".to_owned(),
        _ if !package => {
            "`[project.scripts]` come with a package, which the project is not".to_owned()
        }
        count => format!("`[project.scripts]` has {count} entries"),
    };
    let place = project
        .scripts
        .first()
        .map_or(&project.place, |script| &script.location);
    rules::NO_ENTRY_POINT
        .report(format!("the image has no entry point: {why}"))
        .at(place)
        .hint("write `entrypoint = [\"…\"]` or `cmd = [\"…\"]` in `[tool.wheelwright.image]`")
}
