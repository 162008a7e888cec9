//! What compiles the Rust of a project: the image of the toolchain, and packages of the system.

use crate::context::NeededImage;
use crate::diagnostic::{Diagnostic, Diagnostics, Spanned, rules};
use crate::lock::cargo::{self, Backend, CargoProject, toolchain};
use crate::plan::model::Choice;
use crate::plan::request::selection::RustToolchain;
use crate::plan::select::system_packages::{self, Needed};
use crate::project::Facts;
use crate::spec::Spec;
use crate::values::ImageRef;

/// The toolchain of projects that pin none.
const DEFAULT: &str = "1.95";

/// The linker, and the headers of the C library: by Debian's names, and by Alpine's.
const LINKER: [&[&str]; 2] = [&["gcc", "libc6-dev"], &["gcc", "musl-dev"]];

/// Crates that need packages of the system, by Debian's names: to be compiled, and to run.
const CRATES: &[(&str, &[&str], &[&str])] = &[
    (
        "alsa-sys",
        &["libasound2-dev", "pkg-config"],
        &["libasound2t64|libasound2"],
    ),
    // It loads the library of Clang.
    ("bindgen", &["clang", "libclang-dev"], &[]),
    ("cmake", &["cmake", "g++", "make"], &[]),
    (
        "libdbus-sys",
        &["libdbus-1-dev", "pkg-config"],
        &["libdbus-1-3"],
    ),
    (
        "mysqlclient-sys",
        &["default-libmysqlclient-dev", "pkg-config"],
        &["libmariadb3"],
    ),
    (
        "openssl-sys",
        &["libssl-dev", "pkg-config"],
        &["libssl3t64|libssl3"],
    ),
    ("pq-sys", &["libpq-dev", "pkg-config"], &["libpq5"]),
    ("prost-build", &["protobuf-compiler"], &[]),
];

/// Crates with which another one brings its library itself.
const BUNDLED: &[(&str, &str)] = &[("openssl-sys", "openssl-src"), ("pq-sys", "pq-src")];

/// What compiles the Rust of the project and of the packages that it needs; `None` if there is no Rust.
pub(super) fn choose(
    spec: &Spec,
    facts: &Facts,
    (build_base, runtime_base): (&NeededImage, &NeededImage),
    needed: &mut Needed,
    (choices, warnings): (&mut Vec<Choice>, &mut Vec<Diagnostic>),
) -> Result<Option<RustToolchain>, Diagnostics> {
    let mut found = Vec::new();
    for facts in [facts].into_iter().chain(&facts.members) {
        if let Some(project) = cargo::read(facts)? {
            found.push((facts, project));
        }
    }
    let Some((first, project)) = found.first() else {
        return match &spec.model.cargo.place {
            Some(place) => {
                let message = "`cargo` has no effect: `[build-system]` requires neither maturin nor setuptools-rust";
                let error = rules::IDLE_KEY.report(message).at(place);
                Err(error.hint("remove the table `cargo`").into())
            }
            None => Ok(None),
        };
    };
    check_words(spec)?;
    for (_, project) in &found {
        let features = &spec.model.cargo.features;
        if let (Backend::SetuptoolsRust, Some(feature)) = (project.backend, features.first()) {
            let message = "`features` cannot be handed to setuptools-rust";
            let error = rules::IDLE_KEY.report(message).at(&feature.location);
            return Err(error
                .hint("write them in `[[tool.setuptools-rust.ext-modules]]`: `features = [\"…\"]`")
                .into());
        }
    }
    if let Some(folder) = &spec.model.network.offline {
        let message = "`offline` leaves no network, over which crates are downloaded";
        let error = rules::OFFLINE.report(message).at(&folder.location);
        return Err(error.hint("remove `offline`").into());
    }
    let image = image(spec, first, build_base)?;
    choices.push(Choice {
        what: "cargo.image",
        value: image.reference.familiar(),
        why: match &image.origin {
            Some(origin) => origin.line(),
            None => format!("{} compiles Rust", project.backend.name()),
        },
    });
    for (_, project) in &found {
        warnings.extend(project.warning());
        warnings.extend(project.without_stubs.clone());
        packages(spec, project, (build_base, runtime_base), needed, choices);
    }
    Ok(Some(RustToolchain { image }))
}

/// Names that go into a command line: cargo's own characters, and nothing that would be another argument.
fn check_words(spec: &Spec) -> Result<(), Diagnostics> {
    let model = &spec.model.cargo;
    let words = model.profile.iter().map(|word| ("profile", word));
    let words = words.chain(model.features.iter().map(|word| ("features", word)));
    let is_known = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.' | '/' | '?');
    let wrong =
        words.filter(|(_, word)| word.value.starts_with('-') || !word.value.chars().all(is_known));
    let problems = wrong.map(|(key, word)| {
        let message = format!(
            "`{key}` has `{}`, expected a name as in `Cargo.toml`",
            word.value
        );
        rules::INVALID_VALUE.report(message).at(&word.location)
    });
    Diagnostics::split(problems.collect::<Vec<_>>()).map(drop)
}

/// The image of the toolchain: the one that the spec names, else the official one of the version that is pinned.
fn image(spec: &Spec, facts: &Facts, base: &NeededImage) -> Result<NeededImage, Diagnostics> {
    let model = &spec.model.cargo;
    if let Some(image) = &model.image {
        return Ok(NeededImage {
            reference: image.value.clone(),
            origin: Some(image.location.clone()),
            hint: super::FROM_HINT,
        });
    }
    let pinned = match &model.toolchain {
        Some(toolchain) => Some(toolchain.clone()),
        None => toolchain::pinned(facts)?,
    };
    let channel = pinned
        .as_ref()
        .map_or(DEFAULT, |pinned| pinned.value.as_str());
    let variant = if system_packages::is_alpine(base) {
        "alpine"
    } else {
        "slim"
    };
    let is_version = channel.split('.').all(|part| {
        let digits = part.chars().all(|c| c.is_ascii_digit());
        !part.is_empty() && digits
    });
    let name = match channel {
        "stable" => format!("rust:{DEFAULT}-{variant}"),
        "nightly" => format!("rustlang/rust:nightly-{variant}"),
        _ if is_version => format!("rust:{channel}-{variant}"),
        _ => {
            let message = format!(
                "there is no official image of the Rust toolchain `{channel}`, expected a version such as `1.95`, `stable` or `nightly`"
            );
            return Err(at(rules::RUST_TOOLCHAIN.report(message), pinned.as_ref())
                .hint("write such a version, or name an image that has the toolchain: `image = \"…\"` in `[tool.wheelwright.cargo]`")
                .into());
        }
    };
    let reference: ImageRef = name
        .parse()
        .map_err(|error| rules::bug(format!("`{name}`: {error}")))?;
    Ok(NeededImage {
        reference,
        origin: pinned.map(|pinned| pinned.location),
        hint: "pin a version of Rust that is published (`channel` in `rust-toolchain.toml`), or name an image in `image` of `[tool.wheelwright.cargo]`",
    })
}

fn at(error: Diagnostic, pinned: Option<&Spanned<String>>) -> Diagnostic {
    match pinned {
        Some(pinned) => error.at(&pinned.location),
        None => error,
    }
}

/// Adds the packages of the system that the crates need.
fn packages(
    spec: &Spec,
    project: &CargoProject,
    (build_base, runtime_base): (&NeededImage, &NeededImage),
    needed: &mut Needed,
    choices: &mut Vec<Choice>,
) {
    let system = &spec.model.system;
    let is_bundled = |name: &str| {
        let mut bundled = BUNDLED.iter().filter(|(of, _)| *of == name);
        bundled.any(|(_, with)| project.locks(with))
    };
    let crates = CRATES
        .iter()
        .filter(|(name, ..)| project.locks(name) && !is_bundled(name));
    let crates: Vec<_> = crates.collect();
    let linker = if system_packages::is_alpine(build_base) {
        Some(LINKER[1])
    } else if system_packages::is_debian(build_base) {
        Some(LINKER[0])
    } else {
        // An image of the user's own has another package manager, or the compiler already.
        None
    };
    let name = project.backend.name();
    let linker = linker.map(|names| (name, names, "links with it"));
    let of_crates = crates
        .iter()
        .map(|(name, build, _)| (*name, *build, "is compiled with it"));
    let of_crates = of_crates.filter(|_| system_packages::is_debian(build_base));
    let builds = linker.into_iter().chain(of_crates);
    let runtime = crates
        .iter()
        .map(|(name, _, runtime)| (*name, *runtime, "loads it"));
    let runtime = runtime.filter(|_| system_packages::is_debian(runtime_base));
    let Needed {
        build,
        runtime: run,
    } = needed;
    let mut add = |what, stated: &[_], list: &mut Vec<_>, (name, packages, why): Need| {
        let missing = system_packages::missing(packages, stated, list);
        if missing.is_empty() {
            return;
        }
        choices.push(Choice {
            what,
            value: missing.join(", "),
            why: format!("`{name}` {why}"),
        });
        let place = &project.place;
        list.extend(
            missing
                .iter()
                .filter_map(|name| system_packages::package(name, place)),
        );
    };
    builds.for_each(|need| add("system.build", &system.build, build, need));
    runtime.for_each(|need| add("system.runtime", &system.runtime, run, need));
}

/// A crate or a tool, the packages that it needs, and why.
type Need = (&'static str, &'static [&'static str], &'static str);
