//! Texts that are no TOML, told as what they are: the syntax errors of a Dockerfile would help nobody.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source, rules};
use crate::values::requirement_name;

/// The error about a text that is not TOML, in place of its syntax errors or with them.
pub(super) fn explain(source: &Arc<Source>, syntax: Diagnostics) -> Diagnostics {
    if let Some(foreign) = recognise(source) {
        return foreign.into();
    }
    if is_named_toml(source) {
        return syntax;
    }
    let hint = format!(
        "write the `# syntax=` line alone in `{}`, or keys in TOML such as `python = \"3.13\"`",
        source.name()
    );
    syntax.hint_last(hint)
}

fn is_named_toml(source: &Source) -> bool {
    let ending = source.name().rsplit_once('.');
    ending.is_some_and(|(_, end)| end.eq_ignore_ascii_case("toml"))
}

/// What a text is that is not TOML, when it is one of those that are handed over by mistake.
///
/// A name that ends in `.toml` says what the user means, and syntax errors are all there is to tell.
fn recognise(source: &Arc<Source>) -> Option<Diagnostic> {
    if is_named_toml(source) {
        return None;
    }
    let (line, place) = first_line(source)?;
    let (message, hint) = json(source.text())
        .or_else(|| python(line))
        .or_else(|| dockerfile(line))
        .or_else(|| yaml(line, source.text()))?;
    Some(rules::FOREIGN_FILE.report(message).at(&place).hint(hint))
}

/// What is said, and what to do.
type Told = (&'static str, &'static str);

/// The first line with content, and its place.
fn first_line(source: &Arc<Source>) -> Option<(&str, Location)> {
    let mut offset = 0;
    source.text().split_inclusive('\n').find_map(|line| {
        let start = offset;
        offset += line.len();
        let text = line.trim();
        let content = !text.is_empty() && !text.starts_with('#') && text != "---";
        content.then(|| {
            let place = Location::new(source, start..start + line.trim_end().len());
            (text, place)
        })
    })
}

fn json(text: &str) -> Option<Told> {
    let object: serde_json::Map<_, _> = serde_json::from_str(text).ok()?;
    let has = |key: &str| object.contains_key(key);
    Some(if has("_meta") && has("default") {
        (
            "this is a Pipfile.lock, expected a spec in TOML",
            "Pipenv is not supported yet; lock the project with uv",
        )
    } else if has("lockfileVersion") || (has("name") && has("dependencies")) || has("scripts") {
        (
            "this is a file of npm's, expected a spec in TOML",
            "hand over the `pyproject.toml` of the Python project",
        )
    } else {
        (
            "this is JSON, expected a spec in TOML",
            "hand over the `pyproject.toml` of the project",
        )
    })
}

/// Checked before Dockerfiles, which know a `from` too.
fn python(line: &str) -> Option<Told> {
    let mut words = line.split_whitespace();
    let is_python = match words.next()? {
        "import" => words.next().is_some(),
        "from" => words.nth(1) == Some("import"),
        word => word.starts_with("\"\"\""),
    };
    is_python.then_some((
        "this is a Python file, expected a spec in TOML",
        "hand over the `pyproject.toml` of the project",
    ))
}

/// Instructions that may begin a Dockerfile: the others need a `FROM` before them (Dockerfile reference,
/// "FROM"), but fragments are handed over too.
const INSTRUCTIONS: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "LABEL",
    "RUN",
    "USER",
    "WORKDIR",
];

fn dockerfile(line: &str) -> Option<Told> {
    let (word, _) = line.split_once(char::is_whitespace)?;
    let upper = word.to_ascii_uppercase();
    INSTRUCTIONS.contains(&upper.as_str()).then_some((
        "this is a Dockerfile, expected a spec in TOML",
        "remove the instructions and keep the `# syntax=` line: the project beside the file is built from its \
         `pyproject.toml`",
    ))
}

/// Whether the name of a file says that it is a requirements file, whatever is in it: what pip would refuse there is
/// told when the lines are read.
pub(super) fn is_named_requirements(source: &Source) -> bool {
    let name = source.name().to_ascii_lowercase();
    name.contains("requirements") && [".txt", ".in"].iter().any(|end| name.ends_with(end))
}

/// Whether a text that is no TOML is a requirements file: every line of it reads as one (pip, "Requirements File
/// Format").
pub(super) fn is_requirements(source: &Arc<Source>) -> bool {
    let Some((line, _)) = first_line(source).filter(|_| !is_named_toml(source)) else {
        return false;
    };
    let other = json(source.text())
        .or_else(|| python(line))
        .or_else(|| dockerfile(line));
    other.is_none() && every_line_is_one(source.text())
}

fn every_line_is_one(text: &str) -> bool {
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    joined
        .lines()
        .map(without_comment)
        .filter(|line| !line.is_empty())
        .all(is_requirement)
}

/// pip takes `#` for a comment at the start of a line and behind a blank.
fn without_comment(line: &str) -> &str {
    let comment = line
        .match_indices('#')
        .find(|(at, _)| line[..*at].ends_with([' ', '\t']) || *at == 0);
    line[..comment.map_or(line.len(), |(at, _)| at)].trim()
}

fn is_requirement(line: &str) -> bool {
    let option = line
        .strip_prefix('-')
        .is_some_and(|option| option.starts_with(|c: char| c == '-' || c.is_ascii_alphabetic()));
    // Options of one requirement, such as `--hash`, follow it.
    let (requirement, _) = line.split_once(" --").unwrap_or((line, ""));
    let address = ["http://", "https://", "file:", "git+", "./", "../"]
        .iter()
        .any(|start| requirement.starts_with(start));
    let one_word = !requirement.contains(char::is_whitespace);
    // `a = 1` is TOML's.
    let assigns = requirement.contains('=')
        && !["==", ">=", "<=", "~=", "!=", "@", ";"]
            .iter()
            .any(|sign| requirement.contains(sign));
    option || (address && one_word) || (!assigns && requirement_name(requirement).is_some())
}

fn yaml(line: &str, text: &str) -> Option<Told> {
    let (key, rest) = line.split_once(':')?;
    let is_key = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-.\"'".contains(c));
    if !is_key || !(rest.is_empty() || rest.starts_with(' ')) {
        return None;
    }
    Some(if text.lines().any(|line| line.trim_end() == "services:") {
        (
            "this is a Compose file, expected a spec in TOML",
            "run `docker compose build`, or hand over the `pyproject.toml` that its `build.dockerfile` names",
        )
    } else {
        (
            "this is YAML, expected a spec in TOML",
            "hand over the `pyproject.toml` of the project",
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Source, one_line};

    use super::recognise;

    fn told(name: &str, text: &str) -> String {
        recognise(&Source::new(name, text)).map_or("nothing".to_owned(), |told| one_line(&told))
    }

    #[test]
    fn texts_are_told_what_they_are() {
        let texts = [
            (
                "Dockerfile",
                "# syntax=docker/dockerfile:1\n\nFROM python:3.13\nRUN pip install x\n",
            ),
            ("Dockerfile", "arg VERSION\nfrom python\n"),
            ("setup.py", "from setuptools import setup\nsetup()\n"),
            ("main.py", "import os\n"),
            (
                "Pipfile.lock",
                "{\"_meta\": {}, \"default\": {}, \"develop\": {}}\n",
            ),
            ("package.json", "{\"name\": \"web\", \"scripts\": {}}\n"),
            ("tsconfig.json", "{\"compilerOptions\": {}}\n"),
            (
                "compose.yaml",
                "---\n# web\nname: shop\nservices:\n  web:\n    build: .\n",
            ),
            ("environment.yml", "name: base\ndependencies:\n  - python\n"),
        ];
        let all: Vec<_> = texts.iter().map(|(name, text)| told(name, text)).collect();
        insta::assert_snapshot!(all.join("\n"), @"
        Dockerfile:3:1: this is a Dockerfile, expected a spec in TOML; remove the instructions and keep the `# syntax=` line: the project beside the file is built from its `pyproject.toml`
        Dockerfile:1:1: this is a Dockerfile, expected a spec in TOML; remove the instructions and keep the `# syntax=` line: the project beside the file is built from its `pyproject.toml`
        setup.py:1:1: this is a Python file, expected a spec in TOML; hand over the `pyproject.toml` of the project
        main.py:1:1: this is a Python file, expected a spec in TOML; hand over the `pyproject.toml` of the project
        Pipfile.lock:1:1: this is a Pipfile.lock, expected a spec in TOML; Pipenv is not supported yet; lock the project with uv
        package.json:1:1: this is a file of npm's, expected a spec in TOML; hand over the `pyproject.toml` of the Python project
        tsconfig.json:1:1: this is JSON, expected a spec in TOML; hand over the `pyproject.toml` of the project
        compose.yaml:3:1: this is a Compose file, expected a spec in TOML; run `docker compose build`, or hand over the `pyproject.toml` that its `build.dockerfile` names
        environment.yml:1:1: this is YAML, expected a spec in TOML; hand over the `pyproject.toml` of the project
        ");
    }

    #[test]
    fn a_dockerfile_with_slips_in_its_toml_is_told_what_it_may_hold() {
        let source = Source::new("Dockerfile", "# syntax=x\npython = 3.1.3\nfrom =\n");
        let Err(errors) = crate::spec::parse(&source) else {
            panic!("no errors");
        };
        let told: Vec<_> = errors.iter().map(one_line).collect();
        insta::assert_snapshot!(told.join("\n"), @r#"
        Dockerfile:2:13: not valid TOML: invalid float, expected nothing
        Dockerfile:3:7: not valid TOML: string values must be quoted, expected literal string; write the `# syntax=` line alone in `Dockerfile`, or keys in TOML such as `python = "3.13"`
        "#);
    }

    #[test]
    fn what_may_be_meant_as_toml_is_left_to_the_syntax_errors() {
        for (name, text) in [
            ("wheelwright.toml", "python\n"),
            ("pyproject.toml", "FROM python\n"),
            (
                "Dockerfile",
                "# syntax=wheelwright/frontend:0.1\npython = 3.1.3\n",
            ),
            ("Dockerfile", "# syntax=wheelwright/frontend:0.1\n\n"),
            ("notes.txt", "Dear reader,\nhello.\n"),
            ("x", "{ \"broken\": "),
        ] {
            assert_eq!(told(name, text), "nothing", "{text}");
        }
    }
}
