//! The application of a project: where its files make the object that a server serves, so that it can be started
//! without being told how.
//!
//! Only files with the names that frameworks and their guides use are looked at, and only lines that begin a
//! statement: what is not seen here is written in the spec.

mod celery;
mod django;
mod reachable;
mod scan;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use celery::Celery;
pub(in crate::project) use celery::find as find_celery;
pub use django::{Django, MANAGE};
pub use reachable::is_reachable;

use crate::context::Files;
use crate::diagnostic::{Location, Source};
use crate::project::{PYPROJECT, Pyproject};
use crate::spec::{Spec, SpecKind};
use crate::values::ContextPath;

/// The modules that guides have users write, in the order in which they are looked at.
const MODULES: &[&str] = &[
    "main",
    "app",
    "api",
    "server",
    "asgi",
    "wsgi",
    "application",
    "__init__",
];
/// A file that only Streamlit's guides have.
const STREAMLIT: &str = "streamlit_app";

/// An application that was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Application {
    /// What it is.
    pub kind: Kind,
    /// The file.
    pub file: ContextPath,
    /// The module, by which an interpreter in the root of the project imports it.
    pub module: String,
    /// Whether it lies in the package that the wheel holds.
    pub in_package: bool,
    /// The line that makes it.
    pub place: Location,
}

/// What an application is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Kind {
    /// An object that an ASGI server serves.
    Asgi(Object),
    /// An object that a WSGI server serves.
    Wsgi(Object),
    /// A Django project.
    Django(Django),
    /// A script that `streamlit run` runs.
    Streamlit,
}

/// The object that a server imports.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Object {
    /// What made it: `FastAPI`, `Flask`.
    pub framework: &'static str,
    /// Its name in the module.
    pub name: String,
    /// Whether it is a function that makes the application.
    pub factory: bool,
}

/// The files that may show how to start the project, as far as those that were read tell; where the spec or the project
/// says it, those of Django's settings alone.
pub fn wanted(spec: &Spec, files: &Files) -> BTreeSet<ContextPath> {
    let manifest = match spec.kind {
        SpecKind::Pyproject => Some(Arc::clone(&spec.source)),
        SpecKind::Own | SpecKind::Requirements => text(files, &ContextPath::known(PYPROJECT)),
    };
    let project = match manifest.map(|manifest| Pyproject::read(&manifest)) {
        Some(Ok(project)) => project,
        None => Pyproject::absent(&spec.source),
        // The survey tells it.
        Some(Err(_)) => return BTreeSet::new(),
    };
    let mut wanted = django::wanted(spec, files);
    wanted.extend(celery::wanted(spec, files, &project));
    if !is_told(spec, &project) {
        let candidates = candidates(&project).into_iter();
        wanted.extend(candidates.map(|candidate| candidate.path));
    }
    wanted
}

/// The applications in the files, the likeliest first; if it is known how the project is started, a Django project
/// alone, of which more is to know than that.
pub fn find(spec: &Spec, files: &Files, project: &Pyproject) -> Vec<Application> {
    let candidates = if is_told(spec, project) {
        Vec::new()
    } else {
        candidates(project)
    };
    let others = candidates.into_iter().filter_map(|candidate| {
        let source = text(files, &candidate.path)?;
        let (kind, place) = scan::application(&source, candidate.streamlit)?;
        Some(Application {
            kind,
            file: candidate.path,
            module: candidate.module,
            in_package: candidate.in_package,
            place,
        })
    });
    let django = django::find(spec, files);
    django.into_iter().chain(others).collect()
}

/// Whether the entry point is known without looking.
fn is_told(spec: &Spec, project: &Pyproject) -> bool {
    let image = &spec.model.image;
    let package = spec.model.package.as_ref().map(|package| package.value);
    let script = project.scripts.len() == 1 && package.unwrap_or(project.build_system.is_some());
    image.entrypoint.is_some() || image.cmd.is_some() || script
}

/// A file that may make an application.
struct Candidate {
    path: ContextPath,
    module: String,
    in_package: bool,
    streamlit: bool,
}

/// A folder that modules may be in.
struct Folder {
    /// Its path, with a `/` at the end; the root is empty.
    path: String,
    /// What stands before the names of its modules where they are imported from the root.
    prefix: String,
    /// Whether it is the package that the wheel holds.
    in_package: bool,
}

impl Folder {
    /// The name of a module in it; `__init__` is the folder itself, which the root has no name for.
    fn module(&self, module: &str) -> Option<String> {
        match module {
            "__init__" => Some(self.prefix.strip_suffix('.')?.to_owned()),
            module => Some(format!("{}{module}", self.prefix)),
        }
    }

    fn file(&self, module: &str) -> ContextPath {
        ContextPath::known(&format!("{}{module}.py", self.path))
    }
}

/// The folders that modules may be in.
fn folders(project: &Pyproject) -> Vec<Folder> {
    let package = project
        .name
        .as_ref()
        .map(|name| name.value.normalized().replace('-', "_"));
    let folder = |path: String, prefix: String, in_package| Folder {
        path,
        prefix,
        in_package,
    };
    let mut folders = vec![
        folder(String::new(), String::new(), false),
        folder("app/".into(), "app.".into(), false),
    ];
    if let Some(package) = package {
        let prefix = format!("{package}.");
        folders.push(folder(format!("src/{package}/"), prefix.clone(), true));
        folders.push(folder(format!("{package}/"), prefix, true));
    }
    folders
}

fn candidates(project: &Pyproject) -> Vec<Candidate> {
    let modules = [STREAMLIT].iter().chain(MODULES);
    let file = |folder: &Folder, module: &str| {
        Some(Candidate {
            path: folder.file(module),
            module: folder.module(module)?,
            in_package: folder.in_package,
            streamlit: module == STREAMLIT,
        })
    };
    let folders = folders(project);
    let of = |folder| {
        let modules = modules.clone();
        modules.filter_map(move |module| file(folder, module))
    };
    folders.iter().flat_map(of).collect()
}

fn text(files: &Files, path: &ContextPath) -> Option<Arc<Source>> {
    // What is no text is no module; the interpreter tells it.
    files.get(path)?.source(&path.to_string()).ok()
}

#[cfg(test)]
mod tests {
    use crate::context::FileContent;
    use crate::spec;

    use super::*;

    fn read(manifest: &str, files: &[(&str, &str)]) -> Vec<Application> {
        let source = Source::new("pyproject.toml", manifest);
        let spec = spec::parse(&source).unwrap();
        let project = Pyproject::read(&source).unwrap();
        let content = |text: &str| FileContent::from(text.as_bytes().to_vec());
        let all: Files = files
            .iter()
            .map(|(name, text)| (ContextPath::known(name), content(text)))
            .collect();
        // Only the requested files are read.
        let mut read = Files::new();
        for _ in 0..5 {
            let wanted = wanted(&spec, &read);
            read = all
                .iter()
                .filter(|(path, _)| wanted.contains(path))
                .map(|(path, content)| (path.clone(), content.clone()))
                .collect();
        }
        find(&spec, &read, &project)
    }

    fn found(manifest: &str, files: &[(&str, &str)]) -> String {
        let lines = read(manifest, files).into_iter().map(|application| {
            let package = if application.in_package {
                " in package"
            } else {
                ""
            };
            format!(
                "{} {} {:?}{package}",
                application.place, application.module, application.kind
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    const PLAIN: &str = "[project]\nname = \"My.Shop\"\nversion = \"1\"\n";

    #[test]
    fn applications_are_found_where_guides_put_them() {
        let all = [
            found(
                PLAIN,
                &[
                    (
                        "main.py",
                        "import os\n\napp: FastAPI = FastAPI(\n    title=\"x\",\n)\n",
                    ),
                    ("app/main.py", "api = fastapi.FastAPI()\n"),
                ],
            ),
            found(
                PLAIN,
                &[("app.py", "from flask import Flask\napp = Flask(__name__)\n")],
            ),
            found(
                PLAIN,
                &[(
                    "src/my_shop/__init__.py",
                    "from flask import Flask\n\n\ndef create_app(config=None):\n    app = Flask(__name__)\n    return app\n",
                )],
            ),
            found(
                PLAIN,
                &[(
                    "my_shop/asgi.py",
                    "from starlette.applications import Starlette\napplication = Starlette()\n",
                )],
            ),
            found(
                PLAIN,
                &[(
                    "streamlit_app.py",
                    "import pandas\nimport streamlit as st\n",
                )],
            ),
            found(
                PLAIN,
                &[("app.py", "import streamlit as st\nst.title('a')\n")],
            ),
            found(
                PLAIN,
                &[
                    (
                        "manage.py",
                        "def main():\n    os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"config.settings.prod\")\n",
                    ),
                    ("config/wsgi.py", ""),
                    ("config/asgi.py", ""),
                    (
                        "config/settings/prod.py",
                        "DEBUG = False\nSTATIC_ROOT = BASE_DIR / 'static'\n",
                    ),
                ],
            ),
            found(
                PLAIN,
                &[(
                    "manage.py",
                    "os.environ['DJANGO_SETTINGS_MODULE'] = 'site1.settings'\n",
                )],
            ),
        ];
        insta::assert_snapshot!(all.join("\n"), @r#"
        main.py:3:1 main Asgi(Object { framework: "FastAPI", name: "app", factory: false })
        app/main.py:1:1 app.main Asgi(Object { framework: "FastAPI", name: "api", factory: false })
        app.py:2:1 app Wsgi(Object { framework: "Flask", name: "app", factory: false })
        src/my_shop/__init__.py:4:1 my_shop Wsgi(Object { framework: "Flask", name: "create_app", factory: true }) in package
        my_shop/asgi.py:2:1 my_shop.asgi Asgi(Object { framework: "Starlette", name: "application", factory: false }) in package
        streamlit_app.py:2:1 streamlit_app Streamlit
        app.py:1:1 app Streamlit
        manage.py:2:1 manage Django(Django { wsgi: Some("config.wsgi"), asgi: Some("config.asgi"), static_root: Some(Location { source: Source { name: "config/settings/prod.py", text: "DEBUG = False\nSTATIC_ROOT = BASE_DIR / 'static'\n" }, start: 14, end: 47 }), static_files: false })
        manage.py:1:1 manage Django(Django { wsgi: None, asgi: None, static_root: None, static_files: false })
        "#);
    }

    #[test]
    fn static_files_are_found_however_the_project_is_started() {
        let manage = "os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"config.settings\")\n";
        let base =
            "INSTALLED_APPS = ['django.contrib.staticfiles']\nSTATIC_ROOT: Path = Path('a')\n";
        let root = |manifest: &str, files: &[(&str, &str)]| {
            let all = read(manifest, &[&[("manage.py", manage)], files].concat());
            let first = all.into_iter().next();
            let Some(Kind::Django(django)) = first.map(|first| first.kind) else {
                return "none".to_owned();
            };
            let place = django.static_root.map(|place| place.to_string());
            format!("{} {}", place.unwrap_or_default(), django.static_files)
        };
        let cmd = format!("{PLAIN}[tool.wheelwright.image]\ncmd = [\"x\"]\n");
        let dev = format!(
            "{PLAIN}[tool.wheelwright.build-env]\nDJANGO_SETTINGS_MODULE = \"config.settings.dev\"\n"
        );
        let package = [
            (
                "config/settings/__init__.py",
                "from .base import *  # noqa\n",
            ),
            ("config/settings/base.py", base),
            (
                "config/settings/dev.py",
                "from ..common import *\nSTATIC_ROOT = None\n",
            ),
            ("config/common.py", "from config.common import *\n"),
        ];
        let all = [
            root(&cmd, &[("config/settings.py", base)]),
            root(PLAIN, &package),
            root(&dev, &package),
            root(
                PLAIN,
                &[("config/settings.py", "if X:\n    STATIC_ROOT = 1\n")],
            ),
        ];
        insta::assert_snapshot!(all.join("\n"), @"
        config/settings.py:2:1 true
        config/settings/base.py:2:1 true
         false
         false
        ");
    }

    #[test]
    fn nothing_is_looked_for_where_it_is_told() {
        let main = [("main.py", "app = FastAPI()\n")];
        let script = format!("{PLAIN}[project.scripts]\nshop = \"shop:main\"\n");
        assert_ne!(found(&script, &main), "");
        assert_eq!(found(&format!("{script}[build-system]\n"), &main), "");
        let cmd = format!("{PLAIN}[tool.wheelwright.image]\ncmd = [\"x\"]\n");
        assert_eq!(found(&cmd, &main), "");
        assert_eq!(
            found(
                PLAIN,
                &[("main.py", "# app = FastAPI()\n    app = FastAPI()\n")]
            ),
            ""
        );
    }
}
