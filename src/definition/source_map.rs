//! The source map: which lines of the user's text require which op, so that the client shows them when the
//! op fails.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Location, Source};
use crate::pb;

/// Locations by digest, and the texts that they are in.
#[derive(Default)]
pub(super) struct SourceMap {
    texts: Vec<Arc<Source>>,
    locations: BTreeMap<String, pb::Locations>,
}

impl SourceMap {
    /// Adds a place; the same digest may have several.
    pub(super) fn add(&mut self, digest: &str, place: &Location) {
        let known = self.texts.iter().position(|text| {
            // Almost always it is the same text, and then there is no need to compare it.
            Arc::ptr_eq(text, &place.source) || *text == place.source
        });
        let index = known.unwrap_or_else(|| {
            self.texts.push(Arc::clone(&place.source));
            self.texts.len() - 1
        });
        let location = pb::Location {
            source_index: i32::try_from(index).unwrap_or(0),
            ranges: vec![range(place)],
        };
        let locations = &mut self
            .locations
            .entry(digest.to_owned())
            .or_default()
            .locations;
        if !locations.contains(&location) {
            locations.push(location);
        }
    }

    pub(super) fn into_message(self) -> pb::Source {
        let infos = self.texts.iter().map(source_info).collect();
        pb::Source {
            locations: self.locations,
            infos,
        }
    }
}

/// A text as BuildKit's `SourceInfo`.
pub fn source_info(source: &Arc<Source>) -> pb::SourceInfo {
    pb::SourceInfo {
        filename: source.name().to_owned(),
        data: source.text().as_bytes().to_vec(),
        definition: None,
        language: source.language().to_owned(),
    }
}

/// Both ends are always there: clients crash on a range without one.
pub(crate) fn range(place: &Location) -> pb::Range {
    let (first, last) = place.lines();
    let position = |line: usize| pb::Position {
        line: i32::try_from(line).unwrap_or(i32::MAX),
        character: 0,
    };
    pb::Range {
        start: Some(position(first)),
        end: Some(position(last)),
    }
}
