//! The projects that are built, and what is changed in them between two builds.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A project of the repository.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// Its folder, and the one that holds the hand-written Dockerfile.
    folders: &'static [&'static str],
    /// A file of its code, and a text in it that is shown to users.
    code: (&'static str, &'static str),
    version: Version,
}

/// Where the version is written.
enum Version {
    /// In the manifest and in the lock's own entry.
    Files,
    /// In the build argument `VERSION`.
    Argument,
}

pub(crate) const SUBJECTS: &[Subject] = &[
    Subject {
        name: "forecast",
        about: "88 locked packages, numpy, pandas, scipy and scikit-learn among them",
        folders: &["benches/projects/forecast"],
        code: ("src/forecast/main.py", "a forecast"),
        version: Version::Files,
    },
    Subject {
        name: "greeter",
        about: "examples/fastapi: FastAPI and uvicorn",
        folders: &["examples/fastapi", "benches/projects/greeter"],
        code: ("src/greeter/main.py", "hello, {name}"),
        version: Version::Argument,
    },
];

/// A copy of a project that can be changed.
pub(crate) struct Copy {
    subject: &'static Subject,
    folder: TempDir,
    /// How often the code and the version were changed.
    edits: u32,
    bumps: u32,
}

impl Copy {
    /// A copy in a folder of its own.
    pub(crate) fn of(subject: &'static Subject) -> Result<Self, String> {
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        for from in subject.folders {
            copy(&Path::new(ROOT).join(from), folder.path())?;
        }
        Ok(Self {
            subject,
            folder,
            edits: 0,
            bumps: 0,
        })
    }

    /// The build context.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What both builds are called with.
    pub(crate) fn arguments(&self) -> Vec<String> {
        match self.subject.version {
            Version::Files => Vec::new(),
            Version::Argument => vec![format!("--build-arg=VERSION=1.0.{}", self.bumps)],
        }
    }

    /// Code for the interpreter of an image, and what it prints if the image is of this very project: a build
    /// that is fast and ships what was is no build.
    pub(crate) fn proof(&self) -> (String, String) {
        let Subject {
            name,
            code: (_, text),
            ..
        } = self.subject;
        let code = format!(
            "import importlib.metadata as m, importlib.util as u, pathlib as p; \
             print(m.version('{name}'), p.Path(u.find_spec('{name}.main').origin).read_text().count('{}'))",
            self.code_text(text)
        );
        (code, format!("1.0.{} 1", self.bumps))
    }

    /// The text that is shown to users, as the last edit left it.
    fn code_text(&self, text: &str) -> String {
        match self.edits {
            0 => text.to_owned(),
            number => format!("{text} ({number})"),
        }
    }

    /// Changes the code to what it never was before.
    pub(crate) fn edit_code(&mut self) -> Result<(), String> {
        self.edits += 1;
        let (file, text) = self.subject.code;
        self.change(file, text, &self.code_text(text))
    }

    /// Changes the version to one that never was before.
    pub(crate) fn bump_version(&mut self) -> Result<(), String> {
        self.bumps += 1;
        if let Version::Argument = self.subject.version {
            return Ok(());
        }
        let version = |number| format!("version = \"1.0.{number}\"");
        let (first, next) = (version(0), version(self.bumps));
        self.change("pyproject.toml", &first, &next)?;
        let name = format!("name = \"{}\"\n", self.subject.name);
        self.change(
            "uv.lock",
            &format!("{name}{first}"),
            &format!("{name}{next}"),
        )
    }

    /// Writes a file as it is in the repository, with one text in place of another.
    fn change(&self, file: &str, old: &str, new: &str) -> Result<(), String> {
        let text = |error: std::io::Error| format!("{file}: {error}");
        let original = Path::new(ROOT).join(self.subject.folders[0]).join(file);
        let content = fs::read_to_string(original).map_err(text)?;
        if !content.contains(old) {
            return Err(format!("{file} holds no {old:?}"));
        }
        fs::write(self.path().join(file), content.replace(old, new)).map_err(text)
    }

    /// Bytes of the project's own files, without the lock and what only the builds read.
    pub(crate) fn own_bytes(&self) -> Result<u64, String> {
        let files = files(self.path()).map_err(|error| error.to_string())?;
        let own = files
            .iter()
            .filter(|file| file.starts_with(self.path().join("src")));
        let sizes = own.map(|file| fs::metadata(file).map_or(0, |metadata| metadata.len()));
        Ok(sizes.sum())
    }
}

fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            all.extend(files(&path)?);
        } else {
            all.push(path);
        }
    }
    Ok(all)
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let text = |error: std::io::Error| format!("{}: {error}", from.display());
    for file in files(from).map_err(text)? {
        let target = to.join(file.strip_prefix(from).map_err(|error| error.to_string())?);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(text)?;
        }
        fs::copy(&file, target).map_err(text)?;
    }
    Ok(())
}
