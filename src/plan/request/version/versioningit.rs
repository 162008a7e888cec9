//! The version in versioningit's own setting for sources without version control.
//!
//! Not by a `PKG-INFO`, which it reads too: in what looks like an sdist it writes none of its files, and the wheel would
//! lack them.

use toml::{Table, Value};

use crate::plan::request::version::seen::Seen;

const KEY: &str = "default-version";

/// The manifest with the version in it; `None` where its settings are not in the manifest.
///
/// The text is the user's but for this, since a source distribution ships it.
pub(crate) fn with_default_version(seen: &Seen<'_>, version: &str) -> Option<String> {
    // The table that versioningit itself takes: that of hatch where there is more in it than the name of the plugin.
    let hatch = seen.table("tool.hatch.version");
    let own = seen.table("tool.versioningit");
    let (path, table) = match (hatch, own) {
        (Some(hatch), None) => ("hatch.version", hatch),
        (Some(hatch), Some(_)) if hatch.keys().len() > 1 => ("hatch.version", hatch),
        (_, Some(own)) => ("versioningit", own),
        (None, None) => return None,
    };
    let text = seen.project.source.text();
    let wanted = changed(text, path, version)?;
    let line = format!("{KEY} = \"{version}\"");
    let edited = if let Some(value) = table.get(KEY) {
        let place = value.with_key();
        let (head, rest) = (text.get(..place.start)?, text.get(place.end..)?);
        vec![format!("{head}{line}{rest}")]
    } else {
        let (head, rest) = text.split_at_checked(table.location().start)?;
        let (header, below) = rest.split_once('\n').unwrap_or((rest, ""));
        vec![
            format!("{head}{header}\n{line}\n{below}"),
            // Where there are only tables of the table.
            format!("{text}\n[tool.{path}]\n{line}\n"),
        ]
    };
    // What an edit of the text comes to shows when it is read; else the same is written anew, without comments.
    let same = |text: &String| text.parse::<Table>().is_ok_and(|table| table == wanted);
    Some(
        edited
            .into_iter()
            .find(same)
            .unwrap_or_else(|| wanted.to_string()),
    )
}

/// What the manifest must then say.
fn changed(text: &str, path: &str, version: &str) -> Option<Table> {
    // It was parsed before.
    let mut manifest: Table = text.parse().ok()?;
    let mut table = manifest.get_mut("tool")?.as_table_mut()?;
    for key in path.split('.') {
        table = table.get_mut(key)?.as_table_mut()?;
    }
    table.insert(KEY.to_owned(), Value::String(version.to_owned()));
    Some(manifest)
}
