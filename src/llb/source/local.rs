//! Folders of the client.

use crate::llb::capability as cap;
use crate::llb::source::Row;

/// A folder of the client. Empty texts and lists are not said.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct LocalSource {
    /// The folder's name in the session: `context` or `dockerfile`.
    pub name: String,
    /// The session that sends it.
    pub session: String,
    /// Patterns of what is sent.
    pub include: Vec<String>,
    /// Patterns of what is not sent, the last match wins.
    pub exclude: Vec<String>,
    /// Paths that are sent, together with what symbolic links among them point to.
    pub follow: Vec<String>,
    /// What keeps transfers with other patterns apart: the engine fills one snapshot for each hint.
    pub shared_key_hint: String,
    /// How the files of an earlier transfer are known again.
    pub differ: Differ,
}

/// How the files of an earlier transfer are known again: a wish, which engines before 0.9 ignore.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Differ {
    /// As the engine thinks best, which is by metadata.
    #[default]
    Engine,
    /// Not at all: everything is sent, which suits a few small files.
    None,
    /// By size, time, mode and owner.
    Metadata,
}

impl LocalSource {
    /// All of a folder, from whatever session has it.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            session: String::new(),
            include: Vec::new(),
            exclude: Vec::new(),
            follow: Vec::new(),
            shared_key_hint: String::new(),
            differ: Differ::Engine,
        }
    }

    pub(super) fn identifier(&self) -> String {
        format!("local://{}", self.name)
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        let differ = match self.differ {
            Differ::Engine => "",
            Differ::None => "none",
            Differ::Metadata => "metadata",
        };
        vec![
            (
                "local.session",
                self.session.clone(),
                Some(cap::SOURCE_LOCAL_SESSION),
            ),
            (
                "local.includepattern",
                json_list(&self.include),
                Some(cap::SOURCE_LOCAL_INCLUDE),
            ),
            (
                "local.excludepatterns",
                json_list(&self.exclude),
                Some(cap::SOURCE_LOCAL_EXCLUDE),
            ),
            (
                "local.followpaths",
                json_list(&self.follow),
                Some(cap::SOURCE_LOCAL_FOLLOW),
            ),
            (
                "local.sharedkeyhint",
                self.shared_key_hint.clone(),
                Some(cap::SOURCE_LOCAL_HINT),
            ),
            ("local.differ", differ.to_owned(), None),
        ]
    }
}

/// Lists are compact JSON; an empty one is not said.
fn json_list(list: &[String]) -> String {
    if list.is_empty() {
        String::new()
    } else {
        serde_json::Value::from(list).to_string()
    }
}
