//! A context made of texts, for tests.

use std::collections::BTreeMap;
use std::convert::Infallible;

use crate::context::{
    Context, FileContent, Files, ImageConfig, ResolvedImage, SpecFile, UNSEARCHED,
};
use crate::values::{ContextPath, Digest, ImageRef, Platform, TargetPath, sha256};

/// Texts by path; every image exists for every platform, and its digest is made of its name.
#[derive(Clone, Debug, Default)]
pub struct MemoryContext {
    /// Name of the spec file, one of the files.
    pub spec: String,
    /// Texts by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The configuration of every image, as JSON; the plainest one when empty.
    pub image_config: String,
    /// The answer when an image is inspected.
    pub has_python: Option<bool>,
}

impl Context for MemoryContext {
    type Error = Infallible;

    async fn spec(&self) -> Result<Option<SpecFile>, Infallible> {
        let content = |name: &str| self.files.get(name).cloned().map(FileContent::from);
        let ignore_name = format!("{}.dockerignore", self.spec);
        // The engine tells the base name alone.
        let name = self.spec.rsplit('/').next().unwrap_or_default();
        let ignore_base = format!("{name}.dockerignore");
        Ok(content(&self.spec).map(|found| SpecFile {
            name: name.to_owned(),
            content: found,
            ignore_file: content(&ignore_name).map(|content| (ignore_base, content)),
        }))
    }

    async fn files(&self, wanted: &[ContextPath]) -> Result<Files, Infallible> {
        let found = |path: &ContextPath| {
            let bytes = self.files.get(&path.to_string())?;
            Some((path.clone(), FileContent::from(bytes.clone())))
        };
        Ok(wanted.iter().filter_map(found).collect())
    }

    async fn everywhere(&self, name: &str) -> Result<Files, Infallible> {
        let searched = |path: &&String| {
            let mut parts = path.split('/');
            parts.next_back() == Some(name) && parts.all(|part| !UNSEARCHED.contains(&part))
        };
        let paths = self.files.keys().filter(searched);
        let paths: Vec<ContextPath> = paths.filter_map(|path| path.parse().ok()).collect();
        self.files(&paths).await
    }

    async fn resolve(
        &self,
        image: &ImageRef,
        platform: &Platform,
    ) -> Result<ResolvedImage, Infallible> {
        let mut config = ImageConfig::parse(self.image_config.as_bytes())
            .unwrap_or_else(|_| ImageConfig::unknown(platform));
        config.set_platform(platform);
        // Any digest will do, as long as each image has its own.
        let digest: Result<Digest, _> = format!("sha256:{}", sha256(image.to_string())).parse();
        let reference = digest.map_or_else(
            |_| image.clone(),
            |digest| image.clone().with_digest(digest),
        );
        Ok(ResolvedImage {
            reference,
            layout: None,
            config,
            has_python: None,
        })
    }

    async fn has_any(
        &self,
        _image: &ResolvedImage,
        _platform: &Platform,
        _files: &[TargetPath],
    ) -> Result<Option<bool>, Infallible> {
        Ok(self.has_python)
    }
}
