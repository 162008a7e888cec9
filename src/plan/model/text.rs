//! A plan as readable text: what is built, from what, and why. For `wheelwright plan` and the golden files.

use std::fmt::{self, Write as _};

use crate::plan::model::{PartId, PartKind, Plan, Sharing, Step, StepMount, StepNetwork};
use crate::values::TextFile;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "target {} for {}", self.target, self.platform)?;
        for choice in &self.choices {
            writeln!(f, "  {} = {} ({})", choice.what, choice.value, choice.why)?;
        }
        let needed = self.needed();
        for id in &needed {
            let part = self.part(*id);
            write!(f, "\n{} {}", name(*id, &needed), part.name)?;
            if let Some(origin) = &part.origin {
                write!(f, "  <- {}:{}", origin.source.name(), origin.lines().0)?;
            }
            writeln!(f)?;
            f.write_str(&kind(&part.kind, &needed))?;
            if part.always_run {
                writeln!(f, "   always anew")?;
            }
        }
        let config: serde_json::Value =
            serde_json::from_slice(&self.image.to_json()).map_err(|_| fmt::Error)?;
        writeln!(f, "\nimage configuration")?;
        writeln!(f, "{config:#}")
    }
}

/// Parts are numbered as they are needed, so that a part which no target needs shifts no number.
fn name(id: PartId, needed: &[PartId]) -> String {
    format!(
        "#{}",
        needed
            .iter()
            .position(|other| *other == id)
            .map_or(0, |index| index + 1)
    )
}

fn kind(kind: &PartKind, needed: &[PartId]) -> String {
    let name = |id: &PartId| name(*id, needed);
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = match kind {
        PartKind::Image {
            reference, layout, ..
        } => {
            let of = layout
                .as_ref()
                .map(|store| format!(" of the OCI layout {store}"));
            writeln!(text, "   image {reference}{}", of.unwrap_or_default())
        }
        PartKind::Context { folder, exclude } => {
            let of = match folder.as_str() {
                "." => String::new(),
                folder => format!(" of {folder}"),
            };
            writeln!(text, "   context{of} without {}", exclude.join(" "))
        }
        PartKind::Files(files) => {
            for TextFile {
                name,
                text: content,
            } in files
            {
                let _ = writeln!(text, "   file {name}, {} bytes", content.len());
            }
            Ok(())
        }
        PartKind::Tree(tree) => {
            for placed in &tree.paths {
                let of = name(&tree.of);
                let owner = tree.owner.map(|(uid, gid)| format!(" for {uid}:{gid}"));
                let owner = owner.unwrap_or_default();
                let at = if placed.into { "in" } else { "at" };
                let (select, place) = (&placed.select, &placed.at);
                let _ = writeln!(text, "   {of}:{select} {at} {place}{owner}");
            }
            Ok(())
        }
        PartKind::Merge { base, layers } => {
            let trees: Vec<_> = layers.iter().map(|layer| name(&layer.tree)).collect();
            writeln!(text, "   {} + {}", name(base), trees.join(" + "))
        }
        PartKind::Step(step) => step_text(&mut text, step, needed),
    };
    text
}

fn step_text(text: &mut String, step: &Step, needed: &[PartId]) -> fmt::Result {
    let name = |id: &PartId| name(*id, needed);
    let arguments = step.arguments();
    let words: Vec<_> = arguments.iter().map(|word| quoted(word)).collect();
    writeln!(text, "   run {}", words.join(" "))?;
    writeln!(text, "   in {} on {}", step.directory, name(&step.root))?;
    for (variable, value) in &step.env {
        writeln!(text, "   env {variable}={value}")?;
    }
    for mount in &step.mounts {
        match mount {
            StepMount::Bind { part, select, at } => {
                writeln!(text, "   read {}:{select} at {at}", name(part))?;
            }
            StepMount::BindWritable { part, at } => {
                writeln!(text, "   scratch {} at {at}", name(part))?;
            }
            StepMount::Cache { id, at, sharing } => {
                let locked = if *sharing == Sharing::Locked {
                    ", locked"
                } else {
                    ""
                };
                writeln!(text, "   cache {id} at {at}{locked}")?;
            }
            StepMount::Secret { id, at } => writeln!(text, "   secret {id} at {at}")?,
            StepMount::Tmpfs { at } => writeln!(text, "   memory at {at}")?,
            StepMount::Ssh { at } => writeln!(text, "   ssh agent at {at}")?,
        }
    }
    if step.network == StepNetwork::None {
        writeln!(text, "   no network")?;
    }
    let from = step
        .output
        .from
        .as_ref()
        .map_or_else(|| "empty".to_owned(), name);
    writeln!(text, "   output {} from {from}", step.output.at)
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{word}'")
    }
}
