//! Choices and warnings that are reported beside a plan.

use std::collections::BTreeMap;

use crate::plan::model::PartId;

use crate::diagnostic::Diagnostic;

/// Something that was decided for the user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Choice {
    /// What was decided, in the words of the spec (`python`, `installer`).
    pub what: &'static str,
    /// What it is.
    pub value: String,
    /// From which file or rule.
    pub why: String,
}

/// Choices and warnings of a plan, collected while its parts are added.
#[derive(Default)]
pub struct Notes {
    /// What was picked and why.
    pub choices: Vec<Choice>,
    /// What stops nothing.
    pub warnings: Vec<Diagnostic>,
    /// The targets that others copy from, by their names: each is planned once.
    pub copied: BTreeMap<String, PartId>,
}

impl Notes {
    /// Records a choice.
    pub fn choose(&mut self, what: &'static str, value: String, why: impl Into<String>) {
        let why = why.into();
        self.choices.push(Choice { what, value, why });
    }
}
