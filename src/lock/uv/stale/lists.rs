//! The requirements of the manifest, list by list, and what the lock records of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Location, Spanned};

use crate::lock::uv::requirement::Requirement;
use crate::lock::uv::stale::Fit;
use crate::project::DependencyGroup;
use crate::values::normalized_name;

/// The revision of the format that records extras and groups without requirements.
const RECORDS_EMPTY: u32 = 1;
/// The group that `tool.uv.dev-dependencies` belong to.
const DEV: &str = "dev";

/// How deep groups may include each other; uv says what is wrong with those that do deeper.
const MAX_DEPTH: usize = 64;

/// How many requirements and groups all groups hold together, with those that they include; uv compares what holds more.
const MAX_HELD: usize = 200_000;

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

impl Fit<'_> {
    /// `project.dependencies` and the extras, which the lock records in one list.
    pub(crate) fn compare_dependencies(&mut self) {
        let (project, record) = (self.project, self.record);
        // The backend of a dynamic project may have spelt out extras that name other extras (hatchling does).
        let own = |text: &Spanned<String>| self.is_own(text);
        let mut listed = project.extras.iter().flat_map(|(_, listed)| listed);
        let spelt =
            project.version.is_none() && (project.dependencies.iter().any(own) || listed.any(own));
        let mut by_extra: BTreeMap<Option<String>, Vec<&Requirement>> = BTreeMap::new();
        for locked in &record.requires {
            let extra = locked.marker.extra().map(normalized_name);
            by_extra.entry(extra).or_default().push(locked);
        }
        let of_extra = |extra: Option<&String>| {
            let locked = by_extra.get(&extra.cloned());
            locked.cloned().unwrap_or_default()
        };
        let recorded_extras: BTreeSet<&String> = record.extras.iter().collect();
        self.compare(&List {
            wanted: &project.dependencies.iter().collect::<Vec<_>>(),
            locked: of_extra(None),
            extra: None,
            place: &project.dependencies_location,
            whole: !spelt,
            group: false,
        });
        let mut known = BTreeSet::new();
        for (name, requirements) in &project.extras {
            let extra = normalized_name(&name.value);
            if self.lock.revision >= RECORDS_EMPTY && !recorded_extras.contains(&extra) {
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
            known.insert(extra);
        }
        let recorded = by_extra.keys().flatten().chain(recorded_extras);
        let recorded: BTreeSet<&String> = recorded.collect();
        for gone in recorded.into_iter().filter(|extra| !known.contains(*extra)) {
            let what = format!("it was made with the extra `{gone}`, which is gone");
            self.stale(&what, &project.dependencies_location);
        }
    }

    /// The dependency groups; the lock records what a group includes of others spelt out.
    pub(crate) fn compare_groups(&mut self) {
        let (project, record) = (self.project, self.record);
        let groups = Groups::new(&project.groups);
        let mut recorded = BTreeMap::new();
        for (name, locked) in &record.groups {
            recorded.entry(name.as_str()).or_insert(locked);
        }
        let (mut known, mut left) = (BTreeSet::new(), MAX_HELD);
        for group in &project.groups {
            let name = normalized_name(&group.name.value);
            let requirements = groups.all_of(&name, &mut left);
            let Some(mut requirements) = requirements else {
                // It includes a group that is not there, or itself: uv tells.
                known.insert(name);
                continue;
            };
            if name == DEV {
                requirements.extend(&self.settings.dev_dependencies);
            }
            match recorded.get(name.as_str()) {
                Some(locked) => self.compare(&List {
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
            known.insert(name);
        }
        if !known.contains(DEV) && !self.settings.dev_dependencies.is_empty() {
            let locked = recorded.get(DEV);
            let wanted: Vec<_> = self.settings.dev_dependencies.iter().collect();
            self.compare(&List {
                place: &wanted[0].location,
                wanted: &wanted,
                locked: locked.map_or_else(Vec::new, |locked| locked.iter().collect()),
                extra: None,
                whole: true,
                group: true,
            });
            known.insert(DEV.to_owned());
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
            wanted.fits(locked, list.extra, allowed.as_ref(), &self.effort)
        };
        let mut locked: BTreeMap<&str, Vec<&Requirement>> = BTreeMap::new();
        for requirement in &list.locked {
            locked
                .entry(&requirement.name)
                .or_default()
                .push(requirement);
        }
        let locked_of = |name: &str| locked.get(name).map_or(&[][..], Vec::as_slice);
        let mut wanted: BTreeMap<String, Vec<Requirement>> = BTreeMap::new();
        // The names of those that the lock has otherwise.
        let mut otherwise = BTreeSet::new();
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
            let name = requirement.name.clone();
            let requirement = requirement.sourced(sources.get(&name).copied());
            let locked = locked_of(&name);
            // What is written alike is found first: it takes no effort.
            let fitting = locked.iter().any(|locked| requirement == **locked)
                || locked.iter().any(|locked| fits(&requirement, locked));
            if !fitting {
                let what = if locked.is_empty() {
                    format!("it does not know the dependency `{}`", text.value)
                } else {
                    otherwise.insert(name.clone());
                    format!("`{}` is not what it was made from", text.value)
                };
                stale.push((what, &text.location, name.clone()));
            }
            wanted.entry(name).or_default().push(requirement);
        }
        let wanted_of = |name: &str| wanted.get(name).map_or(&[][..], Vec::as_slice);
        let recorded = list.locked.iter().filter(|_| list.whole);
        for locked in recorded.filter(|locked| !otherwise.contains(&locked.name)) {
            let name = &locked.name;
            let wanted = wanted_of(name);
            let what = if wanted.is_empty() {
                format!("it was made with the dependency `{name}`, which is gone")
            } else if wanted.iter().all(|wanted| wanted != *locked)
                && !wanted.iter().any(|wanted| fits(wanted, locked))
            {
                format!("it was made with one more requirement of `{name}`, which is gone")
            } else {
                continue;
            };
            stale.push((what, list.place, name.clone()));
        }
        let mut fitting = BTreeMap::new();
        stale.retain(|(_, _, name)| {
            let fits =
                |wanted: &Requirement| locked_of(name).iter().any(|locked| fits(wanted, locked));
            !list.group
                || !*fitting
                    .entry(name.clone())
                    .or_insert_with(|| wanted_of(name).iter().any(fits))
        });
        for (what, place, _) in stale {
            self.stale(&what, place);
        }
    }
}

/// The dependency groups of a manifest by their normalized names.
struct Groups<'a>(BTreeMap<String, &'a DependencyGroup>);

impl<'a> Groups<'a> {
    fn new(groups: &'a [DependencyGroup]) -> Self {
        let mut by_name = BTreeMap::new();
        for group in groups {
            by_name
                .entry(normalized_name(&group.name.value))
                .or_insert(group);
        }
        Self(by_name)
    }

    /// All requirements of a group, with those of the groups that it includes, each once. `None` where a group is not
    /// there, includes itself or lies too deep, and where more than `left` requirements and groups are held.
    fn all_of(&self, name: &str, left: &mut usize) -> Option<Vec<&'a Spanned<String>>> {
        let mut gathered = Gathered {
            left,
            known: BTreeMap::new(),
            found: Vec::new(),
        };
        self.gather(name, 0, &mut gathered)?;
        Some(gathered.found)
    }

    fn gather<'g>(&'g self, name: &str, depth: usize, to: &mut Gathered<'g, '_, 'a>) -> Option<()> {
        let (name, group) = self.0.get_key_value(name)?;
        if let Some(is_done) = to.known.get(name.as_str()) {
            return is_done.then_some(());
        }
        if depth > MAX_DEPTH {
            return None;
        }
        let held = 1 + group.requirements.len() + group.includes.len();
        *to.left = to.left.checked_sub(held)?;
        to.known.insert(name, false);
        to.found.extend(&group.requirements);
        for included in &group.includes {
            self.gather(&normalized_name(&included.value), depth + 1, to)?;
        }
        to.known.insert(name, true);
        Some(())
    }
}

/// What a group holds.
struct Gathered<'g, 'l, 'a> {
    /// How much more may be held.
    left: &'l mut usize,
    /// The groups that were begun, and whether they are done.
    known: BTreeMap<&'g str, bool>,
    found: Vec<&'a Spanned<String>>,
}
