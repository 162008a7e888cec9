//! Django projects: known by their `manage.py`, which names the module of the settings.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::context::Files;
use crate::diagnostic::{Location, Source};
use crate::project::framework::{Application, Kind, scan, text};
use crate::spec::Spec;
use crate::values::ContextPath;

/// What `django-admin startproject` makes.
pub const MANAGE: &str = "manage.py";

/// The variable that goes before what `manage.py` names.
const SETTINGS: &str = "DJANGO_SETTINGS_MODULE";

/// The application that collects static files, as settings list it.
const STATIC_FILES: &str = "django.contrib.staticfiles";

/// What is known of a Django project.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Django {
    /// The module of its WSGI application, where its file is there.
    pub wsgi: Option<String>,
    /// The module of its ASGI application, where its file is there.
    pub asgi: Option<String>,
    /// Where its settings say where static files are collected (`STATIC_ROOT`).
    pub static_root: Option<Location>,
    /// Whether its settings list the application that collects them.
    pub static_files: bool,
}

/// The files that tell of the project, as far as those that were read name them.
pub(super) fn wanted(spec: &Spec, files: &Files) -> BTreeSet<ContextPath> {
    let mut wanted = BTreeSet::from([ContextPath::known(MANAGE)]);
    if let Some((settings, _)) = settings(spec, files) {
        let (mut modules, _) = settings_modules(files, &settings);
        modules.extend(["wsgi", "asgi"].map(|name| sibling(&settings, name)));
        wanted.extend(modules.iter().flat_map(|module| module_files(module)));
    }
    wanted
}

/// A module beside the settings, and the files that it may be in.
pub(super) fn beside_settings(
    spec: &Spec,
    files: &Files,
    name: &str,
) -> Vec<(String, ContextPath)> {
    let Some((settings, _)) = settings(spec, files) else {
        return Vec::new();
    };
    let module = sibling(&settings, name);
    let paths = module_files(&module).into_iter();
    paths.map(|path| (module.clone(), path)).collect()
}

/// The project in the files.
pub(super) fn find(spec: &Spec, files: &Files) -> Option<Application> {
    let (settings, place) = settings(spec, files)?;
    let there = |module: String| {
        let found = module_files(&module)
            .iter()
            .any(|path| files.contains_key(path));
        found.then_some(module)
    };
    let (_, sources) = settings_modules(files, &settings);
    let assigned = |source: &Arc<Source>| scan::assignment(source, "STATIC_ROOT");
    let kind = Kind::Django(Django {
        wsgi: there(sibling(&settings, "wsgi")),
        asgi: there(sibling(&settings, "asgi")),
        static_root: sources.iter().find_map(assigned),
        static_files: sources
            .iter()
            .any(|source| source.text().contains(STATIC_FILES)),
    });
    Some(Application {
        kind,
        file: ContextPath::known(MANAGE),
        module: "manage".to_owned(),
        in_package: false,
        place,
    })
}

/// The module of the settings: the one that the spec's environment names, else that of `manage.py`; and the place.
fn settings(spec: &Spec, files: &Files) -> Option<(String, Location)> {
    let manage = text(files, &ContextPath::known(MANAGE))?;
    let (named, place) = scan::string_after(&manage, SETTINGS)?;
    let model = &spec.model;
    let mut variables = model.build_env.iter().chain(&model.env);
    let told = variables.find(|(name, _)| name.value == SETTINGS);
    // One with a build argument in it is another in each build.
    let told = told.and_then(|(_, module)| module.value.literal());
    Some((told.unwrap_or(named), place))
}

/// The modules that the settings are in, themselves and those that they take all names from, and their texts as far as
/// they were read.
fn settings_modules(files: &Files, settings: &str) -> (BTreeSet<String>, Vec<Arc<Source>>) {
    let (mut modules, mut sources) = (BTreeSet::new(), Vec::new());
    let mut open = vec![settings.to_owned()];
    while let Some(module) = open.pop() {
        if !modules.insert(module.clone()) {
            continue;
        }
        let parent = module.rsplit_once('.').map_or("", |(parent, _)| parent);
        let packages = [parent, &module].into_iter().cycle();
        for (path, package) in module_files(&module).iter().zip(packages) {
            if let Some(source) = text(files, path) {
                let imported = scan::star_imports(&source);
                open.extend(imported.iter().filter_map(|name| absolute(name, package)));
                sources.push(source);
            }
        }
    }
    (modules, sources)
}

/// The module that an import of a package's module names.
fn absolute(name: &str, package: &str) -> Option<String> {
    let rest = name.trim_start_matches('.');
    let dots = name.len() - rest.len();
    if dots == 0 {
        return Some(rest.to_owned());
    }
    let mut folders: Vec<&str> = package.split('.').filter(|part| !part.is_empty()).collect();
    folders.truncate(folders.len().checked_sub(dots - 1)?);
    folders.extend(rest.split('.').filter(|part| !part.is_empty()));
    (!folders.is_empty()).then(|| folders.join("."))
}

/// The module beside the settings, or beside the package that holds several of them (`config.settings.production`).
fn sibling(settings: &str, name: &str) -> String {
    let package = settings.split(".settings").next().unwrap_or(settings);
    format!("{package}.{name}")
}

/// The files that a module may be in, its own and that of a package by turns: below the root, or below the folder that
/// packages are often in.
fn module_files(module: &str) -> Vec<ContextPath> {
    let path = module.replace('.', "/");
    let below = |folder: &str| {
        [
            format!("{folder}{path}.py"),
            format!("{folder}{path}/__init__.py"),
        ]
    };
    let names = ["", "src/"].into_iter().flat_map(below);
    names.filter_map(|name| name.parse().ok()).collect()
}
