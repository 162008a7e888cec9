//! Lines of Python that make applications.

use std::sync::Arc;

use crate::diagnostic::{Location, Source};
use crate::project::framework::{Kind, Object};

/// What makes an application when it is called, and whether the result is for an ASGI server.
const CLASSES: &[(&str, bool)] = &[
    ("FastAPI", true),
    ("Starlette", true),
    ("Litestar", true),
    ("Quart", true),
    ("BlackSheep", true),
    ("Flask", false),
    ("Falcon", false),
];

/// The names that Flask's guide and its command give to a function that makes the application.
const FACTORIES: &[&str] = &["create_app", "make_app"];

/// A line, and where it is.
fn lines(source: &Arc<Source>) -> impl Iterator<Item = (&str, Location)> {
    let mut offset = 0;
    source.text().split_inclusive('\n').map(move |line| {
        let start = offset;
        offset += line.len();
        let text = line.trim_end();
        (text, Location::new(source, start..start + text.len()))
    })
}

/// The application that a module makes: an object before a function that makes one. A script for Streamlit is known by
/// its import, or where its name says it.
pub(super) fn application(source: &Arc<Source>, streamlit: bool) -> Option<(Kind, Location)> {
    if let Some((object, is_asgi, place)) = lines(source).find_map(|(line, place)| {
        let (object, is_asgi) = object(line)?;
        Some((object, is_asgi, place))
    }) {
        return Some((kind(object, is_asgi), place));
    }
    if let Some(found) = lines(source).find_map(|(line, place)| {
        let (name, is_async) = function(line)?;
        let (framework, is_asgi) = imported(source)?;
        let object = Object {
            framework,
            name: name.to_owned(),
            factory: true,
        };
        (!is_async).then(|| (kind(object, is_asgi), place))
    }) {
        return Some(found);
    }
    let import = lines(source).find(|(line, _)| {
        let words: Vec<&str> = line.split([' ', '.', ',']).collect();
        matches!(words[..], ["import" | "from", "streamlit", ..])
    });
    match import {
        Some((_, place)) => Some((Kind::Streamlit, place)),
        None => streamlit.then(|| (Kind::Streamlit, Location::top(source))),
    }
}

fn kind(object: Object, is_asgi: bool) -> Kind {
    if is_asgi {
        Kind::Asgi(object)
    } else {
        Kind::Wsgi(object)
    }
}

/// The first object of a class that a module makes: its name and the line.
pub(super) fn call(source: &Arc<Source>, class: &str) -> Option<(String, Location)> {
    lines(source).find_map(|(line, place)| {
        let (name, called) = assigned_call(line)?;
        (called == class).then(|| (name.to_owned(), place))
    })
}

/// The name and the class of `NAME = Class(` or `NAME: Type = module.Class(`, at the start of a line.
fn assigned_call(line: &str) -> Option<(&str, &str)> {
    let (target, value) = line.split_once('=')?;
    let name = target.split(':').next()?.trim_end();
    let (called, _) = value.split_once('(')?;
    let class = called.trim().rsplit('.').next()?;
    is_name(name).then_some((name, class))
}

/// The application that such a line makes.
fn object(line: &str) -> Option<(Object, bool)> {
    let (name, class) = assigned_call(line)?;
    let (framework, is_asgi) = CLASSES.iter().find(|(known, _)| *known == class)?;
    let object = Object {
        framework,
        name: name.to_owned(),
        factory: false,
    };
    Some((object, *is_asgi))
}

/// The name of a function that makes applications, and whether it is a coroutine, which no server calls.
fn function(line: &str) -> Option<(&'static str, bool)> {
    let (is_async, rest) = match line.strip_prefix("async ") {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let (name, _) = rest.strip_prefix("def ")?.split_once('(')?;
    let name = FACTORIES.iter().find(|known| **known == name.trim())?;
    Some((name, is_async))
}

/// The framework whose class a module names.
fn imported(source: &Arc<Source>) -> Option<(&'static str, bool)> {
    CLASSES
        .iter()
        .find(|(class, _)| source.text().contains(&format!("{class}(")))
        .copied()
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Where a module assigns something to a name at the start of a line.
pub(super) fn assignment(source: &Arc<Source>, name: &str) -> Option<Location> {
    let (_, place) = lines(source).find(|(line, _)| {
        let Some((target, value)) = line.split_once('=') else {
            return false;
        };
        let target = target.split(':').next().unwrap_or_default().trim_end();
        target == name && !["None", "\"\"", "''"].contains(&value.trim())
    })?;
    Some(place)
}

/// The modules that a module takes all names from, as it names them.
pub(super) fn star_imports(source: &Arc<Source>) -> Vec<String> {
    let imported = lines(source).filter_map(|(line, _)| {
        let statement = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = statement.split_whitespace().collect();
        let ["from", module, "import", "*"] = words[..] else {
            return None;
        };
        let names = module.trim_start_matches('.');
        (names.is_empty() || names.split('.').all(is_name)).then(|| module.to_owned())
    });
    imported.collect()
}

/// The first dotted name in quotes behind a word in quotes, on the same line.
pub(super) fn string_after(source: &Arc<Source>, word: &str) -> Option<(String, Location)> {
    lines(source).find_map(|(line, place)| {
        if line.trim_start().starts_with('#') {
            return None;
        }
        let (_, rest) = line.split_once(word)?;
        let mut strings = rest
            .split(['"', '\''])
            .skip(1)
            .filter(|text| !text.is_empty() && text.split('.').all(is_name));
        Some((strings.next()?.to_owned(), place))
    })
}
