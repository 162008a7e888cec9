//! The folders of the client, as much of them as a local source sends.

use std::collections::BTreeMap;

use bollard_buildkit_proto::fsutil::types::Stat;

/// Bit of Go's `os.FileMode` that marks a folder.
const FOLDER: u32 = 1 << 31;

/// Files of one folder by path.
pub(crate) type Folder = BTreeMap<String, Vec<u8>>;

/// What `local.followpaths` lets through: a path and all below it.
pub(crate) fn followed(folder: &Folder, paths: &[String]) -> Folder {
    let follows = |name: &str| {
        let below = |path: &String| {
            name.strip_prefix(path.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        paths.is_empty() || paths.iter().any(below)
    };
    folder
        .iter()
        .filter(|(name, _)| follows(name))
        .map(|(name, data)| (name.clone(), data.clone()))
        .collect()
}

/// One level of a folder; `None` where nothing was sent of it.
pub(crate) fn list(folder: &Folder, path: &str) -> Option<Vec<Stat>> {
    let prefix = match path.trim_matches('/') {
        "" | "." => String::new(),
        path => format!("{path}/"),
    };
    let mut entries: BTreeMap<&str, Stat> = BTreeMap::new();
    for (name, data) in folder {
        let Some(rest) = name.strip_prefix(&prefix) else {
            continue;
        };
        let (entry, below) = rest
            .split_once('/')
            .map_or((rest, false), |(entry, _)| (entry, true));
        entries.insert(
            entry,
            Stat {
                path: entry.to_owned(),
                mode: if below { FOLDER | 0o755 } else { 0o644 },
                size: if below {
                    0
                } else {
                    i64::try_from(data.len()).unwrap_or(i64::MAX)
                },
                ..Stat::default()
            },
        );
    }
    (prefix.is_empty() || !entries.is_empty()).then(|| entries.into_values().collect())
}
