//! Planning on a folder, which the verbs without an engine share.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::context::{Failure, FolderContext};
use crate::diagnostic::{Diagnostic, to_terminal};
use crate::frontend;
use crate::options::BuildOptions;
use crate::plan::Plan;
use crate::project::PYPROJECT;
use crate::values::Platform;

// `llb` has these and others; clap would name the group of both alike.
#[derive(clap::Args)]
#[group(skip)]
pub(super) struct Arguments {
    /// The folder that is the build context
    #[arg(default_value = ".")]
    context: PathBuf,
    /// The spec [default: pyproject.toml in the context]
    #[arg(short, long)]
    file: Option<PathBuf>,
    /// The target
    #[arg(long)]
    target: Option<String>,
    /// The platform
    #[arg(long, default_value = "linux/amd64")]
    platform: String,
    /// A build argument, NAME=VALUE
    #[arg(long = "build-arg", value_name = "NAME=VALUE")]
    build_args: Vec<String>,
}

impl Arguments {
    /// The options that BuildKit would send.
    fn raw_options(&self) -> BTreeMap<String, String> {
        let spec = self.spec().to_string_lossy().into_owned();
        let mut raw = BTreeMap::from([
            ("platform".to_owned(), self.platform.clone()),
            ("filename".to_owned(), spec),
        ]);
        raw.extend(
            self.target
                .clone()
                .map(|target| ("target".to_owned(), target)),
        );
        raw.extend(self.build_args.iter().map(|argument| {
            let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
            (format!("build-arg:{name}"), value.to_owned())
        }));
        raw
    }

    fn spec(&self) -> PathBuf {
        let named = self.file.clone();
        named.unwrap_or_else(|| self.context.join(PYPROJECT))
    }

    /// Plans the folder; the message is for the terminal.
    pub(super) fn plan(&self) -> Result<(Plan, BuildOptions), String> {
        let default = Platform::new("linux", "amd64");
        let options = BuildOptions::parse(&self.raw_options(), &default)
            .map_err(|errors| render(errors.iter()))?;
        let context = FolderContext::new(&self.context, self.spec());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .map_err(|error| format!("error: cannot start the runtime: {error}"))?;
        let plan = runtime
            .block_on(frontend::plan(&context, &options))
            .map_err(|failure| match failure {
                Failure::User(errors) => render(errors.iter()),
                Failure::Context(error) | Failure::Image { error, .. } => format!("error: {error}"),
            })?;
        Ok((plan, options))
    }
}

/// Diagnostics for a terminal, with a blank line between.
pub(super) fn render<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>) -> String {
    diagnostics
        .map(to_terminal)
        .collect::<Vec<_>>()
        .join("\n\n")
}
