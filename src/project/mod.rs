//! What the project is: facts from its files, gathered before anything is planned.

pub mod folder;
pub mod framework;
mod ignorefile;
mod ini;
mod memo;
mod normalize;
mod pyproject;
pub mod requirements;
pub mod workspace;

use std::sync::Arc;

use crate::context::{FileContent, Files, SpecFile};
use crate::diagnostic::{Diagnostic, Diagnostics, Location, Source, Spanned, rules};
use crate::project::framework::{Application, Celery};
use crate::project::requirements::Root;
use crate::project::workspace::Workspace;
use crate::spec::{Spec, SpecKind};
use crate::toml_document::Document;
use crate::values::{ContextPath, PythonVersion};
pub use ignorefile::IgnoreFile;
pub use ini::IniSection;
pub use memo::Memo;
pub(crate) use normalize::NEUTRAL_VERSION;
pub(crate) use pyproject::poetry_specifiers;
pub use pyproject::{BuildSystem, DependencyGroup, Pyproject};

/// Name of the manifest (the `pyproject.toml` specification).
pub const PYPROJECT: &str = "pyproject.toml";
/// Settings of setuptools and its plugins, beside the manifest.
pub const SETUP_CFG: &str = "setup.cfg";
const PYTHON_VERSION_FILE: &str = ".python-version";
const IGNORE_FILE: &str = ".dockerignore";

/// What the root of the context says for a project in one of its folders: the ignore file is the context's, and of
/// `.python-version` the nearest counts, as its tools take it.
pub fn inherit(files: &mut Files, in_root: &Files) {
    let ignore = ContextPath::known(IGNORE_FILE);
    files.remove(&ignore);
    for path in [ignore, ContextPath::known(PYTHON_VERSION_FILE)] {
        if let (false, Some(content)) = (files.contains_key(&path), in_root.get(&path)) {
            files.insert(path, content.clone());
        }
    }
}

/// Folders in the root that tools build in, and that are no sources unless they are packages.
pub const BUILD_FOLDERS: &[&str] = &["build", "dist", "target"];

/// Folders in the root that hold tests.
pub const TEST_FOLDERS: &[&str] = &["tests", "test"];

/// Names in the root that are virtual environments where they hold a `pyvenv.cfg` (PEP 405), and may be sources
/// else. Those that can be nothing else are dropped by their names alone.
const MAYBE_ENVIRONMENTS: &[&str] = &["ENV", "env", "virtualenv"];

/// What the files of a project say. Planning asks nothing else.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The project's folder in the context; all paths of the facts are seen from there.
    pub folder: ContextPath,
    /// What shares its lock with the project.
    pub workspace: Option<Arc<Workspace>>,
    /// The packages of the workspace that the project may need, and that are there.
    pub members: Vec<Facts>,
    /// Whether this is one of those, and not the project itself.
    pub is_member: bool,
    /// The manifest.
    pub pyproject: Pyproject,
    /// The version in `.python-version`.
    pub python_version: Option<Spanned<PythonVersion>>,
    /// Patterns of `.dockerignore`.
    pub ignore: IgnoreFile,
    /// Those of [`BUILD_FOLDERS`] that are packages of the project: they have an `__init__.py`.
    pub root_packages: Vec<&'static str>,
    /// Those of [`TEST_FOLDERS`] that are packages.
    pub test_packages: Vec<&'static str>,
    /// The folders in the root that turned out to be virtual environments.
    pub environments: Vec<&'static str>,
    /// The requirements files that are installed where pip or uv do that.
    pub requirements: Vec<Root>,
    /// The applications in its files where nothing else says how it is started, and a Django project in any case.
    pub applications: Vec<Application>,
    /// The applications of Celery in its files, where a worker is built.
    pub celery: Vec<Celery>,
    /// The files that the package managers read and that exist, and `setup.cfg`.
    pub evidence: Files,
    /// What the installer has read of them.
    pub memo: Memo,
}

impl Facts {
    /// The pattern of the ignore file that hides a name in the root of the context, where the project is there.
    pub fn hidden(&self, name: &str) -> Option<&Spanned<String>> {
        let in_root = self.folder.is_root();
        self.ignore.hides(name).filter(|_| in_root)
    }

    /// A file that a package manager reads, or `setup.cfg`, as a text; `None` if it does not exist.
    pub fn text(&self, name: &str) -> Option<Result<Arc<Source>, Diagnostic>> {
        self.evidence
            .get(&ContextPath::known(name))
            .map(|content| content.source(name))
    }
}

/// The files that a survey needs, beside those of the installers.
pub fn wanted(installer_files: &[&'static str]) -> Vec<ContextPath> {
    [
        PYPROJECT,
        SETUP_CFG,
        PYTHON_VERSION_FILE,
        IGNORE_FILE,
        framework::MANAGE,
    ]
    .iter()
    .chain(installer_files)
    .map(|name| ContextPath::known(name))
    .chain(BUILD_FOLDERS.iter().map(|folder| init_file(folder)))
    .chain(TEST_FOLDERS.iter().map(|folder| init_file(folder)))
    .chain(MAYBE_ENVIRONMENTS.iter().map(|folder| venv_file(folder)))
    .collect()
}

fn venv_file(folder: &str) -> ContextPath {
    ContextPath::known(&format!("{folder}/pyvenv.cfg"))
}

fn init_file(folder: &str) -> ContextPath {
    ContextPath::known(&format!("{folder}/__init__.py"))
}

/// Reads the facts off the files.
pub fn survey(spec: &Spec, spec_file: &SpecFile, mut files: Files) -> Result<Facts, Diagnostics> {
    let mut problems = Vec::new();
    let pyproject = match manifest(spec, files.remove(&ContextPath::known(PYPROJECT)).as_ref())? {
        Some(manifest) => Pyproject::read(&manifest),
        None => Ok(Pyproject::absent(&spec.source)),
    };
    let python_version = files
        .remove(&ContextPath::known(PYTHON_VERSION_FILE))
        // The key goes before the file, which may then hold what only other tools understand.
        .filter(|_| spec.model.python.is_none())
        .and_then(|content| Diagnostics::gather(read_python_version(&content), &mut problems))
        .flatten();
    let ignore_content = files
        .remove(&ContextPath::known(IGNORE_FILE))
        .map(|content| (IGNORE_FILE.to_owned(), content));
    let ignore = match spec_file.ignore_file.clone().or(ignore_content) {
        None => IgnoreFile::default(),
        Some((name, content)) => Diagnostics::gather(content.source(&name), &mut problems)
            .map(|text| IgnoreFile::parse(&text))
            .unwrap_or_default(),
    };
    let pyproject = match pyproject {
        Ok(pyproject) => pyproject,
        Err(errors) => return Err(errors.with(problems)),
    };
    Diagnostics::split(problems)?;
    let mut with = |folders: &[&'static str], file: fn(&str) -> ContextPath| {
        let there = |folder: &&'static str| files.remove(&file(folder)).is_some();
        folders.iter().copied().filter(there).collect()
    };
    let root_packages = with(BUILD_FOLDERS, init_file);
    let test_packages = with(TEST_FOLDERS, init_file);
    let environments = with(MAYBE_ENVIRONMENTS, venv_file);
    let requirements = requirements::roots(spec, &files);
    let applications = framework::find(spec, &files, &pyproject);
    let celery = framework::find_celery(spec, &files, &pyproject);
    Ok(Facts {
        folder: ContextPath::root(),
        workspace: None,
        members: Vec::new(),
        is_member: false,
        applications,
        celery,
        root_packages,
        test_packages,
        environments,
        pyproject,
        python_version,
        ignore,
        requirements,
        evidence: files,
        memo: Memo::default(),
    })
}

/// Reads the facts of a package that the project may need off the files in its folder; `None` where there is no
/// manifest.
pub fn member(
    project: &Facts,
    folder: &ContextPath,
    mut files: Files,
) -> Result<Option<Facts>, Diagnostics> {
    let path = folder::manifest_in(folder);
    let Some(content) = files.remove(&ContextPath::known(PYPROJECT)) else {
        return Ok(None);
    };
    let pyproject = Pyproject::read(&content.source(path.as_str())?)?;
    let mut with = |folders: &[&'static str], file: fn(&str) -> ContextPath| {
        let there = |folder: &&'static str| files.remove(&file(folder)).is_some();
        folders.iter().copied().filter(there).collect()
    };
    Ok(Some(Facts {
        folder: folder.clone(),
        is_member: true,
        workspace: project.workspace.clone(),
        members: Vec::new(),
        root_packages: with(BUILD_FOLDERS, init_file),
        test_packages: with(TEST_FOLDERS, init_file),
        environments: with(MAYBE_ENVIRONMENTS, venv_file),
        pyproject,
        python_version: None,
        ignore: project.ignore.clone(),
        requirements: Vec::new(),
        applications: Vec::new(),
        celery: Vec::new(),
        evidence: files,
        memo: Memo::default(),
    }))
}

/// The manifest: the spec itself where it is a `pyproject.toml`, else the one in the folder, where it has one.
fn manifest(
    spec: &Spec,
    in_context: Option<&FileContent>,
) -> Result<Option<Arc<Source>>, Diagnostics> {
    if spec.kind != SpecKind::Pyproject {
        let manifest = in_context.map(|content| content.source(PYPROJECT));
        return Ok(manifest.transpose()?);
    }
    // The same text is in the project's folder (`folder`).
    Ok(Some(Arc::clone(&spec.source)))
}

/// The manifest in the context, where it can be read.
pub fn manifest_beside(files: &Files) -> Option<Arc<Source>> {
    let content = files.get(&ContextPath::known(PYPROJECT))?;
    content.source(PYPROJECT).ok()
}

/// What is wrong with the manifest, where the spec is wrong and so nothing else is looked at.
pub fn problems_beside(spec: &Arc<Source>, files: &Files) -> Vec<Diagnostic> {
    // A text that is not TOML has been reported.
    let kind = Document::parse(spec).and_then(|document| SpecKind::of(&document));
    let manifest = match kind {
        Ok(SpecKind::Pyproject) => Some(Arc::clone(spec)),
        Ok(SpecKind::Own | SpecKind::Requirements) => files
            .get(&ContextPath::known(PYPROJECT))
            .and_then(|content| content.source(PYPROJECT).ok()),
        Err(_) => None,
    };
    let errors = manifest.and_then(|manifest| Pyproject::read(&manifest).err());
    errors.into_iter().flatten().collect()
}

/// `.python-version` as pyenv and uv write it: the first line that is no comment.
fn read_python_version(
    content: &FileContent,
) -> Result<Option<Spanned<PythonVersion>>, Diagnostic> {
    let source = content.source(PYTHON_VERSION_FILE)?;
    let mut offset = 0;
    for line in source.text().split_inclusive('\n') {
        let text = line.trim();
        let location = Location::new(&source, offset..offset + line.trim_end().len());
        offset += line.len();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let number = text
            .strip_prefix("cpython-")
            .or_else(|| text.strip_prefix("cpython@"))
            .unwrap_or(text);
        return match number.parse() {
            Ok(value) => Ok(Some(Spanned { value, location })),
            Err(error) => Err(rules::INVALID_VALUE
                .report(error.to_string())
                .at(&location)
                .hint("write a version such as `3.13`, or set `python` in `[tool.wheelwright]`")),
        };
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::one_line;
    use crate::spec;

    use super::*;

    fn survey_files(
        spec_name: &str,
        spec_text: &str,
        files: &[(&str, &str)],
    ) -> Result<Facts, String> {
        let spec = spec::parse(&Source::new(spec_name, spec_text)).unwrap();
        let content = |text: &str| FileContent::from(text.as_bytes().to_vec());
        let spec_file = SpecFile {
            name: spec_name.into(),
            content: content(spec_text),
            ignore_file: None,
        };
        let files = files
            .iter()
            .map(|(name, text)| (ContextPath::known(name), content(text)))
            .collect();
        survey(&spec, &spec_file, files)
            .map_err(|errors| errors.iter().map(one_line).collect::<Vec<_>>().join("\n"))
    }

    const PROJECT: &str = "[project]\nname = \"a\"\nversion = \"1\"\n";

    #[test]
    fn the_python_version_file_is_read_as_its_tools_write_it() {
        let version = |text: &str| {
            let facts = survey_files(
                "pyproject.toml",
                PROJECT,
                &[(PYPROJECT, PROJECT), (PYTHON_VERSION_FILE, text)],
            );
            facts.map(|facts| {
                facts
                    .python_version
                    .map(|version| version.value.to_string())
            })
        };
        assert_eq!(
            version("# pinned\n3.13\n").unwrap().as_deref(),
            Some("3.13")
        );
        assert_eq!(
            version("cpython-3.12.4\n").unwrap().as_deref(),
            Some("3.12.4")
        );
        assert_eq!(version("\n").unwrap(), None);
        let text = format!("{PROJECT}[tool.wheelwright]\npython = \"3.13\"\n");
        let files = [
            (PYPROJECT, text.as_str()),
            (PYTHON_VERSION_FILE, "my-environment\n"),
        ];
        assert_eq!(
            survey_files("pyproject.toml", &text, &files)
                .unwrap()
                .python_version,
            None
        );
        insta::assert_snapshot!(version("pypy3.10\n").unwrap_err(), @".python-version:1:1: `pypy3.10` has a prefix, expected the version alone: `3.10`; write a version such as `3.13`, or set `python` in `[tool.wheelwright]`");
    }

    #[test]
    fn a_manifest_may_be_missing() {
        let missing = survey_files("Dockerfile", "# syntax=x\n", &[]).unwrap();
        assert!(!missing.pyproject.is_there);
    }
}
