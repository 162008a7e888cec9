//! The project's files that tests are made of.

use crate::diagnostic::{Diagnostic, Diagnostics, rules};
use crate::plan::base::context;
use crate::plan::base::context::Purpose;
use crate::plan::base::runtime_base::RuntimeBase;
use crate::plan::base::script_runner::view;
use crate::plan::model::{
    Layer, Notes, OutputFolder, PlanBuilder, Step, StepMount, StepName, Tree,
};
use crate::plan::request::site::Site;
use crate::plan::request::user;
use crate::plan::scripts::COPY_TESTS;
use crate::project::{PYPROJECT, TEST_FOLDERS};
use crate::toml_document::{Document, Table};
use crate::values::{ContextPath, TargetPath};

/// What configures tests, in the root of a project.
const BESIDE: &[&str] = &[
    PYPROJECT,
    "conftest.py",
    "pytest.ini",
    ".pytest.ini",
    "pytest.toml",
    ".pytest.toml",
    "tox.ini",
    "setup.cfg",
    ".coveragerc",
];

/// Adds the layer with them in the working directory.
pub(crate) fn layer(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    base: &RuntimeBase,
    notes: &mut Notes,
) -> Result<Layer, Diagnostics> {
    notes.warnings.extend(hidden(site));
    let purpose = if site.is_package()? {
        Purpose::Wheel
    } else {
        Purpose::Copy
    };
    let context = context::context(site, plan, purpose);
    let (from, out) = (
        TargetPath::known("/mnt/from"),
        TargetPath::known("/mnt/out"),
    );
    let seen = view(site, plan, base.root)?;
    let mut command = vec!["python3".to_owned(), COPY_TESTS.path()];
    command.extend([&from, &out, &seen.at].map(ToString::to_string));
    command.push(user::user(site)?);
    command.extend(tests(site)?);
    command.push("--".to_owned());
    command.extend(BESIDE.iter().map(|name| (*name).to_owned()));
    let mut mounts = vec![StepMount::bind(context, from), COPY_TESTS.mount(plan)];
    mounts.extend(seen.mount);
    let step = Step {
        env: seen.env,
        mounts,
        ..Step::new(
            &site.options.platform,
            seen.root,
            command,
            OutputFolder::empty(out),
        )
    };
    let origin = &site.facts.pyproject.place;
    let step = plan.add_step(StepName::new("test", "copy tests"), Some(origin), step);
    let tree = Tree::whole(step, &site.spec.model.workdir);
    Ok(plan.layer("test", "tests", None, tree))
}

/// Where tests are: the well-known folders, and those in pytest's settings in the manifest.
fn tests(site: Site<'_>) -> Result<Vec<String>, Diagnostics> {
    let document = Document::parse(&site.facts.pyproject.source)?;
    let root = document.root();
    let pytest = root.table("tool").and_then(|tool| tool.table("pytest"));
    let told = |table: &Table<'_>| table.strings("testpaths");
    let older = pytest.as_ref().and_then(|table| table.table("ini_options"));
    let told = [older.as_ref(), pytest.as_ref()]
        .into_iter()
        .flatten()
        .flat_map(told);
    let mut paths: Vec<String> = TEST_FOLDERS.iter().map(|name| (*name).to_owned()).collect();
    for path in told {
        // A pattern, or a path that leads elsewhere, is left to pytest, which tells what it does not find.
        let Ok(path) = path.value.trim_end_matches('/').parse::<ContextPath>() else {
            continue;
        };
        let path = path.to_string();
        let below = |known: &String| path == *known || path.starts_with(&format!("{known}/"));
        if path != "." && !path.contains(['*', '?', '[']) && !paths.iter().any(below) {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// Tests that an ignore file hides cannot be run.
fn hidden(site: Site<'_>) -> Vec<Diagnostic> {
    let hidden = TEST_FOLDERS.iter().filter_map(|folder| {
        let pattern = site.facts.hidden(folder)?;
        let file = pattern.location.source.name();
        let message = format!("`{file}` hides `{folder}`, and tests there are not run");
        Some(
            rules::HIDDEN_TESTS
                .report(message)
                .at(&pattern.location)
                .hint(format!(
                    "remove `{}`, or write `!{folder}` below it",
                    pattern.value
                )),
        )
    });
    hidden.collect()
}
