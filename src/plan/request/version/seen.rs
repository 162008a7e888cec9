//! What a project's files say of where its version comes from.

use crate::diagnostic::{Location, Spanned};
use crate::project::{IniSection, Pyproject};
use crate::toml_document::Table;
use crate::values::requirement_name;

/// The manifest, its tables, and what `setup.cfg` says of versioneer.
pub(crate) struct Seen<'a> {
    pub(crate) project: &'a Pyproject,
    /// The manifest's root table.
    pub(crate) root: Table<'a>,
    /// `[versioneer]` of `setup.cfg`.
    pub(crate) versioneer: Option<IniSection>,
}

impl<'a> Seen<'a> {
    /// The place of a build requirement.
    pub(crate) fn requirement(&self, name: &str) -> Option<Location> {
        let build = self.project.build_system.as_ref()?;
        let wanted = |text: &&Spanned<String>| {
            requirement_name(&text.value).is_some_and(|found| found.normalized() == name)
        };
        let mut requires = build.requires.iter().flatten();
        Some(requires.find(wanted)?.location.clone())
    }

    /// The table at a dotted path.
    pub(crate) fn table(&self, path: &str) -> Option<Table<'a>> {
        path.split('.')
            .try_fold(self.root.clone(), |table, key| table.table(key))
    }

    /// The string at a dotted path.
    pub(crate) fn string(&self, path: &str) -> Option<Spanned<String>> {
        let (table, key) = path.rsplit_once('.')?;
        self.table(table)?.string(key)
    }

    /// A boolean at a dotted path.
    pub(crate) fn flag(&self, path: &str) -> Option<bool> {
        let (table, key) = path.rsplit_once('.')?;
        self.table(table)?.get(key)?.as_bool()
    }

    /// Where hatch is configured to get the version from a plugin. Without hatch's table, which may be in
    /// `hatch.toml`, the build requirement says it.
    pub(crate) fn hatch(&self, requirement: &str, source: &str) -> Option<Location> {
        match self.table("tool.hatch.version") {
            Some(table) => {
                let stated = table.string("source")?;
                (stated.value == source).then_some(stated.location)
            }
            None => self.requirement(requirement),
        }
    }

    /// Whether setuptools takes the version from the sources, which goes before its plugins.
    pub(crate) fn setuptools_has_its_own(&self) -> bool {
        let dynamic = self.table("tool.setuptools.dynamic");
        dynamic.is_some_and(|table| table.get("version").is_some())
    }
}
