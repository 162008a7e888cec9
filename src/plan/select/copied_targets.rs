//! Which targets copy from which (`[[copy]]` with `from`): they have no circle, and are not too many.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Location, rules};
use crate::options::BuildOptions;
use crate::plan::request::target::Target;
use crate::plan::select::celery_worker;
use crate::plan::select::target_index::{Index, key};
use crate::spec::CopySpec;

/// A target copies from as many others, those included that they copy from: each is planned within the planning of
/// another, and takes as long as a build of its own.
pub(crate) const MAX_COPIED: usize = 32;

/// A target, and those that it gets files from.
struct Node<'a> {
    name: String,
    /// The `from` of the copy that leads to it; none where another target is made from it and so has its copies.
    place: Option<&'a Location>,
    edges: std::vec::IntoIter<(String, Option<&'a Location>)>,
}

struct Graph<'a> {
    index: &'a Index<'a>,
    bases: &'a [Option<Target>],
    options: &'a BuildOptions,
}

/// Checks the targets that are copied from, whichever target is requested. `bases` are the built-in targets that the
/// user's own are made from.
pub(crate) fn check(
    (index, bases): (&Index<'_>, &[Option<Target>]),
    asked: &str,
    options: &BuildOptions,
) -> Result<(), Diagnostic> {
    let graph = Graph {
        index,
        bases,
        options,
    };
    let mut done = BTreeMap::new();
    graph.walk(key(asked), &mut done)?;
    let copied = done.values().filter(|is_copied| **is_copied).count();
    if copied > MAX_COPIED {
        let message = format!(
            "the target `{asked}` copies from more than {MAX_COPIED} targets ({copied}), those included that these \
             copy from"
        );
        return Err(rules::TOO_MANY_TARGETS
            .report(message)
            .hint("copy from fewer targets"));
    }
    let built_in = [Target::Runtime, Target::Test, Target::TestReports].map(Target::name);
    let own = index.model.targets.iter();
    let own = own.map(|target| target.name.value.as_str());
    for name in built_in.into_iter().chain(own) {
        graph.walk(key(name), &mut done)?;
    }
    Ok(())
}

impl<'a> Graph<'a> {
    /// Walks from a target to all that it copies from. `done` says of each that is left whether it is copied from. There
    /// may be more of them than a stack takes, so that this is a loop.
    fn walk(&self, from: String, done: &mut BTreeMap<String, bool>) -> Result<(), Diagnostic> {
        if done.contains_key(&from) {
            return Ok(());
        }
        let mut within = BTreeSet::from([from.clone()]);
        let mut way = vec![self.node(from, None)];
        while let Some(node) = way.last_mut() {
            let Some((name, place)) = node.edges.next() else {
                within.remove(&node.name);
                let is_copied = node.place.is_some();
                let known = done.entry(std::mem::take(&mut node.name)).or_default();
                *known |= is_copied;
                way.pop();
                continue;
            };
            if let Some(known) = done.get_mut(&name) {
                *known |= place.is_some();
            } else if within.insert(name.clone()) {
                let next = self.node(name, place);
                way.push(next);
            } else {
                return Err(circle(&way, &name, place));
            }
        }
        Ok(())
    }

    fn node(&self, name: String, place: Option<&'a Location>) -> Node<'a> {
        let edges = self.edges(&name).into_iter();
        Node { name, place, edges }
    }

    /// What a target gets files from, in their order.
    fn edges(&self, name: &str) -> Vec<(String, Option<&'a Location>)> {
        let model = self.index.model;
        let own = self.index.place(name);
        let built_in = Target::named(name);
        let base = own.map_or(built_in, |place| self.bases[place]);
        if base.is_some_and(|base| !base.has_copies()) {
            return Vec::new();
        }
        let copied = |copy: &'a CopySpec| self.copied(copy);
        let own = own.map(|place| &model.targets[place]);
        let added = own.map_or(&[][..], |target| target.copies()).iter();
        if built_in.is_some() {
            return model
                .copies
                .iter()
                .chain(added)
                .filter_map(copied)
                .collect();
        }
        let from = own.and_then(|target| target.from.as_ref());
        let from = from.map_or(Target::Runtime.name(), |from| from.value.as_str());
        let from = if own.is_none() && celery_worker::is_name(name) {
            Target::Runtime.name()
        } else {
            from
        };
        let made_from = (key(from), None);
        [made_from]
            .into_iter()
            .chain(added.filter_map(copied))
            .collect()
    }

    /// The target that a copy is from, if it is from one.
    fn copied(&self, copy: &'a CopySpec) -> Option<(String, Option<&'a Location>)> {
        let from = copy.from.as_ref()?;
        let is_target =
            Target::named(&from.value).is_some() || self.index.place(&from.value).is_some();
        let is_context = self.options.named_context(&from.value).is_some();
        (is_target && !is_context).then(|| (key(&from.value), Some(&from.location)))
    }
}

/// The error for a way that leads back to `name`.
fn circle(way: &[Node<'_>], name: &str, place: Option<&Location>) -> Diagnostic {
    let start = way.iter().position(|node| node.name == name);
    let round = &way[start.unwrap_or_default()..];
    // Where a target is made from another, it has its copies as its own.
    let first = place.map(|place| (name, place));
    let others = round.iter().skip(1);
    let others = others.filter_map(|node| Some((node.name.as_str(), node.place?)));
    let copied: Vec<_> = first.into_iter().chain(others).collect();
    let names = copied.iter().chain(copied.first());
    let names: Vec<String> = names.map(|(name, _)| format!("`{name}`")).collect();
    let error = rules::CIRCULAR_TARGETS.report(format!(
        "targets copy from each other in a circle: {}",
        names.join(" from ")
    ));
    let hint =
        "copy from `builder`, `wheel` or another target that does not get these files itself";
    Diagnostic {
        location: copied.first().map(|(_, place)| (*place).clone()),
        ..error.hint(hint)
    }
}
