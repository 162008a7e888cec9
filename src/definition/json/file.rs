//! Changes to files as JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::definition::json::{list, object, optional};
use crate::pb;
use crate::pb::file_action::Action;
use crate::pb::user_opt::User;

pub(super) fn file(file: &pb::FileOp) -> Value {
    json!({"actions": list(file.actions.iter().map(step))})
}

fn step(step: &pb::FileAction) -> Value {
    let mut fields = Map::from_iter([
        ("input".to_owned(), json!(step.input)),
        ("secondaryInput".to_owned(), json!(step.secondary_input)),
        ("output".to_owned(), json!(step.output)),
    ]);
    if let Some(action) = &step.action {
        let (name, value) = self::action(action);
        fields.insert(name.to_owned(), value);
    }
    fields.into()
}

fn action(action: &Action) -> (&'static str, Value) {
    match action {
        Action::Copy(copy) => ("copy", self::copy(copy)),
        Action::Mkfile(file) => {
            let (key, data) = data(&file.data);
            let fields = object([
                ("path", json!(file.path)),
                ("mode", mode(file.mode)),
                (key, data),
                ("owner", optional(file.owner.as_ref(), owner)),
                ("timestamp", json!(file.timestamp)),
            ]);
            ("mkfile", fields)
        }
        Action::Mkdir(folder) => {
            let fields = object([
                ("path", json!(folder.path)),
                ("mode", mode(folder.mode)),
                ("makeParents", json!(folder.make_parents)),
                ("owner", optional(folder.owner.as_ref(), owner)),
                ("timestamp", json!(folder.timestamp)),
            ]);
            ("mkdir", fields)
        }
        Action::Symlink(link) => {
            let fields = object([
                ("oldpath", json!(link.oldpath)),
                ("newpath", json!(link.newpath)),
                ("owner", optional(link.owner.as_ref(), owner)),
                ("timestamp", json!(link.timestamp)),
            ]);
            ("symlink", fields)
        }
        Action::Rm(remove) => {
            let fields = object([
                ("path", json!(remove.path)),
                ("allowNotFound", json!(remove.allow_not_found)),
                ("allowWildcard", json!(remove.allow_wildcard)),
            ]);
            ("rm", fields)
        }
    }
}

fn copy(copy: &pb::FileActionCopy) -> Value {
    object([
        ("src", json!(copy.src)),
        ("dest", json!(copy.dest)),
        ("owner", optional(copy.owner.as_ref(), owner)),
        ("mode", mode(copy.mode)),
        ("followSymlink", json!(copy.follow_symlink)),
        ("dirCopyContents", json!(copy.dir_copy_contents)),
        (
            "attemptUnpackDockerCompatibility",
            json!(copy.attempt_unpack_docker_compatibility),
        ),
        ("createDestPath", json!(copy.create_dest_path)),
        ("allowWildcard", json!(copy.allow_wildcard)),
        ("allowEmptyWildcard", json!(copy.allow_empty_wildcard)),
        ("timestamp", json!(copy.timestamp)),
        ("includePatterns", json!(copy.include_patterns)),
        ("excludePatterns", json!(copy.exclude_patterns)),
    ])
}

/// Modes are octal text; -1 is a number, and keeps what is there.
fn mode(mode: i32) -> Value {
    if mode < 0 {
        json!(mode)
    } else {
        json!(format!("0{mode:o}"))
    }
}

/// Text as it is, anything else in Base64 under another key.
fn data(data: &[u8]) -> (&'static str, Value) {
    match std::str::from_utf8(data) {
        Ok(text) => ("data", json!(text)),
        Err(_) => ("dataBase64", json!(STANDARD.encode(data))),
    }
}

fn owner(owner: &pb::ChownOpt) -> Value {
    let id = |user: &pb::UserOpt| match &user.user {
        Some(User::ById(id)) => json!(id),
        Some(User::ByName(user)) => json!(user.name),
        None => Value::Null,
    };
    object([
        ("user", optional(owner.user.as_ref(), id)),
        ("group", optional(owner.group.as_ref(), id)),
    ])
}
