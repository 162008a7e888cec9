//! The waits of a clean build: the times in which no step does any work.

use std::path::Path;

use crate::contest::is_network_trouble;
use crate::engine;
use crate::lab::Lab;
use crate::subject::{Copy, Subject};
use crate::timeline::{Timeline, Wait};

/// Seconds; what is shorter is not listed.
const LIMIT: f64 = 0.3;
/// The image that is built.
const IMAGE: &str = "wheelwright-bench-gaps";
/// How the names of steps start that only move files, behind the name of the stage: ours, and those of a Dockerfile.
const MOVES: &[&str] = &["lay out ", "add ", "join ", "COPY "];
const EXPORT: &str = "exporting to ";

/// Builds each project once on each store, with ours and with the Dockerfile.
pub(crate) fn measure(archive: &Path, asked: &[String]) -> Result<(), String> {
    engine::each(archive, asked, "Waits of a clean build", 1, gaps)
}

fn gaps(lab: &Lab, subject: &'static Subject) -> Result<(), String> {
    let project = Copy::of(subject)?;
    println!("### `{}`: {}\n", subject.name, subject.about);
    for (who, file) in [("Ours", "pyproject.toml"), ("The Dockerfile", "Dockerfile")] {
        let timeline = clean_build(lab, &project, file)?;
        let waits = timeline.waits(LIMIT, is_work);
        let sum = |is_meant: fn(&Wait) -> bool| -> f64 {
            let meant = waits.iter().filter(|wait| is_meant(wait));
            meant.map(|wait| wait.took).sum()
        };
        println!(
            "{who}: {:.1} s. In waits of more than {LIMIT} s, no step runs for {:.1} s, and steps that only move files \
             for {:.1} s.\n",
            timeline.whole() / 1e3,
            sum(|wait| wait.running.is_empty()),
            sum(|wait| !wait.running.is_empty()),
        );
        if !waits.is_empty() {
            println!("| at, s | wait, s | what runs | after | before |");
            println!("| --: | --: | --- | --- | --- |");
        }
        for wait in &waits {
            println!("{}", line(wait));
        }
        println!();
    }
    lab.docker(&["image", "rm", "-f", IMAGE]).map(drop)
}

/// A build with no cached step and no cache mount. Where an index does not answer it is tried again.
fn clean_build(lab: &Lab, project: &Copy, file: &str) -> Result<Timeline, String> {
    let mut trials = 0;
    loop {
        lab.forget()?;
        let built = Timeline::of(lab, project.path(), file, IMAGE, &project.arguments());
        match built {
            Err(error) if trials < 2 && is_network_trouble(&error) => {
                println!("(A package index did not answer; built again.)\n");
                trials += 1;
            }
            built => return built,
        }
    }
}

/// Whether a step does more than move files to where they belong.
fn is_work(name: &str) -> bool {
    // `[runtime] lay out dependencies`, `[stage-1 2/3] COPY --from=build /app /app`
    let what = name.split_once("] ").map_or(name, |(_, what)| what);
    !name.starts_with(EXPORT) && !MOVES.iter().any(|start| what.starts_with(start))
}

fn line(wait: &Wait) -> String {
    let running = match wait.running.as_slice() {
        [] => "nothing".to_owned(),
        names => names.join("; "),
    };
    let after = wait.after.as_deref().unwrap_or("the start of the client");
    let before = wait.before.as_deref().unwrap_or("the end of the client");
    format!(
        "| {:.1} | {:.1} | {running} | {after} | {before} |",
        wait.at, wait.took
    )
}
