//! A graph as readable text, for `wheelwright llb` and the golden files.

use std::fmt;

use crate::llb::{FileAction, FileBase, Graph, Network, Op, Output, Source};
use crate::options::Proxies;

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, node) in self.nodes().iter().enumerate() {
            write!(f, "{}{} ", if index == 0 { "" } else { "\n" }, index + 1)?;
            match &node.op {
                Op::Source(source) => write_source(f, source)?,
                Op::Merge(inputs) => {
                    let names: Vec<_> = inputs.iter().map(|input| name(*input)).collect();
                    writeln!(f, "merge {}", names.join(" "))?;
                }
                Op::File(file) => {
                    writeln!(f, "file")?;
                    for step in &file.steps {
                        write_file_step(f, step)?;
                    }
                }
                Op::Exec(exec) => write_exec(f, exec)?,
            }
            writeln!(f, "  name {}", node.meta.name)?;
            if let Some(origin) = &node.meta.origin {
                let (first, last) = origin.lines();
                writeln!(f, "  lines {}:{first}-{last}", origin.source.name())?;
            }
            if node.meta.ignore_cache {
                writeln!(f, "  ignores the cache")?;
            }
            writeln!(f, "  capabilities {}", node.capabilities().join(" "))?;
        }
        Ok(())
    }
}

fn name(output: Output) -> String {
    match output.index() {
        0 => format!("{}", output.op().index() + 1),
        index => format!("{}.{index}", output.op().index() + 1),
    }
}

fn write_source(f: &mut fmt::Formatter<'_>, source: &Source) -> fmt::Result {
    match source {
        Source::Image {
            reference,
            platform,
            resolve_mode,
        } => {
            writeln!(
                f,
                "image {reference} for {platform}, resolve {resolve_mode}"
            )
        }
        Source::Local { name, attributes } => {
            writeln!(f, "local {name}")?;
            attributes
                .iter()
                .try_for_each(|(key, value)| writeln!(f, "  {key} {value}"))
        }
    }
}

fn write_file_step(f: &mut fmt::Formatter<'_>, step: &crate::llb::FileStep) -> fmt::Result {
    let base = match step.base {
        FileBase::Empty => "empty".to_owned(),
        FileBase::Previous => "previous".to_owned(),
        FileBase::Output(output) => name(output),
    };
    match &step.action {
        FileAction::MakeFile { path, data, time } => {
            writeln!(
                f,
                "  on {base} make {path}, {} bytes, time {time}",
                data.len()
            )
        }
        FileAction::Copy(copy) => {
            let exclude = if copy.exclude.is_empty() {
                String::new()
            } else {
                format!(" without {}", copy.exclude.join(" "))
            };
            writeln!(
                f,
                "  on {base} copy {}:{} to {}, time {}{exclude}",
                name(copy.from),
                copy.select,
                copy.at,
                copy.time
            )
        }
    }
}

fn write_exec(f: &mut fmt::Formatter<'_>, exec: &crate::llb::Exec) -> fmt::Result {
    writeln!(f, "exec {}", exec.arguments.join(" "))?;
    writeln!(f, "  in {} for {}", exec.directory, exec.platform)?;
    exec.env
        .iter()
        .try_for_each(|entry| writeln!(f, "  env {entry}"))?;
    let mut outputs = 0;
    for mount in exec.sorted_mounts() {
        write!(f, "  mount {} ", mount.at)?;
        match (&mount.cache, mount.from) {
            (Some((id, sharing)), _) => write!(f, "cache {id} {sharing:?}")?,
            (None, Some(from)) => write!(f, "{}{}", name(from), prefixed(":", mount.select))?,
            (None, None) => write!(f, "empty")?,
        }
        if mount.has_output {
            write!(f, ", output {outputs}")?;
            outputs += 1;
        } else if mount.readonly {
            write!(f, ", read only")?;
        }
        writeln!(f)?;
    }
    match exec.network {
        Network::Sandbox => {}
        Network::Host => writeln!(f, "  network host")?,
        Network::None => writeln!(f, "  network none")?,
    }
    if let Some(Proxies {
        http,
        https,
        ftp,
        no,
        all,
    }) = &exec.proxies
    {
        writeln!(
            f,
            "  proxies http={http} https={https} ftp={ftp} no={no} all={all}"
        )?;
    }
    exec.extra_hosts
        .iter()
        .try_for_each(|(host, address)| writeln!(f, "  host {host}={address}"))
}

fn prefixed(prefix: &str, text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("{prefix}{text}")
    }
}
