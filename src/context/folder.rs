//! A folder on disk as the context, for the command line: no engine, so images keep their tags.

use std::io;
use std::path::{Path, PathBuf};

use crate::context::{
    Context, FileContent, Files, ImageConfig, MAX_FILE_BYTES, ResolvedImage, SpecFile,
};
use crate::values::{ContextPath, ImageRef, Platform};

/// A folder on disk.
#[derive(Debug)]
pub struct FolderContext {
    root: PathBuf,
    spec: PathBuf,
}

impl FolderContext {
    /// The context `root` with the spec file `spec`.
    pub fn new(root: impl Into<PathBuf>, spec: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            spec: spec.into(),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the Context that reads files"
)]
fn read(path: &Path) -> io::Result<Option<FileContent>> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.len() > MAX_FILE_BYTES => {
            Ok(Some(FileContent::TooLarge(metadata.len())))
        }
        Ok(_) => Ok(Some(FileContent::Bytes(std::fs::read(path)?))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The error with the file that it is about.
fn named(path: &Path) -> impl Fn(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

impl Context for FolderContext {
    type Error = io::Error;

    async fn spec(&self) -> Result<SpecFile, io::Error> {
        let content = read(&self.spec).map_err(named(&self.spec))?;
        let missing = || named(&self.spec)(io::Error::new(io::ErrorKind::NotFound, "no such file"));
        let name = self
            .spec
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let ignore_name = format!("{name}.dockerignore");
        let ignore_path = self.spec.with_file_name(&ignore_name);
        let ignore_file = read(&ignore_path)
            .map_err(named(&ignore_path))?
            .map(|content| (ignore_name, content));
        Ok(SpecFile {
            name,
            content: content.ok_or_else(missing)?,
            ignore_file,
        })
    }

    async fn files(&self, wanted: &[ContextPath]) -> Result<Files, io::Error> {
        let mut files = Files::new();
        for path in wanted {
            let on_disk = self.root.join(path.to_string());
            if let Some(content) = read(&on_disk).map_err(named(&on_disk))? {
                files.insert(path.clone(), content);
            }
        }
        Ok(files)
    }

    async fn resolve(
        &self,
        image: &ImageRef,
        platform: &Platform,
    ) -> Result<ResolvedImage, io::Error> {
        Ok(ResolvedImage {
            reference: image.clone(),
            config: ImageConfig::unknown(platform),
        })
    }
}
