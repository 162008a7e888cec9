//! The members of a workspace: folders, and patterns as cargo has them.

use toml::{Table, Value};

use crate::lock::cargo::crates::relative;
use crate::values::ContextPath;

/// The folders of the members; `folders` are those that have a manifest.
pub(super) fn members(
    workspace: &Table,
    root: &ContextPath,
    folders: &[&ContextPath],
) -> Vec<ContextPath> {
    let mut found = Vec::new();
    let excluded = texts(workspace, "exclude");
    let patterns = texts(workspace, "members");
    for pattern in patterns {
        if !pattern.contains(['*', '?', '[']) {
            found.extend(root.join(&pattern));
            continue;
        }
        let below = folders.iter().copied().filter(|folder| {
            let path = relative(folder, root);
            let is_excluded = excluded.iter().any(|excluded| *excluded == path);
            !is_excluded && matches(pattern.trim_end_matches('/'), path)
        });
        found.extend(below.cloned());
    }
    found
}

/// The texts of a list, as paths without a leading `./`.
pub(super) fn texts(table: &Table, key: &str) -> Vec<String> {
    let list = table.get(key).and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts
        .map(|text| text.trim_start_matches("./").to_owned())
        .collect()
}

/// Whether a path fits a pattern, name by name; `*` takes what it can of one name, and `**` takes names.
fn matches(pattern: &str, path: &str) -> bool {
    let (patterns, names): (Vec<_>, Vec<_>) =
        (pattern.split('/').collect(), path.split('/').collect());
    // Which places of the path the patterns before this one can reach.
    let mut reached = vec![false; names.len() + 1];
    reached[0] = true;
    for pattern in patterns {
        let mut next = vec![false; names.len() + 1];
        if pattern == "**" {
            let first = reached.iter().position(|it| *it).unwrap_or(names.len() + 1);
            next.iter_mut().skip(first).for_each(|it| *it = true);
        } else {
            for (at, name) in names.iter().enumerate() {
                next[at + 1] = reached[at] && name_matches(pattern, name);
            }
        }
        reached = next;
    }
    reached[names.len()]
}

fn name_matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = name.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut rest = rest;
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_names_of_folders() {
        for (pattern, path, expected) in [
            ("crates/*", "crates/a", true),
            ("crates/*", "crates/a/b", false),
            ("crates/**", "crates/a/b", true),
            ("**/core", "x/y/core", true),
            ("*-py", "my-py", true),
            ("*-py", "my-py3", false),
            ("a*b*c", "axbyc", true),
            ("a*b*c", "axc", false),
            ("a", "a", true),
            ("a", "ab", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }
}
