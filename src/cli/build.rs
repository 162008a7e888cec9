//! `wheelwright build`: `docker buildx build` with the frontend image of this very binary, which is loaded into
//! the engine first.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cli::{IMAGE, Outcome, image};
use crate::project::PYPROJECT;
use crate::values::ImageRef;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A frontend image that the engine can pull or has, in place of loading the one of this binary; builders
    /// that are not of the `docker` driver need one. Before what docker gets
    #[arg(long, value_name = "IMAGE")]
    frontend: Option<ImageRef>,
    /// What `docker buildx build` gets; without `-f`, the pyproject.toml of the context is the spec
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    arguments: Vec<OsString>,
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let docker = OsStr::new("docker");
    let frontend = if let Some(reference) = &arguments.frontend {
        reference.to_string()
    } else {
        let reference = IMAGE.parse().map_err(|error| format!("error: {error}"))?;
        load(docker, &image::archive_of_this(&reference)?)?;
        IMAGE.to_owned()
    };
    let status = Command::new(docker)
        .args(build_line(&frontend, &arguments.arguments, Path::is_file))
        .status()
        .map_err(|error| cannot_run(&error))?;
    // One that a signal ended has no code of its own.
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.unwrap_or(1))
}

/// Hands the archive to `docker load`, on its standard input; nothing is written to disk.
fn load(docker: &OsStr, archive: &[u8]) -> Result<(), String> {
    let mut child = Command::new(docker)
        .arg("load")
        .stdin(Stdio::piped())
        // It prints the name of the image, which the user does not need.
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| cannot_run(&error))?;
    // Dropped at the end of the statement: that is the end of the archive. Where it cannot be written, the
    // program has ended, and says itself why.
    let written = child.stdin.take().map(|mut input| input.write_all(archive));
    let status = child.wait().map_err(|error| cannot_run(&error))?;
    if status.success() && written.is_some_and(|written| written.is_ok()) {
        return Ok(());
    }
    Err(format!(
        "error: `docker load` did not take the frontend image ({status})\nhelp: see whether an engine runs with \
         `docker info`, or name an image on a registry with `--frontend`"
    ))
}

/// The arguments of `docker`.
fn build_line(frontend: &str, rest: &[OsString], is_file: impl Fn(&Path) -> bool) -> Vec<OsString> {
    let syntax = format!("BUILDKIT_SYNTAX={frontend}");
    let mut line: Vec<OsString> = ["buildx", "build", "--build-arg", &syntax]
        .iter()
        .map(OsString::from)
        .collect();
    // buildx reads `-f` from the working directory, not from the context. Of two it takes the last: the user's own
    // goes before this one.
    if let Some(manifest) = manifest(rest, is_file) {
        line.push("--file".into());
        line.push(manifest.into());
    }
    line.extend(rest.iter().cloned());
    line
}

/// The manifest of the context. That is the last argument, or one before flags (`. -t app`); which flags take a value
/// is for buildx to know, so one right behind a flag may be its value.
fn manifest(rest: &[OsString], is_file: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let is_flag = |argument: &OsString| argument.as_encoded_bytes().starts_with(b"-");
    let last = rest.len().checked_sub(1)?;
    let may_be_context = |index: &usize| {
        let behind_flag = index
            .checked_sub(1)
            .is_some_and(|before| is_flag(&rest[before]));
        !is_flag(&rest[*index]) && (*index == last || !behind_flag)
    };
    let candidates = (0..rest.len()).rev().filter(may_be_context);
    candidates
        .map(|index| Path::new(&rest[index]).join(PYPROJECT))
        .find(|manifest| is_file(manifest))
}

fn cannot_run(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        return "error: there is no `docker` on the search path\nhelp: install Docker with buildx, or hand the graph \
                to BuildKit: `wheelwright llb --format protobuf | buildctl build …`"
            .to_owned();
    }
    format!(
        "error: cannot run `docker`: {error}\nhelp: see whether `docker version` runs for this user"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(rest: &[&str]) -> String {
        let rest: Vec<_> = rest.iter().map(OsString::from).collect();
        let only = |path: &Path| {
            path == Path::new("./pyproject.toml") || path == Path::new("api/pyproject.toml")
        };
        let line = build_line("frontend:1", &rest, only);
        let words: Vec<_> = line.iter().map(|word| word.to_string_lossy()).collect();
        words.join(" ")
    }

    #[test]
    fn the_manifest_of_the_context_is_the_spec_unless_another_is_named_behind_it() {
        let start = "buildx build --build-arg BUILDKIT_SYNTAX=frontend:1";
        for (rest, expected) in [
            (&["."][..], "--file ./pyproject.toml ."),
            (&["-t", "a", "api"], "--file api/pyproject.toml -t a api"),
            (
                &["-f", "x.toml", "."],
                "--file ./pyproject.toml -f x.toml .",
            ),
            (&[".", "-t", "a"], "--file ./pyproject.toml . -t a"),
            (
                &["--pull", "-t", "a", "api", "-q"],
                "--file api/pyproject.toml --pull -t a api -q",
            ),
            (&["--output", ".", "elsewhere"], "--output . elsewhere"),
            (&["elsewhere"], "elsewhere"),
            (&["-"], "-"),
            (
                &["https://git.example.org/a.git"],
                "https://git.example.org/a.git",
            ),
        ] {
            assert_eq!(line(rest), format!("{start} {expected}"));
        }
    }

    /// A program in place of docker.
    ///
    /// Another process writes it: a file that is open for writing here, if only in what another test is just
    /// starting, cannot be run ("text file busy").
    fn fake(folder: &Path, script: &str) -> OsString {
        let path = folder.join("docker");
        let written = Command::new("sh")
            .args([
                "-c",
                "printf '#!/bin/sh\n%s\n' \"$1\" > \"$0\" && chmod 755 \"$0\"",
            ])
            .args([path.as_os_str(), OsStr::new(script)])
            .status();
        assert!(written.unwrap().success());
        path.into_os_string()
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "what the script of a test wrote")]
    fn the_archive_is_handed_over_whole() {
        let folder = tempfile::tempdir().unwrap();
        let docker = fake(folder.path(), "cat > \"$(dirname \"$0\")/$1\"");
        let archive = vec![7; 1_000_000];
        load(&docker, &archive).unwrap();
        assert!(std::fs::read(folder.path().join("load")).unwrap() == archive);
    }

    #[test]
    fn an_engine_that_does_not_take_it_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let error = load(&fake(folder.path(), "exit 3"), &vec![0; 1_000_000]).unwrap_err();
        insta::assert_snapshot!(error, @"
        error: `docker load` did not take the frontend image (exit status: 3)
        help: see whether an engine runs with `docker info`, or name an image on a registry with `--frontend`
        ");
        let error = load(folder.path().as_os_str(), b"").unwrap_err();
        insta::assert_snapshot!(error, @"
        error: cannot run `docker`: Permission denied (os error 13)
        help: see whether `docker version` runs for this user
        ");
        let error = load(OsStr::new("/nowhere/docker"), b"").unwrap_err();
        insta::assert_snapshot!(error, @"
        error: there is no `docker` on the search path
        help: install Docker with buildx, or hand the graph to BuildKit: `wheelwright llb --format protobuf | buildctl build …`
        ");
    }
}
