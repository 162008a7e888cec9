//! Planning alone, in this process: from the texts of a project to the bytes of its definition, with no engine
//! and no process to start.

use std::collections::BTreeMap;
use std::time::Instant;

use wheelwright::context::MemoryContext;
use wheelwright::frontend;
use wheelwright::llb::Engine;
use wheelwright::options::BuildOptions;
use wheelwright::values::Platform;

use crate::bridge::docker;
use crate::locks::Project;
use crate::samples::Samples;

const WARM_UP: usize = 3;

/// What was measured.
#[derive(Default)]
pub(crate) struct Figures {
    /// From the texts to the definition, in seconds.
    pub(crate) whole: Samples,
    /// Of that: the graph and its bytes.
    pub(crate) lower: Samples,
    /// Bytes of the definition.
    pub(crate) bytes: usize,
}

/// Plans a project so many times.
pub(crate) fn measure(project: &Project, runs: usize) -> Result<Figures, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| error.to_string())?;
    let platform = Platform::new("linux", "amd64");
    let raw = BTreeMap::from([("filename".to_owned(), "pyproject.toml".to_owned())]);
    let options = BuildOptions::parse(&raw, &platform).map_err(|error| format!("{error:?}"))?;
    let texts = [
        ("pyproject.toml", project.manifest.as_str()),
        ("uv.lock", project.lock.as_str()),
        (".python-version", "3.13\n"),
    ];
    let context = MemoryContext {
        spec: "pyproject.toml".to_owned(),
        files: texts
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
            .collect(),
        image_config: include_str!("../../testdata/python-image.json").to_owned(),
        has_python: None,
    };
    let enabled = docker::llb().into_iter().filter(|(_, enabled)| *enabled);
    let engine = Engine {
        capabilities: enabled.map(|(name, _)| name).collect(),
        session: "session-1".to_owned(),
    };
    let mut figures = Figures::default();
    for run in 0..WARM_UP + runs {
        let began = Instant::now();
        let plan = runtime.block_on(frontend::plan(&context, &options));
        let plan = plan.map_err(|failure| format!("{failure:?}"))?;
        let planned = Instant::now();
        let lowered = frontend::lower(&plan, &options, &engine);
        let ended = Instant::now();
        let (_, definition) = lowered.map_err(|error| format!("{error:?}"))?;
        if run >= WARM_UP {
            figures.whole.time(ended - began);
            figures.lower.time(ended - planned);
            figures.bytes = definition.message().def.iter().map(Vec::len).sum();
        }
    }
    Ok(figures)
}
