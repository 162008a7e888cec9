//! Tests that are run in a build.

use std::fs;

use crate::each::targets::exported;
use crate::support::{Engine, Project};

const TARGET: &str = "--target=test";

fn project() -> Project {
    let project = Project::copy_of("testdata/cases/uv-test-pytest");
    // No engine has run these tests before.
    let word = project.own_word();
    project.write(
        "tests/test_word.py",
        &format!("def test_word():\n    assert {word:?}\n"),
    );
    project
}

#[test]
#[ignore = "needs an engine"]
fn tests_run_in_the_build_once_and_a_container_runs_them_again() {
    let project = project();
    let first = project.must_build(&[TARGET]);
    assert!(first.text.contains("5 passed"), "{}", first.text);
    Engine::alone();
    assert_eq!(project.must_build(&[TARGET]).ran(), [""; 0]);
    let printed = Engine::get().must(["run", "--rm", "--network=none", &project.image]);
    assert!(printed.contains("5 passed"), "{printed}");

    // Neither a change of the code nor one of the tests installs anything; `runtime` shares what it has.
    project.replace("src/tally/__init__.py", "sum(numbers)", "sum(numbers) + 0");
    let edit = project.must_build(&["--target=test"]);
    let ran = edit.ran();
    assert!(ran.contains(&"[test] run pytest".to_owned()), "{ran:?}");
    assert!(
        ran.iter()
            .all(|step| !step.contains("dependencies") && !step.contains("requirements")),
        "{ran:?}"
    );
    project.replace("tests/test_word.py", "assert", "assert 1 and");
    let ran = project.must_build(&[TARGET]).ran();
    assert!(ran.contains(&"[test] run pytest".to_owned()), "{ran:?}");
    assert!(ran.iter().all(|step| !step.contains("install")), "{ran:?}");
    let runtime = project.must_build(&["--build-arg=VERSION=1.0"]).steps();
    assert_eq!(
        runtime["[builder] install dependencies from uv.lock"], "CACHED",
        "{runtime:?}"
    );
}

#[test]
#[ignore = "needs an engine"]
fn a_test_that_fails_fails_the_build_and_its_report_can_be_had() {
    let project = project();
    project.replace("src/tally/__init__.py", "sum(numbers)", "len(numbers)");
    let printed = project.must_fail(&[TARGET]);
    assert!(printed.contains("assert 3 == 6"), "{printed}");
    assert!(
        printed.contains("the tests failed: /opt/venv/bin/python -m pytest"),
        "{printed}"
    );
    let reports = project.export("test-reports", "reports", &[]);
    assert!(reports.ok, "{}", reports.text);
    assert!(exported(&project, "reports").contains("junit.xml"));
    assert_eq!(project.read("reports/exit-code"), "1\n");
    assert!(project.read("reports/junit.xml").contains("assert 3 == 6"));
    project.replace("src/tally/__init__.py", "len(numbers)", "sum(numbers)");
    let reports = project.export("test-reports", "reports", &[]);
    assert!(reports.ok, "{}", reports.text);
    assert_eq!(project.read("reports/exit-code"), "0\n");
}

#[test]
#[ignore = "needs an engine"]
fn unittest_runs_where_there_is_no_pytest_and_tests_must_be_there() {
    let project = Project::copy_of("testdata/cases/uv-test-unittest");
    project.replace("pyproject.toml", "python = \"3.11\"", "python = \"3.13\"");
    let word = project.own_word();
    project.replace("tests/numbers.py", "[1", &format!("[0 * len({word:?}), 1"));
    let build = project.must_build(&[TARGET]);
    assert!(build.text.contains("Ran 1 test in"), "{}", build.text);
    project.replace("tests/test_tally.py", "def test_", "def no_test_");
    let printed = project.must_fail(&[TARGET]);
    assert!(printed.contains("there was no test to run"), "{printed}");
    fs::remove_dir_all(project.path("tests")).unwrap();
    let printed = project.must_fail(&[TARGET]);
    assert!(
        printed.contains("the project has no tests: there is no tests and no test in"),
        "{printed}"
    );
}
