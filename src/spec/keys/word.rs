//! Strings with a meaning.

use std::str::FromStr;

use crate::values::{
    ArgumentName, ContextPath, ContextPattern, ImageRef, IndexName, IndexUrl, KnownHost, Period,
    PlatformTag, PythonVersion, SecretId, SystemPackage, TargetPath, Template,
};

/// What a string says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Word {
    /// Any text.
    Any,
    /// Any text but the empty one.
    Filled,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A version of the interpreter.
    Python,
    /// A reference of an image.
    Image,
    /// The name of an installer. Which there are is known to planning only.
    Installer,
    /// An absolute path in the image.
    ImagePath,
    /// A relative path in the context.
    ContextPath,
    /// A pattern of `.dockerignore`.
    Pattern,
    /// A package of the image's package manager.
    SystemPackage,
    /// A length of time.
    Period,
    /// A signal: `SIGTERM`, `TERM` or a number.
    Signal,
    /// A text with `${NAME}` in it.
    Template,
    /// A text for a shell, with `${NAME}` in it.
    ShellText,
    /// The name of an environment variable.
    Variable,
    /// The name of a build argument.
    Argument,
    /// The id of a build secret.
    Secret,
    /// The name of a package index.
    IndexName,
    /// The address of a package index.
    IndexUrl,
    /// A line of `known_hosts`.
    KnownHost,
    /// A platform tag of wheels.
    PlatformTag,
}

impl Word {
    /// Why a text is not such a word.
    pub(in crate::spec) fn check(self, text: &str) -> Result<(), String> {
        // No argument, variable or path of a process can hold it.
        if text.contains('\0') {
            let text = text.escape_debug();
            return Err(format!(
                "`{text}` holds a NUL character, expected printable text"
            ));
        }
        match self {
            Self::Filled | Self::Installer if !text.is_empty() => Ok(()),
            Self::Filled | Self::Installer => Err("`` is empty, expected a text".to_owned()),
            Self::Choice(words) if words.contains(&text) => Ok(()),
            Self::Choice(words) => Err(format!("`{text}` is unknown, expected {}", listed(words))),
            Self::Python => parses::<PythonVersion>(text),
            Self::Image => parses::<ImageRef>(text),
            Self::ImagePath => parses::<TargetPath>(text),
            Self::ContextPath => parses::<ContextPath>(text),
            Self::Pattern => parses::<ContextPattern>(text),
            Self::SystemPackage => parses::<SystemPackage>(text),
            Self::Period => parses::<Period>(text),
            Self::ShellText if text.trim().is_empty() => {
                Err(format!("`{text}` is empty, expected a command"))
            }
            Self::Template | Self::ShellText => parses::<Template>(text),
            Self::Argument => parses::<ArgumentName>(text),
            Self::Secret => parses::<SecretId>(text),
            Self::IndexName => parses::<IndexName>(text),
            Self::IndexUrl => parses::<IndexUrl>(text),
            Self::KnownHost => parses::<KnownHost>(text),
            Self::PlatformTag => parses::<PlatformTag>(text),
            Self::Signal if is_signal(text) => Ok(()),
            Self::Signal => Err(format!(
                "`{text}` is no signal, expected a name such as `SIGTERM` or a number"
            )),
            Self::Variable if text.is_empty() || text.contains('=') => {
                Err(format!("`{text}` cannot name an environment variable"))
            }
            Self::Any | Self::Variable => Ok(()),
        }
    }
}

fn parses<T: FromStr<Err: ToString>>(text: &str) -> Result<(), String> {
    text.parse::<T>()
        .map(drop)
        .map_err(|error| error.to_string())
}

fn listed(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(" or ")
}

/// What Docker takes (moby/sys/signal `ParseSignal`): a name with or without `SIG`, or a number of Linux's.
fn is_signal(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let named = name.starts_with(|first: char| first.is_ascii_uppercase())
        && name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "+-".contains(c));
    named
        || text
            .parse::<u8>()
            .is_ok_and(|number| (1..=64).contains(&number))
}
