//! `[[run]]`: steps of the project's own, on the image so far. What a command changes is a layer of its own, found by
//! looking before and after; so it needs neither the engine's differences of trees nor a list of what it makes.

use crate::diagnostic::{Diagnostics, Location, Spanned};
use crate::plan::base::context::Purpose;
use crate::plan::base::runtime_base::RuntimeBase;
use crate::plan::base::{context, writable};
use crate::plan::image::{collect_static, config};
use crate::plan::model::{
    Layer, NORMAL_TIME, Notes, OutputFolder, PartId, PartKind, PlanBuilder, Step, StepMount,
    StepName, StepNetwork, Tree,
};
use crate::plan::request::site::Site;
use crate::plan::request::{arguments, user};
use crate::plan::scripts::RUN_STEP;
use crate::spec::{RunAfter, RunCommand, RunSpec};
use crate::values::{ContextPath, SecretId, TargetPath};

/// Where secrets are seen, as with Dockerfiles.
const SECRETS_AT: &str = "/run/secrets";

/// The shell of a command that is a string: it ends at the first of several commands that fails.
const SHELL: [&str; 2] = ["/bin/sh", "-ec"];

/// What the steps made, as layers in the order of the text.
#[derive(Default)]
pub(crate) struct Runs {
    /// Of those after the dependencies.
    pub(crate) below: Vec<Layer>,
    /// Of those after the project.
    pub(crate) above: Vec<Layer>,
}

/// A step, ready to be added.
pub(crate) struct Run<'a> {
    pub(crate) origin: &'a Location,
    /// The command as arguments.
    pub(crate) command: Vec<String>,
    /// How the user knows it: one line.
    pub(crate) name: String,
    pub(crate) inputs: &'a [Spanned<ContextPath>],
    pub(crate) network: bool,
    pub(crate) secrets: &'a [Spanned<SecretId>],
    /// What is set unless the image or the spec sets it.
    pub(crate) defaults: &'static [(&'static str, &'static str)],
    /// What is said where it fails.
    pub(crate) advice: Option<&'static str>,
}

/// Adds the steps. `dependencies` gives the layer of the runtime's; `files` lie over it, and are seen by the steps after
/// the project alone.
pub(crate) fn layers(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    base: &RuntimeBase,
    dependencies: impl FnOnce(&mut PlanBuilder) -> Result<Vec<Layer>, Diagnostics>,
    files: &[Layer],
    notes: &mut Notes,
) -> Result<Runs, Diagnostics> {
    let (mut below, mut above, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for run in &site.spec.model.runs {
        let ready = Diagnostics::gather(Run::of(site, run), &mut problems);
        match run.after {
            RunAfter::Dependencies => below.extend(ready),
            RunAfter::Project => above.extend(ready),
        }
    }
    Diagnostics::split(problems)?;
    // Last: what other steps make may be what it collects.
    above.extend(collect_static::find(site, notes)?);
    if below.is_empty() && above.is_empty() {
        return Ok(Runs::default());
    }
    let of_base = base.layers.iter().cloned();
    let mut stack: Vec<Layer> = of_base.chain(dependencies(plan)?).collect();
    // Over all else, as in the image: the user's own folders are the user's.
    let top: Vec<Layer> = [base.user.clone()]
        .into_iter()
        .chain(writable::layer(site, plan, base, &[])?)
        .collect();
    let mut add = |stack: &mut Vec<Layer>, runs: &[Run<'_>]| {
        let start = stack.len();
        for run in runs {
            let join = PartKind::Merge {
                base: base.image,
                layers: [stack.as_slice(), &top].concat(),
            };
            let root = plan.add(
                StepName::new("runtime", format!("join layers for {}", run.name)),
                None,
                join,
            );
            stack.push(run.add(site, plan, root)?);
        }
        Ok::<_, Diagnostics>(stack[start..].to_vec())
    };
    let below = add(&mut stack, &below)?;
    stack.extend_from_slice(files);
    let above = add(&mut stack, &above)?;
    Ok(Runs { below, above })
}

impl<'a> Run<'a> {
    fn of(site: Site<'_>, run: &'a RunSpec) -> Result<Self, Diagnostics> {
        let values = arguments::values(site)?;
        let words = run.templates().map(|word| arguments::fill(word, &values));
        let words = words.collect::<Result<Vec<String>, _>>()?;
        let text = words.join(" ");
        let shell = match run.command {
            RunCommand::Shell(_) => SHELL.as_slice(),
            RunCommand::Arguments(_) => &[],
        };
        let shell = shell.iter().map(|word| (*word).to_owned());
        Ok(Self {
            origin: &run.location,
            command: shell.chain(words).collect(),
            name: one_line(&text),
            inputs: &run.inputs,
            network: run.network,
            secrets: &run.secrets,
            defaults: &[],
            advice: None,
        })
    }

    /// Adds the step on a root, and the layer with what it changes there.
    fn add(
        &self,
        site: Site<'_>,
        plan: &mut PlanBuilder,
        root: PartId,
    ) -> Result<Layer, Diagnostics> {
        let out = TargetPath::known("/mnt/out");
        let python = site.spec.model.interpreter();
        // `-B`: no byte code is left beside the script; `-I`: the variables of the image are for the command.
        let mut command = vec![python, "-IB".to_owned(), RUN_STEP.path(), out.to_string()];
        command.push(format!("--name={}", self.name));
        let mut mounts = vec![RUN_STEP.mount(plan)];
        if let Some(first) = self.inputs.first() {
            let at = TargetPath::known("/mnt/inputs");
            command.extend(["--inputs".to_owned(), at.to_string()]);
            let purpose = if site.is_package()? {
                Purpose::Wheel
            } else {
                Purpose::Copy
            };
            let context = context::context(site, plan, purpose);
            let tree = PartKind::Tree(context::chosen(site, context, self.inputs));
            let title = StepName::new("runtime", format!("choose inputs of {}", self.name));
            mounts.push(StepMount::bind(
                plan.add(title, Some(&first.location), tree),
                at,
            ));
        }
        for Spanned { value: secret, .. } in self.secrets {
            command.extend(["--secret".to_owned(), secret.to_string()]);
            mounts.push(StepMount::Secret {
                id: secret.clone(),
                at: TargetPath::known(&format!("{SECRETS_AT}/{secret}")),
            });
        }
        if let Some(advice) = self.advice {
            command.extend(["--advice", advice].map(str::to_owned));
        }
        for path in &site.spec.model.image.writable {
            let path = path.value.to_string();
            command.extend(["--writable".to_owned(), user::user(site)?, path]);
        }
        command.push("--".to_owned());
        command.extend(self.command.iter().cloned());
        let step = Step {
            env: self.environment(site)?,
            directory: site.spec.model.workdir.clone(),
            network: if self.network {
                StepNetwork::Authority
            } else {
                StepNetwork::None
            },
            mounts,
            ..Step::new(
                &site.options.platform,
                root,
                command,
                OutputFolder::empty(out),
            )
        };
        let title = StepName::new("runtime", format!("run {}", self.name));
        let step = plan.add_step(title, Some(self.origin), step);
        let tree = Tree::whole(step, &TargetPath::root());
        let what = format!("what {} made", self.name);
        Ok(plan.layer("runtime", &what, None, tree))
    }
    /// The environment of the image, and over it that of builds.
    fn environment(&self, site: Site<'_>) -> Result<Vec<(String, String)>, Diagnostics> {
        let mut config = config::started(site)?;
        // Modules that are compiled here would hold times, and lie in the layer.
        config.set_env("PYTHONDONTWRITEBYTECODE", "1");
        config.set_env("SOURCE_DATE_EPOCH", &NORMAL_TIME.to_string());
        let values = arguments::values(site)?;
        for (name, value) in &site.spec.model.build_env {
            config.set_env(&name.value, &arguments::fill(value, &values)?);
        }
        let mut env = config.env();
        for (name, value) in self.defaults {
            if env.iter().all(|(known, _)| known != name) {
                env.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        Ok(env)
    }
}

/// As many characters of a command are in the names of its steps.
const LONGEST_NAME: usize = 60;

/// A command for a log: the beginning of its first line.
fn one_line(text: &str) -> String {
    let text = text.trim();
    let first = text.lines().next().unwrap_or_default();
    let name: String = first.chars().take(LONGEST_NAME).collect();
    if name == text {
        name
    } else {
        format!("{} …", name.trim_end())
    }
}
