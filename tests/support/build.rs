//! What a build printed, step by step.

use std::collections::BTreeMap;

/// What a build printed, and how it ended.
pub(crate) struct Build {
    pub(crate) text: String,
    pub(crate) ok: bool,
    /// Whether no other build ran at the same time.
    pub(crate) alone: bool,
}

impl Build {
    /// The steps with work of their own, by name, and how each ended: `CACHED`, `DONE`, or `CANCELED` where the
    /// engine found in time that a cached result makes the step needless. The engine never marks as cached
    /// what it reads anew (`[internal]`) and images, which it may have at hand.
    pub(crate) fn steps(&self) -> BTreeMap<String, String> {
        let mut names: BTreeMap<&str, &str> = BTreeMap::new();
        let mut ends: BTreeMap<&str, &str> = BTreeMap::new();
        for line in self.text.lines() {
            let Some((number, rest)) = line.strip_prefix('#').and_then(|line| line.split_once(' '))
            else {
                continue;
            };
            let word = rest.split(' ').next().unwrap_or_default();
            if ["CACHED", "CANCELED", "DONE", "ERROR:"].contains(&word) {
                ends.insert(number, word);
            } else if rest.starts_with('[') {
                names.insert(number, rest);
            }
        }
        let own = |name: &str| !name.starts_with("[internal]") && !name.contains("] image ");
        let own_steps = names.into_iter().filter(|(_, name)| own(name));
        own_steps
            .map(|(number, name)| {
                (
                    name.to_owned(),
                    ends.get(number).copied().unwrap_or_default().to_owned(),
                )
            })
            .collect()
    }

    /// Names of the steps that ran, of a build that ran alone.
    pub(crate) fn ran(&self) -> Vec<String> {
        assert!(
            self.alone,
            "other builds may have run at the same time; call `Engine::alone()` before this build"
        );
        let ran = self
            .steps()
            .into_iter()
            .filter(|(_, end)| !["CACHED", "CANCELED"].contains(&end.as_str()));
        ran.map(|(name, _)| name).collect()
    }
}
