//! A graph as readable text, for `wheelwright llb` and the golden files. What is at its default is not written.

mod exec;
mod file;

use std::fmt;

use crate::llb::{Diff, Graph, Node, Op, Output, Source};

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, node) in self.nodes().iter().enumerate() {
            write!(f, "{}{} ", if index == 0 { "" } else { "\n" }, index + 1)?;
            match node.op() {
                Op::Source(source) => write_source(f, source)?,
                Op::Merge(merge) => {
                    let names: Vec<_> = merge.inputs().map(name).collect();
                    writeln!(f, "merge {}", names.join(" "))?;
                }
                Op::Diff(diff) => write_diff(f, *diff)?,
                Op::File(file) => file::write(f, file)?,
                Op::Exec(exec) => exec::write(f, exec)?,
            }
            write_meta(f, node)?;
        }
        Ok(())
    }
}

fn write_meta(f: &mut fmt::Formatter<'_>, node: &Node) -> fmt::Result {
    let meta = node.meta();
    if !meta.name.is_empty() {
        writeln!(f, "  name {}", meta.name)?;
    }
    for origin in &meta.origins {
        let (first, last) = origin.lines();
        writeln!(f, "  lines {}:{first}-{last}", origin.source.name())?;
    }
    if let Some(group) = &meta.group {
        let weak = if group.weak { ", weak" } else { "" };
        writeln!(f, "  group {}{weak}", group.name)?;
    }
    if meta.ignore_cache {
        writeln!(f, "  ignores the cache")?;
    }
    writeln!(f, "  capabilities {}", node.capabilities().join(" "))
}

/// An output as the number of its op, counted from one, and its own where it is not the first.
fn name(output: Output) -> String {
    match output.index() {
        0 => format!("{}", output.op().index() + 1),
        index => format!("{}.{index}", output.op().index() + 1),
    }
}

/// A tree that may be empty.
fn tree(output: Option<Output>) -> String {
    output.map_or_else(|| "empty".to_owned(), name)
}

fn write_source(f: &mut fmt::Formatter<'_>, source: &Source) -> fmt::Result {
    match source {
        Source::Image(image) => {
            let (reference, platform) = (&image.reference, &image.platform);
            let mode = image.resolve_mode.as_str();
            // The only attribute is in the line.
            return writeln!(f, "image {reference} for {platform}, resolve {mode}");
        }
        Source::Local(local) => writeln!(f, "local {}", local.name)?,
        Source::Git(_) | Source::Http(_) => writeln!(f, "fetch {}", source.identifier())?,
        Source::OciLayout(layout) => {
            writeln!(f, "image {} for {}", source.identifier(), layout.platform)?;
        }
    }
    let mut attributes = source.attributes().into_iter();
    attributes.try_for_each(|(key, value)| writeln!(f, "  {key} {}", value.replace('\n', "\\n")))
}

fn write_diff(f: &mut fmt::Formatter<'_>, diff: Diff) -> fmt::Result {
    writeln!(f, "diff {} to {}", tree(diff.lower()), tree(diff.upper()))
}
