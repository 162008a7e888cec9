//! Wheelwright: a native [BuildKit](https://github.com/moby/buildkit) frontend for Python projects. One static
//! binary, shipped as an image and chosen by a `# syntax=` line, reads the `pyproject.toml` that is there and
//! emits the build graph (LLB) that an expert would have drawn by hand.
//!
//! # The path of the data
//!
//! ```text
//! options + context -> spec -> facts -> plan -> graph -> definition -> gateway
//! ```
//!
//! [`frontend::plan`] and [`frontend::lower`] are this line as code: read them first. [`cli::serve`] is the same line
//! with BuildKit at both ends. Every stage can be printed: `wheelwright plan`, `wheelwright llb`.
//!
//! # The rooms, lowest first
//!
//! A room uses only those above it in this list. `tests/tidy.rs` checks this, and the same order inside `plan`.
//!
//! | module | holds |
//! | --- | --- |
//! | [`diagnostic`] | errors and warnings with their rules, places in texts, two renderers |
//! | [`values`] | small validated values: image references, platforms, paths, versions, names |
//! | [`toml_document`] | a TOML text with the place of everything in it |
//! | [`options`] | the raw options of a build, read once |
//! | [`context`] | the only door to the outside: a trait, and a folder and a memory behind it |
//! | [`spec`] | what the user wrote in `[tool.wheelwright]` |
//! | [`project`] | what the project's files say: facts |
//! | [`lock`] | what lock files and the manifests of package managers say: a folder and a row for each package manager |
//! | [`plan`] | the parts of an image, what each is made from and why; `plan/mod.rs` lists its own rooms |
//! | [`llb`] | the build graph as types, and the lowering of a plan to it |
//! | [`pb`] | the wire types, from one place |
//! | [`definition`] | the graph's bytes, digests, metadata and source map |
//! | [`gateway`] | the conversation with BuildKit; the context of a real build |
//! | [`frontend`] | the story: a survey that reads once, a plan for each platform |
//! | [`cli`] | the commands, a file each |
//!
//! # Invariants
//!
//! - **From `spec` to `definition` nothing touches the world**: no file, clock, environment, network, hash order. The
//!   same inputs give the same bytes on any machine. Only implementers of [`context::Context`] and `gateway` do I/O.
//! - **A part of a plan depends on its inputs and on nothing else.** Dependencies never see code, nor the project's
//!   version; the project's wheel is built with no cache and no network.
//! - **Equal content is equal bytes**: every file in an image has the time [`plan::NORMAL_TIME`], and is first copied to
//!   an empty tree at its final place; bytecode is not checked at run time, and is compiled in fixed groups; package
//!   managers write no records of when and from where they installed.
//! - **No secret reaches an argument, an environment variable of the graph, a layer, a cache key or a log.** Steps that
//!   download see secrets as files in memory (`plan::network::access`); no code here reads one.
//! - **Commands are arguments.** No step has a shell, unless the user writes a command for one (`[[run]]`).
//! - **A capability of the engine is checked before it is used, and declared where it is used.** Without it there is
//!   another way with the same result, or an error that names it.
//! - **Every format has one reader.** Lock files are read by [`lock`], and an entry that a reader cannot use is an error.
//! - **Work and memory are bounded**: linear in the size of the input, with limits on size, depth and count
//!   (`tests/limits.rs`).
//! - **Standard output is the connection to BuildKit** while the frontend serves.
//! - **Wrong input is a [`diagnostic::Diagnostic`]** with a rule, file, line, what was expected and what to do; all of a
//!   stage's at once. A panic is a bug, and becomes an error that says so.
//!
//! # Files that are read and written
//!
//! Read from the client, in two reads: the spec (`-f`), `<spec>.dockerignore` or `.dockerignore`, `pyproject.toml`,
//! `setup.cfg`, `.python-version`, lock files and settings of package managers (`uv.lock`, `uv.toml`), and a few files in
//! folders of the root that say what the folder is (`build/__init__.py`, `tests/__init__.py`, `env/pyvenv.cfg`).
//!
//! More reads happen only where they are needed:
//!
//! - a project in a folder (`project::folder`): one, and a search for its manifest if neither `project-dir` nor a lock
//!   file says where it is;
//! - a workspace (`project::workspace`): one, for the manifests of its packages;
//! - requirements files and the files that they include: one for each depth; the settings of a Django project likewise;
//! - a wheel that compiles Rust (`frontend::crates`): two, for all `Cargo.toml` files of the context, and for `Cargo.lock`,
//!   `rust-toolchain.toml`, `.cargo/config.toml` and the sources that make a target of a crate;
//! - an image that does not declare its Python: the names of its interpreters ([`plan::look`]).
//!
//! The project's files go straight to the step that builds the wheel or copies them. Nothing is written, except the
//! archive of `wheelwright image`.

pub mod cli;
pub mod context;
pub mod definition;
pub mod diagnostic;
pub mod frontend;
pub mod gateway;
pub mod llb;
pub mod lock;
pub mod options;
pub mod pb;
pub mod plan;
pub mod project;
pub mod spec;
pub mod toml_document;
pub mod values;
