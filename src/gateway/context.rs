//! The engine as the context: the client's folders and the registries behind it.

use std::collections::{BTreeMap, BTreeSet};

use crate::context::{
    Context, FileContent, Files, ImageConfig, MAX_FILE_BYTES, ResolvedImage, SpecFile,
};
use crate::definition;
use crate::diagnostic::Diagnostic;
use crate::gateway::{Error, Gateway, Ref};
use crate::llb::{Graph, LocalSource, NodeMeta, Op, Source};
use crate::pb;
use crate::pb::frontend as wire;
use crate::values::{ContextPath, ImageRef, Platform};

/// Bit of Go's `os.FileMode` that marks a folder.
const MODE_DIRECTORY: u32 = 1 << 31;

impl Context for Gateway {
    type Error = Error;

    async fn spec(&self) -> Result<SpecFile, Error> {
        let path: ContextPath = self
            .options
            .filename
            .parse()
            .map_err(|error| Diagnostic::error(format!("`--file`: {error}")))?;
        let reference = self.load_spec().await?;
        let name = path.file_name().unwrap_or_default().to_owned();
        let ignore_name = format!("{name}.dockerignore");
        let ignore_path = ContextPath::known(&format!("{path}.dockerignore"));
        let mut files = self
            .read_files(&reference, &[path.clone(), ignore_path.clone()])
            .await?;
        let content = files.remove(&path).ok_or_else(|| {
            Diagnostic::error(format!("there is no file `{}`", self.options.filename))
                .hint("name the spec with `-f`, for example `-f pyproject.toml`")
        })?;
        let ignore_file = files
            .remove(&ignore_path)
            .map(|content| (ignore_name, content));
        Ok(SpecFile {
            name,
            content,
            ignore_file,
        })
    }

    async fn files(&self, wanted: &[ContextPath]) -> Result<Files, Error> {
        let paths: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        let reference = self
            .load(
                "context",
                "context-manifests",
                &paths,
                "[internal] load manifests",
            )
            .await?;
        self.read_files(&reference, wanted).await
    }

    async fn resolve(&self, image: &ImageRef, platform: &Platform) -> Result<ResolvedImage, Error> {
        let reference = match self.options.named_context(&image.context_name()) {
            Some(value) => named_image(&image.context_name(), value)?,
            None => image.clone(),
        };
        let request = wire::ResolveImageConfigRequest {
            r#ref: reference.to_string(),
            platform: Some(pb::Platform {
                architecture: platform.architecture.clone(),
                os: platform.os.clone(),
                variant: platform.variant.clone(),
                ..pb::Platform::default()
            }),
            resolve_mode: self.options.resolve_mode.as_str().to_owned(),
            log_name: format!("[internal] load metadata for {}", reference.familiar()),
            ..wire::ResolveImageConfigRequest::default()
        };
        let response = self.client.clone().resolve_image_config(request).await;
        let response = response.map_err(Error::engine)?.into_inner();
        let config = ImageConfig::parse(&response.config)?;
        // A source policy may have changed the reference (0.12); older engines send none.
        let reference = response.r#ref.parse().unwrap_or(reference);
        // Empty for an image of the classic store: then the tag stays.
        let reference = match response.digest.parse() {
            Ok(digest) => reference.with_digest(digest),
            Err(_) => reference,
        };
        Ok(ResolvedImage { reference, config })
    }
}

impl Gateway {
    /// The spec's own load, which warnings are shown under.
    pub async fn load_spec(&self) -> Result<Ref, Error> {
        let name = &self.options.filename;
        let paths = [name.clone(), format!("{name}.dockerignore")];
        let title = format!("[internal] load build definition from {name}");
        self.load(&self.options.spec_folder, "dockerfile", &paths, &title)
            .await
    }

    /// Loads some files of a folder of the client.
    async fn load(
        &self,
        folder: &str,
        hint: &str,
        paths: &[String],
        title: &str,
    ) -> Result<Ref, Error> {
        let source = LocalSource {
            session: self.engine.session_of(folder, &self.options).to_owned(),
            follow: paths.to_vec(),
            shared_key_hint: hint.to_owned(),
            ..LocalSource::new(folder)
        };
        let mut graph = Graph::new();
        let output = graph.add(Op::Source(Source::Local(source)), NodeMeta::named(title));
        let definition = definition::encode(&graph, output);
        self.solve(&graph, &definition, &[]).await
    }

    /// Reads those of `paths` that are there.
    async fn read_files(&self, reference: &Ref, paths: &[ContextPath]) -> Result<Files, Error> {
        let folders: BTreeSet<ContextPath> = paths.iter().filter_map(ContextPath::parent).collect();
        let lists = folders.into_iter().map(|folder| async move {
            let entries = self.list(reference, &folder).await?;
            Ok::<_, Error>((folder, entries))
        });
        let mut sizes = BTreeMap::new();
        for (folder, entries) in futures_util::future::try_join_all(lists).await? {
            let files = entries
                .into_iter()
                .filter(|entry| entry.mode & MODE_DIRECTORY == 0);
            for entry in files {
                if let Ok(path) = folder.join(&entry.path) {
                    sizes.insert(path, u64::try_from(entry.size).unwrap_or(0));
                }
            }
        }
        let found = paths
            .iter()
            .filter_map(|path| Some((path, *sizes.get(path)?)));
        let reads = found.map(|(path, size)| async move {
            let content = if size > MAX_FILE_BYTES {
                FileContent::TooLarge(size)
            } else {
                FileContent::Bytes(self.read(reference, path).await?)
            };
            Ok::<_, Error>((path.clone(), content))
        });
        futures_util::future::try_join_all(reads)
            .await
            .map(Files::from_iter)
    }

    async fn list(&self, reference: &Ref, folder: &ContextPath) -> Result<Vec<pb::Stat>, Error> {
        let request = wire::ReadDirRequest {
            r#ref: reference.id.clone(),
            dir_path: folder.to_string(),
            ..wire::ReadDirRequest::default()
        };
        match self
            .client
            .clone()
            .read_dir(request)
            .await
            .map_err(Error::engine)
        {
            Ok(response) => Ok(response.into_inner().entries),
            // A folder of which nothing was sent is not there.
            Err(error) if error.is_not_found() => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    async fn read(&self, reference: &Ref, path: &ContextPath) -> Result<Vec<u8>, Error> {
        let request = wire::ReadFileRequest {
            r#ref: reference.id.clone(),
            file_path: path.to_string(),
            ..wire::ReadFileRequest::default()
        };
        let response = self
            .client
            .clone()
            .read_file(request)
            .await
            .map_err(Error::engine)?;
        Ok(response.into_inner().data)
    }
}

/// The image that a named context stands for.
fn named_image(name: &str, value: &str) -> Result<ImageRef, Error> {
    let Some(reference) = value.strip_prefix("docker-image://") else {
        let kind = value.split(':').next().unwrap_or_default();
        let message = format!(
            "`--build-context {name}={value}`: `{kind}:` cannot stand for a base image yet"
        );
        return Err(Diagnostic::error(message)
            .hint("use `docker-image://NAME`")
            .into());
    };
    reference
        .parse()
        .map_err(|error| Diagnostic::error(format!("`--build-context {name}`: {error}")).into())
}
