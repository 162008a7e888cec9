//! Requirements files: what is installed again and what is not, and what pip and uv themselves say.

use crate::support::{Build, Container, Engine, Project};

const FILE: &str = "Dockerfile";

fn build(project: &Project) -> Build {
    let build = project.build_file(FILE, &[] as &[&str]);
    assert!(build.ok, "{}", build.text);
    build
}

/// The steps that were run, without those that only lay out what is there.
fn worked(build: &Build) -> Vec<String> {
    let mut steps = build.ran();
    steps.retain(|step| {
        !["lay out", "join", "add "]
            .iter()
            .any(|word| step.contains(word))
    });
    steps
}

#[test]
#[ignore = "needs an engine"]
fn comments_and_code_install_nothing_and_a_wrong_hash_is_told() {
    let project = Project::copy_of("examples/pip-requirements");
    let word = project.own_word();
    project.replace(FILE, "Delft", &word);
    build(&project);
    Engine::alone();
    assert_eq!(build(&project).ran(), [""; 0]);

    let requirements = project.read("requirements.txt");
    let joined = requirements
        .replace("\\\n    ", "")
        .replace('#', "# again,");
    project.write("requirements.txt", &joined);
    assert_eq!(worked(&build(&project)), [""; 0]);

    project.replace("app.py", "as today", &word);
    let edit = build(&project);
    assert_eq!(worked(&edit), ["[runtime] copy project"], "{}", edit.text);
    let container = Container::start(&project.image);
    let told = container.ask("/");
    assert_eq!(told.matches(word.as_str()).count(), 2, "{told}");
    drop(container);

    let digest = "0".repeat(64);
    let wrong = format!("packaging==25.0 --hash=sha256:{digest}\n");
    project.write("requirements.txt", &wrong);
    let failed = project.build_file(FILE, &[] as &[&str]);
    assert!(!failed.ok);
    let mut expected = vec!["THESE PACKAGES DO NOT MATCH THE HASHES", &digest];
    // Its interface drops the places of an error.
    if !Engine::get().is_docker_20() {
        expected.push("requirements.txt:1");
    }
    for said in expected {
        assert!(failed.text.contains(said), "{said}\n{}", failed.text);
    }
}

/// The packages are those of `wheels.rs`, so that an engine installs them once.
#[test]
#[ignore = "needs an engine"]
fn sources_are_built_with_the_packages_that_the_spec_adds() {
    let project = Project::from_files(&[
        (
            FILE,
            "# syntax=wheelwright/frontend:0.1\npython = \"3.13\"\n[system]\nbuild = [\"gcc\", \"libc6-dev\", \"libyaml-dev\", \"python3-dev\"]\n\
             [image]\ncmd = [\"python\", \"app.py\"]\n",
        ),
        (
            "requirements.txt",
            "--no-binary=markupsafe\nmarkupsafe==3.0.2\ndocopt==0.6.2\n",
        ),
        (
            "app.py",
            "import docopt, importlib.util, markupsafe._speedups\n\
             print(docopt.__version__, markupsafe._speedups.__name__, importlib.util.find_spec('setuptools'))\n",
        ),
    ]);
    build(&project);
    let printed = Engine::get().must(["run", "--rm", &project.image]);
    assert_eq!(printed.trim(), "0.6.2 markupsafe._speedups None");
}

#[test]
#[ignore = "needs an engine"]
fn folders_that_requirements_name_are_never_stale() {
    let project = Project::copy_of("testdata/cases/pip-local");
    let word = project.own_word();
    project.must_build(&[]);
    Engine::alone();
    assert_eq!(project.must_build(&[]).ran(), [""; 0]);
    project.replace("libs/greet/greet/__init__.py", "hello", &word);
    let edit = project.must_build(&[]);
    let ran = edit.ran();
    let installs = ran
        .iter()
        .filter(|step| step.contains("install dependencies"));
    assert_eq!(installs.count(), 0, "{}", edit.text);
    let printed = Engine::get().must(["run", "--rm", &project.image]);
    assert_eq!(printed.trim(), format!("{word} small blinker"));
    project.replace(
        "src/shop/__init__.py",
        "click.echo(f\"",
        "click.echo(f\"again ",
    );
    let edit = project.must_build(&[]);
    assert!(
        edit.ran().iter().all(|step| !step.contains("libs/greet")),
        "{}",
        edit.text
    );
    let printed = Engine::get().must(["run", "--rm", &project.image]);
    assert_eq!(printed.trim(), format!("again {word} small blinker"));
}

#[test]
#[ignore = "needs an engine"]
fn what_only_a_build_says_that_it_needs_is_missed() {
    let project = Project::copy_of("testdata/cases/pip-setup-py");
    project.replace(
        "setup.py",
        "install_requires=[",
        "install_requires=[\"no-such.thing>=2\", \"a; python_version<'3'\"] + [",
    );
    let failed = project.build_file(FILE, &[] as &[&str]);
    assert!(!failed.ok);
    let told = "inventory needs no-such.thing, which only the build of it tells, and nothing installed; name what it \
                needs in a requirements file";
    assert!(failed.text.contains(told), "{}", failed.text);
}

#[test]
#[ignore = "needs an engine"]
fn what_the_interpreter_has_is_not_installed_over() {
    let project = Project::copy_of("testdata/cases/pip-venv-false");
    project.replace(
        "requirements.txt",
        "click==8.1.8",
        "click==8.1.8\npip==25.0",
    );
    let failed = project.build_file(FILE, &[] as &[&str]);
    assert!(!failed.ok);
    let told = "the interpreter has pip already, and a layer cannot take away the files of another: take it out of the \
                dependencies, choose a `from` without it, or leave `venv` as it is";
    assert!(failed.text.contains(told), "{}", failed.text);
}
