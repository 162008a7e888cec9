//! Packages from git repositories: fetched and built in the builder, which gets git for it; the image has none.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::{Container, Engine, Project};

/// Prints where git and ssh are, if anywhere.
const LOOK: &str = "import shutil; print(shutil.which('git'), shutil.which('ssh'))";

/// What Python prints in the image of the project.
fn printed(project: &Project, code: &str) -> String {
    let fixed = ["run", "--rm", "--entrypoint=python3", &project.image];
    Engine::get().must(fixed.into_iter().chain(["-c", code]))
}

#[test]
#[ignore = "needs an engine"]
fn a_locked_repository_is_installed_and_the_image_has_no_git() {
    let serve = ["python3", "-c", include_str!("git_server.py")];
    let server = Container::of_command("python:3.13-slim", &serve);
    let commit = server.first_line();
    let url = format!("http://{}:8080/greet.git", server.address());
    let manifest = format!(
        "# syntax=wheelwright/frontend:0.1\n\
         [project]\nname = \"asker\"\nversion = \"1.0\"\nrequires-python = \"==3.13.*\"\n\
         dependencies = [\"greet\"]\n\
         [tool.uv]\npackage = false\nsources = {{ greet = {{ git = \"{url}\", rev = \"{commit}\" }} }}\n\
         [tool.wheelwright.image]\ncmd = [\"python\", \"-c\", \"import greet; print(greet.WORDS)\"]\n"
    );
    let lock = format!(
        "version = 1\nrevision = 3\nrequires-python = \"==3.13.*\"\n\n\
         [[package]]\nname = \"asker\"\nversion = \"1.0\"\nsource = {{ virtual = \".\" }}\n\
         dependencies = [\n    {{ name = \"greet\" }},\n]\n\n\
         [package.metadata]\nrequires-dist = [{{ name = \"greet\", git = \"{url}?rev={commit}\" }}]\n\n\
         [[package]]\nname = \"greet\"\nversion = \"1.0\"\nsource = {{ git = \"{url}?rev={commit}#{commit}\" }}\n"
    );
    let project = Project::from_files(&[("pyproject.toml", &manifest), ("uv.lock", &lock)]);
    project.must_build(&[]);
    let answer = Engine::get().must(["run", "--rm", &project.image]);
    assert_eq!(answer.trim(), "greetings from the repository");
    assert_eq!(printed(&project, LOOK).trim(), "None None");
    Engine::alone();
    assert_eq!(project.must_build(&[]).ran(), [""; 0]);
    project.must_build(&["--target=builder"]);
    assert_eq!(printed(&project, LOOK).trim(), "/usr/bin/git None");
}

#[test]
#[ignore = "needs an engine"]
fn over_ssh_the_agent_is_asked_and_only_known_hosts_are() {
    let serve = ["sh", "-c", include_str!("ssh_server.sh")];
    let host = "wheelwright-lab/git-host";
    Engine::need(host);
    let server = Container::of_command(host, &serve);
    let line = server.first_line();
    let words: Vec<&str> = line.split(' ').collect();
    let [commit, host_key, key] = words.as_slice() else {
        panic!("{line}: {}", server.log());
    };
    let (host, host_key) = (server.address(), host_key.replace(',', " "));
    let spec = |host_key: &str| {
        format!(
            "# syntax=wheelwright/frontend:0.1\npython = \"3.13\"\n\
             [image]\ncmd = [\"python\", \"-c\", \"import greet; print(greet.WORDS)\"]\n\
             [network]\nssh-known-hosts = [\"{host} {host_key}\"]\n"
        )
    };
    let requirements = format!("greet @ git+ssh://root@{host}/srv/greet@{commit}\n");
    // Another key than the one that the host shows.
    let (kind, own) = host_key.split_once(' ').unwrap();
    let other = format!("{kind} {}AAAA", &own[..own.len() - 4]);
    let project = Project::from_files(&[
        ("Dockerfile", &spec(&other)),
        ("requirements.txt", &requirements),
    ]);
    let build = |arguments: &[&str]| project.build_file("Dockerfile", arguments);
    let ssh = format!("--ssh=default={}", private_key(&project, key));
    let wrong = build(&[&ssh]);
    let refused = "Host key verification failed";
    assert!(!wrong.ok && wrong.text.contains(refused), "{}", wrong.text);
    project.write("Dockerfile", &spec(&host_key));
    let without = build(&[]);
    let told = "no ssh agent is given, which the git repository of `greet` asks for; add `--ssh default` to the build";
    assert!(
        !without.ok && without.text.contains(told),
        "{}",
        without.text
    );
    let right = build(&[&ssh]);
    assert!(right.ok, "{}", right.text);
    let answer = Engine::get().must(["run", "--rm", &project.image]);
    assert_eq!(answer.trim(), "greetings over ssh");
    assert_eq!(printed(&project, LOOK).trim(), "None None");
    Engine::alone();
    // What is there needs no agent.
    let again = build(&[]);
    assert!(again.ok, "{}", again.text);
    assert_eq!(again.ran(), [""; 0]);
}

/// The key in a file that clients take: only its owner reads it.
fn private_key(project: &Project, base64: &str) -> String {
    let decode = "import base64, sys; print(base64.b64decode(sys.argv[1]).decode(), end='')";
    let fixed = ["run", "--rm", "python:3.13-slim", "python3", "-c", decode];
    let text = Engine::get().must(fixed.into_iter().chain([base64]));
    project.write("key", &text);
    project.write(".dockerignore", "key\n");
    let path = project.path("key");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path.to_string_lossy().into_owned()
}
