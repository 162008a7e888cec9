//! Where the time of a build goes, by what the engine tells of its steps (`--progress=rawjson`).

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::lab::Lab;

const DAY: f64 = 86_400.0;
/// The frontend's image, as the engine fetches it; ours are named otherwise.
const FRONTEND: &str = "docker-image://";
const METADATA: &str = "[internal] load metadata for ";
const EXPORT: &str = "exporting to image";

/// A build, in seconds since the day began.
pub(crate) struct Timeline {
    began: f64,
    ended: f64,
    steps: Vec<Step>,
}

/// A step that the engine told of.
#[derive(Clone, Debug, Default)]
struct Step {
    name: String,
    started: f64,
    completed: f64,
    cached: bool,
    /// When it ran, from and to: a step may run twice, to compute its cache key and to do its work.
    runs: Vec<(f64, f64)>,
}

/// A part of a build in which no step does any work.
pub(crate) struct Wait {
    /// Seconds from the start of the client.
    pub(crate) at: f64,
    /// Seconds.
    pub(crate) took: f64,
    /// The steps that run in it all the same.
    pub(crate) running: Vec<String>,
    /// The step that ended last before it; `None` at the start of the build.
    pub(crate) after: Option<String>,
    /// The step that starts next; `None` at the end of the build.
    pub(crate) before: Option<String>,
}

impl Timeline {
    /// Builds, and listens.
    pub(crate) fn of(
        lab: &Lab,
        folder: &Path,
        file: &str,
        image: &str,
        more: &[String],
    ) -> Result<Self, String> {
        let file = folder.join(file);
        let (folder, file) = (folder.to_string_lossy(), file.to_string_lossy());
        let mut arguments = vec![
            "buildx",
            "build",
            "--progress=rawjson",
            "-t",
            image,
            "-f",
            &file,
        ];
        arguments.extend(more.iter().map(String::as_str));
        arguments.push(&folder);
        let began = now();
        let text = lab.docker(&arguments)?.text;
        let ended = now();
        let mut steps: BTreeMap<String, Step> = BTreeMap::new();
        let events = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        for event in events {
            for vertex in event["vertexes"].as_array().into_iter().flatten() {
                let time = |key: &str| vertex[key].as_str().and_then(time_of_day);
                let (Some(digest), Some(started)) = (vertex["digest"].as_str(), time("started"))
                else {
                    continue;
                };
                let step = steps.entry(digest.to_owned()).or_default();
                vertex["name"]
                    .as_str()
                    .unwrap_or_default()
                    .clone_into(&mut step.name);
                // A step may begin twice: for the look at its inputs, and for the work.
                if step.started == 0.0 {
                    step.started = started;
                }
                step.cached |= vertex["cached"] == true;
                let completed = time("completed");
                step.completed = completed.unwrap_or(step.completed);
                step.add_run(started, completed.unwrap_or(ended));
            }
        }
        let mut steps: Vec<Step> = steps.into_values().collect();
        steps.sort_by(|one, other| one.started.total_cmp(&other.started));
        Ok(Self {
            began,
            ended,
            steps,
        })
    }

    /// From the start of the client to its end, in milliseconds.
    pub(crate) fn whole(&self) -> f64 {
        (self.ended - self.began) * 1e3
    }

    /// Parts of the build of a frontend image, in order, in milliseconds; `None` where a part is missing.
    pub(crate) fn phases(&self) -> Option<Vec<(&'static str, f64)>> {
        let first = self.steps.first()?.started;
        let frontend = self.last_end(|step| step.name.starts_with(FRONTEND))?;
        let running = self.first_start_after(frontend)?;
        let known = self.last_end(|step| step.name.starts_with(METADATA))?;
        let solving = self.first_start_after(known)?;
        let export = self
            .steps
            .iter()
            .find(|step| step.name.starts_with(EXPORT))?;
        let ends = [
            ("client and engine meet", first),
            (
                "the engine reads `# syntax=` and finds the frontend image",
                frontend,
            ),
            ("the engine starts the frontend's container", running),
            ("files and image configurations are read", known),
            ("planning, Return, the container ends", solving),
            ("the engine walks the graph", export.started),
            ("export", export.completed),
            ("client ends", self.ended),
        ];
        let mut begin = self.began;
        let phases = ends.into_iter().map(|(name, end)| {
            let took = (end - begin) * 1e3;
            begin = end;
            (name, took)
        });
        Some(phases.collect())
    }

    /// The steps that ran for more than this many milliseconds, with their times.
    pub(crate) fn longer_than(&self, limit: f64) -> Vec<(String, f64)> {
        let ran = self.steps.iter().filter(|step| !step.cached);
        let steps = ran.map(|step| {
            let took = (step.completed - step.started) * 1e3;
            (step.name.clone(), took)
        });
        steps.filter(|(_, took)| *took > limit).collect()
    }

    /// The parts of the build, longer than this many seconds, in which no step runs that `is_work` holds for.
    pub(crate) fn waits(&self, limit: f64, is_work: impl Fn(&str) -> bool) -> Vec<Wait> {
        let steps = || self.steps.iter().filter(|step| !step.cached);
        let runs = || steps().flat_map(|step| step.runs.iter().map(move |run| (step, *run)));
        let mut times: Vec<f64> = runs().flat_map(|(_, (from, to))| [from, to]).collect();
        times.extend([self.began, self.ended]);
        times.sort_by(f64::total_cmp);
        let mut waits: Vec<(f64, f64, Vec<&str>)> = Vec::new();
        for pair in times.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            if from >= to {
                continue;
            }
            let running = runs().filter(|(_, run)| run.0 <= from && run.1 >= to);
            let running: Vec<&str> = running.map(|(step, _)| step.name.as_str()).collect();
            if running.iter().any(|name| is_work(name)) {
                continue;
            }
            match waits.last_mut() {
                Some((_, end, known)) if *end >= from && *known == running => *end = to,
                _ => waits.push((from, to, running)),
            }
        }
        waits.retain(|(from, to, _)| to - from > limit);
        let wait = |(from, to, running): (f64, f64, Vec<&str>)| {
            let ended = runs().filter(|(_, run)| run.1 <= from);
            let next = runs().filter(|(_, run)| run.0 >= to);
            let name = |(step, _): (&Step, _)| step.name.clone();
            Wait {
                at: from - self.began,
                took: to - from,
                running: running.into_iter().map(str::to_owned).collect(),
                after: ended
                    .max_by(|(_, one), (_, two)| one.1.total_cmp(&two.1))
                    .map(name),
                before: next
                    .min_by(|(_, one), (_, two)| one.0.total_cmp(&two.0))
                    .map(name),
            }
        };
        waits.into_iter().map(wait).collect()
    }

    fn last_end(&self, is_meant: impl Fn(&Step) -> bool) -> Option<f64> {
        let meant = self.steps.iter().filter(|step| is_meant(step));
        meant.map(|step| step.completed).max_by(f64::total_cmp)
    }

    fn first_start_after(&self, time: f64) -> Option<f64> {
        let starts = self.steps.iter().map(|step| step.started);
        starts.filter(|start| *start > time).min_by(f64::total_cmp)
    }
}

impl Step {
    /// Adds what one event says of a run, which later events may repeat with another end.
    fn add_run(&mut self, from: f64, to: f64) {
        match self
            .runs
            .iter_mut()
            .find(|run| run.0.total_cmp(&from).is_eq())
        {
            Some(run) => run.1 = to,
            None => self.runs.push((from, to)),
        }
    }
}

fn now() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64() % DAY)
}

/// The seconds since the day began in `2026-01-02T03:04:05.678Z`, the form in which the engine tells times.
fn time_of_day(text: &str) -> Option<f64> {
    let (_, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut parts = time.split(':').map(|part| part.parse::<f64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    Some(hours * 3600.0 + minutes * 60.0 + seconds)
}
