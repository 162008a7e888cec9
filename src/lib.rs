//! Wheelwright: a native [BuildKit](https://github.com/moby/buildkit) frontend for Python projects. One static
//! binary, shipped as an image and chosen by a `# syntax=` line, reads the `pyproject.toml` that is there and
//! emits the build graph (LLB) that an expert would have drawn by hand.
//!
//! # The way of the data
//!
//! ```text
//! options + context -> spec -> facts -> plan -> graph -> definition -> gateway
//! ```
//!
//! [`frontend::plan`] and [`frontend::lower`] are this line as code: read them first. [`cli::serve`] is the
//! same line with BuildKit at both ends. Every stage can be printed: `wheelwright plan`, `wheelwright llb`.
//!
//! # The rooms, lowest first
//!
//! A room uses only those above it in this list (`tests/tidy.rs` holds that).
//!
//! | module | holds |
//! | --- | --- |
//! | [`diagnostic`] | what the user is told, places in texts, two renderers |
//! | [`values`] | small validated words: image references, platforms, paths, versions, names |
//! | [`document`] | a TOML text with the place of everything in it |
//! | [`options`] | the raw options of a build, read once |
//! | [`context`] | the one door to the outside: a trait, and a folder and a memory behind it |
//! | [`spec`] | what the user wrote in `[tool.wheelwright]` |
//! | [`project`] | what the project's files say: facts |
//! | [`lock`] | what lock files and the manifests of package managers say: a folder and a row for each package manager |
//! | [`plan`] | the parts of an image, what each is made from and why; its own rooms are listed in `plan/mod.rs` |
//! | [`llb`] | the build graph as types, and the lowering of a plan to it |
//! | [`pb`] | the wire types, from one place |
//! | [`definition`] | the graph's bytes, digests, metadata and source map |
//! | [`gateway`] | the conversation with BuildKit; the context of a real build |
//! | [`frontend`] | the story |
//! | [`cli`] | the verbs, a file each |
//!
//! # Invariants
//!
//! - **From `spec` to `definition` nothing touches the world**: no file, clock, environment, network, hash
//!   order. The same inputs give the same bytes on any machine. Only implementers of [`context::Context`] and
//!   `gateway` do I/O.
//! - **A part of a plan depends on what it is made from and on nothing else.** Dependencies never see code, nor
//!   the project's version; the project's wheel is built with no cache and no network.
//! - **Equal content is equal bytes**: whatever is laid into an image gets [`plan::NORMAL_TIME`], on an empty
//!   tree at its final place first; byte code is checked by nothing, and compiled in fixed groups;
//!   installers write no records of when and whence.
//! - **No secret reaches an argument, a variable of the graph, a layer, a key or a log.** Steps that download see them
//!   as files in memory (`plan::access`); nothing here reads one.
//! - **Commands are arguments.** There is no shell in any step, but where the user writes a text for one (`[[run]]`).
//! - **A capability of the engine is asked for before it is used, and declared where it is used**; where it is
//!   missing there is another way with the same result, or an error that names it.
//! - **Standard output is the wire** while the frontend serves.
//! - **Wrong input is a [`diagnostic::Diagnostic`]** with file, line, what was expected and what to do, all of a
//!   stage's at once. A panic is a bug, and becomes an error that says so.
//!
//! # Files that are read and written
//!
//! Of the client: the spec (`-f`), `<spec>.dockerignore` or `.dockerignore`, `pyproject.toml`, `setup.cfg`,
//! `.python-version`, locks and settings of the installers (`uv.lock`, `uv.toml`), and of folders in the root only
//! whether a file says what they are (`build/__init__.py`, `tests/__init__.py`, `env/pyvenv.cfg`), in two
//! reads; a project in a folder (`project::folder`) takes one more, and a search for its manifest where neither
//! `project-dir` nor a lock says where it is; what shares its lock takes one more for the manifests
//! (`project::workspace`); where there is no lock, requirements files
//! and what they include, a read for each depth; of a Django project the settings, likewise. An image that
//! tells nothing of its Python is looked into (`plan::look`). The project's files go
//! straight to the step that builds the wheel or lays them out. Written: nothing, but for the archive of
//! `wheelwright image`.

pub mod cli;
pub mod context;
pub mod definition;
pub mod diagnostic;
pub mod document;
pub mod frontend;
pub mod gateway;
pub mod llb;
pub mod lock;
pub mod options;
pub mod pb;
pub mod plan;
pub mod project;
pub mod spec;
pub mod values;
