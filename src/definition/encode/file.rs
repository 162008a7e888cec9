//! Changes to files.

use crate::definition::encode::{Inputs, NONE, to_i64};
use crate::llb::{
    CopyFiles, Destination, FileAction, FileOp, MakeDirectory, MakeFile, Mode, Owner, Remove,
    Symlink, Time, Wildcard,
};
use crate::pb;
use crate::pb::file_action::Action;

/// Keep the mode of what is copied; the default 0 would clear it.
const KEEP_MODE: i32 = -1;
/// Keep the time of what is copied, or take that of the build; the default 0 would be 1970.
const NO_TIME: i64 = -1;

pub(super) fn encode(file: &FileOp, inputs: &mut Inputs<'_>) -> pb::FileOp {
    // All inputs first: earlier actions are numbered behind them.
    let base = file.base.map_or(NONE, |output| inputs.place(output));
    let copied: Vec<i64> = file
        .actions
        .iter()
        .map(|action| match action {
            FileAction::Copy(copy) => inputs.place(copy.from),
            _ => NONE,
        })
        .collect();
    let last = copied.len() - 1;
    let actions = file.actions.iter().zip(copied).enumerate();
    let actions = actions.map(|(position, (action, secondary_input))| pb::FileAction {
        input: match position {
            0 => base,
            _ => to_i64(inputs.messages.len() + position - 1),
        },
        secondary_input,
        output: if position == last { 0 } else { NONE },
        action: Some(encode_action(action)),
    });
    pb::FileOp {
        actions: actions.collect(),
    }
}

fn encode_action(action: &FileAction) -> Action {
    match action {
        FileAction::Copy(copy) => Action::Copy(encode_copy(copy)),
        FileAction::MakeFile(MakeFile {
            path,
            data,
            mode,
            owner,
            time,
        }) => Action::Mkfile(pb::FileActionMkFile {
            path: path.to_string(),
            mode: bits(*mode),
            data: data.clone(),
            owner: owner.map(encode_owner),
            timestamp: nanoseconds(*time),
        }),
        FileAction::MakeDirectory(MakeDirectory {
            path,
            mode,
            parents,
            owner,
            time,
        }) => Action::Mkdir(pb::FileActionMkDir {
            path: path.to_string(),
            mode: bits(*mode),
            make_parents: *parents,
            owner: owner.map(encode_owner),
            timestamp: nanoseconds(*time),
        }),
        FileAction::Symlink(Symlink {
            path,
            target,
            owner,
            time,
        }) => Action::Symlink(pb::FileActionSymlink {
            oldpath: target.clone(),
            newpath: path.to_string(),
            owner: owner.map(encode_owner),
            timestamp: nanoseconds(*time),
        }),
        FileAction::Remove(Remove {
            path,
            wildcard,
            allow_missing,
        }) => Action::Rm(pb::FileActionRm {
            path: path.to_string(),
            allow_not_found: *allow_missing,
            allow_wildcard: *wildcard,
        }),
    }
}

fn encode_copy(copy: &CopyFiles) -> pb::FileActionCopy {
    pb::FileActionCopy {
        src: copy.select.to_string(),
        dest: match &copy.at {
            Destination::As(path) => path.to_string(),
            // The engine takes a path with a slash at its end for a folder; `/` is one without it.
            Destination::Into(path) => format!("{}/", path.as_str().trim_end_matches('/')),
        },
        owner: copy.owner.map(encode_owner),
        mode: copy.mode.map_or(KEEP_MODE, bits),
        follow_symlink: copy.follow_links,
        dir_copy_contents: copy.contents,
        attempt_unpack_docker_compatibility: copy.unpack,
        create_dest_path: true,
        allow_wildcard: copy.wildcard != Wildcard::No,
        allow_empty_wildcard: copy.wildcard == Wildcard::Any,
        timestamp: nanoseconds(copy.time),
        include_patterns: copy.include.clone(),
        exclude_patterns: copy.exclude.clone(),
        always_replace_existing_dest_paths: false,
        mode_str: String::new(),
        required_paths: Vec::new(),
    }
}

fn bits(mode: Mode) -> i32 {
    i32::from(mode.bits())
}

fn nanoseconds(time: Option<Time>) -> i64 {
    time.map_or(NO_TIME, Time::nanoseconds)
}

fn encode_owner(owner: Owner) -> pb::ChownOpt {
    let by_id = |id| {
        Some(pb::UserOpt {
            user: Some(pb::user_opt::User::ById(id)),
        })
    };
    pb::ChownOpt {
        user: by_id(owner.user),
        group: by_id(owner.group),
    }
}
