//! Targets of the user's own (`[target.NAME]`). Each is made from a built-in one, at once or through others; one that
//! has the name of a built-in target is that target with what it adds, under all names that it answers to.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity, rules};
use crate::options::{BuildOptions, NoCache, unknown_architecture, unknown_word};
use crate::plan::request::target::{NAMES, Target};
use crate::plan::select::target_index::Index;
use crate::plan::select::{celery_worker, copied_targets, target_index};
use crate::spec::{Model, Spec, TargetSpec, WorkerSpec};
use crate::values::Platform;

/// An error looks for the name that was meant among as many of the user's own.
const MAX_NAMES: usize = 200;

/// A target by a name: the built-in one that it is made from, and what is added, the last first.
struct Chain<'a> {
    target: Target,
    added: Vec<&'a TargetSpec>,
    worker: Option<WorkerSpec>,
}

/// The spec and the options of the requested target, as if what it adds stood at the top: behind this, only
/// built-in targets are known.
pub fn settle(spec: Spec, options: &BuildOptions) -> Result<(Spec, BuildOptions), Diagnostics> {
    let model = spec.model.top();
    let index = Index::new(model);
    let bases = check(&index, &options.build_platform)?;
    let mut options = options.clone();
    let mut warnings = Vec::new();
    if let NoCache::Targets(names) = &mut options.no_cache {
        for name in names {
            if let Ok(chain) = Chain::of(&index, name) {
                chain.target.name().clone_into(name);
            } else {
                warnings.push(Diagnostic {
                    severity: Severity::Warning,
                    ..unknown(model, name)
                });
            }
        }
    }
    options
        .warnings
        .extend(warnings.into_iter().map(|warning| Diagnostic {
            message: format!("`--no-cache-filter`: {}", warning.message),
            ..warning
        }));
    let asked = options
        .target
        .clone()
        .unwrap_or_else(|| Target::Runtime.name().to_owned());
    let is_own = index.place(&asked).is_some() || celery_worker::is_name(&asked);
    if !is_own && Target::named(&asked).is_none() {
        // Together with the other errors of the build.
        return Ok((spec, options));
    }
    copied_targets::check((&index, &bases), &asked, &options)?;
    if !is_own {
        return Ok((spec, options));
    }
    let chain = Chain::of(&index, &asked)?;
    if !options.platform_given
        && let Some(platform) = chain
            .added
            .iter()
            .find_map(|target| target.platform.as_ref())
    {
        options.platform = platform_of(&platform.value, &options.build_platform)
            .map_err(|error| error.at(&platform.location))?;
    }
    let mut merged = chain.model(model);
    if Target::named(&asked).is_none() {
        merged.target_name = Some(asked.to_ascii_lowercase());
    }
    options.target = Some(chain.target.name().to_owned());
    Ok((
        Spec {
            model: merged,
            ..spec
        },
        options,
    ))
}

/// The model of a target by its name, and the built-in target that it is made from.
pub(crate) fn model_of(model: &Model, name: &str) -> Result<(Target, Model), Diagnostics> {
    let model = model.top();
    let chain = Chain::of(&Index::new(model), name)?;
    Ok((chain.target, chain.model(model)))
}

/// Whether there is such a target.
pub(crate) fn is_known(model: &Model, name: &str) -> bool {
    let is_own =
        |target: &TargetSpec| target_index::key(&target.name.value) == target_index::key(name);
    Target::named(name).is_some() || model.top().targets.iter().any(is_own)
}

/// The error for a name that no target has.
pub(crate) fn unknown(model: &Model, name: &str) -> Diagnostic {
    unknown_beside(model, name, &[])
}

/// The error for a name that no target has, where `more` are targets too.
pub(crate) fn unknown_beside(model: &Model, name: &str, more: &[&str]) -> Diagnostic {
    let own = model.top().targets.iter();
    let own = own.map(|target| target.name.value.as_str());
    let built_in = NAMES.iter().map(|(known, _)| *known);
    let own = own.filter(|name| Target::named(name).is_none());
    let mut names: Vec<&str> = own.take(MAX_NAMES).chain(built_in).collect();
    let more = more.iter().filter(|name| !is_known(model, name));
    names.extend(more);
    unknown_word("target", name, &names)
}

impl<'a> Chain<'a> {
    fn of(index: &Index<'a>, name: &str) -> Result<Self, Diagnostic> {
        let model = index.model;
        let mut added: Vec<&TargetSpec> = Vec::new();
        let mut places = BTreeMap::new();
        let mut name = name.to_owned();
        let mut worker = None;
        loop {
            let place = index.place(&name);
            let own = place.map(|place| &model.targets[place]);
            if celery_worker::is_name(&name) && worker.is_none() {
                let from = added.last().and_then(|target| target.from.as_ref());
                worker = Some(WorkerSpec {
                    is_written: own.is_some(),
                    origin: from.map(|from| from.location.clone()),
                    image_keys: Vec::new(),
                });
            }
            if let Some(place) = place
                && let Some(start) = places.insert(place, added.len())
            {
                return Err(circle(&added[start..]));
            }
            added.extend(own);
            if let Some(target) = Target::named(&name) {
                // Of what is not the runtime, no worker is started.
                let mut worker = worker.filter(|_| target == Target::Runtime);
                if let Some(worker) = &mut worker {
                    let keys = added.iter().flat_map(|target| target.image_keys());
                    worker.image_keys = keys.cloned().collect();
                }
                return Ok(Self {
                    target,
                    added,
                    worker,
                });
            }
            let from_worker = own.is_none() && worker.is_some();
            if from_worker {
                Target::Runtime.name().clone_into(&mut name);
                continue;
            }
            let Some(own) = own else {
                let error = unknown(model, &name);
                let from = added.last().and_then(|target| target.from.as_ref());
                let location = from.map(|from| from.location.clone());
                return Err(Diagnostic { location, ..error });
            };
            name = match &own.from {
                Some(from) => from.value.clone(),
                None => Target::Runtime.name().to_owned(),
            };
        }
    }

    fn model(&self, model: &Model) -> Model {
        let mut merged = model.with(self.added.iter().rev().copied());
        merged.worker.clone_from(&self.worker);
        merged
    }
}

/// The errors about all targets, whichever is requested; otherwise the built-in target that each is made from, by its
/// place.
fn check(index: &Index<'_>, default: &Platform) -> Result<Vec<Option<Target>>, Diagnostics> {
    let mut problems = Vec::new();
    let targets = &index.model.targets;
    let bases = bases(index, &mut problems);
    for (place, target) in targets.iter().enumerate() {
        let name = &target.name;
        let first = index.place(&name.value).unwrap_or(place);
        if first != place {
            let message = format!(
                "the target `{}` is there twice, as `{}` before",
                name.value, targets[first].name.value
            );
            problems.push(
                rules::DUPLICATE_NAME
                    .report(message)
                    .at(&name.location)
                    .hint("write both as one"),
            );
        }
        match (&target.from, Target::named(&name.value), bases[first]) {
            (Some(from), Some(_), _) => {
                let message = format!(
                    "`{}` is a target that is there, and has no `from`",
                    name.value
                );
                problems.push(rules::IDLE_KEY.report(message).at(&from.location).hint(
                    "remove `from`: what stands here is added to that target; or give it a name of its own",
                ));
            }
            (_, _, Some(base)) => problems.extend(idle(target, base)),
            (_, _, None) => {}
        }
        if let Some(platform) = &target.platform {
            let parsed = platform_of(&platform.value, default);
            problems.extend(parsed.err().map(|error| error.at(&platform.location)));
        }
    }
    Diagnostics::split(problems)?;
    Ok(bases)
}

/// The built-in target that each target is made from, by its place, or what is wrong. Each is looked at once, so that a
/// long chain takes no more time than a short one for each of its targets.
fn bases(index: &Index<'_>, problems: &mut Vec<Diagnostic>) -> Vec<Option<Target>> {
    let targets = &index.model.targets;
    let mut bases = vec![None; targets.len()];
    let mut seen_from = vec![None; targets.len()];
    for start in 0..targets.len() {
        let (mut way, mut at) = (Vec::new(), start);
        let base = loop {
            match seen_from[at] {
                Some(seen) if seen == start => {
                    let round = way.iter().position(|place| *place == at);
                    let round = &way[round.unwrap_or_default()..];
                    let round: Vec<_> = round.iter().map(|place| &targets[*place]).collect();
                    problems.push(circle(&round));
                    break None;
                }
                Some(_) => break bases[at],
                None => {}
            }
            seen_from[at] = Some(start);
            way.push(at);
            let target = &targets[at];
            if let Some(built_in) = Target::named(&target.name.value) {
                break Some(built_in);
            }
            let Some(from) = &target.from else {
                break Some(Target::Runtime);
            };
            match (index.place(&from.value), Target::named(&from.value)) {
                (Some(next), _) => at = next,
                (None, Some(built_in)) => break Some(built_in),
                (None, None) if celery_worker::is_name(&from.value) => break Some(Target::Runtime),
                (None, None) => {
                    problems.push(unknown(index.model, &from.value).at(&from.location));
                    break None;
                }
            }
        };
        for place in way {
            bases[place] = base;
        }
    }
    bases
}

/// Keys that would do nothing: the target has no use for them.
fn idle(target: &TargetSpec, made_from: Target) -> Vec<Diagnostic> {
    let name = &target.name.value;
    let who = match Target::named(name) {
        Some(_) => format!("`{name}`"),
        None => format!("`{name}` is made from `{}`, which", made_from.name()),
    };
    let is_file = matches!(made_from, Target::Wheel | Target::Sdist | Target::Lock);
    let told = target.keys().into_iter().filter_map(|(key, place)| {
        let (what, hint) = match key {
            "run" if !made_from.has_copies() => (
                "runs no steps of `[[run]]`",
                "only `runtime`, `test` and what is made from them do",
            ),
            "copy" if !made_from.has_copies() => (
                "gets no files of `[[copy]]`",
                "only `runtime`, `test` and what is made from them do",
            ),
            "groups" | "extras" if !made_from.installs() => (
                "holds no dependencies, so that groups and extras do nothing",
                "remove it, or make the target from another such as `builder`",
            ),
            "env" | "image" if is_file => (
                "is no image to run, so that `env` and `image` do nothing",
                "remove it, or make the target from another such as `runtime`",
            ),
            _ => return None,
        };
        Some(
            rules::IDLE_KEY
                .report(format!("{who} {what}"))
                .at(place)
                .hint(hint),
        )
    });
    told.collect()
}

/// Told the same from wherever it is entered.
fn circle(targets: &[&TargetSpec]) -> Diagnostic {
    let first = targets.iter().enumerate();
    let first = first.min_by_key(|(_, target)| target.name.location.lines().0);
    let start = first.map_or(0, |(place, _)| place);
    let mut round: Vec<&TargetSpec> = [&targets[start..], &targets[..start]].concat();
    let location = round.first().and_then(|target| target.from.as_ref());
    let location = location.map(|from| from.location.clone());
    round.extend(round.first().copied());
    let names: Vec<String> = round
        .iter()
        .map(|target| format!("`{}`", target.name.value))
        .collect();
    let message = format!(
        "targets are made from each other in a circle: {}",
        names.join(" from ")
    );
    let hint = "let one of them be made from a built-in target such as `runtime`";
    Diagnostic {
        location,
        ..rules::CIRCULAR_TARGETS.report(message).hint(hint)
    }
}

fn platform_of(text: &str, default: &Platform) -> Result<Platform, Diagnostic> {
    match Platform::parse(text, default) {
        Ok(platform) if platform.os == "linux" => {
            unknown_architecture(&platform).map_or(Ok(platform), Err)
        }
        Ok(platform) => {
            let error = rules::INVALID_PLATFORM.report(format!(
                "`{text}` is not Linux, and only Linux images are built"
            ));
            Err(error.hint(format!("write `linux/{}`", platform.architecture)))
        }
        Err(error) => Err(rules::INVALID_PLATFORM.report(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Source, one_line};
    use crate::plan::request::target::stage;
    use crate::spec::parse;

    use super::*;

    #[test]
    fn targets_answer_to_their_names_and_strangers_are_told_the_list() {
        let text = "[target.worker]\n[target.debug]\nfrom = \"Worker\"\n[target.Final]\n[target.ci]\nfrom = \"test\"\n";
        let spec = parse(&Source::new("wheelwright.toml", text)).unwrap();
        let model = &spec.model;
        let check = |name: &str| model_of(model, name).map(|(target, _)| target.name()).ok();
        let all = ["Production", "builder", "DEBUG", "ci", "tests"].map(check);
        assert_eq!(
            all,
            [
                Some("runtime"),
                Some("builder"),
                Some("runtime"),
                Some("test"),
                None
            ]
        );
        // `--no-cache-filter` knows the stage in the brackets of their steps.
        assert_eq!(stage("Development"), Some("dev"));
        assert_eq!(stage("test-reports"), Some("test"));
        let told = ["wroker", "bulider"].map(|name| one_line(&unknown(model, name)));
        insta::assert_snapshot!(told.join("\n"), @"
        unknown target `wroker`, expected one of `worker`, `debug`, `ci`, `base`, `builder`, `wheel`, `sdist`, `runtime`, `final`, `production`, `dev`, `development`, `test`, `test-reports`, `lock`; did you mean `worker`?
        unknown target `bulider`, expected one of `worker`, `debug`, `ci`, `base`, `builder`, `wheel`, `sdist`, `runtime`, `final`, `production`, `dev`, `development`, `test`, `test-reports`, `lock`; did you mean `builder`?
        ");
    }
}
