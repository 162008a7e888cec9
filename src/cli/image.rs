//! `wheelwright image`: the frontend image, made of this very binary; no registry and no Rust image needed.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::cli::archive::{FrontendImage, archive};
use crate::cli::{FRONTEND_CAPABILITIES, IMAGE, tell};
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
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let program = std::env::current_exe()
        .map_err(|error| format!("error: cannot find this program: {error}"))?;
    let binary = std::fs::read(&program)
        .map_err(|error| format!("error: {}: {error}", program.display()))?;
    let image = FrontendImage {
        binary: &binary,
        reference: &arguments.tag,
        version: env!("CARGO_PKG_VERSION"),
        source: None,
        capabilities: FRONTEND_CAPABILITIES,
    };
    let bytes = archive(&image).map_err(|error| format!("error: {error}"))?;
    let output = &arguments.output;
    std::fs::write(output, &bytes)
        .map_err(|error| format!("error: {}: {error}", output.display()))?;
    tell(&format!(
        "{}: {} ({} bytes)",
        output.display(),
        arguments.tag.familiar(),
        bytes.len()
    ));
    Ok(ExitCode::SUCCESS)
}
