//! `wheelwright llb`: the build graph, to read or for `buildctl build`.

use std::io::Write;

use crate::cli::{DONE, Outcome, folder, say};
use crate::frontend;
use crate::llb::{Capabilities, Engine};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    folder: folder::Arguments,
    /// How the graph is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// A capability of the engine to plan for, on top of those of Docker's classic image store
    #[arg(long = "with", value_name = "CAPABILITY")]
    capabilities: Vec<String>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// Readable text
    Text,
    /// A `pb.Definition`, the standard input of `buildctl build`
    Protobuf,
}

/// What every engine since Docker 23 has beside the oldest set, and that changes a graph.
const USUAL: &[&str] = &["file.copy.includeexcludepatterns"];

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let (plan, options) = arguments.folder.plan()?;
    let usual = USUAL.iter().map(|capability| (*capability).to_owned());
    let capabilities: Capabilities = usual
        .chain(arguments.capabilities.iter().cloned())
        .collect();
    let engine = Engine {
        capabilities,
        session: String::new(),
    };
    let (graph, definition) = frontend::lower(&plan, &options, &engine)
        .map_err(|error| folder::render([error].iter()))?;
    match arguments.format {
        Format::Text => say(&graph.to_string()),
        Format::Protobuf => std::io::stdout()
            .write_all(&definition.to_bytes())
            .map_err(|error| format!("error: cannot write: {error}"))?,
    }
    Ok(DONE)
}
