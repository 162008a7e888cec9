//! The version of the Rust toolchain that a project pins: `rust-toolchain.toml`, or the older `rust-toolchain`.

use std::str::FromStr as _;

use crate::diagnostic::{Diagnostics, Location, Spanned, rules};
use crate::lock::cargo::read;
use crate::project::Facts;
use crate::toml_document::Document;
use crate::values::ContextPath;

/// The files that pin it, the one that counts first (rustup takes the older one where both are there).
pub(crate) const FILES: &[&str] = &["rust-toolchain", "rust-toolchain.toml"];

/// The toolchain that the project pins, by the name that rustup has for it; `None` if it pins none.
pub(crate) fn pinned(facts: &Facts) -> Result<Option<Spanned<String>>, Diagnostics> {
    let Some(cargo) = read(facts)? else {
        return Ok(None);
    };
    // As rustup looks for it from the folder where cargo runs, upwards.
    for folder in [&ContextPath::root(), &cargo.root] {
        for name in FILES {
            let path = folder.join(name).ok();
            let content = path.as_ref().and_then(|path| facts.evidence.get(path));
            if let (Some(path), Some(content)) = (path, content) {
                let source = content.source(path.as_str())?;
                return channel(&source).map(Some);
            }
        }
    }
    Ok(None)
}

fn channel(
    source: &std::sync::Arc<crate::diagnostic::Source>,
) -> Result<Spanned<String>, Diagnostics> {
    let text = source.text();
    let is_older = source.name().ends_with(FILES[0]);
    if is_older && toml::Table::from_str(text).is_err() {
        return Ok(Spanned {
            value: text.trim().to_owned(),
            location: Location::top(source),
        });
    }
    let document = Document::parse(source)?;
    let root = document.root();
    let table = root.table("toolchain");
    let channel = table.as_ref().and_then(|table| table.get("channel"));
    channel.and_then(|value| value.as_string()).ok_or_else(|| {
        let message = format!(
            "`{}` has no `toolchain.channel`, expected a string",
            source.name()
        );
        let error = rules::RUST_TOOLCHAIN
            .report(message)
            .at(&Location::top(source));
        error
            .hint("write `channel = \"1.95\"` in `[toolchain]`")
            .into()
    })
}
