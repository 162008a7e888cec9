//! How the engine shows a part while it is made.

use std::fmt;

use crate::values::PythonVersion;

/// The name of a part as data: `[stage] what`, and `for Python X` where others do the same for another version.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StepName {
    /// The stage that it belongs to, which `--no-cache-filter` selects by ([`stage`](crate::plan::stage)).
    pub stage: String,
    /// What it does: starts with a verb, or `image`.
    pub what: String,
    /// The Python version that it is for, where the plan has several.
    pub python: Option<PythonVersion>,
}

impl StepName {
    /// The stage of parts that nobody selects: files that the planner writes, the build context.
    pub const INTERNAL: &str = "internal";

    /// A name without a Python version.
    pub fn new(stage: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            stage: stage.into(),
            what: what.into(),
            python: None,
        }
    }
}

impl fmt::Display for StepName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.stage, self.what)?;
        match self.python {
            Some(python) => write!(f, " for Python {python}"),
            None => Ok(()),
        }
    }
}
