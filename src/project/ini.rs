//! INI files as Python's `configparser` reads them (`setup.cfg`): as much of it as one section needs.

use std::sync::Arc;

use crate::diagnostic::{Location, Source, Spanned};

/// A section of an INI file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IniSection {
    /// Its header.
    pub location: Location,
    /// Options in lower case, as `configparser` compares them, and the first line of each value.
    pub values: Vec<(String, Spanned<String>)>,
}

impl IniSection {
    /// The section of a name, where the text has it.
    pub fn find(source: &Arc<Source>, name: &str) -> Option<Self> {
        let mut found: Option<Self> = None;
        let mut offset = 0;
        for line in source.text().split_inclusive('\n') {
            let start = offset;
            offset += line.len();
            let text = line.trim_end();
            let place = |part: &str| {
                // `part` is a slice of this line.
                let begin = start + text.rfind(part).unwrap_or_default();
                Location::new(source, begin..begin + part.len())
            };
            if let Some(header) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                if found.is_some() {
                    break;
                }
                found = (header.0 == name).then(|| Self {
                    location: Location::new(source, start..start + text.len()),
                    values: Vec::new(),
                });
                continue;
            }
            // Comments, and lines that go on with the value above them.
            let is_option = !text.starts_with(['#', ';', ' ', '\t']);
            if let Some(section) = &mut found
                && is_option
                && let Some((key, value)) = text.split_once(['=', ':'])
            {
                let value = value.trim();
                let value = Spanned {
                    value: value.to_owned(),
                    location: place(value),
                };
                section.values.push((key.trim().to_lowercase(), value));
            }
        }
        found
    }

    /// The value of an option.
    pub fn get(&self, key: &str) -> Option<&Spanned<String>> {
        let of = self.values.iter().find(|(known, _)| known == key);
        of.map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_found_with_the_places_of_its_values() {
        let text = "[metadata]\nname = a\nkeywords =\n  parentdir_prefix = no\n\n[versioneer]\n# a comment = 1\nVCS = git\n\
                    tag_prefix =\nparentdir_prefix: a-\n[options]\nvcs = no\n";
        let source = Source::new("setup.cfg", text);
        let section = IniSection::find(&source, "versioneer").unwrap();
        let values = section.values.iter();
        let values: Vec<_> = values
            .map(|(key, value)| (key.as_str(), value.value.as_str()))
            .collect();
        assert_eq!(
            values,
            [
                ("vcs", "git"),
                ("tag_prefix", ""),
                ("parentdir_prefix", "a-")
            ]
        );
        let prefix = &section.get("parentdir_prefix").unwrap().location;
        assert_eq!(&text[prefix.start..prefix.end], "a-");
        assert_eq!(source.position(section.location.start), (6, 1));
        assert_eq!(IniSection::find(&source, "Versioneer"), None);
    }
}
