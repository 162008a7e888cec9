//! Whole plans with the package manager for tests (`lock::sample`), which is the least that one needs.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::context::{Context, Images, MemoryContext};
use crate::diagnostic::{Diagnostics, one_line};
use crate::lock;
use crate::options::BuildOptions;
use crate::plan::{self, Choice, PartKind, Plan, Site};
use crate::project;
use crate::spec;
use crate::values::Platform;

/// The way of `frontend::plan`, which is above this room.
async fn plan(files: &[(&str, &str)], target: &str) -> Result<Plan, Diagnostics> {
    let context = MemoryContext {
        spec: "pyproject.toml".to_owned(),
        files: files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
            .collect(),
        image_config: String::new(),
        has_python: None,
    };
    let raw = BTreeMap::from([("target".to_owned(), target.to_owned())]);
    let options = BuildOptions::parse(&raw, &Platform::new("linux", "amd64"))?;
    let wanted = project::wanted(&lock::files());
    let spec_file = context.spec().await.unwrap().unwrap();
    let files = context.files(&wanted).await.unwrap();
    let spec = spec::parse(&Arc::clone(&spec_file.content.source("pyproject.toml")?))?;
    let facts = project::survey(&spec, &spec_file, files)?;
    let selection = plan::choose(&spec, &facts, &options)?;
    let mut images = Images::new();
    for image in selection.images() {
        let resolved = context.resolve(&image.reference, &options.platform).await;
        images.insert(image.reference.clone(), resolved.unwrap());
    }
    plan::plan(Site::new(&spec, &facts, &options, &selection, &images))
}

const MANIFEST: &str = "[project]\nname = \"a\"\nversion = \"1\"\nrequires-python = \">=3.13,<3.14\"\n\
                        [project.scripts]\na = \"a:main\"\n[build-system]\nrequires = [\"hatchling\"]\n";

/// The commands of the steps that the result needs, with the titles of its images.
fn told(plan: &Plan) -> String {
    let parts = plan.needed().into_iter().map(|id| plan.part(id));
    let lines = parts.filter_map(|part| match &part.kind {
        PartKind::Image { reference, .. } => Some(format!("image {}", reference.repository())),
        PartKind::Step(step) => Some(step.arguments().join(" ")),
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_file_and_a_row_make_an_installer() {
    let files = [("pyproject.toml", MANIFEST), ("sample.lock", "")];
    insta::assert_snapshot!(told(&plan(&files, "runtime").await.unwrap()), @"
    image docker.io/library/python
    python3 /run/wheelwright/prepare_root.py / /mnt/out /app /opt/venv add app 10001 10001
    image ghcr.io/astral-sh/uv
    /usr/local/bin/uv venv --no-project /opt/venv
    /usr/local/bin/uv venv --no-project /opt/wheelwright/sample
    /opt/wheelwright/sample/bin/python -SB /run/wheelwright/run_uv.py /opt/wheelwright/sample /usr/local/bin/uv pip install --python /opt/wheelwright/sample/bin/python --requirements requirements.txt --compile-bytecode --require-hashes
    /opt/wheelwright/sample/bin/sample sync
    /opt/venv/bin/python -SB /run/wheelwright/compile_bytecode.py /opt/venv/lib
    /opt/venv/bin/python -SB /run/wheelwright/run_uv.py /opt/venv /usr/local/bin/uv pip install --python /opt/venv/bin/python --requirements pyproject.toml
    /opt/venv/bin/python -SB /run/wheelwright/build_dist.py /dist 1 setuptools pyproject.toml /usr/local/bin/uv build --wheel --no-build-isolation --python /opt/venv/bin/python --no-cache --offline --out-dir /dist
    /opt/venv/bin/python -B /run/wheelwright/install_project.py --compile-bytecode /dist /part a a==1 /opt/venv/bin/python -SB /run/wheelwright/run_uv.py /part /usr/local/bin/uv pip install --no-deps --no-index --find-links /dist --python /opt/venv/bin/python --prefix /part --no-compile-bytecode
    ");
    insta::assert_snapshot!(told(&plan(&files, "builder").await.unwrap()), @"
    image docker.io/library/python
    image ghcr.io/astral-sh/uv
    /usr/local/bin/uv venv --no-project /opt/venv
    /usr/local/bin/uv venv --no-project /opt/wheelwright/sample
    /opt/wheelwright/sample/bin/python -SB /run/wheelwright/run_uv.py /opt/wheelwright/sample /usr/local/bin/uv pip install --python /opt/wheelwright/sample/bin/python --requirements requirements.txt --compile-bytecode --require-hashes
    /opt/wheelwright/sample/bin/sample sync
    /opt/venv/bin/python -SB /run/wheelwright/compile_bytecode.py /opt/venv/lib
    ");
}

#[tokio::test]
async fn what_has_nothing_to_install_is_told_and_tools_are_pinned_once() {
    let files = [("pyproject.toml", "[tool.ruff]\n")];
    let errors = plan(&files, "runtime").await.unwrap_err();
    let told: Vec<_> = errors.iter().map(one_line).collect();
    insta::assert_snapshot!(told.join("\n"), @"pyproject.toml:1:1: there is no `[project]` table, no lock file and no requirements file in the build context; write `[project]` with `name`, `version` and `dependencies`, or add a `requirements.txt`");
    insta::assert_snapshot!(lock::pinned_tools().join("\n"), @"ghcr.io/astral-sh/uv:0.13.8");
}

/// What a target picks for a project with these tables.
async fn picked(target: &str, tables: &str) -> String {
    let manifest = format!("{MANIFEST}{tables}");
    let files = [("pyproject.toml", manifest.as_str()), ("sample.lock", "")];
    let plan = plan(&files, target).await.unwrap();
    let of_target = |choice: &&Choice| choice.what.starts_with(target);
    let choices = plan.choices.iter().filter(of_target);
    let lines = choices.map(|choice| format!("{} ({})", choice.value, choice.why));
    lines.collect::<Vec<_>>().join("; ")
}

#[tokio::test]
async fn tests_and_developers_get_what_is_named_for_them() {
    const GROUPS: &str = "[dependency-groups]\n";
    const EXTRAS: &str = "[project.optional-dependencies]\n";
    let mut told = Vec::new();
    for tables in [
        String::new(),
        format!("{GROUPS}Tests = [\"pytest>=8\"]\ndev = []\ndocs = []\n"),
        format!("{GROUPS}dev = []\n{EXTRAS}test = []\n"),
        format!("{GROUPS}develop = []\n"),
        format!("{EXTRAS}testing = [\"PyTest\"]\ndev = []\n"),
        format!("{EXTRAS}dev = []\nplot = []\n"),
    ] {
        for target in ["test", "dev"] {
            told.push(format!("{target}: {}", picked(target, &tables).await));
        }
    }
    insta::assert_snapshot!(told.join("\n"), @"
    test: none (the project has no group and no extra for it); /opt/venv/bin/python -m unittest discover --start-directory tests (pytest is no dependency)
    dev: none (the project has no group and no extra for it)
    test: group Tests (named for tests); /opt/venv/bin/python -m pytest --junitxml=/reports/junit.xml (pytest is a dependency)
    dev: groups dev, Tests (what the installer installs for developers by itself, and what tests need)
    test: group dev (what the installer installs for developers by itself); /opt/venv/bin/python -m unittest discover --start-directory tests (pytest is no dependency)
    dev: group dev (what the installer installs for developers by itself)
    test: group develop (named for development); /opt/venv/bin/python -m unittest discover --start-directory tests (pytest is no dependency)
    dev: group develop (named for development)
    test: extra testing (the project has no group for it, and this extra); /opt/venv/bin/python -m pytest --junitxml=/reports/junit.xml (pytest is a dependency)
    dev: extra testing (the project has no group for it, and this extra)
    test: extra dev (the project has no group for it, and this extra); /opt/venv/bin/python -m unittest discover --start-directory tests (pytest is no dependency)
    dev: extra dev (the project has no group for it, and this extra)
    ");
}

#[tokio::test]
async fn a_tool_that_makes_no_lock_here_is_told() {
    let files = [("pyproject.toml", MANIFEST), ("sample.lock", "")];
    let errors = plan(&files, "lock").await.unwrap_err();
    let told: Vec<_> = errors.iter().map(one_line).collect();
    insta::assert_snapshot!(told.join("\n"), @"pyproject.toml:1:2: the target `lock` is not supported for sample yet; run `sample lock` on your machine");
}
