//! What is read from whole specs, and what is reported.

use crate::diagnostic::one_line;

use super::*;

mod requirements;
mod slips;
mod steps;

fn errors(name: &str, text: &str) -> String {
    let failure = parse(&Source::new(name, text)).err().unwrap();
    failure.iter().map(one_line).collect::<Vec<_>>().join("\n")
}

#[test]
fn all_keys_of_this_version_are_read() {
    let text = r#"# syntax=wheelwright/frontend:0.1
        python = "3.13"
        from = "python:3.13-slim"
        runtime-from = "python:3.13-slim-bookworm"
        installer = "uv"
        installer-version = "0.13.8"
        venv = "/venv"
        workdir = "/srv"
        groups = ["prod"]
        extras = ["pg"]
        compile-bytecode = false
        version = { arg = "RELEASE", default = "0.0.0" }
        [env]
        A = "b"
        [image]
        entrypoint = ["a", "b"]
        cmd = ["c"]
        user = "1000:1000"
        expose = [8000, "53/udp"]
        stop-signal = "SIGINT"
        labels = { "x.y" = "z" }
    "#;
    let spec = parse(&Source::new("wheelwright.toml", text)).unwrap();
    assert_eq!(spec.kind, SpecKind::Own);
    assert_eq!(spec.model.python.unwrap().value.to_string(), "3.13");
    assert_eq!(spec.model.version.argument, "RELEASE");
    assert_eq!(spec.model.image.expose[1].value, "53/udp");
    let nothing = std::collections::BTreeMap::new();
    assert_eq!(spec.model.env[0].1.value.resolve(&nothing), Ok("b".into()));
    assert!(!spec.model.compile_bytecode);
}

#[test]
fn no_spec_is_a_good_spec() {
    for (name, text) in [
        ("Dockerfile", "# syntax=wheelwright/frontend:0.1\n"),
        ("pyproject.toml", "[project]\nname = \"a\"\n"),
    ] {
        let spec = parse(&Source::new(name, text)).unwrap();
        assert_eq!(spec.model.workdir.as_str(), "/app");
    }
}

#[test]
fn every_error_is_told_with_its_place() {
    insta::assert_snapshot!(errors(
        "pyproject.toml",
        "[project]\nname = \"a\"\n[tool.wheelwright]\npyhton = \"3.13\"\npython = 3.13\nfrom = \"UPPER CASE\"\n\
         groups = \"dev\"\nvenv = \"venv\"\nlayers = \"split\"\n[tool.wheelwright.image]\nexpose = [99999]\n\
         port = 1\n[tool.wheelwright.env]\nA = 1\n"
    ), @r#"
    pyproject.toml:4:1: unknown key `pyhton` in `[tool.wheelwright]`; did you mean `python`?
    pyproject.toml:5:10: `tool.wheelwright.python` is a float, expected a string
    pyproject.toml:6:8: `tool.wheelwright.from`: `UPPER CASE` has upper-case letters in its repository name, expected lower case; write an image such as `python:3.13-slim`
    pyproject.toml:7:10: `tool.wheelwright.groups` is a string, expected an array; write `["dev"]`
    pyproject.toml:8:8: `tool.wheelwright.venv`: `venv` is not a path in the image, expected an absolute path such as `/app`
    pyproject.toml:9:1: `tool.wheelwright.layers` is not supported yet by wheelwright 0.1.0
    pyproject.toml:11:11: `tool.wheelwright.image.expose[0]` is no port, expected a number up to 65535 or a string such as "53/udp"
    pyproject.toml:12:1: unknown key `port` in `[tool.wheelwright.image]`; known keys are entrypoint, cmd, user, writable, expose, volumes, labels, healthcheck, stop-signal
    pyproject.toml:14:5: `tool.wheelwright.env.A` is an integer, expected a string
    "#);
}

#[test]
fn a_table_that_is_none_is_told() {
    let texts = [
        "[tool]\nwheelwright = 1\n",
        "[[tool.wheelwright]]\npython = \"3.13\"\n",
    ];
    let all: Vec<_> = texts
        .iter()
        .map(|text| errors("pyproject.toml", text))
        .collect();
    insta::assert_snapshot!(all.join("\n"), @"
    pyproject.toml:2:1: `tool.wheelwright` is an integer, expected a table
    pyproject.toml:1:8: `tool.wheelwright` is an array, expected a table
    ");
}

#[test]
fn foreign_files_are_told_what_they_are() {
    let texts = [
        ("Dockerfile", "FROM python:3.13\nRUN pip install x\n"),
        (
            "uv.lock",
            "version = 1\nrevision = 3\nrequires-python = \">=3.12\"\n[[package]]\nname = \"a\"\n",
        ),
        (
            "poetry.lock",
            "package = []\n[metadata]\nlock-version = \"2.1\"\ncontent-hash = \"00\"\n",
        ),
        (
            "pdm.lock",
            "[metadata]\nlock_version = \"4.5\"\ncontent_hash = \"00\"\n[[package]]\nname = \"a\"\n",
        ),
        (
            "pylock.toml",
            "lock-version = \"1.0\"\ncreated-by = \"uv\"\npackages = []\n[tool.uv]\n",
        ),
        (
            "Cargo.lock",
            "version = 4\n[[package]]\nname = \"a\"\nversion = \"0.1.0\"\n",
        ),
        ("old.lock", "[[package]]\nname = \"a\"\n"),
        ("Cargo.toml", "[package]\nname = \"a\"\n"),
        ("Cargo.toml", "[workspace]\nmembers = []\n"),
        (
            "Pipfile",
            "[[source]]\nname = \"a\"\n[packages]\nfastapi = \"*\"\n[requires]\npython_version = \"3.13\"\n",
        ),
        ("Dockerfile", "[dev-packages]\npytest = \"*\"\n"),
        ("pyproject.toml", "[project]\nname = = 1\na = 1\na = 2\n"),
    ];
    let all: Vec<_> = texts
        .iter()
        .map(|(name, text)| errors(name, text))
        .collect();
    insta::assert_snapshot!(all.join("\n"), @"
    Dockerfile:1:1: this is a Dockerfile, expected a spec in TOML; remove the instructions and keep the `# syntax=` line: the project beside the file is built from its `pyproject.toml`
    uv.lock:4:3: this is a uv.lock, expected a spec or a `pyproject.toml`; hand over the `pyproject.toml` beside it
    poetry.lock:1:1: this is a poetry.lock, expected a spec or a `pyproject.toml`; hand over the `pyproject.toml` beside it
    pdm.lock:4:3: this is a pdm.lock, expected a spec or a `pyproject.toml`; hand over the `pyproject.toml` beside it
    pylock.toml:1:1: this is a pylock.toml, expected a spec or a `pyproject.toml`; hand over the `pyproject.toml` beside it
    Cargo.lock:2:3: this is a Cargo.lock, expected a spec or a `pyproject.toml`; hand over the `pyproject.toml` of the Python project
    old.lock:1:3: this is a lock file, expected a spec or a `pyproject.toml`; hand over the `pyproject.toml` beside it
    Cargo.toml:1:2: this is a Cargo manifest, expected a spec or a `pyproject.toml`; hand over the `pyproject.toml` of the Python project
    Cargo.toml:1:2: this is a Cargo manifest, expected a spec or a `pyproject.toml`; hand over the `pyproject.toml` of the Python project
    Pipfile:3:2: this is a Pipfile, expected a spec or a `pyproject.toml`; Pipenv is not supported yet; lock the project with uv
    Dockerfile:1:2: this is a Pipfile, expected a spec or a `pyproject.toml`; Pipenv is not supported yet; lock the project with uv
    pyproject.toml:2:8: not valid TOML: extra `=`, expected nothing
    pyproject.toml:2:10: not valid TOML: unexpected key or value, expected newline, `#`
    pyproject.toml:4:1: not valid TOML: duplicate key
    ");
}

/// The model of a spec, whatever is not supported yet, and the other messages.
fn read(text: &str) -> (Model, Vec<String>) {
    let source = Source::new("wheelwright.toml", text);
    let document = Document::parse(&source).unwrap();
    let mut problems = Vec::new();
    let model = Model::read(Some(document.root()), &mut problems);
    let told = problems.iter().map(one_line);
    let told = told.filter(|line| !line.contains("is not supported yet by wheelwright"));
    (model, told.collect())
}

#[test]
fn keys_of_packages_files_and_system_are_read() {
    let (model, told) = read(
        r#"
        package = false
        files = ["manage.py", "./alembic/", "templates/*.html"]
        include = ["dist"]
        exclude = ["/docs", "**/*.md"]
        build-env = { PIP_NO_CACHE = "1" }
        env = { RELEASE = "${GIT_SHA:-none}" }
        args = { GIT_SHA = "", TIER = "production" }
        [system]
        build = ["gcc", "libpq-dev"]
        runtime = ["libpq5=17.2-1"]
        "#,
    );
    assert!(told.is_empty(), "{told:?}");
    let files: Vec<_> = model.files.iter().map(|file| file.value.as_str()).collect();
    assert!(!model.package.unwrap().value);
    assert_eq!(files, ["manage.py", "alembic", "templates/*.html"]);
    assert_eq!(model.include[0].value.as_str(), "dist");
    assert_eq!(model.exclude[0].value.as_str(), "docs");
    assert_eq!(model.build_env[0].0.value, "PIP_NO_CACHE");
    assert_eq!(model.args[1].0.value.as_str(), "TIER");
    assert_eq!(model.args[1].1.value, "production");
    assert_eq!(model.env[0].1.value.names().next(), Some("GIT_SHA"));
    assert_eq!(model.system.build[1].value.as_str(), "libpq-dev");
    assert_eq!(model.system.runtime[0].location.lines().0, 11);
}

#[test]
fn a_health_check_is_read_whole() {
    let (model, told) = read(
        r#"
        [image]
        writable = ["/app/media"]
        volumes = ["/data"]
        [image.healthcheck]
        command = ["/opt/venv/bin/python", "-m", "health"]
        interval = "1m30s"
        timeout = "5s"
        start-period = "10s"
        start-interval = "500ms"
        retries = 5
        "#,
    );
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(model.image.writable[0].value.as_str(), "/app/media");
    assert_eq!(model.image.volumes[0].value.as_str(), "/data");
    let Some(Healthcheck::Command(check)) = model.image.healthcheck.map(|check| check.value) else {
        panic!("no command");
    };
    assert_eq!(check.command.len(), 3);
    assert_eq!(check.interval.unwrap().value.as_nanos(), 90_000_000_000);
    assert_eq!(check.timeout.unwrap().value.to_string(), "5s");
    assert_eq!(check.start_period.unwrap().value.to_string(), "10s");
    assert_eq!(check.start_interval.unwrap().value.to_string(), "500ms");
    assert_eq!(check.retries, Some(5));
    let (model, _) = read("image.healthcheck = false");
    assert!(matches!(
        model.image.healthcheck.unwrap().value,
        Healthcheck::Off
    ));
    assert!(read("").0.image.healthcheck.is_none());
}

#[test]
fn words_that_say_nothing_are_told() {
    let (_, told) = read(
        r#"
        files = ["../x", "/etc/passwd", ""]
        include = ["!a"]
        exclude = ["../up", "a["]
        workdir = "app"
        groups = ["dev", "dev", ""]
        layers = "one"
        env = { "A=B" = "1", C = "${D" }
        [args]
        VERSION = ""
        HTTP_PROXY = ""
        A-B = ""
        C = 1
        [system]
        build = ["-y", "a b"]
        runtime = "libpq5"
        [image]
        expose = [0, 65536, 99999999999999999999999, "53/icmp", 8000, 8000]
        stop-signal = "now!"
        volumes = ["data"]
        writable = ["/a/../.."]
        [image.labels]
        "" = "x"
        nul = "a\u0000b"
        [image.healthcheck]
        command = []
        interval = "30"
        retries = 99999999999999999999999
        "#,
    );
    insta::assert_snapshot!(told.join("\n"), @r#"
    wheelwright.toml:2:18: `files[0]`: `../x` leaves the build context, expected a path inside it
    wheelwright.toml:2:26: `files[1]`: `/etc/passwd` is an absolute path, expected one relative to the build context
    wheelwright.toml:2:41: `files[2]`: `` is an empty path, expected one relative to the build context, or `.`
    wheelwright.toml:3:20: `include[0]`: `!a` begins with `!`, expected a pattern alone: `include` brings back what `exclude` drops
    wheelwright.toml:4:20: `exclude[0]`: `../up` leaves the build context, expected a path inside it
    wheelwright.toml:4:29: `exclude[1]`: `a[` has a `[` without its `]`, expected a set of characters such as `[a-z]`
    wheelwright.toml:5:19: `workdir`: `app` is not a path in the image, expected an absolute path such as `/app`
    wheelwright.toml:6:33: `groups[2]`: `` is empty, expected a text
    wheelwright.toml:6:26: `groups[1]` is `dev` once more; remove it
    wheelwright.toml:7:18: `layers`: `one` is unknown, expected `single` or `split`
    wheelwright.toml:8:17: `env`: `A=B` cannot name an environment variable
    wheelwright.toml:8:34: `env.C`: `${D` has no end, expected a `}`; for a literal `${`, write `$${`
    wheelwright.toml:11:9: `args`: `HTTP_PROXY` is a build argument of BuildKit's own, expected another name
    wheelwright.toml:12:9: `args`: `A-B` cannot name a build argument, expected ASCII letters, digits and `_`, and no digit first
    wheelwright.toml:13:13: `args.C` is an integer, expected a string
    wheelwright.toml:15:18: `system.build[0]`: `-y` is not a system package, expected a name such as `libpq5` or `curl=8.14.1-2`, an element for each
    wheelwright.toml:15:24: `system.build[1]`: `a b` is not a system package, expected a name such as `libpq5` or `curl=8.14.1-2`, an element for each
    wheelwright.toml:16:19: `system.runtime` is a string, expected an array; write `["libpq5"]`
    wheelwright.toml:18:19: `image.expose[0]` is no port, expected a number up to 65535 or a string such as "53/udp"
    wheelwright.toml:18:22: `image.expose[1]` is no port, expected a number up to 65535 or a string such as "53/udp"
    wheelwright.toml:18:29: `image.expose[2]` is no port, expected a number up to 65535 or a string such as "53/udp"
    wheelwright.toml:18:54: `image.expose[3]` is no port, expected a number up to 65535 or a string such as "53/udp"
    wheelwright.toml:18:71: `image.expose[5]` is `8000` once more; remove it
    wheelwright.toml:19:23: `image.stop-signal`: `now!` is no signal, expected a name such as `SIGTERM` or a number
    wheelwright.toml:20:20: `image.volumes[0]`: `data` is not a path in the image, expected an absolute path such as `/app`
    wheelwright.toml:21:21: `image.writable[0]`: `/a/../..` climbs above `/`, expected a path inside the image
    wheelwright.toml:23:9: `image.labels`: `` is empty, expected a text
    wheelwright.toml:24:15: `image.labels.nul`: `a\0b` holds a NUL character, expected printable text
    wheelwright.toml:27:20: `image.healthcheck.interval`: `30` is no length of time, expected one such as `30s`, `1m30s` or `500ms`
    wheelwright.toml:28:19: `image.healthcheck.retries` is no count, expected a decimal number from 1 to 4294967295
    wheelwright.toml:26:19: `image.healthcheck.command` is empty, expected an array with one argument an element
    wheelwright.toml:10:9: `VERSION` is the build argument of the version, expected another name; give the version a default with `version = { default = "…" }`
    "#);
}

#[test]
fn wrong_types_are_told_for_every_kind() {
    let (_, told) = read(
        r#"
        python = 3.13
        package = "yes"
        groups = "dev"
        venv = true
        env = ["A=B"]
        version = "1.0"
        cargo = 1
        run = { command = ["a"] }
        index = [1]
        [image]
        entrypoint = "python -m app"
        cmd = [1]
        expose = [true, 1.5]
        labels = { a = 1979-05-27 }
        healthcheck = "curl"
        "#,
    );
    insta::assert_snapshot!(told.join("\n"), @r#"
    wheelwright.toml:2:18: `python` is a float, expected a string
    wheelwright.toml:3:19: `package` is a string, expected a boolean
    wheelwright.toml:4:18: `groups` is a string, expected an array; write `["dev"]`
    wheelwright.toml:5:16: `venv` is a boolean, expected a string or `false`
    wheelwright.toml:6:15: `env` is an array, expected a table
    wheelwright.toml:7:19: `version` is a string, expected a table
    wheelwright.toml:8:17: `cargo` is an integer, expected a table
    wheelwright.toml:9:15: `run` is a table, expected an array of tables; write `[[run]]`, once for each
    wheelwright.toml:10:18: `index[0]` is an integer, expected a table
    wheelwright.toml:12:22: `image.entrypoint` is a string, expected an array with one argument an element
    wheelwright.toml:13:16: `image.cmd[0]` is an integer, expected a string
    wheelwright.toml:14:19: `image.expose[0]` is no port, expected a number up to 65535 or a string such as "53/udp"
    wheelwright.toml:14:25: `image.expose[1]` is no port, expected a number up to 65535 or a string such as "53/udp"
    wheelwright.toml:15:24: `image.labels.a` is a date, expected a string
    wheelwright.toml:16:23: `image.healthcheck` is a string, expected a table or `false`
    "#);
}

#[test]
fn keys_of_later_issues_are_checked_too() {
    let source = Source::new(
        "wheelwright.toml",
        r#"
        venv = false
        [[run]]
        comand = ["a"]
        after = "tests"
        [[index]]
        name = "a"
        [cargo]
        toolchian = "1.90"
        [target.arm]
        platfrom = "linux/arm64"
        image = { expoze = [1] }
        [network]
        offline = "/wheels"
        [system]
        dev = ["gdb"]
        "#,
    );
    let failure = parse(&source).unwrap_err();
    let told: Vec<_> = failure.iter().map(one_line).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    wheelwright.toml:3:9: `run[0]` has no `command`, expected a string for the shell, or an array with one argument an element
    wheelwright.toml:4:9: unknown key `comand` in `run[0]`; did you mean `command`?
    wheelwright.toml:5:17: `run[0].after`: `tests` is unknown, expected `dependencies` or `project`
    wheelwright.toml:6:9: `index[0]` has no `url`, expected a string
    wheelwright.toml:9:9: unknown key `toolchian` in `[cargo]`; did you mean `toolchain`?
    wheelwright.toml:11:9: unknown key `platfrom` in `[target.arm]`; did you mean `platform`?
    wheelwright.toml:12:19: unknown key `expoze` in `[target.arm.image]`; did you mean `expose`?
    wheelwright.toml:14:19: `network.offline`: `/wheels` is an absolute path, expected one relative to the build context
    ");
}

#[test]
fn a_key_in_the_wrong_table_is_told_its_own() {
    let (_, told) = read("expose = [8000]\ndockerfile = 1\n[image]\nworkdir = \"/app\"\n");
    insta::assert_snapshot!(told.join("\n"), @"
    wheelwright.toml:1:1: unknown key `expose` in the spec; it is a key of `[image]`
    wheelwright.toml:2:1: unknown key `dockerfile` in the spec; known keys are python, from, runtime-from, managed-python, installer, installer-version, venv, workdir, project-dir, package, groups, extras, requirements, include, exclude, files, version, compile-bytecode, collectstatic, system, cargo, env, build-env, args, run, image, copy, index, wheel, network, target
    wheelwright.toml:4:1: unknown key `workdir` in `[image]`; it stands at the top of the file
    ");
}
