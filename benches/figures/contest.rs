//! Ours beside a hand-written Dockerfile: the same project, engine and minutes, one after the other.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::lab::Lab;
use crate::registry::{Layer, Registry, new_bytes};
use crate::samples::Samples;
use crate::subject::{Copy, Subject};
use crate::timeline::Timeline;

/// What is built.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Contestant {
    Ours,
    Dockerfile,
}

const BOTH: [Contestant; 2] = [Contestant::Ours, Contestant::Dockerfile];

/// What an index or its name server says when it does not answer: no fault of a build.
const NETWORK_TROUBLE: &[&str] = &[
    "error sending request",
    "timed out",
    "Connection reset",
    "dns error",
];

impl Contestant {
    fn image(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Dockerfile => "dockerfile",
        }
    }

    fn file(self) -> &'static str {
        match self {
            Self::Ours => "pyproject.toml",
            Self::Dockerfile => "Dockerfile",
        }
    }
}

/// What was measured of one of them, times in seconds.
#[derive(Default)]
pub(crate) struct Side {
    pub(crate) build: Samples,
    /// `docker buildx build` and `docker push`, one after the other.
    pub(crate) whole: Samples,
    /// Compressed bytes of the layers that were not in the registry.
    pub(crate) bytes: Samples,
}

/// A line of the table.
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) ours: Side,
    pub(crate) dockerfile: Side,
}

impl Row {
    fn new(what: &'static str) -> Self {
        Self {
            what,
            ours: Side::default(),
            dockerfile: Side::default(),
        }
    }

    fn side(&mut self, contestant: Contestant) -> &mut Side {
        match contestant {
            Contestant::Ours => &mut self.ours,
            Contestant::Dockerfile => &mut self.dockerfile,
        }
    }
}

/// A project on an engine.
pub(crate) struct Contest<'l> {
    pub(crate) lab: &'l Lab,
    pub(crate) project: Copy,
    registry: Registry,
    /// Layers that were pushed: of ours, of the Dockerfile's.
    known: [BTreeSet<String>; 2],
    runs: usize,
}

impl<'l> Contest<'l> {
    /// A copy of the project, and an empty registry.
    pub(crate) fn new(
        lab: &'l Lab,
        subject: &'static Subject,
        runs: usize,
    ) -> Result<Self, String> {
        Ok(Self {
            lab,
            project: Copy::of(subject)?,
            registry: Registry::start(&Lab::folder())?,
            known: Default::default(),
            runs,
        })
    }

    /// All rows.
    pub(crate) fn run(&mut self) -> Result<Vec<Row>, String> {
        let [first, again] = self.cold()?;
        // Each cold build threw away what the other needs.
        for contestant in BOTH {
            self.build(contestant, false)?;
            self.push(contestant)?;
        }
        let same = self.warm("nothing changed", |_| Ok(()))?;
        let edit = self.warm("code edited", Copy::edit_code)?;
        let bump = self.warm("version bumped", Copy::bump_version)?;
        Ok(vec![same, edit, bump, first, again])
    }

    /// Who begins changes from run to run.
    fn order(run: usize) -> [Contestant; 2] {
        match BOTH {
            [ours, other] if run % 2 == 1 => [other, ours],
            both => both,
        }
    }

    /// Builds after a change, with all caches as the builds before left them.
    fn warm(
        &mut self,
        what: &'static str,
        change: impl Fn(&mut Copy) -> Result<(), String>,
    ) -> Result<Row, String> {
        let mut row = Row::new(what);
        for run in 0..self.runs {
            change(&mut self.project)?;
            for contestant in Self::order(run) {
                let build = self.build(contestant, false)?;
                let (push, bytes, _) = self.push(contestant)?;
                add(row.side(contestant), build, push, bytes);
            }
        }
        for contestant in BOTH {
            self.prove(contestant)?;
        }
        // The images that lost their tag.
        self.lab.docker(&["image", "prune", "-f"])?;
        Ok(row)
    }

    /// Builds with no cached step and no cache mount, so that all wheels are downloaded, and pushes to an empty
    /// registry. The second row is what of it a registry has already that knows an earlier such build.
    fn cold(&mut self) -> Result<[Row; 2], String> {
        let mut rows = [
            Row::new("cold, to an empty registry"),
            Row::new("the same again, to a registry that has it"),
        ];
        let mut before: [BTreeSet<String>; 2] = Default::default();
        for run in 0..self.runs {
            for contestant in Self::order(run) {
                self.registry = Registry::start(&Lab::folder())?;
                self.known = Default::default();
                let build = self.build(contestant, true)?;
                let (push, bytes, layers) = self.push(contestant)?;
                add(rows[0].side(contestant), build, push, bytes);
                let known = &mut before[contestant as usize];
                let first = known.is_empty();
                let bytes = new_bytes(&layers, known);
                if !first {
                    rows[1].side(contestant).bytes.push(to_float(bytes));
                }
                self.prove(contestant)?;
                // Another name each time, since the registry has another port.
                self.lab
                    .docker(&["image", "rm", "-f", &self.name(contestant)])?;
            }
        }
        Ok(rows)
    }

    fn name(&self, contestant: Contestant) -> String {
        format!("{}/{}", self.registry.address, contestant.image())
    }

    /// Builds as a user would, `fresh` from no caches at all. Where an index did not answer it is tried again.
    fn build(&self, contestant: Contestant, fresh: bool) -> Result<Duration, String> {
        let name = self.name(contestant);
        let folder = self.project.path().to_string_lossy().into_owned();
        let file = self.project.path().join(contestant.file());
        let file = file.to_string_lossy();
        let mut arguments = vec![
            "buildx",
            "build",
            "--progress=plain",
            "-t",
            &name,
            "-f",
            &file,
        ];
        let own = self.project.arguments();
        arguments.extend(own.iter().map(String::as_str));
        arguments.push(&folder);
        for trial in 0.. {
            if fresh {
                self.lab.forget()?;
            }
            match self.lab.docker(&arguments) {
                Ok(ran) => return Ok(ran.took),
                Err(error) if trial < 2 && is_network_trouble(&error) => {
                    println!("(A package index did not answer; built again.)\n");
                }
                Err(error) => return Err(error),
            }
        }
        Err("no trial".to_owned())
    }

    /// That the image is of the project as it is now.
    fn prove(&self, contestant: Contestant) -> Result<(), String> {
        let (code, expected) = self.project.proof();
        let image = self.name(contestant);
        let ran =
            self.lab
                .docker(&["run", "--rm", "--entrypoint", "python", &image, "-c", &code])?;
        if ran.text.trim() == expected {
            return Ok(());
        }
        Err(format!(
            "{image} is out of date: {}, expected {expected}",
            ran.text
        ))
    }

    /// How a build goes, step by step, in the engine's own account.
    pub(crate) fn timeline(&self, contestant: Contestant) -> Result<Timeline, String> {
        Timeline::of(
            self.lab,
            self.project.path(),
            contestant.file(),
            &self.name(contestant),
            &self.project.arguments(),
        )
    }

    /// Pushes, and tells how long it took, the new bytes, and the layers above the base image.
    fn push(&mut self, contestant: Contestant) -> Result<(Duration, u64, Vec<Layer>), String> {
        let push = self.lab.docker(&["push", "-q", &self.name(contestant)])?;
        let layers = self.registry.layers(contestant.image())?;
        let above = layers.get(self.lab.base_layers..);
        let above = above.ok_or_else(|| format!("fewer layers than its base: {layers:?}"))?;
        let bytes = new_bytes(above, &mut self.known[contestant as usize]);
        Ok((push.took, bytes, above.to_vec()))
    }
}

pub(crate) fn is_network_trouble(error: &str) -> bool {
    NETWORK_TROUBLE.iter().any(|words| error.contains(words))
}

fn add(side: &mut Side, build: Duration, push: Duration, bytes: u64) {
    side.build.time(build);
    side.whole.time(build + push);
    side.bytes.push(to_float(bytes));
}

#[expect(
    clippy::cast_precision_loss,
    reason = "images are far below 2^52 bytes"
)]
fn to_float(bytes: u64) -> f64 {
    bytes as f64
}
