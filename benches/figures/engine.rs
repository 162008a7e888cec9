//! Builds on real engines: the tables.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::contest::{Contest, Contestant, Row};
use crate::lab::{Lab, PYTHON};
use crate::samples::{Samples, Target};
use crate::subject::{Copy, SUBJECTS, Subject};
use crate::timeline::Timeline;

const STORES: &[&str] = &["containerd", "classic"];
/// The steps of an edit that are distinguished.
const TOLD_MS: f64 = 5.0;

/// Whether a word of the command line names an image store or a project.
pub(crate) fn is_choice(word: &str) -> bool {
    STORES.contains(&word) || SUBJECTS.iter().any(|subject| subject.name == word)
}

/// Builds all projects on all stores, so many times each.
pub(crate) fn measure(archive: &Path, runs: usize, asked: &[String]) -> Result<(), String> {
    each(archive, asked, "On an engine", runs, |lab, subject| {
        contest(lab, subject, runs)
    })
}

/// Starts the engine of each requested image store and measures each project on it.
pub(crate) fn each(
    archive: &Path,
    asked: &[String],
    title: &str,
    runs: usize,
    measure: impl Fn(&Lab, &'static Subject) -> Result<(), String>,
) -> Result<(), String> {
    let wanted = |all: &[&'static str]| {
        let named = |name: &&str| asked.iter().any(|word| word == name);
        let some: Vec<&'static str> = all.iter().copied().filter(named).collect();
        if some.is_empty() { all.to_vec() } else { some }
    };
    let names: Vec<&str> = SUBJECTS.iter().map(|subject| subject.name).collect();
    let names = wanted(&names);
    for store in wanted(STORES) {
        let lab = Lab::up(store, archive)?;
        println!("## {title}: {store} image store\n");
        println!("{}", facts(&lab, runs));
        for subject in SUBJECTS
            .iter()
            .filter(|subject| names.contains(&subject.name))
        {
            measure(&lab, subject)?;
        }
        lab.forget()?;
    }
    Ok(())
}

fn facts(lab: &Lab, runs: usize) -> String {
    let server = lab.fact(&["version", "-f", "{{.Server.Version}}"]);
    let buildx = lab.fact(&["buildx", "version"]);
    let builder = lab.fact(&["buildx", "inspect"]);
    let buildkit = builder
        .lines()
        .find_map(|line| line.strip_prefix("BuildKit version:"))
        .map_or("unknown", str::trim);
    let tools = wheelwright::lock::pinned_tools().join(", ");
    let store = &lab.store;
    format!(
        "Docker {server} ({store} image store; it says its BuildKit is {buildkit}), {buildx}; {PYTHON}, {tools}, \
         which are on the engine. {runs} runs of each, ours and the Dockerfile in turns; {}.\n",
        machine()
    )
}

/// The machine, and what else it was doing.
pub(crate) fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = read("/proc/cpuinfo");
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("unknown", |(_, name)| name.trim());
    let load = read("/proc/loadavg");
    let load: Vec<&str> = load.split(' ').take(3).collect();
    format!("{cores} cores ({model}), load {}", load.join(" "))
}

fn contest(lab: &Lab, subject: &'static Subject, runs: usize) -> Result<(), String> {
    let mut contest = Contest::new(lab, subject, runs)?;
    println!("### `{}`: {}\n", subject.name, subject.about);
    let rows = contest.run()?;
    println!(
        "Seconds and compressed MB (10^6 bytes) of layers that the registry did not have: median (least..most)."
    );
    println!("*Ratio*: ours to the Dockerfile's.\n");
    println!(
        "| | build: ours | Dockerfile | ratio | build and push: ours | Dockerfile | ratio | new MB: ours | Dockerfile |"
    );
    println!("| --- | --- | --- | --: | --- | --- | --: | --- | --- |");
    for row in &rows {
        println!("{}", line(row));
    }
    let (floor, phases, total) = no_op(&contest, runs)?;
    println!(
        "\nA no-op, in milliseconds: ours {total:.0}, the engine's own frontend with a Dockerfile of two lines {floor:.0}. Of ours:\n"
    );
    for (name, took) in &phases {
        println!("- {name}: {took:.0}");
    }
    println!(
        "\nA code edit, its steps above {TOLD_MS} ms, in the order of their start, from one run:\n"
    );
    contest.project.edit_code()?;
    for (name, took) in contest.timeline(Contestant::Ours)?.longer_than(TOLD_MS) {
        println!("- {name}: {took:.0} ms");
    }
    println!("\n{}\n", judge(&rows, &contest.project, &total, &floor)?);
    Ok(())
}

fn line(row: &Row) -> String {
    let (ours, other) = (&row.ours, &row.dockerfile);
    let ratio = |one: &Samples, two: &Samples| {
        let ratio = one.median() / two.median();
        if ratio.is_nan() {
            String::new()
        } else {
            format!("{ratio:.2}")
        }
    };
    format!(
        "| {} | {:.2} | {:.2} | {} | {:.2} | {:.2} | {} | {:.4} | {:.4} |",
        row.what,
        ours.build,
        other.build,
        ratio(&ours.build, &other.build),
        ours.whole,
        other.whole,
        ratio(&ours.whole, &other.whole),
        ours.bytes.scaled(1e-6),
        other.bytes.scaled(1e-6),
    )
}

type Phases = Vec<(&'static str, Samples)>;

/// A build of nothing new: by the frontend that is built into the engine, ours in phases, and ours whole.
fn no_op(contest: &Contest<'_>, runs: usize) -> Result<(Samples, Phases, Samples), String> {
    let folder = TempDir::new().map_err(|error| error.to_string())?;
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text);
    write("Dockerfile", &format!("FROM {PYTHON}\nCOPY file /file\n"))
        .and_then(|()| write("file", "content\n"))
        .map_err(|error| error.to_string())?;
    let (mut floor, mut total) = (Samples::default(), Samples::default());
    let mut phases: Phases = Vec::new();
    let plain = || {
        Timeline::of(
            contest.lab,
            folder.path(),
            "Dockerfile",
            "wheelwright-bench-plain",
            &[],
        )
    };
    // The first of each is no no-op.
    plain()?;
    contest.timeline(Contestant::Ours)?;
    for _ in 0..runs {
        floor.push(plain()?.whole());
        let ours = contest.timeline(Contestant::Ours)?;
        total.push(ours.whole());
        for (index, (name, took)) in ours.phases().into_iter().flatten().enumerate() {
            if phases.len() <= index {
                phases.push((name, Samples::default()));
            }
            phases[index].1.push(took);
        }
    }
    contest
        .lab
        .docker(&["image", "rm", "-f", "wheelwright-bench-plain"])?;
    Ok((floor, phases, total))
}

/// The targets of the project.
fn judge(rows: &[Row], project: &Copy, total: &Samples, floor: &Samples) -> Result<String, String> {
    let mut lines = Vec::new();
    let mut judge = |what: String, limit: f64, unit: &'static str, value: f64| {
        lines.push(Target { what, limit, unit }.judge(value));
    };
    let own = project.own_bytes()?;
    #[expect(clippy::cast_precision_loss, reason = "a few kilobytes")]
    let own = own as f64;
    for row in rows
        .iter()
        .filter(|row| row.what == "code edited" || row.what == "version bumped")
    {
        let (ours, other) = (&row.ours, &row.dockerfile);
        let what = row.what;
        judge(
            format!("{what}: build, part of the Dockerfile's time"),
            0.15,
            "",
            ours.build.median() / other.build.median(),
        );
        judge(
            format!("{what}: build and push, part of the Dockerfile's time"),
            0.15,
            "",
            ours.whole.median() / other.whole.median(),
        );
        judge(
            format!("{what}: new compressed bytes beyond the project's own files ({own:.0} bytes)"),
            20.0,
            " kB",
            (ours.bytes.median() - own).max(0.0) / 1e3,
        );
    }
    judge(
        "no-op: behind the engine's own frontend".to_owned(),
        0.25,
        " s",
        (total.median() - floor.median()) / 1e3,
    );
    Ok(lines.join("\n"))
}
