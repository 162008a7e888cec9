//! Planning on a folder, which the verbs without an engine share.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::context::{Failure, FolderContext};
use crate::diagnostic::{Diagnostic, first_of, to_terminal};
use crate::frontend;
use crate::options::BuildOptions;
use crate::plan::Plan;
use crate::project::PYPROJECT;
use crate::values::Platform;

/// A spec of its own, as `ruff.toml` is one to ruff.
const SPEC: &str = "wheelwright.toml";

// `llb` has these and others; clap would name the group of both alike.
#[derive(clap::Args)]
#[group(skip)]
pub(super) struct Arguments {
    /// The folder that is the build context
    #[arg(default_value = ".")]
    context: PathBuf,
    /// The spec [default: pyproject.toml in the context, else wheelwright.toml, else none]
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
        let mut raw = BTreeMap::from([("platform".to_owned(), self.platform.clone())]);
        let spec = self.spec();
        raw.extend(spec.map(|spec| ("filename".to_owned(), spec.to_string_lossy().into_owned())));
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

    /// The spec that is named, or the one that lies in the folder; many projects need none.
    fn spec(&self) -> Option<PathBuf> {
        let in_folder = [PYPROJECT, SPEC].map(|name| self.context.join(name));
        if self.file.is_some() {
            return self.file.clone();
        }
        let found = in_folder.iter().find(|path| path.exists());
        // If the folder is missing too, report that instead.
        let [manifest, _] = &in_folder;
        found
            .or((!self.context.is_dir()).then_some(manifest))
            .cloned()
    }

    /// Plans the folder; the message is for the terminal.
    pub(super) fn plan(&self) -> Result<(Plan, BuildOptions), String> {
        let default = Platform::new("linux", "amd64");
        let options = BuildOptions::parse(&self.raw_options(), &default)
            .map_err(|errors| render(errors.iter()))?;
        let context = match self.spec() {
            Some(spec) => FolderContext::new(&self.context, spec),
            None => FolderContext::without_spec(&self.context),
        };
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

/// The first diagnostics for a terminal, with a blank line between.
pub(super) fn render<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>) -> String {
    let (shown, more) = first_of(diagnostics);
    let shown = shown.into_iter().map(to_terminal);
    shown.chain(more).collect::<Vec<_>>().join("\n\n")
}
