//! The user's own targets by name.

use std::collections::BTreeMap;

use crate::plan::request::target::Target;
use crate::spec::Model;

/// The user's own targets by the names that they answer to; of several that answer to one name, the first.
pub(crate) struct Index<'a> {
    pub(crate) model: &'a Model,
    places: BTreeMap<String, usize>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(model: &'a Model) -> Self {
        let mut places = BTreeMap::new();
        for (place, target) in model.targets.iter().enumerate() {
            places.entry(key(&target.name.value)).or_insert(place);
        }
        Self { model, places }
    }

    /// The place of a target among those of the spec.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(&key(name)).copied()
    }
}

/// One text for all names of a target: names are case-insensitive, and built-in targets have several.
pub(crate) fn key(name: &str) -> String {
    match Target::named(name) {
        Some(target) => target.name().to_owned(),
        None => name.to_ascii_lowercase(),
    }
}
