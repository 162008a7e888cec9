//! The engine as the context: the client's folders and the registries behind it.

use std::collections::{BTreeMap, BTreeSet};

use crate::context::{Context, FileContent, Files, MAX_FOUND, ResolvedImage, SpecFile, UNSEARCHED};
use crate::definition;
use crate::diagnostic::{Diagnostic, rules};
use crate::gateway::{Error, Gateway, Ref, Solve};
use crate::llb::{Differ, Graph, LocalSource, NodeMeta, Op, Source};
use crate::options::DEFAULT_FILENAME;
use crate::pb;
use crate::pb::frontend as wire;
use crate::values::{ContextPath, ImageRef, Platform, TargetPath};

/// The end of the name of an ignore file that belongs to a spec.
const IGNORE: &str = ".dockerignore";
/// Bit of Go's `os.FileMode` that marks a folder.
const MODE_DIRECTORY: u32 = 1 << 31;
/// The bit that marks a symbolic link.
const MODE_SYMLINK: u32 = 1 << 27;

impl Context for Gateway {
    type Error = Error;

    async fn spec(&self) -> Result<Option<SpecFile>, Error> {
        let candidates = self.spec_paths()?;
        let reference = self.load_spec().await?;
        let wanted = candidates
            .iter()
            .flat_map(|path| [path.clone(), ignore_file(path)]);
        let wanted: Vec<_> = wanted.collect();
        let mut files = self.read_files(&reference, &wanted).await?;
        for path in candidates {
            if let Some(content) = files.remove(&path) {
                let name = path.file_name().unwrap_or_default().to_owned();
                let ignored = files.remove(&ignore_file(&path));
                return Ok(Some(SpecFile {
                    ignore_file: ignored.map(|content| (format!("{name}{IGNORE}"), content)),
                    name,
                    content,
                }));
            }
        }
        Ok(None)
    }

    async fn files(&self, wanted: &[ContextPath]) -> Result<Files, Error> {
        let source = LocalSource {
            follow: wanted.iter().map(ToString::to_string).collect(),
            shared_key_hint: "context-manifests".to_owned(),
            ..LocalSource::new("context")
        };
        let reference = self.load(source, "[internal] load manifests").await?;
        self.read_files(&reference, wanted).await
    }

    async fn everywhere(&self, name: &str) -> Result<Files, Error> {
        let pattern = |name: &str| format!("**/{name}");
        let source = LocalSource {
            include: vec![pattern(name)],
            exclude: UNSEARCHED.iter().map(|folder| pattern(folder)).collect(),
            shared_key_hint: "context-search".to_owned(),
            ..LocalSource::new("context")
        };
        let title = format!("[internal] look for {name}");
        let reference = self.load(source, &title).await?;
        let paths = self.find(&reference, name).await?;
        self.read_files(&reference, &paths).await
    }

    async fn resolve(&self, image: &ImageRef, platform: &Platform) -> Result<ResolvedImage, Error> {
        self.resolve_image(image, platform).await
    }

    async fn has_any(
        &self,
        image: &ResolvedImage,
        platform: &Platform,
        files: &[TargetPath],
    ) -> Result<Option<bool>, Error> {
        let mut graph = Graph::new();
        let at = (&image.reference, image.layout.as_deref());
        let source = self.engine.image_source(at, platform, &self.options)?;
        let title = format!("[internal] look into {}", image.reference.familiar());
        let output = graph.add(Op::Source(source), NodeMeta::named(title));
        let definition = definition::encode(&graph, output);
        let reference = self.solve(Solve::new(&graph, &definition)).await?;
        let folders: BTreeSet<TargetPath> = files.iter().filter_map(TargetPath::parent).collect();
        let reference = &reference;
        let lists = folders.into_iter().map(|folder| async move {
            // A root that is a path in the context of the reads.
            let inner = folder.as_str().trim_start_matches('/');
            let inner = inner.parse().unwrap_or_else(|_| ContextPath::root());
            // What a search path names need not be there.
            let entries = match self.list(reference, &inner).await {
                Err(error) if error.is_no_folder() => Vec::new(),
                entries => entries?,
            };
            let has = |file: &TargetPath| {
                let name = file.as_str().rsplit('/').next().unwrap_or_default();
                file.parent().as_ref() == Some(&folder)
                    && entries.iter().any(|entry| entry.path == name)
            };
            Ok::<_, Error>(files.iter().any(has))
        });
        let found = futures_util::future::try_join_all(lists).await?;
        Ok(Some(found.contains(&true)))
    }
}

impl Gateway {
    /// Where the spec may be, the first that is there. BuildKit's own frontend finds a `Dockerfile` in lower case
    /// too.
    fn spec_paths(&self) -> Result<Vec<ContextPath>, Error> {
        let path = self.options.filename.parse();
        let path: ContextPath =
            path.map_err(|error| rules::INVALID_OPTION.report(format!("`--file`: {error}")))?;
        let twin = match (path.parent(), path.file_name()) {
            (Some(folder), Some(DEFAULT_FILENAME)) => {
                folder.join(&DEFAULT_FILENAME.to_ascii_lowercase()).ok()
            }
            _ => None,
        };
        Ok([path].into_iter().chain(twin).collect())
    }

    /// The spec's own load, which warnings are shown under.
    pub(super) async fn load_spec(&self) -> Result<Ref, Error> {
        let candidates = self.spec_paths()?;
        let paths = candidates
            .iter()
            .flat_map(|path| [path.clone(), ignore_file(path)]);
        let paths = paths.map(|path| path.to_string()).collect();
        let title = format!("[internal] load build definition from {}", candidates[0]);
        let source = LocalSource {
            follow: paths,
            shared_key_hint: "dockerfile".to_owned(),
            ..LocalSource::new(&*self.options.spec_folder)
        };
        self.load(source, &title).await
    }

    /// Loads some files of a folder of the client.
    async fn load(&self, source: LocalSource, title: &str) -> Result<Ref, Error> {
        let folder = &source.name;
        let session = self.engine.session_of(folder, &self.options).to_owned();
        if session.is_empty() {
            return Err(no_session(folder).into());
        }
        let source = LocalSource {
            session,
            // A few small files: sending them costs less than comparing what was sent before.
            differ: Differ::None,
            ..source
        };
        let mut graph = Graph::new();
        let output = graph.add(Op::Source(Source::Local(source)), NodeMeta::named(title));
        let definition = definition::encode(&graph, output);
        self.solve(Solve::new(&graph, &definition)).await
    }

    /// Reads those of `paths` that are there.
    async fn read_files(&self, reference: &Ref, paths: &[ContextPath]) -> Result<Files, Error> {
        let folders: BTreeSet<ContextPath> = paths.iter().filter_map(ContextPath::parent).collect();
        let lists = folders.into_iter().map(|folder| async move {
            let entries = self.list(reference, &folder).await?;
            Ok::<_, Error>((folder, entries))
        });
        let mut found: BTreeMap<ContextPath, pb::Stat> = BTreeMap::new();
        for (folder, entries) in futures_util::future::try_join_all(lists).await? {
            for entry in entries {
                if let Ok(path) = folder.join(&entry.path) {
                    found.insert(path, entry);
                }
            }
        }
        let reads = paths
            .iter()
            .filter_map(|path| Some((path, found.get(path)?)));
        let reads = reads.map(|(path, entry)| async move {
            let content = self.content(reference, path, entry).await?;
            Ok::<_, Error>(content.map(|content| (path.clone(), content)))
        });
        let read = futures_util::future::try_join_all(reads).await?;
        Ok(read.into_iter().flatten().collect())
    }

    /// The paths of all files of a base name.
    async fn find(&self, reference: &Ref, name: &str) -> Result<Vec<ContextPath>, Error> {
        let mut found = Vec::new();
        let mut folders = vec![ContextPath::root()];
        // A level at a time; only folders with such a file below them were sent.
        while !folders.is_empty() && found.len() < MAX_FOUND {
            let lists = folders.into_iter().map(|folder| async move {
                let entries = self.list(reference, &folder).await?;
                Ok::<_, Error>((folder, entries))
            });
            let lists = futures_util::future::try_join_all(lists).await?;
            folders = Vec::new();
            for (folder, entries) in lists {
                for entry in entries {
                    let Ok(path) = folder.join(&entry.path) else {
                        continue;
                    };
                    if entry.mode & MODE_DIRECTORY != 0 {
                        folders.push(path);
                    } else if entry.path == name {
                        found.push(path);
                    }
                }
            }
        }
        Ok(found)
    }

    /// The content of a file; `None` of what is a folder. The size is looked at first, so that nothing huge is sent.
    async fn content(
        &self,
        reference: &Ref,
        path: &ContextPath,
        entry: &pb::Stat,
    ) -> Result<Option<FileContent>, Error> {
        let followed = match entry.mode & MODE_SYMLINK {
            0 => None,
            _ => Some(self.follow(reference, path, entry).await?),
        };
        let entry = followed.as_ref().unwrap_or(entry);
        if entry.mode & MODE_DIRECTORY != 0 {
            return Ok(None);
        }
        let size = u64::try_from(entry.size).unwrap_or(0);
        if let Some(unread) = self.read.add(size) {
            return Ok(Some(unread));
        }
        let bytes = self.read(reference, path).await?;
        Ok(Some(FileContent::from(bytes)))
    }

    /// What a symbolic link leads to.
    async fn follow(
        &self,
        reference: &Ref,
        path: &ContextPath,
        link: &pb::Stat,
    ) -> Result<pb::Stat, Error> {
        let request = wire::StatFileRequest {
            r#ref: reference.id.clone(),
            path: path.to_string(),
            ..wire::StatFileRequest::default()
        };
        let answer = self.client.clone().stat_file(request).await;
        let error = match answer.map_err(Error::engine) {
            Ok(response) => {
                let stat = response.into_inner().stat;
                return stat.ok_or(Error::Unexpected("a file without its metadata"));
            }
            Err(error) => error,
        };
        let what = if error.is_not_found() {
            "which is not in the build context"
        } else if error.is_endless_link() {
            "which leads round in a circle"
        } else {
            return Err(error);
        };
        let message = format!("`{path}` is a symbolic link to `{}`, {what}", link.linkname);
        Err(rules::LINKED_FILE
            .report(message)
            .hint("put the file itself there, or a link to a file inside the build context")
            .into())
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

/// The ignore file of a spec.
fn ignore_file(spec: &ContextPath) -> ContextPath {
    ContextPath::known(&format!("{spec}{IGNORE}"))
}

fn no_session(folder: &str) -> Diagnostic {
    rules::MISSING_SESSION
        .report(format!(
            "the build has no session, through which the client would send its folder `{folder}`"
        ))
        .hint("build with `docker buildx build` or `buildctl`, which open one")
}
