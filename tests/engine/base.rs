//! What a base image has already is kept, and what stands against a build in it is told.

use crate::VERSION;
use crate::support::{Container, Engine, Image, Project};

/// An image made by a Dockerfile; it is removed in the end.
struct Base {
    project: Project,
}

impl Base {
    fn new(steps: &str) -> Self {
        Self::with(&[], steps)
    }

    fn with(files: &[(&str, &str)], steps: &str) -> Self {
        let text = format!("FROM python:3.13-slim\n{steps}");
        let project = Project::from_files(files);
        project.write("Dockerfile", &text);
        let built = project.build_file("Dockerfile", &[] as &[&str]);
        assert!(built.ok, "{}", built.text);
        Self { project }
    }

    fn name(&self) -> String {
        format!("{}:latest", self.project.image)
    }
}

/// A project of plain files on an image.
fn plain(base: &Base, keys: &str, image_keys: &str) -> Project {
    let manifest = format!(
        "# syntax=wheelwright/frontend:0.1\n[project]\nname = \"plain\"\nversion = \"1\"\n\
         requires-python = \">=3.13\"\n[tool.wheelwright]\npython = \"3.13\"\nfrom = \"{}\"\n{keys}\n\
         [tool.wheelwright.image]\ncmd = [\"sleep\", \"600\"]\n{image_keys}\n",
        base.name()
    );
    let lock = "version = 1\nrevision = 3\nrequires-python = \">=3.13\"\n\n[[package]]\nname = \"plain\"\n\
                version = \"1\"\nsource = { virtual = \".\" }\n";
    Project::from_files(&[
        ("pyproject.toml", &manifest),
        ("uv.lock", lock),
        ("app.py", "print('hello')\n"),
        ("data/first.txt", "1\n"),
    ])
}

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
fn a_runtime_with_another_c_library_is_told_with_both_images() {
    // What Python says of itself on Alpine.
    let other = Base::new(
        "RUN python3 -c \"import importlib, sysconfig as s; m = importlib.import_module(s._get_sysconfigdata_name()); \
         t = open(m.__file__).read(); open(m.__file__, 'w').write(t.replace('-linux-gnu', '-linux-musl'))\"\n",
    );
    let project = Project::copy_of("examples/fastapi");
    let line = format!("runtime-from = \"{}\"", other.name());
    project.replace(
        "pyproject.toml",
        "[tool.wheelwright.image]",
        &format!("[tool.wheelwright]\n{line}\n[tool.wheelwright.image]"),
    );
    let printed = project.must_fail(&[VERSION]);
    let soabi = "cpython-313-x86_64-linux";
    let expected = format!(
        "Python in python:3.13-slim is {soabi}-gnu with glibc, in {} it is {soabi}-musl with glibc: packages that are \
         installed for one do not load on the other; take a `runtime-from` of the same distribution as `from`",
        other.name()
    );
    assert!(
        printed.contains(&expected),
        "no {expected:?} in:\n{printed}"
    );

    // An image that differs elsewhere is taken.
    let same = Base::new("ENV MARK=here\n");
    project.replace(
        "pyproject.toml",
        &line,
        &format!("runtime-from = \"{}\"", same.name()),
    );
    project.must_build(&[VERSION]);
    assert_eq!(
        Container::start(&project.image).ask("/version"),
        r#"{"version":"1.4.0"}"#
    );
}

#[test]
#[ignore = "needs an engine"]
fn what_system_packages_cannot_do_is_told() {
    let base = Base::new("RUN rm /usr/bin/apt-get\n");
    let printed = plain(&base, "system.runtime = [\"hello\"]", "").must_fail(&[]);
    let expected = "the base image has no package manager that is known (apt-get, apk, dnf, microdnf): install system \
                    packages in an image of your own, and name that in `from`";
    assert!(printed.contains(expected), "{printed}");

    // An index that cannot be had: not a warning and yesterday's packages.
    let base = Base::new(
        "RUN echo 'deb [trusted=yes] http://127.0.0.1:9/debian stable main' > /etc/apt/sources.list.d/x.list\n",
    );
    let printed = plain(&base, "system.runtime = [\"hello\"]", "").must_fail(&[]);
    assert!(printed.contains("apt-get update failed"), "{printed}");

    let base = Base::new("ENV MARK=here\n");
    let printed = plain(&base, "system.runtime = [\"no-such-package\"]", "").must_fail(&[]);
    assert!(
        printed.contains("Unable to locate package no-such-package"),
        "{printed}"
    );
    assert!(printed.contains("apt-get install failed"), "{printed}");
}

/// The recipe of a package: a program, a folder, and a step of its own after the install.
const RPM: &str = "Name: greeting
Version: 1.0
Release: 1
Summary: Says hello
License: MIT
BuildArch: noarch
AutoReqProv: no
Recommends: no-such-package
%description
Says hello.
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/var/lib/greeting
printf '#!/bin/sh\\necho hello from an rpm\\n' > %{buildroot}/usr/bin/greeting
chmod 755 %{buildroot}/usr/bin/greeting
%post -p <lua>
local file = io.open(\"/var/lib/greeting/made\", \"w\")
file:write(\"after the install\")
file:close()
%files
/usr/bin/greeting
%dir /var/lib/greeting
";

/// Debian has dnf and rpm too, which here are what the image has.
#[test]
#[ignore = "needs an engine"]
fn packages_of_dnf_are_a_layer_of_their_own() {
    let repository = "[local]\nname=local\nbaseurl=file:///srv/packages\ngpgcheck=0\n";
    let base = Base::with(
        &[("greeting.spec", RPM), ("local.repo", repository)],
        "RUN apt-get update -q && apt-get install -yq --no-install-recommends createrepo-c dnf rpm
COPY greeting.spec /
RUN rpmbuild -bb --define '_rpmdir /srv/packages' --define '_build_name_fmt %%{NAME}.rpm' /greeting.spec \
 && createrepo_c /srv/packages && rm /usr/bin/apt-get
COPY local.repo /etc/yum.repos.d/
",
    );
    let project = plain(&base, "system.runtime = [\"greeting\"]", "");
    project.must_build(&[]);
    let container = Container::sleeping(&project.image);
    let told = container.exec(&[
        "sh",
        "-c",
        "greeting; cat /var/lib/greeting/made; rpm -q greeting",
    ]);
    assert_eq!(
        told.unwrap(),
        "hello from an rpm\nafter the installgreeting-1.0-1.noarch\n"
    );
    let (image, below) = (Image::read(&project.image), Image::read(&base.name()));
    let entries = image.layers_above(&below)[0].entries();
    let left = |path: &&String| {
        ["cache", "log", "history"]
            .iter()
            .any(|name| path.contains(name))
    };
    assert_eq!(entries.keys().find(left), None);
    assert_eq!(project.must_build(&[]).ran(), [""; 0]);

    let printed = plain(&base, "system.runtime = [\"no-such-package\"]", "").must_fail(&[]);
    assert!(
        printed.contains("No match for argument: no-such-package"),
        "{printed}"
    );
    assert!(printed.contains("dnf install failed"), "{printed}");
}

#[test]
#[ignore = "needs an engine"]
fn servers_find_the_folders_that_their_packages_made() {
    let base = Base::new("ENV MARK=here\n");
    let project = plain(&base, "system.runtime = [\"lighttpd\"]", "");
    project.must_build(&[]);
    let (image, below) = (Image::read(&project.image), Image::read("python:3.13-slim"));
    let entries = image.layers_above(&below)[0].entries();
    let shown = |path: &str| path.starts_with("var/log") || path.ends_with(['-']);
    let paths: Vec<&String> = entries.keys().filter(|path| shown(path)).collect();
    assert_eq!(paths, ["var/log", "var/log/lighttpd"]);
    let container = Container::sleeping(&project.image);
    let owner = container.exec(&["stat", "-c", "%U:%G %a", "/var/log/lighttpd"]);
    assert_eq!(owner.unwrap().trim(), "www-data:www-data 750");
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
