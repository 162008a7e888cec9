//! The application of Celery, whose tasks a worker runs.

use std::collections::BTreeSet;

use crate::context::Files;
use crate::diagnostic::Location;
use crate::project::Pyproject;
use crate::project::framework::{django, folders, scan, text};
use crate::spec::Spec;
use crate::values::ContextPath;

/// The modules that guides have users write, in the order in which they are looked at.
const MODULES: &[&str] = &[
    "celery",
    "celery_app",
    "celeryapp",
    "worker",
    "tasks",
    "app",
    "main",
    "__init__",
];

/// What makes it.
const CLASS: &str = "Celery";

/// The names that Celery itself looks for in a module.
const KNOWN_NAMES: &[&str] = &["app", "celery"];

/// An application of Celery.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Celery {
    /// What `celery --app` is given: the module, and the name in it where Celery would not find it.
    pub app: String,
    /// The file.
    pub file: ContextPath,
    /// Whether it lies in the package that the wheel holds.
    pub in_package: bool,
    /// The line that makes it.
    pub place: Location,
}

/// The files that may make it, as far as those that were read tell; none where no target is built that needs it.
pub(super) fn wanted(spec: &Spec, files: &Files, project: &Pyproject) -> BTreeSet<ContextPath> {
    if spec.model.worker.is_none() {
        return BTreeSet::new();
    }
    let candidates = candidates(spec, files, project).into_iter();
    candidates.map(|candidate| candidate.path).collect()
}

/// Those in the files, the likeliest first.
pub(in crate::project) fn find(spec: &Spec, files: &Files, project: &Pyproject) -> Vec<Celery> {
    if spec.model.worker.is_none() {
        return Vec::new();
    }
    let candidates = candidates(spec, files, project).into_iter();
    let found = candidates.filter_map(|candidate| {
        let source = text(files, &candidate.path)?;
        let (name, place) = scan::call(&source, CLASS)?;
        let app = if KNOWN_NAMES.contains(&name.as_str()) {
            candidate.module
        } else {
            format!("{}:{name}", candidate.module)
        };
        Some(Celery {
            app,
            file: candidate.path,
            in_package: candidate.in_package,
            place,
        })
    });
    found.collect()
}

struct Candidate {
    path: ContextPath,
    module: String,
    in_package: bool,
}

fn candidates(spec: &Spec, files: &Files, project: &Pyproject) -> Vec<Candidate> {
    // Beside the settings of Django, as Celery's guide has it.
    let of_django = django::beside_settings(spec, files, CLASS.to_lowercase().as_str());
    let of_django = of_django.into_iter().map(|(module, path)| Candidate {
        path,
        module,
        in_package: false,
    });
    let mut candidates: Vec<Candidate> = of_django.collect();
    for folder in folders(project) {
        // In the root it would hide Celery itself from what imports that.
        let modules = MODULES
            .iter()
            .filter(|module| !folder.path.is_empty() || **module != "celery");
        let found = modules.filter_map(|module| {
            Some(Candidate {
                module: folder.module(module)?,
                path: folder.file(module),
                in_package: folder.in_package,
            })
        });
        candidates.extend(found);
    }
    candidates
}

#[cfg(test)]
mod tests {
    use crate::context::FileContent;
    use crate::diagnostic::Source;
    use crate::spec::{self, WorkerSpec};

    use super::*;

    #[test]
    fn applications_are_found_where_guides_put_them() {
        let manifest = "[project]\nname = \"My.Shop\"\nversion = \"1\"\n";
        let source = Source::new("pyproject.toml", manifest);
        let mut spec = spec::parse(&source).unwrap();
        let project = Pyproject::read(&source).unwrap();
        let content = |text: &str| FileContent::from(text.as_bytes().to_vec());
        let manage = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.prod')\n";
        let files: Files = [
            ("manage.py", manage),
            ("config/celery.py", "app = Celery('config')\n"),
            ("celery.py", "app = Celery('hides Celery itself')\n"),
            ("tasks.py", "import celery\n\nqueue = celery.Celery(\n"),
            ("src/my_shop/celery.py", "celery: Celery = Celery()\n"),
            (
                "my_shop/__init__.py",
                "    app = Celery()\ndef app(): Celery()\n",
            ),
        ]
        .iter()
        .map(|(name, text)| (ContextPath::known(name), content(text)))
        .collect();
        assert_eq!(find(&spec, &files, &project), []);
        assert_eq!(wanted(&spec, &files, &project), BTreeSet::new());
        spec.model.worker = Some(WorkerSpec {
            is_written: false,
            origin: None,
            image_keys: Vec::new(),
        });
        let found = find(&spec, &files, &project);
        let wanted = wanted(&spec, &files, &project);
        assert!(found.iter().all(|celery| wanted.contains(&celery.file)));
        let lines = found.iter().map(|celery| {
            let package = if celery.in_package { " in package" } else { "" };
            format!("{} {}{package}", celery.place, celery.app)
        });
        insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @"
        config/celery.py:1:1 config.celery
        tasks.py:3:1 tasks:queue
        src/my_shop/celery.py:1:1 my_shop.celery in package
        ");
    }
}
