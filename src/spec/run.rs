//! `[[run]]`: steps of the project's own.

use crate::diagnostic::{Location, Spanned};
use crate::spec::read::Reader;
use crate::toml_document::Value;
use crate::values::{ContextPath, SecretId, Template};

/// `[[run]]`: a command whose changes become a layer of the image.
#[derive(Clone, Debug)]
pub struct RunSpec {
    /// `after`: the part that it runs after.
    pub after: RunAfter,
    /// `command`: what is run.
    pub command: RunCommand,
    /// Where the command is written.
    pub location: Location,
    /// `inputs`: paths of the context that it sees.
    pub inputs: Vec<Spanned<ContextPath>>,
    /// `network`: whether it may use one.
    pub network: bool,
    /// `secrets`: the build secrets that it sees.
    pub secrets: Vec<Spanned<SecretId>>,
}

/// The part that a step runs after.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RunAfter {
    /// The third-party dependencies, below the project.
    Dependencies,
    /// The project.
    Project,
}

/// `command`.
#[derive(Clone, Debug)]
pub enum RunCommand {
    /// A string: a text for the shell of the image.
    Shell(Spanned<Template>),
    /// An array: the arguments.
    Arguments(Vec<Spanned<Template>>),
}

impl RunSpec {
    pub(super) fn read(keys: &mut Reader<'_>) -> Option<Self> {
        // Each key is read, also where one before it is missing.
        let after = keys.string("after");
        let command = keys.value("command");
        let (inputs, network) = (keys.list("inputs"), keys.boolean("network"));
        let secrets = keys.list("secrets");
        let command = command?;
        Some(Self {
            after: match after {
                Some(after) if after.value == "dependencies" => RunAfter::Dependencies,
                _ => RunAfter::Project,
            },
            location: command.with_key(),
            command: RunCommand::read(&command)?,
            inputs,
            network: network.is_some_and(|network| network.value),
            secrets,
        })
    }

    /// The texts in it that may name build arguments.
    pub fn templates(&self) -> impl Iterator<Item = &Spanned<Template>> {
        match &self.command {
            RunCommand::Shell(text) => std::slice::from_ref(text),
            RunCommand::Arguments(words) => words,
        }
        .iter()
    }
}

impl RunCommand {
    fn read(value: &Value<'_>) -> Option<Self> {
        let text = |value: &Value<'_>| {
            let text = value.as_string()?;
            Some(Spanned {
                value: text.value.parse().ok()?,
                location: text.location,
            })
        };
        let Some(words) = value.as_array() else {
            return text(value).map(Self::Shell);
        };
        let words: Vec<_> = words.iter().filter_map(text).collect();
        (!words.is_empty()).then_some(Self::Arguments(words))
    }
}
