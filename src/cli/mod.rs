//! The verbs, a file each. Without one, and started by BuildKit, the binary serves as the frontend.

mod archive;
mod check;
mod folder;
mod image;
mod llb;
mod plan;
mod schema;
mod serve;
mod version;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use serve::serve;

/// Repository and tag of the frontend image that this binary makes: what `# syntax=` lines name.
const IMAGE: &str = concat!(
    "wheelwright/frontend:",
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR")
);

/// Capabilities that the frontend image declares (BuildKit `frontend/gateway`): the engine refuses what is
/// not declared before it starts us, so only what works is here.
const FRONTEND_CAPABILITIES: &[&str] = &["moby.buildkit.frontend.contexts"];

#[derive(Parser)]
#[command(
    name = "wheelwright",
    version,
    about = "A native BuildKit frontend for Python projects"
)]
struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Tell what is wrong with a project, without building it
    Check(folder::Arguments),
    /// Print what would be built, from what and why
    Plan(folder::Arguments),
    /// Print the build graph
    Llb(llb::Arguments),
    /// Write the frontend image, made of this very binary, as an archive for `docker load`
    Image(image::Arguments),
    /// Print the JSON schema of the spec, for editors
    Schema,
    /// Print the version, and the images of the tools that it pins
    Version,
}

/// Runs the program.
pub fn run() -> ExitCode {
    let outcome = match Arguments::parse().verb {
        None => serve::run(),
        Some(Verb::Check(arguments)) => check::run(&arguments),
        Some(Verb::Plan(arguments)) => plan::run(&arguments),
        Some(Verb::Llb(arguments)) => llb::run(&arguments),
        Some(Verb::Image(arguments)) => image::run(&arguments),
        Some(Verb::Schema) => Ok(schema::run()),
        Some(Verb::Version) => Ok(version::run()),
    };
    match outcome {
        Ok(code) => code,
        Err(message) => {
            tell(&message);
            ExitCode::FAILURE
        }
    }
}

/// Text for the user, on standard output: never while serving.
#[expect(
    clippy::print_stdout,
    reason = "a verb of the command line, standard output is the user's"
)]
fn say(text: &str) {
    println!("{}", text.trim_end());
}

/// Text for the user, on standard error.
#[expect(
    clippy::print_stderr,
    reason = "standard error is the user's, or the engine's log"
)]
fn tell(text: &str) {
    eprintln!("{}", text.trim_end());
}
