//! A lock that several projects share, as one of them needs it.

use toml::{Table, Value};

use crate::lock::uv::needs;
use crate::lock::uv::reader::{Package, UvLock};
use crate::project::NEUTRAL_VERSION;

impl UvLock {
    /// The lock without the packages that a project in it can never need: what others in the workspace lock is no
    /// part of any key.
    pub(crate) fn of_project(mut self, name: &str) -> Self {
        let wanted = needs::closure(&self.packages, name);
        let kept = self.packages.iter();
        let kept: Vec<bool> = kept.map(|package| wanted.contains(&package.name)).collect();
        if kept.contains(&false) {
            self.parted = self.spans.first().map(|span| span.start);
        }
        self.packages = chosen(self.packages, &kept);
        self.spans = chosen(self.spans, &kept);
        self
    }

    /// [`Self::neutral_text`] of a lock that has lost packages, the first of which began at `start`.
    pub(crate) fn neutral_parts(&self, start: usize) -> String {
        let whole = self.source.text();
        let mut text = head(&whole[..start], &self.packages);
        for (package, span) in self.packages.iter().zip(&self.spans) {
            let mut part = whole[span.clone()].to_owned();
            if let (true, Some(version)) = (package.local, &package.version) {
                let place = &version.location;
                let place = place.start - span.start..place.end - span.start;
                part.replace_range(place, &format!("\"{NEUTRAL_VERSION}\""));
            }
            text.push_str(&part);
        }
        text
    }
}

fn chosen<T>(all: Vec<T>, kept: &[bool]) -> Vec<T> {
    let both = all.into_iter().zip(kept);
    both.filter_map(|(one, kept)| kept.then_some(one)).collect()
}

/// What is above the packages, with the members that are left.
fn head(text: &str, packages: &[Package]) -> String {
    let Ok(mut head) = text.parse::<Table>() else {
        return text.to_owned();
    };
    let manifest = head.get_mut("manifest").and_then(Value::as_table_mut);
    let members = manifest.and_then(|manifest| manifest.get_mut("members")?.as_array_mut());
    if let Some(members) = members {
        members.retain(|member| {
            let name = member.as_str();
            let mut names = packages.iter().map(|package| package.name.as_str());
            names.any(|known| Some(known) == name)
        });
    }
    format!("{head}\n")
}
