//! Changes to files as readable text.

use std::fmt;

use crate::llb::text::{name, tree};
use crate::llb::{CopyFiles, Destination, FileAction, FileOp, Mode, Owner, Time, Wildcard};

pub(super) fn write(f: &mut fmt::Formatter<'_>, file: &FileOp) -> fmt::Result {
    writeln!(f, "file")?;
    for (index, action) in file.actions.iter().enumerate() {
        let base = match index {
            0 => tree(file.base),
            _ => "previous".to_owned(),
        };
        writeln!(f, "  on {base} {}", line(action))?;
    }
    Ok(())
}

fn line(action: &FileAction) -> String {
    match action {
        FileAction::Copy(copy) => line_of_copy(copy),
        FileAction::MakeFile(file) => {
            // Files are 0644 unless something is said.
            let mode = (file.mode != Mode::new(0o644)).then_some(file.mode);
            let size = file.data.len();
            let rest = attributes(mode, file.owner, file.time);
            format!("make {}, {size} bytes{rest}", file.path)
        }
        FileAction::MakeDirectory(directory) => {
            let parents = if directory.parents {
                " with parents"
            } else {
                ""
            };
            let rest = attributes(Some(directory.mode), directory.owner, directory.time);
            format!("make folder {}{parents}{rest}", directory.path)
        }
        FileAction::Symlink(link) => {
            let rest = attributes(None, link.owner, link.time);
            format!("link {} to {}{rest}", link.path, link.target)
        }
        FileAction::Remove(remove) => {
            let wildcard = if remove.wildcard { "all " } else { "" };
            let missing = if remove.allow_missing {
                " if there"
            } else {
                ""
            };
            format!("remove {wildcard}{}{missing}", remove.path)
        }
    }
}

fn line_of_copy(copy: &CopyFiles) -> String {
    let wildcard = match copy.wildcard {
        Wildcard::No => "",
        Wildcard::Some => "all ",
        Wildcard::Any => "any ",
    };
    let (to, at) = match &copy.at {
        Destination::As(at) => ("to", at),
        Destination::Into(at) => ("into", at),
    };
    let mut line = format!(
        "copy {wildcard}{}:{} {to} {at}{}",
        name(copy.from),
        copy.select,
        attributes(copy.mode, copy.owner, copy.time)
    );
    let switches = [
        (copy.unpack, ", unpacked"),
        (!copy.follow_links, ", links as they are"),
        (!copy.contents, ", folders themselves"),
    ];
    for (_, words) in switches.iter().filter(|(said, _)| *said) {
        line.push_str(words);
    }
    for (word, patterns) in [("only", &copy.include), ("without", &copy.exclude)] {
        if !patterns.is_empty() {
            line.extend([" ", word, " ", &patterns.join(" ")]);
        }
    }
    line
}

fn attributes(mode: Option<Mode>, owner: Option<Owner>, time: Option<Time>) -> String {
    let mode = mode.map(|mode| format!(", mode {mode}"));
    let owner = owner.map(|owner| format!(", owner {}:{}", owner.user, owner.group));
    let time = time.map(|time| format!(", time {}", time.nanoseconds()));
    [mode, owner, time].into_iter().flatten().collect()
}
