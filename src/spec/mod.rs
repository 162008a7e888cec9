//! The spec: what the user wrote, with the place of everything in it.

mod fields;
mod image;
mod kind;
mod model;

use std::sync::Arc;

pub use kind::SpecKind;
pub use model::{ImageSpec, Spec, VersionSpec};

use crate::diagnostic::{Diagnostic, Diagnostics, Source};
use crate::document::{Document, Value};
use fields::Fields;

/// Reads a spec: the table `[tool.wheelwright]` of a `pyproject.toml`, or the same keys at the top of a file
/// of its own. All that is wrong is told at once.
pub fn parse(source: &Arc<Source>) -> Result<Spec, Diagnostics> {
    kind::refuse_foreign(source)?;
    let document = Document::parse(source)?;
    let kind = SpecKind::of(&document)?;
    let mut problems = Vec::new();
    let table = match kind {
        SpecKind::Own => Some(document.root()),
        SpecKind::Pyproject => {
            let value = document
                .root()
                .table("tool")
                .and_then(|tool| tool.get("wheelwright"));
            let table = value.as_ref().and_then(Value::as_table);
            if let (Some(value), None) = (&value, &table) {
                let message = format!("`{}` is {}, expected a table", value.path(), value.kind());
                problems.push(Diagnostic::error(message).at(&value.with_key()));
            }
            table
        }
    };
    let model = match table {
        None => model::Model::default(),
        Some(table) => {
            let mut fields = Fields::new(table, &mut problems);
            let model = model::Model::read(&mut fields);
            fields.finish();
            model
        }
    };
    Diagnostics::split(problems)?;
    Ok(Spec {
        source: Arc::clone(source),
        kind,
        model,
    })
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::one_line;

    use super::*;

    fn errors(name: &str, text: &str) -> String {
        let failure = parse(&Source::new(name, text)).err().unwrap();
        failure.iter().map(one_line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn all_keys_of_this_version_are_read() {
        let text = r#"# syntax=wheelwright/frontend:0.1
            python = "3.13"
            from = "python:3.13-slim"
            runtime-from = "python:3.13-slim-bookworm"
            installer = "uv"
            installer-version = "0.13.8"
            venv = "/venv"
            workdir = "/srv"
            groups = ["prod"]
            extras = ["pg"]
            compile-bytecode = false
            version = { arg = "RELEASE", default = "0.0.0" }
            [env]
            A = "b"
            [image]
            entrypoint = ["a", "b"]
            cmd = ["c"]
            user = "1000:1000"
            expose = [8000, "53/udp"]
            stop-signal = "SIGINT"
            labels = { "x.y" = "z" }
        "#;
        let spec = parse(&Source::new("wheelwright.toml", text)).unwrap();
        assert_eq!(spec.kind, SpecKind::Own);
        assert_eq!(spec.model.python.unwrap().value.to_string(), "3.13");
        assert_eq!(spec.model.version.argument, "RELEASE");
        assert_eq!(spec.model.image.expose[1].value, "53/udp");
        assert_eq!(spec.model.env[0].1.value, "b");
        assert!(!spec.model.compile_bytecode);
    }

    #[test]
    fn no_spec_is_a_good_spec() {
        for (name, text) in [
            ("Dockerfile", "# syntax=wheelwright/frontend:0.1\n"),
            ("pyproject.toml", "[project]\nname = \"a\"\n"),
        ] {
            let spec = parse(&Source::new(name, text)).unwrap();
            assert_eq!(spec.model.workdir.as_str(), "/app");
        }
    }

    #[test]
    fn every_error_is_told_with_its_place() {
        insta::assert_snapshot!(errors(
            "pyproject.toml",
            "[project]\nname = \"a\"\n[tool.wheelwright]\npyhton = \"3.13\"\npython = 3.13\nfrom = \"UPPER CASE\"\n\
             groups = \"dev\"\nvenv = \"venv\"\nlayers = \"split\"\n[tool.wheelwright.image]\nexpose = [99999]\n\
             port = 1\n[tool.wheelwright.env]\nA = 1\n"
        ), @r#"
        pyproject.toml:4:1: unknown key `pyhton` in `[tool.wheelwright]`; did you mean `python`?
        pyproject.toml:5:10: `tool.wheelwright.python` is a float, expected a string
        pyproject.toml:6:8: `from`: `UPPER CASE` has upper-case letters in its repository name, expected lower case
        pyproject.toml:7:10: `tool.wheelwright.groups` is a string, expected an array
        pyproject.toml:8:8: `venv`: `venv` is not a path in the image, expected an absolute path such as `/app`
        pyproject.toml:9:10: `tool.wheelwright.layers` is not supported yet by wheelwright 0.1.0
        pyproject.toml:11:11: `tool.wheelwright.image.expose[0]` is no port, expected a number up to 65535 or a string such as "53/udp"
        pyproject.toml:12:1: unknown key `port` in `[tool.wheelwright.image]`; known keys are entrypoint, cmd, user, expose, labels, stop-signal
        pyproject.toml:14:5: `tool.wheelwright.env.A` is an integer, expected a string
        "#);
    }

    #[test]
    fn a_table_that_is_none_is_told() {
        let texts = [
            "[tool]\nwheelwright = 1\n",
            "[[tool.wheelwright]]\npython = \"3.13\"\n",
        ];
        let all: Vec<_> = texts
            .iter()
            .map(|text| errors("pyproject.toml", text))
            .collect();
        insta::assert_snapshot!(all.join("\n"), @"
        pyproject.toml:2:1: `tool.wheelwright` is an integer, expected a table
        pyproject.toml:1:8: `tool.wheelwright` is an array, expected a table
        ");
    }

    #[test]
    fn foreign_files_are_told_what_they_are() {
        let texts = [
            ("Dockerfile", "FROM python:3.13\nRUN pip install x\n"),
            (
                "uv.lock",
                "version = 1\nrevision = 3\n[[package]]\nname = \"a\"\n",
            ),
            ("Cargo.toml", "[package]\nname = \"a\"\n"),
            ("requirements.txt", "fastapi==0.100\nuvicorn\n"),
            (
                "Pipfile",
                "[packages]\nfastapi = \"*\"\n[requires]\npython_version = \"3.13\"\n",
            ),
            ("pyproject.toml", "[project]\nname = = 1\n"),
        ];
        let all: Vec<_> = texts
            .iter()
            .map(|(name, text)| errors(name, text))
            .collect();
        insta::assert_snapshot!(all.join("\n"), @"
        Dockerfile:1:1: this is a Dockerfile, expected a spec in TOML; remove the instructions and keep the `# syntax=` line: the project beside the file is built from its `pyproject.toml`
        uv.lock:3:3: this is a lock file, expected a spec or a `pyproject.toml`; hand over the `pyproject.toml` beside it
        Cargo.toml:1:2: this is a Cargo manifest, expected a spec or a `pyproject.toml`; hand over the `pyproject.toml` of the Python project
        requirements.txt:1:1: this is a requirements file; projects without a `pyproject.toml` are not supported yet; run `uv init --bare` and `uv add -r` with this file, then build `-f pyproject.toml`
        Pipfile:1:2: this is a Pipfile, expected a spec or a `pyproject.toml`; Pipenv is not supported yet; lock the project with uv
        pyproject.toml:2:8: not valid TOML: extra `=`, expected nothing
        pyproject.toml:2:10: not valid TOML: unexpected key or value, expected newline, `#`
        ");
    }
}
