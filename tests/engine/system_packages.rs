//! Packages of the system, and bases that a build cannot use.

use crate::VERSION;
use crate::base_image::{Base, plain};
use crate::support::{Container, Engine, Image, Project};

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
    let image = "wheelwright-lab/rpm";
    Engine::need(image);
    let base = Base::on(
        image,
        &[("greeting.spec", RPM), ("local.repo", repository)],
        "COPY greeting.spec /
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
    Engine::alone();
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
