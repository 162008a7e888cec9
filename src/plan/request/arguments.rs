//! Build arguments: what `${NAME}` in the spec stands for, and those that nobody reads.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Spanned, rules};
use crate::options::unknown_word;
use crate::plan::request::site::Site;
use crate::plan::request::{target, version};
use crate::spec::{Model, RunSpec, TargetSpec};
use crate::values::Template;

/// Arguments that the engine or the exporters read, and that no project declares.
const ENGINE_ARGUMENTS: &[&str] = &["SOURCE_DATE_EPOCH"];

/// The longest text that a value may become. Linux takes no argument and no variable of more than 128 KiB
/// (`MAX_ARG_STRLEN`).
const MAX_BYTES: usize = 64 * 1024;

/// What all texts may become together: each step has the whole environment.
const MAX_TOTAL_BYTES: usize = 256 * 1024;

/// The values by name: those of `[args]`, the version where there is one, and the platforms and the target under the
/// names that Dockerfiles know them by. `--build-arg` overrides each.
pub(crate) fn values(site: Site<'_>) -> Result<BTreeMap<String, String>, Diagnostics> {
    let target = site.selection.target;
    let mut values = BTreeMap::from([
        ("TARGETSTAGE".to_owned(), target.title(site).to_owned()),
        // It only distinguishes versions of Windows.
        ("TARGETOSVERSION".to_owned(), String::new()),
    ]);
    for (prefix, platform) in [
        ("TARGET", &site.options.platform),
        ("BUILD", &site.options.build_platform),
    ] {
        values.extend([
            (format!("{prefix}PLATFORM"), platform.to_string()),
            (format!("{prefix}OS"), platform.os.clone()),
            (format!("{prefix}ARCH"), platform.architecture.clone()),
            (format!("{prefix}VARIANT"), platform.variant.clone()),
        ]);
    }
    for (name, default) in &site.spec.model.args {
        values.insert(name.value.to_string(), default.value.clone());
    }
    for (name, value) in &mut values {
        if let Some(given) = site.options.build_args.get(name) {
            value.clone_from(given);
        }
    }
    if let Some(version) = version::of_label(site)? {
        values.insert(site.spec.model.version.argument.clone(), version);
    }
    Ok(values)
}

/// A text of the spec with its arguments in place.
pub(crate) fn fill(
    text: &Spanned<Template>,
    values: &BTreeMap<String, String>,
) -> Result<String, Diagnostics> {
    check_length(text, values)?;
    text.value.resolve(values).map_err(|name| {
        let known: Vec<&str> = values.keys().map(String::as_str).collect();
        unknown_word("build argument", name, &known)
            .at(&text.location)
            .hint(format!(
                "declare it in `[args]` as `{name} = \"…\"`, or write `$${{` for a literal `${{`"
            ))
            .into()
    })
}

fn check_length(
    text: &Spanned<Template>,
    values: &BTreeMap<String, String>,
) -> Result<usize, Diagnostic> {
    let length = text.value.length(values);
    if length <= MAX_BYTES {
        return Ok(length);
    }
    let error = rules::TEXT_TOO_LONG.report(format!(
        "this text has {length} bytes with its build arguments filled in, expected {MAX_BYTES} at most"
    ));
    Err(error
        .at(&text.location)
        .hint("put the text into a file, and copy the file into the image"))
}

/// Checks the length of all texts before any of them is filled in.
pub(crate) fn check_lengths(site: Site<'_>) -> Result<(), Diagnostics> {
    let Ok(values) = values(site) else {
        // Reported with what else prevents the build.
        return Ok(());
    };
    let (mut total, mut problems) = (0_usize, Vec::new());
    for text in texts(&site.spec.model) {
        let length = Diagnostics::gather(check_length(text, &values), &mut problems);
        total = total.saturating_add(length.unwrap_or_default());
    }
    if problems.is_empty() && total > MAX_TOTAL_BYTES {
        let message = format!(
            "environment variables, labels and commands have {total} bytes with their build arguments filled in, \
             expected {MAX_TOTAL_BYTES} at most"
        );
        let hint = "put long texts into files, and copy the files into the image";
        problems.push(rules::TEXT_TOO_LONG.report(message).hint(hint));
    }
    Diagnostics::split(problems).map(drop)
}

/// The texts that a target fills in.
fn texts(model: &Model) -> impl Iterator<Item = &Spanned<Template>> {
    let named = model
        .env
        .iter()
        .chain(&model.build_env)
        .chain(&model.image.labels);
    let named = named.map(|(_, text)| text);
    named.chain(model.runs.iter().flat_map(RunSpec::templates))
}

/// An argument that nobody reads is most often a misspelt one, given or declared.
pub(crate) fn unused(site: Site<'_>) -> Vec<Diagnostic> {
    let model = &site.spec.model;
    let declared = model.args.iter().map(|(name, _)| name.value.as_str());
    let texts = texts(model).chain(model.targets.iter().flat_map(TargetSpec::templates));
    let named: BTreeSet<&str> = texts.flat_map(|text| text.value.names()).collect();
    let idle = model
        .args
        .iter()
        .filter(|(name, _)| !named.contains(name.value.as_str()));
    let idle = idle.map(|(name, _)| {
        let message = format!("nothing uses the build argument `{}`", name.value);
        let hint = format!(
            "write `${{{}}}` in `[env]`, `[build-env]`, a label or a command, or remove it",
            name.value
        );
        rules::UNUSED_ARGUMENT
            .report(message)
            .at(&name.location)
            .hint(hint)
    });
    let known: Vec<&str> = [model.version.argument.as_str()]
        .into_iter()
        .chain(declared)
        .chain(ENGINE_ARGUMENTS.iter().chain(target::ARGUMENTS).copied())
        .collect();
    let read: BTreeSet<&str> = known.iter().chain(&named).copied().collect();
    let unused = site
        .options
        .build_args
        .keys()
        .filter(|name| !read.contains(&name.as_str()));
    let unused = unused.map(|name| Diagnostic {
        severity: Severity::Warning,
        ..unknown_word("build argument", name, &known)
    });
    unused.chain(idle).collect()
}
