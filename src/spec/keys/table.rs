//! The keys. A key whose feature is still to come has `.later()` behind it.

use super::Kind::{Arguments, Boolean, Command, Count, FalseOr, List, Map, Port, Table};
use super::{Key, Kind, Word, key};

const TEXT: Kind = Kind::Word(Word::Filled);
const TEXTS: Kind = List(&TEXT);
const IMAGE_PATHS: Kind = List(&Kind::Word(Word::ImagePath));
const PACKAGES: Kind = List(&Kind::Word(Word::SystemPackage));
const PATTERNS: Kind = List(&Kind::Word(Word::Pattern));
const TEMPLATE: Kind = Kind::Word(Word::Template);
const ENVIRONMENT: Kind = Map(Word::Variable, &TEMPLATE);
const CONTEXT_PATH: Kind = Kind::Word(Word::ContextPath);
const IMAGE_PATH: Kind = Kind::Word(Word::ImagePath);
const PERIOD: Kind = Kind::Word(Word::Period);

/// The keys of `[tool.wheelwright]`.
pub const KEYS: &[Key] = &[
    key("python", Kind::Word(Word::Python))
        .means("version of the interpreter, `\"3.12\"` or `\"3.12.4\"`")
        .default(
            "`.python-version`; else the tag of a `from` named `python`; else the newest that \
             `requires-python` allows and the locked packages have wheels for",
        ),
    key("from", Kind::Word(Word::Image))
        .means("the image that the build and the runtime start from")
        .default("`python:{python}-slim`"),
    key("runtime-from", Kind::Word(Word::Image))
        .means("another image for the runtime only, with the same interpreter at the same path")
        .default("`from`"),
    key("managed-python", Boolean)
        .means("whether the interpreter is one that uv brings, and not the image's own")
        .default("`true` where the image has none of the version"),
    key("installer", Kind::Word(Word::Installer))
        .means("the tool that installs the dependencies")
        .default("the one whose lock file is there"),
    key("installer-version", TEXT)
        .means("version of that tool")
        .default("what the project requires of it; else pinned by the release"),
    key("venv", FalseOr(&IMAGE_PATH))
        .means(
            "absolute path of the virtual environment; `false` installs into the interpreter itself, in the image",
        )
        .default("`/opt/venv`"),
    key("workdir", IMAGE_PATH)
        .means("where application files go")
        .default("`/app`"),
    key("project-dir", CONTEXT_PATH)
        .means("path of the project in the context, for a monorepo")
        .default("the folder of the `pyproject.toml` that is built"),
    key("package", Boolean)
        .means("`true`: build a wheel and install it; `false`: copy the files as they are")
        .default("`true` where `[build-system]` is there or the installer says so"),
    key("groups", TEXTS)
        .means("dependency groups that the runtime gets")
        .default("none"),
    key("extras", TEXTS)
        .means("extras of the project that the runtime gets")
        .default("none"),
    key("requirements", List(&CONTEXT_PATH))
        .means("the requirements files to install, by pip or uv")
        .default(
            "`requirements.txt`; else `requirements.base.txt`, `requirements/base.txt` or \
             `requirements/production.txt`",
        ),
    key("include", PATTERNS)
        .means(
            "what the build sees of the context although it would be dropped, in the syntax of \
             `.dockerignore`",
        )
        .default("none"),
    key("exclude", PATTERNS)
        .means("what the build does not see of the context, in the syntax of `.dockerignore`")
        .default("none"),
    key("files", List(&CONTEXT_PATH))
        .means("files of the context that ship beside an installed package")
        .default("none"),
    key("version", Table(VERSION))
        .means("the build argument that carries the version")
        .default("`{ arg = \"VERSION\" }`"),
    key("compile-bytecode", Boolean)
        .means("precompile `.pyc` files")
        .default("`true`"),
    key("collectstatic", Boolean)
        .means("whether Django's static files are collected in the build")
        .default("`true` where the settings have `STATIC_ROOT`"),
    key("layers", Kind::Word(Word::Choice(&["single", "split"])))
        .means("how the dependencies are laid into layers")
        .default("`single`")
        .later(),
    key("system", Table(SYSTEM))
        .means("packages of the image's own package manager")
        .default("none"),
    key("cargo", Table(CARGO))
        .means("how Rust extensions are compiled")
        .default("`rust-toolchain.toml`"),
    key("env", ENVIRONMENT)
        .means("environment of the runtime")
        .default("`PATH`, `VIRTUAL_ENV`, `PYTHONUNBUFFERED=1`"),
    key("build-env", ENVIRONMENT)
        .means("environment of the build steps")
        .default("none"),
    key("args", Map(Word::Argument, &Kind::Word(Word::Any)))
        .means(
            "build arguments of the project's own with their defaults, used as `${NAME}` in `env`, \
             labels and commands of `run`",
        )
        .default("none"),
    key("run", List(&Table(RUN)))
        .means("steps of the project's own, whose changes become layers of the image")
        .default("none"),
    key("image", Table(IMAGE)).means("configuration of the image"),
    key("copy", List(&Table(COPY)))
        .means("extra files of the image")
        .default("none"),
    key("index", List(&Table(INDEX)))
        .means("private package indexes")
        .default("none"),
    key("wheel", Table(WHEEL))
        .means("how the wheels of the target `wheel` are published; what the image installs is not concerned")
        .default("one wheel, for the Python of the project"),
    key("network", Table(NETWORK))
        .means("what the steps that download may reach, and whom they trust")
        .default("none"),
    key("target", Map(Word::Filled, &Table(TARGET)))
        .means("targets of the project's own")
        .default("none"),
];

const VERSION: &[Key] = &[
    key("arg", Kind::Word(Word::Argument))
        .means("name of the build argument")
        .default("`VERSION`"),
    key("default", Kind::Word(Word::Any))
        .means("the version when the argument is not given")
        .default("none"),
];

const SYSTEM: &[Key] = &[
    key("build", PACKAGES)
        .means("packages that the build steps need")
        .default("none"),
    key("runtime", PACKAGES)
        .means("packages that the image needs")
        .default("none"),
    key("dev", PACKAGES)
        .means("packages of the target `dev`, beside those")
        .default("`git` where `from` is not set; else none"),
];

const CARGO: &[Key] = &[
    key("toolchain", TEXT)
        .means("version of the Rust toolchain")
        .default("`rust-toolchain.toml`"),
    key("profile", TEXT)
        .means("profile that cargo builds")
        .default("`release`"),
    key("features", TEXTS)
        .means("features of the crate")
        .default("none"),
    key("image", Kind::Word(Word::Image))
        .means("image that holds the toolchain")
        .default("`rust:{toolchain}-slim`"),
];

const RUN: &[Key] = &[
    key(
        "after",
        Kind::Word(Word::Choice(&["dependencies", "project"])),
    )
    .means("the part that it runs after")
    .default("`project`"),
    key("command", Command).required().means(
        "the command: a string for the shell, or an array with an element for each argument",
    ),
    key("inputs", List(&CONTEXT_PATH))
        .means("files and folders of the context that it sees in `workdir`; they are not shipped")
        .default("none"),
    key("network", Boolean)
        .means("whether it may use the network")
        .default("`false`"),
    key("secrets", List(&Kind::Word(Word::Secret)))
        .means("ids of the build secrets that it sees as files in `/run/secrets`")
        .default("none"),
];

const IMAGE: &[Key] = &[
    key("entrypoint", Arguments)
        .means("the command that every container runs, an element for each argument")
        .default("the one entry of `[project.scripts]`"),
    key("cmd", Arguments)
        .means("arguments for it, unless others are given")
        .default("none"),
    key("user", TEXT)
        .means("`\"10001:10001\"`, or a name that the base image has")
        .default("that of the base image if it is not root; else `10001:10001`"),
    key("writable", IMAGE_PATHS)
        .means("folders that the user may write to")
        .default("none"),
    key("expose", List(&Port))
        .means("ports, `8000` or `\"53/udp\"`")
        .default("those of the base image"),
    key("volumes", IMAGE_PATHS)
        .means("folders that become volumes")
        .default("those of the base image"),
    key("labels", Map(Word::Filled, &TEMPLATE))
        .means("labels")
        .default("those of the OCI image specification, from `[project]`"),
    key("healthcheck", FalseOr(&Table(HEALTHCHECK)))
        .means(
            "how the health of a container is asked; `false` switches that of the base image off",
        )
        .default("that of the base image"),
    key("stop-signal", Kind::Word(Word::Signal))
        .means("the signal that ends the process")
        .default("that of the base image"),
];

const HEALTHCHECK: &[Key] = &[
    key("command", Arguments)
        .required()
        .means("the command, an element for each argument"),
    key("interval", PERIOD)
        .means("time between two checks, `\"30s\"`")
        .default("`30s`"),
    key("timeout", PERIOD)
        .means("time after which a check has failed")
        .default("`30s`"),
    key("start-period", PERIOD)
        .means("time in which a failure does not count")
        .default("`0s`"),
    key("start-interval", PERIOD)
        .means("time between two checks while the start period lasts")
        .default("`5s`"),
    key("retries", Count)
        .means("failures in a row that make it unhealthy")
        .default("`3`"),
];

const COPY: &[Key] = &[
    key("from", TEXT)
        .means("a named context, a target or an image")
        .default("the context"),
    key("src", TEXT)
        .required()
        .means("the file or folder, or files with a `*` in their names"),
    key("dest", IMAGE_PATH)
        .required()
        .means("its name in the image; with a `/` at the end, the folder that it goes into"),
];

const INDEX: &[Key] = &[
    key("name", Kind::Word(Word::IndexName))
        .required()
        .means("name of the index"),
    key("url", Kind::Word(Word::IndexUrl))
        .required()
        .means("address of the index, without credentials"),
    key("secret", Kind::Word(Word::Secret))
        .means(
            "id of the build secret with its credentials: `USER:PASSWORD`, a token, a `.netrc` or a `pip.conf`",
        )
        .default("none"),
    key("default", Boolean)
        .means("whether it stands for the public index, where the lock does not name another one")
        .default("`false`: it is looked at beside the public one"),
];

const WHEEL: &[Key] = &[
    key("pythons", List(&Kind::Word(Word::Python)))
        .means("versions of the interpreter, a wheel for each that needs one of its own")
        .default("the one of the project"),
    key("sdist", Boolean)
        .means("build the source distribution beside the wheels, and the wheels from it")
        .default("`false`"),
    key("repair", Boolean)
        .means(
            "bring libraries of the system into the wheels and tag them `manylinux` or `musllinux`, by auditwheel",
        )
        .default("`false`"),
    key("platform-tag", Kind::Word(Word::PlatformTag))
        .means("the platform tag that repaired wheels get, `\"manylinux_2_28\"`")
        .default("the one that most systems take and that fits"),
    key("auditwheel-version", TEXT)
        .means("version of auditwheel")
        .default("pinned by the release"),
];

const NETWORK: &[Key] = &[
    key("offline", CONTEXT_PATH)
        .means("folder of the context with the wheels to install from, without a network")
        .default("none"),
    key("ca-secret", Kind::Word(Word::Secret))
        .means("id of the build secret with a certificate authority")
        .default("none"),
    key("ssh-known-hosts", List(&Kind::Word(Word::KnownHost)))
        .means(
            "keys of the hosts that packages are fetched from over SSH, as lines of `known_hosts`",
        )
        .default("those of Bitbucket, GitHub and GitLab"),
];

const TARGET: &[Key] = &[
    key("from", TEXT)
        .means("the target that it is made from")
        .default("`runtime`"),
    key("platform", TEXT)
        .means("the platform that it is built for")
        .default("that of the build"),
    key("groups", TEXTS)
        .means("dependency groups")
        .default("none"),
    key("extras", TEXTS)
        .means("extras of the project")
        .default("none"),
    key("system", Table(SYSTEM))
        .means("packages of the image's own package manager")
        .default("none"),
    key("env", ENVIRONMENT).means("environment").default("none"),
    key("image", Table(IMAGE)).means("configuration of the image"),
    key("run", List(&Table(RUN)))
        .means("steps of the project's own")
        .default("none"),
    key("copy", List(&Table(COPY)))
        .means("extra files")
        .default("none"),
];
