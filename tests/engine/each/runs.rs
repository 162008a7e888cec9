//! `[[run]]`: steps of the project's own run when what they see changes, and read secrets that are nowhere.

use std::fs;

use tempfile::TempDir;

use crate::support::{Engine, Project};

#[test]
#[ignore = "needs an engine"]
fn a_step_runs_when_what_it_sees_changes_and_not_before() {
    let project = Project::copy_of("testdata/cases/uv-run");
    let word = project.own_word();
    project.replace(
        "pyproject.toml",
        "TIER = \"test\"",
        &format!("TIER = {word:?}"),
    );
    project.must_build(&[]);
    Engine::alone();
    assert_eq!(project.must_build(&[]).ran(), [""; 0]);
    let of_steps = |arguments: &[&str]| {
        let ran = project.must_build(arguments).ran();
        let steps = ran.into_iter().filter_map(|step| {
            let command = step.strip_prefix("[runtime] run ")?;
            Some(command.split(',').next()?.to_owned())
        });
        steps.collect::<Vec<_>>()
    };
    let code = project.read("src/plain/__init__.py");
    let edited = format!("{code}\nWORD = {word:?}\n");
    project.write("src/plain/__init__.py", &edited);
    assert_eq!(of_steps(&[]), ["python -c import plain"]);
    project.write("assets/a.css", &word);
    assert_eq!(of_steps(&[]), ["python -c import plain", "umask 077 …"]);
    let cat = |path: &str| {
        let fixed = ["run", "--rm", "--entrypoint=cat", &project.image, path];
        Engine::get().must(fixed)
    };
    assert!(cat("/app/static/all.css").starts_with(&word));
    // The tests get what the runtime has.
    project.write(
        "tests/test_words.py",
        "import pathlib, unittest\n\nclass Words(unittest.TestCase):\n    def test(self):\n        \
         self.assertIn('built', pathlib.Path('static/tier').read_text())\n",
    );
    assert_eq!(of_steps(&["--target=test"]), [""; 0]);

    project.replace("pyproject.toml", "umask 077", "false\numask 077");
    let told = project.must_fail(&[]);
    assert!(told.contains("`false …` ended with 1"), "{told}");
    project.replace("pyproject.toml", "false\numask 077", "umask 077");
    project.replace("pyproject.toml", "assets/*.css", "assets/*.less");
    let told = project.must_fail(&[]);
    assert!(told.contains("/assets/*.less"), "{told}");
}

#[test]
#[ignore = "needs an engine"]
fn a_step_reads_its_secret_and_the_secret_is_nowhere() {
    let project = Project::copy_of("testdata/cases/uv-run");
    let word = project.own_word();
    let manifest = project.read("pyproject.toml");
    let step = format!(
        "[[tool.wheelwright.run]]\nsecrets = [\"token\"]\n\
         command = \"wc -c < /run/secrets/token > /srv/size-{word}\"\n"
    );
    project.write("pyproject.toml", &format!("{manifest}\n{step}"));
    let told = project.must_fail(&[]);
    let missing = "the secret `token` is not given, which a command of `[[run]]` reads; add \
                   `--secret id=token,env=NAME_OF_A_VARIABLE` or `--secret id=token,src=FILE` to the build";
    assert!(told.contains(missing), "{told}");
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("token");
    let secret = "gEheim-7!y";
    fs::write(&file, secret).unwrap();
    let option = format!("--secret=id=token,src={}", file.to_string_lossy());
    let built = project.must_build(&[&option]);
    let engine = Engine::get();
    let size = format!("/srv/size-{word}");
    let run = ["run", "--rm", "--entrypoint=sh", &project.image, "-c"];
    let ask = |script: &str| {
        let words = run.into_iter().chain([script]);
        engine.must(words).trim().to_owned()
    };
    assert_eq!(
        ask(&format!("cat {size}; ls /run/secrets 2> /dev/null | wc -l")),
        format!("{}\n0", secret.len())
    );
    for text in [
        built.text,
        engine.must(["history", "--no-trunc", &project.image]),
        engine.must(["image", "inspect", &project.image]),
    ] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
#[ignore = "needs an engine"]
fn static_files_of_django_are_collected_unless_told_otherwise() {
    let project = Project::copy_of("testdata/cases/uv-django-static");
    let word = project.own_word();
    let settings = "config/settings/production.py";
    // A variable of the container: the step has a placeholder for it.
    let read = format!("import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]  # {word}");
    project.replace(settings, "SECRET_KEY = \"for this test alone\"", &read);
    project.must_build(&[]);
    let list = || {
        let fixed = ["run", "--rm", "--entrypoint=ls", &project.image];
        Engine::get().docker(fixed.into_iter().chain(["/app/static_files/site.css"]))
    };
    assert!(list().ok, "{}", list().text);
    let config = Engine::get().must(["image", "inspect", &project.image]);
    assert!(!config.contains("SECRET_KEY"), "{config}");
    // A variable that nobody can guess: what to do is told.
    project.replace(settings, "[\"SECRET_KEY\"]", "[\"KEY_OF_SHOP\"]");
    let told = project.must_fail(&[]);
    let advice = "`manage.py collectstatic` ended with 1; give the settings what they read in `[build-env]`, or \
                  write `collectstatic = false` to leave it out";
    assert!(told.contains(advice), "{told}");
    let manifest = project.read("pyproject.toml");
    let given = format!("{manifest}[tool.wheelwright.build-env]\nKEY_OF_SHOP = \"x\"\n");
    project.write("pyproject.toml", &given);
    project.must_build(&[]);
    assert!(list().ok, "{}", list().text);
    project.write("pyproject.toml", &manifest);
    project.replace(
        "pyproject.toml",
        "python = \"3.13\"",
        "python = \"3.13\"\ncollectstatic = false",
    );
    project.must_build(&[]);
    assert!(!list().ok, "{}", list().text);
}
