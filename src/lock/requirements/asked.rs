//! Questions about what requirements ask for.

use crate::lock::requirements::Asked;
use crate::project::PYPROJECT;
use crate::project::requirements::{LineKind, Target};
use crate::values::ContextPath;

impl Asked {
    /// Whether there is nothing to install but folders.
    pub(crate) fn is_empty(&self) -> bool {
        self.requirements_text().is_empty()
    }

    /// Whether nothing is taken without a hash.
    pub(crate) fn is_hashed(&self) -> bool {
        self.files.needs_hashes()
    }

    /// The names of the files, or of the manifest.
    pub(crate) fn what(&self) -> String {
        let names = self.files.files.iter().map(ToString::to_string);
        let names: Vec<String> = names.collect();
        match names.first() {
            None => PYPROJECT.to_owned(),
            Some(first) if names.len() > 2 => format!("{first} and {} more", names.len() - 1),
            Some(_) => names.join(" and "),
        }
    }

    pub(crate) fn requirements_text(&self) -> String {
        let of_manifest = self.of_manifest.iter();
        let of_manifest = of_manifest.map(|text| text.value.clone() + "\n");
        let text = self.files.text() + &of_manifest.collect::<String>();
        let has_requirement = !self.of_manifest.is_empty()
            || self.files.requirements.iter().any(|line| match &line.kind {
                LineKind::Requirement(requirement) => {
                    !matches!(requirement.target, Target::Folder { .. })
                }
                _ => false,
            });
        if has_requirement { text } else { String::new() }
    }

    /// The folders to be built and installed behind all else, and not the project itself.
    pub(crate) fn folders(&self) -> Vec<(&ContextPath, &[String])> {
        let folders = self.files.folders().filter(|(path, ..)| !path.is_root());
        folders.map(|(path, extras, _)| (path, extras)).collect()
    }
}
