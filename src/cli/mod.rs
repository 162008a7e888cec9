//! The verbs, a file each. Without one, and started by BuildKit, the binary serves as the frontend.

mod archive;
mod build;
mod check;
mod folder;
mod image;
mod llb;
mod plan;
mod schema;
mod serve;
mod version;

use std::io::Write as _;

use clap::{Parser, Subcommand};

pub use serve::serve;

/// Repository and tag of the frontend image that this binary makes: what `# syntax=` lines name.
const IMAGE: &str = concat!(
    "wheelwright/frontend:",
    env!("CARGO_PKG_VERSION_MAJOR"),
    ".",
    env!("CARGO_PKG_VERSION_MINOR")
);

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
    #[command(after_help = "Example:\n  wheelwright check --build-arg VERSION=1.0.0 services/api")]
    Check(folder::Arguments),
    /// Print what would be built, from what and why
    #[command(after_help = "Example:\n  wheelwright plan --target builder .")]
    Plan(folder::Arguments),
    /// Print the build graph
    #[command(
        after_help = "Example:\n  wheelwright llb --format protobuf . | buildctl build --local context=."
    )]
    Llb(llb::Arguments),
    /// Load the frontend image of this binary into Docker, and call `docker buildx build`
    #[command(after_help = "Example:\n  wheelwright build --build-arg VERSION=1.0.0 -t app .")]
    Build(build::Arguments),
    /// Write the frontend image, made of this very binary, as an archive for `docker load`
    #[command(
        after_help = "Example:\n  wheelwright image -o wheelwright.tar && docker load -i wheelwright.tar"
    )]
    Image(image::Arguments),
    /// Print the JSON schema of the spec, for editors
    #[command(after_help = "Example:\n  wheelwright schema > wheelwright.schema.json")]
    Schema,
    /// Print the version, and the images of the tools that it pins
    #[command(after_help = "Example:\n  wheelwright version")]
    Version,
}

/// The result of a verb: the exit status, or the error that is printed before status 1. Wrong usage is status 2.
type Outcome = Result<u8, String>;

/// All is well.
const DONE: u8 = 0;
/// The command line says nothing that can be done (clap's own code).
const USAGE: u8 = 2;

/// Runs the program, and says how the process ends.
pub fn run() -> u8 {
    let outcome = match Arguments::parse().verb {
        None => serve::run(),
        Some(Verb::Check(arguments)) => check::run(&arguments),
        Some(Verb::Plan(arguments)) => plan::run(&arguments),
        Some(Verb::Llb(arguments)) => llb::run(&arguments),
        Some(Verb::Build(arguments)) => build::run(&arguments),
        Some(Verb::Image(arguments)) => image::run(&arguments),
        Some(Verb::Schema) => Ok(schema::run()),
        Some(Verb::Version) => Ok(version::run()),
    };
    outcome.unwrap_or_else(|message| {
        tell(&message);
        1
    })
}

/// Text for the user, on standard output: never while serving. A reader that has seen enough (`head`) is no error.
fn say(text: &str) {
    let written = writeln!(std::io::stdout(), "{}", text.trim_end());
    if let Err(error) = written
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        tell(&format!("error: cannot write to standard output: {error}"));
    }
}

/// Text for the user, on standard error.
#[expect(
    clippy::print_stderr,
    reason = "standard error is the user's, or the engine's log"
)]
fn tell(text: &str) {
    eprintln!("{}", text.trim_end());
}
