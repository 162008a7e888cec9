//! The requirements of the manifest, list by list, and what the lock records of them.

use crate::diagnostic::{Location, Spanned};
use crate::lock::uv::requirement::Requirement;
use crate::lock::uv::stale::Fit;
use crate::values::normalized_name;

/// The revision of the format that records extras and groups without requirements.
const RECORDS_EMPTY: u32 = 1;
/// The group that `tool.uv.dev-dependencies` belong to.
const DEV: &str = "dev";

/// The requirements of one list of the manifest, and what the lock records of it.
struct List<'l> {
    wanted: &'l [&'l Spanned<String>],
    locked: Vec<&'l Requirement>,
    /// The extra that the list is.
    extra: Option<&'l str>,
    /// The place to point at where a requirement is gone.
    place: &'l Location,
    /// Whether all of the lock's record must be in the manifest too.
    whole: bool,
    /// The list is a group: of several requirements of one name uv may keep the narrowest alone.
    group: bool,
}

impl<'a> Fit<'a> {
    /// `project.dependencies` and the extras, which the lock records in one list.
    pub(crate) fn compare_dependencies(&mut self) {
        let (project, record) = (self.project, self.record);
        // The backend of a dynamic project may have spelt out extras that name other extras (hatchling does).
        let own = |text: &Spanned<String>| self.is_own(text);
        let mut listed = project.extras.iter().flat_map(|(_, listed)| listed);
        let spelt =
            project.version.is_none() && (project.dependencies.iter().any(own) || listed.any(own));
        let of_extra = |extra: Option<&str>| {
            let requires = record.requires.iter();
            requires
                .filter(|locked| locked.marker.extra().map(normalized_name).as_deref() == extra)
                .collect()
        };
        self.compare(&List {
            wanted: &project.dependencies.iter().collect::<Vec<_>>(),
            locked: of_extra(None),
            extra: None,
            place: &project.dependencies_location,
            whole: !spelt,
            group: false,
        });
        let mut known = Vec::new();
        for (name, requirements) in &project.extras {
            let extra = normalized_name(&name.value);
            if self.lock.revision >= RECORDS_EMPTY && !record.extras.contains(&extra) {
                let what = format!("it does not know the extra `{}`", name.value);
                self.stale(&what, &name.location);
            } else {
                self.compare(&List {
                    wanted: &requirements.iter().collect::<Vec<_>>(),
                    locked: of_extra(Some(&extra)),
                    extra: Some(&extra),
                    place: &name.location,
                    whole: !spelt,
                    group: false,
                });
            }
            known.push(extra);
        }
        let recorded = record.requires.iter();
        let recorded = recorded.filter_map(|locked| locked.marker.extra().map(normalized_name));
        let mut recorded: Vec<_> = recorded.chain(record.extras.iter().cloned()).collect();
        recorded.sort_unstable();
        recorded.dedup();
        for gone in recorded.iter().filter(|extra| !known.contains(extra)) {
            let what = format!("it was made with the extra `{gone}`, which is gone");
            self.stale(&what, &project.dependencies_location);
        }
    }

    /// The dependency groups; the lock records what a group includes of others spelt out.
    pub(crate) fn compare_groups(&mut self) {
        let (project, record) = (self.project, self.record);
        let mut known = Vec::new();
        for group in &project.groups {
            let name = normalized_name(&group.name.value);
            let Some(requirements) = self.requirements_of(&name) else {
                // It includes a group that is not there, or itself: uv tells.
                known.push(name);
                continue;
            };
            let locked = record.groups.iter().find(|(locked, _)| *locked == name);
            match locked {
                Some((_, locked)) => self.compare(&List {
                    wanted: &requirements,
                    locked: locked.iter().collect(),
                    extra: None,
                    place: &group.name.location,
                    whole: true,
                    group: true,
                }),
                None if requirements.is_empty() && self.lock.revision < RECORDS_EMPTY => {}
                None => {
                    let what = format!(
                        "it does not know the dependency group `{}`",
                        group.name.value
                    );
                    self.stale(&what, &group.name.location);
                }
            }
            known.push(name);
        }
        if !known.iter().any(|name| name == DEV) && !self.settings.dev_dependencies.is_empty() {
            let locked = record.groups.iter().find(|(locked, _)| locked == DEV);
            let wanted: Vec<_> = self.settings.dev_dependencies.iter().collect();
            self.compare(&List {
                place: &wanted[0].location,
                wanted: &wanted,
                locked: locked.map_or_else(Vec::new, |(_, locked)| locked.iter().collect()),
                extra: None,
                whole: true,
                group: true,
            });
            known.push(DEV.to_owned());
        }
        let place = project
            .groups
            .first()
            .map_or(&project.dependencies_location, |group| &group.name.location);
        for (gone, locked) in &record.groups {
            // `dev-dependencies` without any is a group too.
            if !known.contains(gone) && (gone != DEV || !locked.is_empty()) {
                let what = format!("it was made with the dependency group `{gone}`, which is gone");
                self.stale(&what, place);
            }
        }
    }

    /// All requirements of a group, with those of the groups that it includes.
    fn requirements_of(&self, group: &str) -> Option<Vec<&'a Spanned<String>>> {
        let mut found = Vec::new();
        self.gather(group, &mut Vec::new(), &mut found)?;
        if group == DEV {
            found.extend(&self.settings.dev_dependencies);
        }
        Some(found)
    }

    fn gather(
        &self,
        group: &str,
        within: &mut Vec<String>,
        found: &mut Vec<&'a Spanned<String>>,
    ) -> Option<()> {
        if within.iter().any(|outer| outer == group) {
            return None;
        }
        let project = self.project;
        let mut groups = project.groups.iter();
        let listed = groups.find(|listed| normalized_name(&listed.name.value) == group)?;
        found.extend(&listed.requirements);
        within.push(group.to_owned());
        for included in &listed.includes {
            self.gather(&normalized_name(&included.value), within, found)?;
        }
        within.pop();
        Some(())
    }

    fn is_own(&self, text: &Spanned<String>) -> bool {
        Requirement::parse(&text.value)
            .is_some_and(|requirement| requirement.name == self.package.name)
    }

    fn compare(&mut self, list: &List<'_>) {
        let sources = &self.settings.sources;
        // Limited groups get markers that are written nowhere.
        let allowed = self.allowed.clone();
        let allowed = allowed.filter(|_| !self.settings.limits_groups);
        let fits = |wanted: &Requirement, locked: &Requirement| {
            wanted.fits(locked, list.extra, allowed.as_ref())
        };
        // Those that are wanted, and the names of those that the lock has otherwise.
        let (mut wanted, mut otherwise) = (Vec::new(), Vec::new());
        let mut stale = Vec::new();
        for text in list.wanted {
            let Some(mut requirement) = Requirement::parse(&text.value) else {
                continue;
            };
            if !list.whole && requirement.name == self.package.name {
                continue;
            }
            if let Some(extra) = list.extra {
                requirement.marker = requirement.marker.with_extra(extra);
            }
            let requirement = requirement
                .clone()
                .sourced(sources.get(&requirement.name).copied());
            let mut locked = list.locked.iter();
            if !locked.clone().any(|locked| fits(&requirement, locked)) {
                let what = if locked.any(|locked| locked.name == requirement.name) {
                    otherwise.push(requirement.name.clone());
                    format!("`{}` is not what it was made from", text.value)
                } else {
                    format!("it does not know the dependency `{}`", text.value)
                };
                stale.push((what, &text.location, requirement.name.clone()));
            }
            wanted.push(requirement);
        }
        let locked = list.locked.iter().filter(|_| list.whole);
        for locked in locked.filter(|locked| !otherwise.contains(&locked.name)) {
            let name = &locked.name;
            let what = if !wanted.iter().any(|wanted| wanted.name == *name) {
                format!("it was made with the dependency `{name}`, which is gone")
            } else if !wanted.iter().any(|wanted| fits(wanted, locked)) {
                format!("it was made with one more requirement of `{name}`, which is gone")
            } else {
                continue;
            };
            stale.push((what, list.place, name.clone()));
        }
        let fitting = |name: &str| {
            let mut wanted = wanted.iter().filter(|wanted| wanted.name == name);
            wanted.any(|wanted| list.locked.iter().any(|locked| fits(wanted, locked)))
        };
        stale.retain(|(_, _, name)| !list.group || !fitting(name));
        for (what, place, _) in stale {
            self.stale(&what, place);
        }
    }
}
