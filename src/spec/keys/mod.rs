//! The one table of the spec's keys: what is checked, what is read, and the JSON schema all come from it.

mod table;
mod word;

pub use table::KEYS;
pub use word::Word;

/// A key of a table of the spec.
#[derive(Debug)]
pub struct Key {
    /// The name, in kebab case.
    pub name: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// What it means: a clause of one line.
    pub meaning: &'static str,
    /// What holds without it, in the words of a reader; empty where nothing does.
    pub default: &'static str,
    /// Whether its table says nothing without it.
    pub required: bool,
    /// Whether its feature is there; else it is checked, and told as "not supported yet".
    pub supported: bool,
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A string with a meaning.
    Word(Word),
    /// A boolean.
    Boolean,
    /// A whole number from 1 on.
    Count,
    /// A port: an integer, or a string with the protocol.
    Port,
    /// The arguments of a command, an element each.
    Arguments,
    /// A command with `${NAME}` in it: a string for a shell, or the arguments.
    Command,
    /// An array, each element once.
    List(&'static Kind),
    /// A table with the keys of ours.
    Table(&'static [Key]),
    /// A table whose keys are the user's own.
    Map(Word, &'static Kind),
    /// `false`, or the other kind.
    FalseOr(&'static Kind),
}

impl Kind {
    /// The keys of a table of ours.
    pub(super) fn keys(self) -> Option<&'static [Key]> {
        match self {
            Self::Table(keys) => Some(keys),
            Self::FalseOr(other) => other.keys(),
            _ => None,
        }
    }

    /// What was expected, with an article.
    pub(super) fn expected(self) -> String {
        match self {
            Self::Word(_) => "a string".to_owned(),
            Self::Boolean => "a boolean".to_owned(),
            Self::Count => "an integer".to_owned(),
            Self::Port => "an integer or a string".to_owned(),
            Self::Arguments => "an array with one argument an element".to_owned(),
            Self::Command => {
                "a string for the shell, or an array with one argument an element".to_owned()
            }
            Self::List(Self::Table(_)) => "an array of tables".to_owned(),
            Self::List(_) => "an array".to_owned(),
            Self::Table(_) | Self::Map(..) => "a table".to_owned(),
            Self::FalseOr(other) => {
                format!("{} or `false`", other.expected())
            }
        }
    }
}

const fn key(name: &'static str, kind: Kind) -> Key {
    Key {
        name,
        kind,
        meaning: "",
        default: "",
        required: false,
        supported: true,
    }
}

impl Key {
    const fn means(self, meaning: &'static str) -> Self {
        Self { meaning, ..self }
    }

    const fn default(self, default: &'static str) -> Self {
        Self { default, ..self }
    }

    /// Marks the key as not supported yet.
    const fn later(self) -> Self {
        Self {
            supported: false,
            ..self
        }
    }

    /// Marks the key as required in its table.
    const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }
}
