//! `wheelwright llb`: the build graph, to read or for `buildctl build`.

use std::io::Write;

use crate::cli::{DONE, Outcome, USAGE, folder, say, tell};
use crate::definition;
use crate::diagnostic::{Diagnostic, nearest, rules};
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
    /// JSON, with the fields of BuildKit's `ops.proto`
    Json,
    /// A `pb.Definition`, the standard input of `buildctl build`
    Protobuf,
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let known = Capabilities::all();
    if let Some(name) = arguments.capabilities.iter().find(|name| !known.has(name)) {
        let error = rules::UNKNOWN_CAPABILITY.report(format!("unknown capability `{name}`"));
        let near = nearest(name, known.names()).map(|near| format!("did you mean `{near}`?"));
        let error = near.into_iter().fold(error, Diagnostic::hint);
        tell(&folder::render([error].iter()));
        return Ok(USAGE);
    }
    let (plan, options) = arguments.folder.plan()?;
    let engine = Engine {
        capabilities: arguments.capabilities.iter().cloned().collect(),
        session: String::new(),
    };
    let (graph, definition) = frontend::lower(&plan, &options, &engine)
        .map_err(|error| folder::render([error].iter()))?;
    match arguments.format {
        Format::Text => say(&graph.to_string()),
        Format::Json => say(&format!("{:#}", definition::to_json(&definition))),
        Format::Protobuf => std::io::stdout()
            .write_all(&definition.to_bytes())
            .map_err(|error| {
                format!("error: cannot write the graph to standard output: {error}")
            })?,
    }
    Ok(DONE)
}
