//! A folder on disk as the context, for the command line: no engine, so images keep their tags.

use std::io::{
    self,
    ErrorKind::{NotADirectory, NotFound},
};
use std::path::{Path, PathBuf};

use crate::context::{
    BytesRead, Context, FileContent, Files, ImageConfig, MAX_FOUND, ResolvedImage, SpecFile,
    UNSEARCHED,
};
use crate::values::{ContextPath, ImageRef, Platform, TargetPath};

/// A folder on disk.
#[derive(Debug)]
pub struct FolderContext {
    root: PathBuf,
    /// `None` for a project that needs none.
    spec: Option<PathBuf>,
    read: BytesRead,
}

impl FolderContext {
    /// The context `root` with the spec file `spec`.
    pub fn new(root: impl Into<PathBuf>, spec: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            spec: Some(spec.into()),
            read: BytesRead::default(),
        }
    }

    /// The context `root`, as with a `Dockerfile` of nothing but its `# syntax=` line.
    pub fn without_spec(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            spec: None,
            read: BytesRead::default(),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the Context that reads files"
)]
fn read(path: &Path, bytes: &BytesRead) -> io::Result<Option<FileContent>> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(io::Error::other(
            "this is a folder, expected a file; name the file in it, or remove the folder",
        )),
        Ok(metadata) => match bytes.add(metadata.len()) {
            None => Ok(Some(FileContent::from(std::fs::read(path)?))),
            unread => Ok(unread),
        },
        Err(error) if path.is_symlink() => Err(broken_link(error)),
        // `build/__init__.py` where `build` is a file: there is none.
        Err(error) if [NotFound, NotADirectory].contains(&error.kind()) => Ok(None),
        Err(error) => Err(error),
    }
}

const LINK_HINT: &str = "put the file itself there, or a link to a file inside the build context";

/// The number of «too many levels of symbolic links» on Linux (errno(3)); its `ErrorKind` is not stable yet.
const ELOOP: i32 = 40;

/// A link that cannot be followed, in the words of a build.
fn broken_link(error: io::Error) -> io::Error {
    let what = match (error.kind(), error.raw_os_error()) {
        (NotFound, _) => "this link leads to a file that is not there",
        (_, Some(ELOOP)) => "this link leads round in a circle",
        _ => return error,
    };
    io::Error::other(format!("{what}; {LINK_HINT}"))
}

/// A file of the context. As a build does, it follows links, but not out of the context, and reads no pipe, which
/// might never end.
fn read_inside(
    root: &Path,
    path: &ContextPath,
    bytes: &BytesRead,
) -> io::Result<Option<FileContent>> {
    let on_disk = root.join(path.as_str());
    let Ok(real) = std::fs::canonicalize(&on_disk) else {
        // Nothing is there, or a link that leads nowhere, or around: `read` tells which.
        return read(&on_disk, bytes);
    };
    if !real.starts_with(std::fs::canonicalize(root)?) {
        let message = "this link leaves the context, expected a file in it";
        return Err(io::Error::other(format!("{message}; {LINK_HINT}")));
    }
    let kind = std::fs::metadata(&real)?.file_type();
    if !kind.is_file() && !kind.is_dir() {
        let message = "this is no regular file; put a file there, or remove it";
        return Err(io::Error::other(message));
    }
    read(&real, bytes)
}

/// The names in a folder, and whether they are folders themselves; links are none, as a build sends them.
fn entries(folder: &Path) -> io::Result<Vec<(String, bool)>> {
    let entries = std::fs::read_dir(folder)?.map(|entry| {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        Ok((name, entry.file_type()?.is_dir()))
    });
    entries.collect()
}

/// The error with the file that it is about.
fn named(path: &Path) -> impl Fn(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

impl Context for FolderContext {
    type Error = io::Error;

    async fn spec(&self) -> Result<Option<SpecFile>, io::Error> {
        let Some(spec) = &self.spec else {
            return Ok(Some(SpecFile {
                name: "Dockerfile".to_owned(),
                content: FileContent::from(Vec::new()),
                ignore_file: None,
            }));
        };
        let Some(content) = read(spec, &self.read).map_err(named(spec))? else {
            return Ok(None);
        };
        let name = spec
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let ignore_name = format!("{name}.dockerignore");
        let ignore_path = spec.with_file_name(&ignore_name);
        let ignore_file = read(&ignore_path, &self.read)
            .map_err(named(&ignore_path))?
            .map(|content| (ignore_name, content));
        Ok(Some(SpecFile {
            name,
            content,
            ignore_file,
        }))
    }

    async fn files(&self, wanted: &[ContextPath]) -> Result<Files, io::Error> {
        let mut files = Files::new();
        for path in wanted {
            let content = read_inside(&self.root, path, &self.read);
            if let Some(content) = content.map_err(named(&self.root.join(path.as_str())))? {
                files.insert(path.clone(), content);
            }
        }
        Ok(files)
    }

    async fn everywhere(&self, name: &str) -> Result<Files, io::Error> {
        let mut paths = Vec::new();
        let mut folders = vec![ContextPath::root()];
        while let Some(folder) = folders.pop() {
            let on_disk = self.root.join(folder.as_str());
            for (entry, is_folder) in entries(&on_disk).map_err(named(&on_disk))? {
                let Ok(path) = folder.join(&entry) else {
                    continue;
                };
                if !is_folder && entry == name && paths.len() < MAX_FOUND {
                    paths.push(path);
                } else if is_folder && !UNSEARCHED.contains(&entry.as_str()) {
                    folders.push(path);
                }
            }
        }
        self.files(&paths).await
    }

    async fn resolve(
        &self,
        image: &ImageRef,
        platform: &Platform,
    ) -> Result<ResolvedImage, io::Error> {
        Ok(ResolvedImage {
            reference: image.clone(),
            layout: None,
            config: ImageConfig::unknown(platform),
            has_python: None,
        })
    }

    async fn has_any(
        &self,
        _image: &ResolvedImage,
        _platform: &Platform,
        _files: &[TargetPath],
    ) -> Result<Option<bool>, io::Error> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    /// The error about `uv.lock` in a folder that `make` fills.
    #[track_caller]
    fn told(make: impl FnOnce(&Path)) -> String {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("context");
        std::fs::create_dir(&root).unwrap();
        make(&root);
        let context = FolderContext::new(&root, root.join("pyproject.toml"));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let wanted = ["uv.lock".parse().unwrap()];
        let read = runtime.block_on(context.files(&wanted));
        match read {
            Ok(files) => files
                .values()
                .next()
                .map_or_else(String::new, |content| format!("{content:?}")),
            Err(error) => error.to_string().replace(&*root.to_string_lossy(), "ROOT"),
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "files for a test")]
    fn what_is_no_file_of_the_context_is_told() {
        let write = |path: &Path| std::fs::write(path, "x").unwrap();
        let all = [
            told(|root| write(&root.join("uv.lock"))),
            told(|_| {}),
            told(|root| std::fs::create_dir(root.join("uv.lock")).unwrap()),
            told(|root| symlink("uv.lock", root.join("uv.lock")).unwrap()),
            told(|root| symlink("nowhere", root.join("uv.lock")).unwrap()),
            told(|root| {
                write(&root.join("other"));
                symlink("other", root.join("uv.lock")).unwrap();
            }),
            told(|root| {
                write(&root.join("../outside"));
                symlink("../outside", root.join("uv.lock")).unwrap();
            }),
            told(|root| drop(UnixListener::bind(root.join("uv.lock")).unwrap())),
            told(|root| symlink("/dev/zero", root.join("uv.lock")).unwrap()),
        ];
        insta::assert_snapshot!(all.join("\n"), @"
        Bytes([120])

        ROOT/uv.lock: this is a folder, expected a file; name the file in it, or remove the folder
        ROOT/uv.lock: this link leads round in a circle; put the file itself there, or a link to a file inside the build context
        ROOT/uv.lock: this link leads to a file that is not there; put the file itself there, or a link to a file inside the build context
        Bytes([120])
        ROOT/uv.lock: this link leaves the context, expected a file in it; put the file itself there, or a link to a file inside the build context
        ROOT/uv.lock: this is no regular file; put a file there, or remove it
        ROOT/uv.lock: this link leaves the context, expected a file in it; put the file itself there, or a link to a file inside the build context
        ");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "files for a test")]
    fn a_file_where_a_folder_might_be_holds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("build"), "x").unwrap();
        let path = "build/__init__.py".parse().unwrap();
        assert_eq!(
            read_inside(folder.path(), &path, &BytesRead::default()).unwrap(),
            None
        );
    }
}
