//! The figures of `make bench`: `benches/README.md` says what is measured and how. Nothing here fails because
//! something is slow; a build or a conversation that goes wrong ends the run.

#![expect(
    clippy::disallowed_methods,
    reason = "times are what is measured, and the projects are files"
)]
#![expect(clippy::print_stdout, reason = "the figures are printed")]

mod bridge;
mod clock;
mod contest;
mod engine;
mod gaps;
mod image;
mod lab;
mod locks;
mod planning;
mod registry;
mod samples;
mod start;
mod subject;
mod timeline;

use std::path::PathBuf;
use std::process::ExitCode;

use samples::Target;

/// What is measured, and with what.
struct Arguments {
    binary: PathBuf,
    archive: PathBuf,
    /// The requested sections, all when empty; beside `engine` and `gaps`, the image store and the project.
    words: Vec<String>,
    /// Builds of each kind on an engine.
    runs: usize,
}

const SECTIONS: &[&str] = &["start", "image", "engine", "gaps"];

/// Runs of what takes milliseconds.
const QUICK_RUNS: usize = 25;

fn main() -> ExitCode {
    match arguments().and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nThe benchmark ended: {error}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Arguments, String> {
    // Cargo adds `--bench`.
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    let usage =
        "run it by `make bench`; arguments: BINARY ARCHIVE RUNS [start|image|engine|gaps]...";
    let mut word = || words.next().ok_or(usage);
    let (binary, archive, runs) = (word()?, word()?, word()?);
    Ok(Arguments {
        binary: PathBuf::from(binary),
        archive: PathBuf::from(archive),
        runs: runs.parse().map_err(|_| usage)?,
        words: words.collect(),
    })
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let named = |section: &str| arguments.words.iter().any(|word| word == section);
    let none = !SECTIONS.iter().any(|section| named(section));
    let asked = |section: &str| none || named(section);
    let known = |word: &String| {
        let word = word.as_str();
        SECTIONS.contains(&word) || engine::is_choice(word)
    };
    if let Some(word) = arguments.words.iter().find(|word| !known(word)) {
        return Err(format!("`{word}` is not a section or a choice of one"));
    }
    println!("{}\n", engine::machine());
    if asked("start") {
        starts(arguments)?;
    }
    if asked("image") {
        println!("## The frontend image\n");
        println!("{}", image::measure(&arguments.archive)?);
    }
    if asked("engine") {
        engine::measure(&arguments.archive, arguments.runs, &arguments.words)?;
    }
    if asked("gaps") {
        gaps::measure(&arguments.archive, &arguments.words)?;
    }
    Ok(())
}

fn starts(arguments: &Arguments) -> Result<(), String> {
    println!("## The frontend by itself\n");
    println!(
        "The binary that is shipped, against an engine in the benchmark; {QUICK_RUNS} runs, milliseconds \
         and MB (10^6 bytes): median (least..most).\n"
    );
    println!(
        "| locked packages | lock | start to Return | of that: process to Ping | engine | survey | plan and \
         encode | peak memory | planning in one process | of that: lower |"
    );
    println!("| --: | --: | --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut judged = Vec::new();
    for packages in [50, 1000] {
        let project = locks::project(packages);
        let start = start::measure(&arguments.binary, &project, QUICK_RUNS)?;
        let planning = planning::measure(&project, QUICK_RUNS)?;
        let ms = |samples: &samples::Samples| format!("{:.1}", samples.scaled(1e3));
        println!(
            "| {packages} | {} kB | {} | {} | {} | {} | {} | {:.1} | {} | {} |",
            project.lock.len() / 1000,
            ms(&start.whole),
            ms(&start.start),
            ms(&start.engine),
            ms(&start.survey),
            ms(&start.plan),
            start.memory.scaled(1e-6),
            ms(&planning.whole),
            ms(&planning.lower),
        );
        let target = Target {
            what: format!("planning {packages} packages"),
            limit: 20.0,
            unit: " ms",
        };
        judged.push(target.judge(planning.whole.median() * 1e3));
    }
    println!("\n{}\n", judged.join("\n"));
    Ok(())
}
