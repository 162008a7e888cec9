//! Stubs: manifests with a neutral version and sources without code, so that everything which the crates of a project
//! depend on is compiled before their own sources are looked at, and stays compiled when those change.

use toml::{Table, Value};

use crate::diagnostic::{Diagnostic, rules};
use crate::lock::cargo::crates::{Crate, Crates, DEPENDENCIES};
use crate::lock::cargo::lock::CargoLock;
use crate::lock::cargo::{Backend, CONFIG, LOCK, MANIFEST, tool_table};
use crate::lock::toml_text;
use crate::project::{Facts, NEUTRAL_VERSION, PYPROJECT, Pyproject};
use crate::values::{ContextPath, TextFile};

/// The version of the project's own crates while others are compiled. No crate is published with it, so that cargo never
/// takes what was compiled of a stub for the crate itself: the version is a part of the names of what it compiles.
pub(crate) const NEUTRAL_CRATE_VERSION: &str = "0.0.0+wheelwright";

/// Files whose presence makes a target of a crate.
pub(crate) const LOOKED_FOR: &[&str] = &[LIBRARY, PROGRAM, BUILD_SCRIPT];
const LIBRARY: &str = "src/lib.rs";
const PROGRAM: &str = "src/main.rs";
const BUILD_SCRIPT: &str = "build.rs";

/// The keys of `[package]` that bear on how dependencies are compiled; the others are left out.
const PACKAGE_KEYS: &[&str] = &[
    "name",
    "version",
    "edition",
    "rust-version",
    "build",
    "links",
    "autolib",
    "autobins",
    "default-run",
    "resolver",
    "workspace",
    "metadata",
    "im-a-teapot",
];

/// The keys of `[workspace.package]` that these can take.
const SHARED_KEYS: &[&str] = &["version", "edition", "rust-version"];

/// Keys of `[tool.maturin]` that name files of the project, which a stub does not have.
const FILES_OF_MATURIN: &[&str] = &[
    "include",
    "exclude",
    "data",
    "python-packages",
    "sdist-include",
];

/// Why stubs cannot stand for the crates of a project.
pub(crate) fn obstacle(crates: &Crates, project: &Pyproject) -> Option<Diagnostic> {
    let hint = "no change is needed; each build compiles them again";
    if crates.of_setup_py {
        let build = project.build_system.as_ref();
        let place = build.map_or(&project.place, |build| &build.location);
        let message = "only `setup.py` knows the Rust extensions, so what they depend on is compiled together with them";
        return Some(
            rules::WITHOUT_STUBS
                .report(message)
                .at(place)
                .hint("declare them in `[[tool.setuptools-rust.ext-modules]]` of `pyproject.toml`"),
        );
    }
    let root = crates.all.get(&crates.root)?;
    let patches = root.table.get("patch").and_then(Value::as_table);
    let patches = patches.into_iter().flat_map(Table::values);
    let mut patches = patches.filter_map(Value::as_table).flatten();
    let by_path = patches.find(|(_, patch)| patch.get("path").is_some());
    let replaced = root.table.get("replace").and_then(Value::as_table);
    let replaced = replaced.into_iter().flatten().next();
    if let Some((name, _)) = by_path.or(replaced) {
        let message = format!(
            "`[patch]` replaces `{name}` by a crate of the repository, so what the crates depend on is compiled together with them"
        );
        let place = crate::diagnostic::Location::top(&root.source);
        return Some(rules::WITHOUT_STUBS.report(message).at(&place).hint(hint));
    }
    None
}

/// The stubs, by their paths in the project's folder.
pub(crate) fn files(crates: &Crates, facts: &Facts, lock: Option<&CargoLock>) -> Vec<TextFile> {
    let mut files = vec![TextFile::new(
        PYPROJECT,
        pyproject(crates, &facts.pyproject),
    )];
    let names = crates.names();
    let mut add = |folder: &ContextPath, name: &str, text: String| {
        // A path that leaves the folder names no file that could be missing.
        if let Ok(path) = folder.join(name) {
            let path = path.to_string();
            if files.iter().all(|file| file.name != path) {
                files.push(TextFile::new(path, text));
            }
        }
    };
    for (folder, found) in &crates.all {
        add(folder, MANIFEST, manifest(found));
        for (path, text) in sources(crates, folder, found) {
            add(folder, &path, text.to_owned());
        }
    }
    if let Some(lock) = lock {
        add(&crates.root, LOCK, lock.neutral_text(&names));
    }
    for folder in [&ContextPath::root(), &crates.root] {
        for name in CONFIG {
            let path = folder.join(name).ok();
            let content = path.and_then(|path| facts.evidence.get(&path));
            // What is not text was reported.
            if let Some(Ok(config)) = content.map(|content| content.source(name)) {
                add(folder, name, config.text().to_owned());
            }
        }
    }
    for path in python_files(crates, &facts.pyproject) {
        add(&ContextPath::root(), &path, String::new());
    }
    files
}

/// The manifest of a crate without what does not bear on its dependencies.
fn manifest(found: &Crate) -> String {
    let mut table = found.table.clone();
    if let Some(package) = table.get_mut("package").and_then(Value::as_table_mut) {
        package.retain(|key, _| PACKAGE_KEYS.contains(&key));
        neutralize(package);
    }
    if let Some(workspace) = table.get_mut("workspace").and_then(Value::as_table_mut) {
        workspace.retain(|key, _| !matches!(key, "lints" | "metadata"));
        if let Some(package) = workspace.get_mut("package").and_then(Value::as_table_mut) {
            package.retain(|key, _| SHARED_KEYS.contains(&key));
            neutralize(package);
        }
        if let Some(shared) = workspace.get_mut("dependencies") {
            without_versions(shared);
        }
    }
    // Tests, benchmarks and examples are not part of a wheel; lints may refuse sources without code.
    table.retain(|key, _| !matches!(key, "lints" | "badges" | "test" | "bench" | "example"));
    let targets = table.get_mut("target").and_then(Value::as_table_mut);
    let mut tables: Vec<&mut Value> = Vec::new();
    for target in targets.into_iter().flat_map(|table| table.iter_mut()) {
        let kinds = target.1.as_table_mut().into_iter();
        tables.extend(kinds.flat_map(|table| table.iter_mut().map(|(_, value)| value)));
    }
    for table in tables {
        without_versions(table);
    }
    for kind in DEPENDENCIES {
        if let Some(dependencies) = table.get_mut(*kind) {
            without_versions(dependencies);
        }
    }
    toml_text::write(&table)
}

fn neutralize(package: &mut Table) {
    if package.get("version").is_some_and(Value::is_str) {
        let neutral = Value::String(NEUTRAL_CRATE_VERSION.to_owned());
        package.insert("version".to_owned(), neutral);
    }
}

/// What is a crate of the repository has a neutral version, whatever version is required.
fn without_versions(dependencies: &mut Value) {
    let table = dependencies.as_table_mut();
    for (_, value) in table.into_iter().flat_map(|table| table.iter_mut()) {
        if let Some(dependency) = value.as_table_mut()
            && dependency.contains_key("path")
        {
            dependency.remove("version");
        }
    }
}

/// The sources of a crate: a file for each of its targets.
fn sources(crates: &Crates, folder: &ContextPath, found: &Crate) -> Vec<(String, &'static str)> {
    const EMPTY: &str = "";
    const MAIN: &str = "fn main() {}\n";
    let mut files = Vec::new();
    let Some(package) = found.table.get("package") else {
        return files;
    };
    let exists = |name: &str| {
        let path = folder.join(name);
        path.is_ok_and(|path| crates.has_file(&path))
    };
    let path_of = |target: &Value| {
        let path = target.get("path").and_then(Value::as_str);
        path.map(str::to_owned)
    };
    match found.table.get("lib") {
        Some(library) => {
            let path = path_of(library).unwrap_or_else(|| LIBRARY.to_owned());
            files.push((path, EMPTY));
        }
        None if exists(LIBRARY) => files.push((LIBRARY.to_owned(), EMPTY)),
        None => {}
    }
    if exists(PROGRAM) {
        files.push((PROGRAM.to_owned(), MAIN));
    }
    let programs = found.table.get("bin").and_then(Value::as_array);
    for program in programs.into_iter().flatten() {
        let name = program.get("name").and_then(Value::as_str);
        let usual = || {
            let is_main = exists(PROGRAM) && name == found.name();
            let own = name.map(|name| format!("src/bin/{name}.rs"));
            if is_main { None } else { own }
        };
        files.extend(path_of(program).or_else(usual).map(|path| (path, MAIN)));
    }
    match package.get("build") {
        Some(Value::String(path)) => files.push((path.clone(), MAIN)),
        Some(Value::Boolean(false)) => {}
        _ if exists(BUILD_SCRIPT) => files.push((BUILD_SCRIPT.to_owned(), MAIN)),
        _ => {}
    }
    files
}

/// The manifest of the Python project, with what bears on how the crates are compiled.
fn pyproject(crates: &Crates, project: &Pyproject) -> String {
    let whole: Table = project.source.text().parse().unwrap_or_default();
    let text = |text: &str| Value::String(text.to_owned());
    let mut table = Table::new();
    if let Some(build) = whole.get("build-system") {
        table.insert("build-system".to_owned(), build.clone());
    }
    let name = project.name.as_ref();
    let name = name.map_or("stub", |name| name.value.as_str());
    let mut own = Table::from_iter([
        ("name".to_owned(), text(name)),
        ("version".to_owned(), text(NEUTRAL_VERSION)),
    ]);
    let stated = whole.get("project").and_then(Value::as_table);
    if let Some(python) = stated.and_then(|table| table.get("requires-python")) {
        own.insert("requires-python".to_owned(), python.clone());
    }
    table.insert("project".to_owned(), Value::Table(own));
    let mut settings = tool_table(project, crates.backend.name());
    let mut tools = Table::new();
    match crates.backend {
        Backend::Maturin => settings.retain(|key, _| !FILES_OF_MATURIN.contains(&key)),
        Backend::SetuptoolsRust => {
            // No package is looked for in the folder.
            let none = Table::from_iter([("packages".to_owned(), Value::Array(Vec::new()))]);
            tools.insert("setuptools".to_owned(), Value::Table(none));
        }
    }
    if !settings.is_empty() {
        tools.insert(crates.backend.name().to_owned(), Value::Table(settings));
    }
    if !tools.is_empty() {
        table.insert("tool".to_owned(), Value::Table(tools));
    }
    toml_text::write(&table)
}

/// The Python modules without which maturin refuses a project with sources of both languages.
fn python_files(crates: &Crates, project: &Pyproject) -> Vec<String> {
    if crates.backend != Backend::Maturin {
        return Vec::new();
    }
    let tool = tool_table(project, crates.backend.name());
    let text = |key: &str| tool.get(key).and_then(Value::as_str);
    let source = text("python-source");
    let module = text("module-name").and_then(|name| name.split_once('.'));
    if source.is_none() && module.is_none() {
        return Vec::new();
    }
    let own = project
        .name
        .as_ref()
        .map(|name| name.value.as_str().replace(['-', '.'], "_"));
    let package = module.map(|(package, _)| package.to_owned()).or(own);
    let package = package.unwrap_or_else(|| "stub".to_owned());
    let file = format!("{package}/__init__.py");
    vec![source.map_or(file.clone(), |source| format!("{source}/{file}"))]
}
