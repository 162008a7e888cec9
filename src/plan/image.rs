//! The configuration of the image: the base's, and what the spec and the project add to it.

use std::collections::BTreeMap;

use crate::context::ImageConfig;
use crate::diagnostic::{Diagnostic, Diagnostics, Spanned};
use crate::plan::{Site, root, version};
use crate::values::Template;

/// Labels of the OCI image specification (annotations.md) by the well-known labels of `project.urls`
/// (well-known project URLs, normalised).
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
pub(super) fn runtime(
    site: Site<'_>,
    warnings: &mut Vec<Diagnostic>,
) -> Result<ImageConfig, Diagnostics> {
    let mut config = with_environment(site, base(site)?);
    let spec = &site.spec.model.image;
    match (&spec.entrypoint, site.facts.pyproject.scripts.as_slice()) {
        (Some(entrypoint), _) => config.set_entrypoint(entrypoint),
        (None, [script]) => {
            config.set_entrypoint(&[format!("{}/bin/{}", site.spec.model.venv, script.value)]);
        }
        (None, scripts) if spec.cmd.is_none() => warnings.push(no_entry_point(site, scripts.len())),
        (None, _) => {}
    }
    if let Some(cmd) = &spec.cmd {
        config.set_cmd(cmd);
    }
    Ok(config)
}

/// The configuration of `base`: everything but the entry point.
pub(super) fn base(site: Site<'_>) -> Result<ImageConfig, Diagnostics> {
    let mut config = site
        .image(&site.selection.runtime_base.reference)?
        .config
        .clone();
    config.become_result();
    config.set_platform(&site.options.platform);
    // Output is seen when it is written, not when a buffer is full.
    config.set_env("PYTHONUNBUFFERED", "1");
    for (name, value) in &site.spec.model.env {
        config.set_env(&name.value, &filled(value)?);
    }
    config.set_user(&root::user(site)?);
    config.set_working_dir(site.spec.model.workdir.as_str());
    let spec = &site.spec.model.image;
    for port in &spec.expose {
        config.expose(&port.value);
    }
    if let Some(signal) = &spec.stop_signal {
        config.set_stop_signal(&signal.value);
    }
    let project = &site.facts.pyproject;
    config.set_label(
        "org.opencontainers.image.title",
        project.name.value.as_str(),
    );
    let texts = [
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

/// The configuration of `builder`: the build's base as it is, with the environment in front.
pub(super) fn builder(site: Site<'_>) -> Result<ImageConfig, Diagnostics> {
    let mut config = site
        .image(&site.selection.build_base.reference)?
        .config
        .clone();
    config.become_result();
    config.set_platform(&site.options.platform);
    labelled(site, with_environment(site, config))
}

fn with_environment(site: Site<'_>, mut config: ImageConfig) -> ImageConfig {
    let venv = &site.spec.model.venv;
    let user_set = |name: &str| {
        site.spec
            .model
            .env
            .iter()
            .any(|(known, _)| known.value == name)
    };
    if !user_set("PATH") {
        config.set_env("PATH", &format!("{venv}/bin:{}", config.search_path()));
    }
    if !user_set("VIRTUAL_ENV") {
        config.set_env("VIRTUAL_ENV", venv.as_str());
    }
    config
}

/// The user's labels: those of the spec, and over them those of the command line.
fn labelled(site: Site<'_>, mut config: ImageConfig) -> Result<ImageConfig, Diagnostics> {
    for (name, value) in &site.spec.model.image.labels {
        config.set_label(&name.value, &filled(value)?);
    }
    for (name, value) in &site.options.labels {
        config.set_label(name, value);
    }
    Ok(config)
}

/// A value with its build arguments, of which a spec has none yet.
fn filled(value: &Spanned<Template>) -> Result<String, Diagnostics> {
    value.value.resolve(&BTreeMap::new()).map_err(|name| {
        Diagnostic::error(format!(
            "unknown build argument `{name}`, expected one of `[args]`"
        ))
        .at(&value.location)
        .hint("for a literal `${`, write `$${`")
        .into()
    })
}

fn no_entry_point(site: Site<'_>, scripts: usize) -> Diagnostic {
    let project = &site.facts.pyproject;
    let message = match scripts {
        0 => "the image has no entry point: the project has no `[project.scripts]`".to_owned(),
        count => format!("the image has no entry point: `[project.scripts]` has {count} entries"),
    };
    let place = project
        .scripts
        .first()
        .map_or(&project.name.location, |script| &script.location);
    Diagnostic::warning(message)
        .at(place)
        .hint("write `entrypoint = [\"…\"]` in `[tool.wheelwright.image]`")
}
