//! `[target.NAME]`: targets of the user's own, and what is changed of a built-in one.

use std::collections::BTreeSet;
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
    /// The keys as they stand, without those of the requested target.
    pub fn top(&self) -> &Self {
        self.top.as_deref().unwrap_or(self)
    }

    /// This model with what targets add, in their order: lists grow, tables merge, and keys of `image` replace.
    #[must_use]
    pub fn with<'t>(&self, targets: impl IntoIterator<Item = &'t TargetSpec>) -> Self {
        let mut targets = targets.into_iter().peekable();
        let mut model = self.clone();
        if targets.peek().is_some() && model.top.is_none() {
            model.top = Some(Arc::new(self.clone()));
        }
        let (mut env, mut labels) = (Merged::new(&self.env), Merged::new(&self.image.labels));
        let mut groups = Words::new(&self.groups);
        let mut extras = Words::new(&self.extras);
        for target in targets {
            groups.add(&target.groups);
            extras.add(&target.extras);
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
            env.add(&target.env);
            model.copies.extend(target.copies.iter().cloned());
            model.runs.extend(target.runs.iter().cloned());
            for key in &target.image_keys {
                match key.as_str() {
                    "labels" => labels.add(&target.image.labels),
                    key => replace(&mut model.image, &target.image, key),
                }
            }
        }
        model.groups = groups.all();
        model.extras = extras.all();
        model.env = env.all();
        model.image.labels = labels.all();
        model
    }
}

/// Words, each once.
struct Words<'w> {
    all: Vec<&'w Spanned<String>>,
    known: BTreeSet<&'w str>,
}

impl<'w> Words<'w> {
    fn new(words: &'w [Spanned<String>]) -> Self {
        Self {
            all: words.iter().collect(),
            known: words.iter().map(|word| word.value.as_str()).collect(),
        }
    }

    /// A word that is there already adds nothing.
    fn add(&mut self, more: &'w [Spanned<String>]) {
        let new = more.iter();
        let known = &mut self.known;
        self.all
            .extend(new.filter(|word| known.insert(word.value.as_str())));
    }

    fn all(self) -> Vec<Spanned<String>> {
        self.all.into_iter().cloned().collect()
    }
}

/// A value with its name.
type Named = (Spanned<String>, Spanned<Template>);

/// Values by name, in the order of the text; the last of a name counts, and stands where it is written.
struct Merged<'m> {
    all: Vec<&'m Named>,
}

impl<'m> Merged<'m> {
    fn new(values: &'m [Named]) -> Self {
        Self {
            all: values.iter().collect(),
        }
    }

    fn add(&mut self, more: &'m [Named]) {
        self.all.extend(more);
    }

    fn all(self) -> Vec<Named> {
        let mut known = BTreeSet::new();
        let last = self.all.into_iter().rev();
        let last = last.filter(|(name, _)| known.insert(name.value.as_str()));
        let mut all: Vec<Named> = last.cloned().collect();
        all.reverse();
        all
    }
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
        "healthcheck" => image.healthcheck.clone_from(&by.healthcheck),
        "stop-signal" => image.stop_signal.clone_from(&by.stop_signal),
        // Unknown keys have been reported.
        _ => {}
    }
}
