//! `wheelwright image`: the frontend image, made of this very binary; no registry and no Rust image needed.

use std::path::PathBuf;

use crate::cli::archive::{FrontendImage, archive};
use crate::cli::{DONE, IMAGE, Outcome, tell};
use crate::gateway::FRONTEND_CAPABILITIES;
use crate::values::ImageRef;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Where the archive goes
    #[arg(short, long, default_value = "wheelwright.tar")]
    output: PathBuf,
    /// Name of the image
    #[arg(short, long, default_value = IMAGE)]
    tag: ImageRef,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the verb that writes a file; nothing of it reaches a graph"
)]
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let bytes = archive_of_this(&arguments.tag)?;
    let output = &arguments.output;
    std::fs::write(output, &bytes)
        .map_err(|error| format!("error: {}: {error}", output.display()))?;
    tell(&format!(
        "{}: {} ({} bytes)",
        output.display(),
        arguments.tag.familiar(),
        bytes.len()
    ));
    Ok(DONE)
}

/// The archive of the frontend image that holds this very binary.
#[expect(
    clippy::disallowed_methods,
    reason = "the program itself is no file of the project"
)]
pub(super) fn archive_of_this(reference: &ImageRef) -> Result<Vec<u8>, String> {
    let program = std::env::current_exe()
        .map_err(|error| format!("error: cannot find this program: {error}"))?;
    let binary = std::fs::read(&program)
        .map_err(|error| format!("error: {}: {error}", program.display()))?;
    let image = FrontendImage {
        binary: &binary,
        reference,
        version: env!("CARGO_PKG_VERSION"),
        source: None,
        capabilities: FRONTEND_CAPABILITIES,
    };
    archive(&image).map_err(|error| format!("error: {error}"))
}
