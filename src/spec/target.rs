//! `[target.NAME]`: targets of the user's own, and what is changed of a built-in one.

use std::sync::Arc;

use crate::diagnostic::{Location, Spanned};
use crate::spec::image::{self, ImageSpec};
use crate::spec::read::Reader;
use crate::spec::{CopySpec, Model, RunSpec, SystemSpec};
use crate::values::Template;

/// `[target.NAME]`: what it adds to the target that it is made from.
#[derive(Clone, Debug)]
pub struct TargetSpec {
    /// Its name.
    pub name: Spanned<String>,
    /// `from`: name of the target that it is made from.
    pub from: Option<Spanned<String>>,
    /// `platform`: the platform where the build asks for none, as it was written.
    pub platform: Option<Spanned<String>>,
    groups: Vec<Spanned<String>>,
    extras: Vec<Spanned<String>>,
    system: SystemSpec,
    env: Vec<(Spanned<String>, Spanned<Template>)>,
    image: ImageSpec,
    /// The keys of `image` that are there.
    image_keys: Vec<String>,
    copies: Vec<CopySpec>,
    runs: Vec<RunSpec>,
}

/// A target that is `worker`, or made from it: the runtime that starts a worker of Celery, where nobody says what else
/// it starts.
#[derive(Clone, Debug)]
pub struct WorkerSpec {
    /// Whether the user has a target of that name.
    pub is_written: bool,
    /// The line that names it, where no option does.
    pub origin: Option<Location>,
    /// The keys of `image` that it and the targets made from it have.
    pub image_keys: Vec<String>,
}

impl TargetSpec {
    pub(super) fn read(name: Spanned<String>, keys: &mut Reader<'_>) -> Self {
        let (image, image_keys) = keys.within("image", |keys| (image::read(keys), keys.given()));
        Self {
            name,
            from: keys.string("from"),
            platform: keys.string("platform"),
            groups: keys.list("groups"),
            extras: keys.list("extras"),
            system: keys.within("system", SystemSpec::read),
            env: keys.map("env"),
            image,
            image_keys,
            copies: keys.tables("copy", CopySpec::read),
            runs: keys.tables("run", RunSpec::read),
        }
    }

    /// The keys of `image` that are there.
    pub fn image_keys(&self) -> &[String] {
        &self.image_keys
    }

    /// Those of its keys that may do nothing, each with its place.
    pub fn keys(&self) -> Vec<(&'static str, &Location)> {
        let image = (!self.image_keys.is_empty()).then_some(&self.name.location);
        let all = [
            ("groups", self.groups.first().map(|name| &name.location)),
            ("extras", self.extras.first().map(|name| &name.location)),
            ("env", self.env.first().map(|(name, _)| &name.location)),
            ("image", image),
            ("copy", self.copies.first().map(|copy| &copy.dest.location)),
            ("run", self.runs.first().map(|run| &run.location)),
        ];
        let there = all.into_iter();
        there
            .filter_map(|(key, place)| Some((key, place?)))
            .collect()
    }

    /// The files that it adds.
    pub fn copies(&self) -> &[CopySpec] {
        &self.copies
    }

    /// The steps that it adds.
    pub fn runs(&self) -> &[RunSpec] {
        &self.runs
    }

    /// The texts in it that may name build arguments.
    pub fn templates(&self) -> impl Iterator<Item = &Spanned<Template>> {
        let all = self.env.iter().chain(&self.image.labels);
        let commands = self.runs.iter().flat_map(RunSpec::templates);
        all.map(|(_, text)| text).chain(commands)
    }
}

impl Model {
    /// The keys as they stand, without those of the target that was asked for.
    pub fn top(&self) -> &Self {
        self.top.as_deref().unwrap_or(self)
    }

    /// The same with what a target adds: lists add up, tables merge, and keys of `image` replace.
    #[must_use]
    pub fn with(&self, target: &TargetSpec) -> Self {
        let mut model = self.clone();
        if model.top.is_none() {
            model.top = Some(Arc::new(self.clone()));
        }
        add_words(&mut model.groups, &target.groups);
        add_words(&mut model.extras, &target.extras);
        let SystemSpec {
            build,
            runtime,
            dev,
        } = target.system.clone();
        model.system.build.extend(build);
        model.system.runtime.extend(runtime);
        if let Some(dev) = dev {
            model.system.dev.get_or_insert_default().extend(dev);
        }
        merge(&mut model.env, &target.env);
        model.copies.extend(target.copies.iter().cloned());
        model.runs.extend(target.runs.iter().cloned());
        for key in &target.image_keys {
            replace(&mut model.image, &target.image, key);
        }
        model
    }
}

/// A word that is there already adds nothing.
fn add_words(known: &mut Vec<Spanned<String>>, more: &[Spanned<String>]) {
    for word in more {
        if known.iter().all(|known| known.value != word.value) {
            known.push(word.clone());
        }
    }
}

fn merge(
    known: &mut Vec<(Spanned<String>, Spanned<Template>)>,
    more: &[(Spanned<String>, Spanned<Template>)],
) {
    known.retain(|(name, _)| more.iter().all(|(other, _)| other.value != name.value));
    known.extend(more.iter().cloned());
}

fn replace(image: &mut ImageSpec, by: &ImageSpec, key: &str) {
    match key {
        "entrypoint" => {
            image.entrypoint.clone_from(&by.entrypoint);
            // What follows it were the arguments of another command, as in a Dockerfile.
            image.cmd.clone_from(&by.cmd);
        }
        "cmd" => image.cmd.clone_from(&by.cmd),
        "user" => image.user.clone_from(&by.user),
        "writable" => image.writable.clone_from(&by.writable),
        "expose" => image.expose.clone_from(&by.expose),
        "volumes" => image.volumes.clone_from(&by.volumes),
        "labels" => merge(&mut image.labels, &by.labels),
        "healthcheck" => image.healthcheck.clone_from(&by.healthcheck),
        "stop-signal" => image.stop_signal.clone_from(&by.stop_signal),
        // Unknown keys were told.
        _ => {}
    }
}
