//! Two builds that share nothing give the same image. A program of its own, which cargo runs alone: what a build
//! left in the engine's cache is told apart from what other tests leave. It runs on every engine, and keeps the layers,
//! so that engines can be compared.

mod support;

use std::collections::BTreeSet;

use support::{Engine, Image, Project, layers};

/// Forgets what an engine cached since it was made.
struct Cache {
    before: BTreeSet<String>,
}

impl Cache {
    fn now() -> BTreeSet<String> {
        // A list of `ID:  …` blocks.
        let records = Engine::get().must(["buildx", "du", "--verbose"]);
        let ids = records.lines().filter_map(|line| line.strip_prefix("ID:"));
        ids.map(|id| id.trim().to_owned()).collect()
    }

    fn new() -> Self {
        Self {
            before: Self::now(),
        }
    }

    /// A record that another needs goes in the round after that one's.
    fn forget(&self) {
        for _ in 0..20 {
            let now = Self::now();
            let made: Vec<_> = now.difference(&self.before).map(String::as_str).collect();
            if made.is_empty() {
                return;
            }
            // The engine takes the value as a regular expression.
            let filter = format!("--filter=id=({})", made.join("|"));
            Engine::get().must(["buildx", "prune", "--all", "--force", &filter]);
        }
        panic!("the engine does not forget what it cached");
    }
}

#[test]
#[ignore = "needs an engine"]
fn two_cold_builds_give_the_same_image() {
    Engine::alone();
    let project = Project::copy_of("examples/fastapi");
    // Paths that no other build had, so that none of its steps is cached.
    let word = project.word_of_run();
    project.replace(
        "pyproject.toml",
        "[tool.wheelwright.image]",
        &format!(
            "[tool.wheelwright]\nvenv = \"/srv/{word}/venv\"\nworkdir = \"/srv/{word}/app\"\n\
             files = [\"README.md\", \"src\"]\nsystem.runtime = [\"libpq5\"]\nsystem.build = [\"hello\"]\n\
             [tool.wheelwright.image]\n\
             writable = [\"/srv/{word}/app/data\"]"
        ),
    );
    // System packages know no path of the project: another run of this test may have left them.
    let afresh = "--no-cache-filter=base,builder";
    let build = |arguments: &[&str]| {
        let ran = project.must_build(arguments).ran();
        (ran, Image::read(&project.image))
    };
    let both = || {
        let version = "--build-arg=VERSION=1.4.0";
        let (mut ran, runtime) = build(&[version, afresh]);
        let (ran_for_builder, builder) = build(&["--target=builder"]);
        ran.extend(ran_for_builder);
        // Files that have the modes of an image already are the same before and after they get them: an engine may
        // take the one for the other.
        ran.retain(|step| !step.ends_with(" files") || step == "[runtime] add files");
        (ran, runtime, builder)
    };
    let cache = Cache::new();
    let (ran, first, first_builder) = both();
    Engine::get().must(["image", "rm", "-f", &project.image]);
    cache.forget();
    let (ran_again, second, second_builder) = both();
    // The first build may take a copy from one of equal content; of what it did itself, all is done again.
    let kept: Vec<_> = ran
        .iter()
        .filter(|step| !ran_again.contains(step))
        .collect();
    assert!(kept.is_empty() && ran.len() > 12, "{kept:?} of {ran:?}");

    let base = Image::read("python:3.13-slim");
    let layers = first.layers_above(&base);
    assert_eq!(layers.len(), 6);
    assert_eq!(first_builder.layers_above(&base).len(), 3);
    for (first, second) in [(&first, &second), (&first_builder, &second_builder)] {
        // First what a reader understands: paths, modes, owners, times and contents.
        let layers = first.layers_above(&base).iter();
        for (first, second) in layers.zip(second.layers_above(&base)) {
            let differences = first.differences(second);
            assert!(differences.is_empty(), "{}\n{differences}", first.title);
        }
        assert_eq!(first.digests(), second.digests());
    }

    layers::keep("cold", &first, &base);
    layers::keep("cold-builder", &first_builder, &base);

    // And what is not the same is told: of another version, the files that hold it, and nothing of the layers below.
    let (_, bumped) = build(&["--build-arg=VERSION=1.5.0", afresh]);
    let bumped = bumped.layers_above(&base);
    let [system, dependencies, files, project, user, writable] = layers else {
        panic!("system packages, dependencies, files, project, user and writable folders");
    };
    let others = [system, dependencies, files, user, writable].map(|layer| &layer.digest);
    assert_eq!(others, [0, 1, 2, 4, 5].map(|index| &bumped[index].digest));
    assert!(system.compressed() > 100_000, "{}", system.title);
    let differences = project.differences(&bumped[3]);
    assert!(
        differences.contains("greeter-1.5.0.dist-info/METADATA"),
        "{differences}"
    );
    assert!(project.compressed() < 20_000, "{}", project.compressed());
}
