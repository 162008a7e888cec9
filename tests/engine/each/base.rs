//! What a base image has already is kept, and images get no modes of the developer's machine.

use crate::VERSION;
use crate::base_image::{Base, plain};
use crate::support::{Container, Engine, Image, Project};

#[test]
#[ignore = "needs an engine"]
fn folders_links_and_users_of_the_base_stay_what_they_are() {
    let base = Base::new(
        "RUN groupadd -g 999 app && useradd -u 999 -g 999 app && mkdir -m 0711 /home/nonroot \
         && chown app:app /home/nonroot\n",
    );
    let project = plain(
        &base,
        "workdir = \"/home/nonroot\"\nvenv = \"/home/nonroot/venv\"",
        "writable = [\"/home/nonroot/data\", \"/var/run/plain\", \"/home/nonroot/new\"]",
    );
    project.must_build(&[]);
    let container = Container::sleeping(&project.image);
    let run = |command: &str| container.exec(&["sh", "-c", command]).unwrap();
    let told = run(
        "cd /home/nonroot; stat -c '%u:%g %a %n' . app.py data data/first.txt new /run/plain; \
         readlink /var/run; grep ^app /etc/passwd /etc/group; id -un; echo more >> data/first.txt",
    );
    insta::assert_snapshot!(told, @"
    999:999 711 .
    0:0 644 app.py
    10001:10001 755 data
    10001:10001 644 data/first.txt
    10001:10001 755 new
    10001:10001 755 /run/plain
    /run
    /etc/passwd:app:x:999:999::/home/app:/bin/sh
    /etc/passwd:app10001:x:10001:10001::/home/app10001:/sbin/nologin
    /etc/group:app:x:999:
    /etc/group:app10001:x:10001:
    app10001
    ");

    // The folders on the way are the base's also where nothing in them is writable.
    let project = plain(
        &base,
        "workdir = \"/home/nonroot\"\nvenv = \"/home/nonroot/venv\"",
        "",
    );
    project.must_build(&[]);
    let container = Container::sleeping(&project.image);
    let told = container.exec(&["stat", "-c", "%u:%g %a %n", "/home", "/home/nonroot"]);
    assert_eq!(told.unwrap(), "0:0 755 /home\n999:999 711 /home/nonroot\n");

    let user = |user: &str| plain(&base, "", &format!("user = \"{user}\"")).must_fail(&[]);
    let writable =
        |path: &str| plain(&base, "", &format!("writable = [\"{path}\"]")).must_fail(&[]);
    let told = [
        (
            user("app"),
            "the base image has a user 'app' of its own, 999:999, where ours is 10001:10001",
        ),
        (
            user("bob"),
            "the base image has no user 'bob'; write numeric ids",
        ),
        (
            user("app:bob"),
            "the base image has no group 'bob'; write numeric ids",
        ),
        (
            writable("/etc/passwd"),
            "/etc/passwd is a file in the base image, and /etc/passwd cannot be a folder",
        ),
        (
            writable("/app/app.py"),
            "/app/app.py is a file of the project, and `writable` lists folders",
        ),
        (
            plain(&base, "workdir = \"/var/run/plain\"", "").must_fail(&[]),
            "the base image has links on the way to `workdir`: write '/run/plain' instead of '/var/run/plain'",
        ),
    ];
    for (printed, expected) in told {
        assert!(printed.contains(expected), "no {expected:?} in:\n{printed}");
    }
}

#[test]
#[ignore = "needs an engine"]
fn modes_of_the_developers_machine_reach_no_image() {
    use std::os::unix::fs::PermissionsExt;

    let project = Project::copy_of("examples/flask-app");
    project.write("data/guests.txt", "Grace\n");
    project.write("run.sh", "#!/bin/sh\n");
    let build = |modes: [(&str, u32); 5]| {
        for (name, mode) in modes {
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(project.path(name), mode).unwrap();
        }
        project.must_build(&[]);
        Image::read(&project.image)
    };
    let narrow = build([
        ("app.py", 0o600),
        ("run.sh", 0o700),
        ("templates", 0o700),
        ("data", 0o700),
        ("data/guests.txt", 0o600),
    ]);
    let wide = build([
        ("app.py", 0o666),
        ("run.sh", 0o777),
        ("templates", 0o777),
        ("data", 0o777),
        ("data/guests.txt", 0o644),
    ]);
    assert_eq!(narrow.digests(), wide.digests());
    let container = Container::start(&project.image);
    let owners = container.exec(&[
        "sh",
        "-c",
        "stat -c '%U %a %n' app.py run.sh templates data data/guests.txt",
    ]);
    insta::assert_snapshot!(owners.unwrap(), @"
    root 644 app.py
    root 755 run.sh
    root 755 templates
    app 755 data
    app 644 data/guests.txt
    ");
    assert!(container.ask("/").contains("<li>Grace</li>"));
    let sign = "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/', data=b'name=Ada')";
    container.exec(&["python", "-c", sign]).unwrap();
    assert!(container.ask("/").contains("<li>Ada</li>"));
}

/// As distroless images are: an interpreter, and no other program.
#[test]
#[ignore = "needs an engine"]
fn a_runtime_without_a_shell_is_filled_and_serves() {
    let bare = Base::new(
        "RUN python3 -c \"import os; [os.remove(os.path.join(folder, name)) for folder in ('/usr/bin', '/usr/sbin', \
         '/usr/local/bin') for name in os.listdir(folder) if not name.startswith('python')]\"\n",
    );
    for keys in ["", "venv = false\n"] {
        let project = Project::copy_of("examples/fastapi");
        let image = "[tool.wheelwright.image]";
        let from = bare.name();
        let spec = format!("[tool.wheelwright]\nruntime-from = \"{from}\"\n{keys}\n{image}");
        project.replace("pyproject.toml", image, &spec);
        project.must_build(&[VERSION]);
        let shell = Engine::get().docker(["run", "--rm", "--entrypoint", "sh", &project.image]);
        assert!(!shell.ok, "{}", shell.text);
        let container = Container::start(&project.image);
        assert!(container.ask("/version").contains("1.4.0"), "{keys}");
    }
}
