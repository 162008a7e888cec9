//! Where a key is written: every message names it as for a `pyproject.toml`.

use crate::diagnostic::Diagnostic;
use crate::spec::{Spec, SpecKind, has_keys};

impl Spec {
    /// The name of the file that has the keys at its top; `None` where a `pyproject.toml` has them, or would.
    pub fn own_file(&self, has_manifest: bool) -> Option<String> {
        let is_own = self.kind == SpecKind::Own && (has_keys(self) || !has_manifest);
        is_own.then(|| self.source.name().to_owned())
    }
}

/// This diagnostic with hints that name keys as they are written at the top of a file.
#[must_use]
pub fn in_own_file(mut diagnostic: Diagnostic, file: &str) -> Diagnostic {
    let top = format!("at the top of `{file}`");
    for hint in &mut diagnostic.hints {
        *hint = hint
            .replace("[tool.wheelwright.", "[")
            .replace("in `[tool.wheelwright]`", &top)
            .replace("of `[tool.wheelwright]`", &top);
    }
    diagnostic
}
