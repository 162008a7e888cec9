//! The Python scripts that run inside builds (`src/plan/scripts`), tested on this machine's own Python. Each file
//! `tests/scripts/test_NAME.py` is a test here: `cargo test --test scripts run_step`. One of its cases:
//! `cd tests/scripts && python3 -m unittest -v test_run_step.RunStep.test_…`.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the tests are files, and a test that cannot read them fails"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use libtest_mimic::{Arguments, Failed, Trial};
use wheelwright::values::SUPPORTED;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const SCRIPTS: &str = "src/plan/scripts";
const TESTS: &str = "tests/scripts";

fn main() {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = tests()
        .into_iter()
        .map(|name| Trial::test(name.clone(), move || run_unittest(&name)))
        .collect();
    trials.push(Trial::test(
        "every_script_has_a_test",
        every_script_has_a_test,
    ));
    trials.push(Trial::test(
        "every_script_is_embedded",
        every_script_is_embedded,
    ));
    trials.push(Trial::test(
        "the_oldest_python_reads_every_script",
        the_oldest_python_reads_every_script,
    ));
    trials.push(Trial::test(
        "the_linter_knows_the_oldest_python",
        the_linter_knows_the_oldest_python,
    ));
    libtest_mimic::run(&arguments, trials).exit();
}

/// The names of the scripts, without their ending.
fn scripts() -> BTreeSet<String> {
    modules(SCRIPTS)
}

/// The names of the scripts that have a test.
fn tests() -> BTreeSet<String> {
    let files = modules(TESTS).into_iter();
    files
        .filter_map(|name| Some(name.strip_prefix("test_")?.to_owned()))
        .collect()
}

/// The Python files in a folder, without their ending.
fn modules(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(Path::new(ROOT).join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter_map(|name| Some(name.strip_suffix(".py")?.to_owned()))
        .collect()
}

/// Runs the cases of a test file; a failure shows all that they printed.
fn run_unittest(name: &str) -> Result<(), Failed> {
    let output = Command::new(python()?)
        .args(["-m", "unittest", "-v", &format!("test_{name}")])
        .current_dir(Path::new(ROOT).join(TESTS))
        // Nothing is left among the sources.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .map_err(|error| error.to_string())?;
    let text = printed(&output);
    // Before Python 3.12 it succeeds where it finds no test, and it always does where all are skipped.
    let ran =
        text.contains("\nRan ") && !text.contains("\nRan 0 tests") && !text.contains("skipped=");
    if output.status.success() && ran {
        Ok(())
    } else {
        Err(text.into())
    }
}

fn printed(output: &Output) -> String {
    [&output.stdout, &output.stderr]
        .map(|bytes| String::from_utf8_lossy(bytes))
        .concat()
}

/// A Python that the scripts can run on.
fn python() -> Result<&'static str, Failed> {
    static PYTHON: OnceLock<Option<String>> = OnceLock::new();
    let found = PYTHON.get_or_init(|| {
        let versions = SUPPORTED.iter().rev();
        let names = versions.map(|version| format!("python{version}"));
        let names = ["python3".to_owned()].into_iter().chain(names);
        names.into_iter().find(|name| is_new_enough(name))
    });
    found.as_deref().ok_or_else(|| {
        let oldest = SUPPORTED[0];
        format!("these tests need Python {oldest} or newer: put `python3` on the PATH").into()
    })
}

fn is_new_enough(python: &str) -> bool {
    let minor = SUPPORTED[0].minor;
    let code = format!("import sys, venv; sys.exit(sys.version_info < (3, {minor}))");
    let status = Command::new(python).args(["-c", &code]).output();
    status.is_ok_and(|output| output.status.success())
}

fn every_script_has_a_test() -> Result<(), Failed> {
    let (scripts, tests) = (scripts(), tests());
    let untested: Vec<_> = scripts.difference(&tests).collect();
    let lost: Vec<_> = tests.difference(&scripts).collect();
    if scripts.is_empty() || !untested.is_empty() || !lost.is_empty() {
        return Err(format!(
            "scripts without a file {TESTS}/test_NAME.py: {untested:?}; tests without a script: {lost:?}"
        )
        .into());
    }
    for name in tests {
        let text =
            fs::read_to_string(Path::new(ROOT).join(format!("{TESTS}/test_{name}.py"))).unwrap();
        if !text.contains(&format!("script = \"{name}.py\"")) {
            return Err(format!("{TESTS}/test_{name}.py does not test {name}.py").into());
        }
    }
    Ok(())
}

/// A script that no build contains would be tested for nothing.
fn every_script_is_embedded() -> Result<(), Failed> {
    let mut texts = Vec::new();
    read_sources(&Path::new(ROOT).join("src/plan"), &mut texts);
    for name in scripts() {
        let end = format!("{name}.py\")");
        let is_embedded = texts.iter().any(|text| {
            let mut included = text.split("include_str!(\"").skip(1);
            included.any(|rest| {
                rest.starts_with(&end)
                    || rest
                        .split_once(&end)
                        .is_some_and(|(folder, _)| folder.ends_with('/') && !folder.contains('"'))
            })
        });
        if !is_embedded {
            return Err(format!("no `include_str!` in src/plan contains {name}.py").into());
        }
    }
    Ok(())
}

fn read_sources(folder: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            read_sources(&path, texts);
        } else if path.extension().is_some_and(|end| end == "rs") {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// The syntax is that of the oldest Python that is supported, whatever this machine has.
fn the_oldest_python_reads_every_script() -> Result<(), Failed> {
    let read = format!(
        "import ast, sys\n\
         for path in sys.argv[1:]:\n\
         \x20   ast.parse(open(path, encoding='utf-8').read(), path, feature_version=(3, {}))",
        SUPPORTED[0].minor
    );
    let folder = Path::new(ROOT).join(SCRIPTS);
    let paths = scripts().into_iter();
    let paths: Vec<_> = paths
        .map(|name| folder.join(format!("{name}.py")))
        .collect();
    let run = |paths: &[PathBuf]| -> Result<Output, Failed> {
        let mut command = Command::new(python()?);
        command.args(["-c", &read]).args(paths);
        command.output().map_err(|error| error.to_string().into())
    };
    let output = run(&paths)?;
    if !output.status.success() {
        return Err(printed(&output).into());
    }
    // Newer than what is supported: the check does check.
    let folder = tempfile::tempdir().unwrap();
    let newer = folder.path().join("newer.py");
    fs::write(&newer, "type A = int\n").unwrap();
    if run(&[newer])?.status.success() {
        return Err("syntax of Python 3.12 is taken for that of the oldest".into());
    }
    Ok(())
}

/// The rules of the linter depend on the oldest Python, and so does what it takes for valid syntax.
fn the_linter_knows_the_oldest_python() -> Result<(), Failed> {
    let expected = format!("target-version = \"py3{}\"", SUPPORTED[0].minor);
    let settings = fs::read_to_string(Path::new(ROOT).join("ruff.toml")).unwrap();
    if settings.lines().any(|line| line == expected) {
        Ok(())
    } else {
        Err(format!("ruff.toml must say `{expected}`").into())
    }
}
