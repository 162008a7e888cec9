//! The folders of the client, as much of them as a local source sends.

use std::collections::BTreeMap;

use bollard_buildkit_proto::fsutil::types::Stat;

/// Bits of Go's `os.FileMode` that mark a folder and a symbolic link.
const FOLDER: u32 = 1 << 31;
const LINK: u32 = 1 << 27;

/// One file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum File {
    Bytes(Vec<u8>),
    /// So many bytes, which nobody should read.
    Size(i64),
    /// A symbolic link to a path of the same folder.
    Link(String),
}

/// Files of one folder by path.
pub(crate) type Folder = BTreeMap<String, File>;

/// What `local.includepattern` lets through: patterns `**/NAME`, which are all that is asked for while planning.
pub(crate) fn included(folder: &Folder, patterns: &[String]) -> Folder {
    let fits = |name: &str| {
        let base = name.rsplit('/').next();
        let mut patterns = patterns.iter().map(|pattern| pattern.strip_prefix("**/"));
        patterns.len() == 0 || patterns.any(|pattern| pattern == base)
    };
    let files = folder.iter().filter(|(name, _)| fits(name));
    files
        .map(|(name, file)| (name.clone(), file.clone()))
        .collect()
}

/// What `local.followpaths` lets through: a path, all below it, and what it links to.
pub(crate) fn followed(folder: &Folder, paths: &[String]) -> Folder {
    let mut paths: Vec<String> = paths.to_vec();
    let links = |path: &String| match folder.get(path)? {
        File::Link(target) => Some(target.clone()),
        _ => None,
    };
    let targets: Vec<String> = paths.iter().filter_map(links).collect();
    paths.extend(targets);
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
        .map(|(name, file)| (name.clone(), file.clone()))
        .collect()
}

/// One level of a folder; `None` where nothing was sent of it.
pub(crate) fn list(folder: &Folder, path: &str) -> Option<Vec<Stat>> {
    let prefix = match path.trim_matches('/') {
        "" | "." => String::new(),
        path => format!("{path}/"),
    };
    let mut entries: BTreeMap<&str, Stat> = BTreeMap::new();
    for (name, file) in folder {
        let Some(rest) = name.strip_prefix(&prefix) else {
            continue;
        };
        let stat = match rest.split_once('/') {
            Some((entry, _)) => stat_of_folder(entry),
            None => stat_of(rest, file),
        };
        let entry = rest.split('/').next().unwrap_or_default();
        entries.insert(entry, stat);
    }
    (prefix.is_empty() || !entries.is_empty()).then(|| entries.into_values().collect())
}

/// What a path is behind its links (`RootPath` of containerd's `continuity/fs`, then `Stat`).
pub(crate) fn follow<'f>(folder: &'f Folder, path: &str) -> Result<(&'f File, Stat), String> {
    let mut name = path;
    for _ in 0..255 {
        match folder.get(name) {
            Some(File::Link(target)) => name = target,
            Some(file) => return Ok((file, stat_of(path, file))),
            None => return Err(format!("stat /{path}: no such file or directory")),
        }
    }
    Err("too many links".to_owned())
}

fn stat_of_folder(name: &str) -> Stat {
    Stat {
        path: name.to_owned(),
        mode: FOLDER | 0o755,
        ..Stat::default()
    }
}

fn stat_of(name: &str, file: &File) -> Stat {
    let (mode, size, linkname) = match file {
        File::Bytes(data) => (0o644, data.len(), String::new()),
        File::Size(size) => (0o644, usize::try_from(*size).unwrap_or(0), String::new()),
        File::Link(target) => (LINK | 0o777, target.len(), target.clone()),
    };
    Stat {
        path: name.to_owned(),
        mode,
        size: i64::try_from(size).unwrap_or(i64::MAX),
        linkname,
        ..Stat::default()
    }
}
