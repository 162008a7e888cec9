//! An interpreter that uv brings (a "managed Python" in uv's words), for bases that have none: plain distributions, GPU
//! images, distroless runtimes. It is a layer of its own, at the same path in the builder and in the image.
//!
//! uv knows the builds of python-build-standalone by their hashes, and the newest patch of a version is that of the
//! pinned uv.

use std::collections::BTreeMap;

use crate::context::{ImageConfig, ResolvedImage};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::bench::{self, UV};
use crate::plan::scripts::INSTALL_PYTHON;
use crate::plan::{
    Images, Layer, NeededImage, Notes, OutputFolder, PartId, PartKind, Parts, Selection, Sharing,
    Site, Step, StepMount, StepNetwork, Tree,
};
use crate::spec::Spec;
use crate::values::{ImageRef, PythonVersion, TargetPath};

/// Where interpreters lie.
const PYTHONS: &str = "/opt/python";
/// Where their commands are, on the search path of both bases.
const COMMANDS: &str = "/opt/python/bin";
/// uv's cache while it brings one.
const CACHE: &str = "/root/.cache/uv";
/// Where a certificate authority is seen.
const AUTHORITY_AT: &str = "/run/secrets";

/// The base of projects whose interpreter uv brings, where none is named.
pub(super) const DEFAULT_BASE: &str = "debian:trixie-slim";

/// What must be looked for before planning: by image, the files of which one is the interpreter. Images whose
/// configuration or name tells it are not looked into, and none where the spec says it.
pub fn look(
    spec: &Spec,
    selection: &Selection,
    images: &Images,
) -> BTreeMap<ImageRef, Vec<TargetPath>> {
    if spec.model.managed_python.is_some() {
        return BTreeMap::new();
    }
    let config = |base: &NeededImage| images.get(&base.reference).map(|image| &image.config);
    let is_unknown = |base: &NeededImage| {
        let env = config(base).map(ImageConfig::env).unwrap_or_default();
        let stated = env
            .iter()
            .any(|(name, value)| name == "PYTHON_VERSION" && !value.is_empty());
        let is_python = base.reference.repository().rsplit('/').next() == Some("python");
        !stated && !is_python
    };
    let (build, runtime) = (&selection.build_base, &selection.runtime_base);
    let path = |base| {
        config(base)
            .map(ImageConfig::search_path)
            .unwrap_or_default()
    };
    // In the image the environment names its interpreter by its path, wherever the builder found it.
    let of_runtime = [
        path(runtime),
        path(build),
        "/usr/local/bin:/usr/bin".to_owned(),
    ];
    // The builder's own comes last: where both are one image, its search path counts.
    let bases = [(runtime, of_runtime.join(":")), (build, path(build))];
    let looks = bases.into_iter().filter(|(base, _)| is_unknown(base));
    let looks =
        looks.map(|(base, path)| (base.reference.clone(), commands(&path, selection.python)));
    looks.collect()
}

/// Where a search path would find the interpreter of a version.
fn commands(path: &str, python: PythonVersion) -> Vec<TargetPath> {
    let name = command(python);
    let files = path.split(':').map(|folder| format!("{folder}/{name}"));
    files.filter_map(|file| file.parse().ok()).collect()
}

fn command(python: PythonVersion) -> String {
    format!("python{}", python.minor_release())
}

/// Whether uv brings the interpreter: the spec says so, or the build's base was looked into and has none.
pub(super) fn is_managed(site: Site<'_>) -> bool {
    match &site.spec.model.managed_python {
        Some(managed) => managed.value,
        None => lacks(site, &site.selection.build_base),
    }
}

fn lacks(site: Site<'_>, base: &NeededImage) -> bool {
    let image = site.image(&base.reference);
    image.is_ok_and(|image| image.has_python == Some(false))
}

/// The configuration of a base, whose search path finds the interpreter.
pub(super) fn config(site: Site<'_>, base: &NeededImage) -> Result<ImageConfig, Diagnostics> {
    let mut config = site.image(&base.reference)?.config.clone();
    if is_managed(site) {
        config.set_env("PATH", &format!("{COMMANDS}:{}", config.search_path()));
    }
    Ok(config)
}

/// What stands against what was asked for, where uv brings the interpreter or no one does.
pub(super) fn check(site: Site<'_>, notes: &mut Notes) -> Result<(), Diagnostics> {
    let (model, selection) = (&site.spec.model, site.selection);
    let name = |base: &NeededImage| base.reference.familiar();
    let python = command(selection.python);
    if !is_managed(site) {
        let base = &selection.runtime_base;
        if !lacks(site, base) {
            return Ok(());
        }
        let message = format!(
            "`{}` has no `{python}`, which `{}` has and the project is built with",
            name(base),
            name(&selection.build_base)
        );
        let mut error = Diagnostic::error(message).hint(
            "write `managed-python = true`, with which uv brings an interpreter for both, or name an image with that Python at the same path",
        );
        error.location.clone_from(&base.origin);
        return Err(error.into());
    }
    let why = match &model.managed_python {
        Some(managed) => managed.location.line(),
        None => format!("`{}` has no `{python}`", name(&selection.build_base)),
    };
    notes.choose("managed-python", "true".to_owned(), why.clone());
    let mut problems = Vec::new();
    if let Some(location) = &model.without_venv {
        problems.push(
            Diagnostic::error(format!(
                "`venv = false` is for the interpreter of an image, and uv brings this one ({why})"
            ))
            .at(location)
            .hint("leave `venv` out, or name an image with a Python of its own in `from`"),
        );
    }
    if let Some(folder) = &model.network.offline {
        problems.push(
            Diagnostic::error(format!(
                "`offline` leaves no network, over which uv would bring the interpreter ({why})"
            ))
            .at(&folder.location)
            .hint("name an image with a Python of its own in `from`"),
        );
    }
    Diagnostics::split(problems).map(drop)
}

/// Adds a base image with the interpreter: the image, both together, and the layer with the interpreter where uv brings
/// it.
pub(super) fn base(
    site: Site<'_>,
    parts: &mut Parts,
    target: &str,
    base: &NeededImage,
) -> Result<(PartId, PartId, Vec<Layer>), Diagnostics> {
    let image = image(site, parts, target, base)?;
    if !is_managed(site) {
        return Ok((image, image, Vec::new()));
    }
    let python = site.selection.python;
    let tree = Tree::whole(install(site, parts)?, &TargetPath::known(PYTHONS));
    let layer = parts.layer(target, &format!("Python {python}"), None, tree);
    let join = PartKind::Join {
        base: image,
        layers: vec![layer.clone()],
    };
    let root = parts.add(format!("[{target}] join Python {python}"), None, join);
    Ok((image, root, vec![layer]))
}

fn image(
    site: Site<'_>,
    parts: &mut Parts,
    target: &str,
    base: &NeededImage,
) -> Result<PartId, Diagnostics> {
    let resolved: &ResolvedImage = site.image(&base.reference)?;
    let title = format!("[{target}] image {}", base.reference.familiar());
    Ok(parts.image(resolved, &title, base.origin.as_ref()))
}

/// Adds the step in which uv brings the interpreter, on the build's base: uv looks there for the C library.
fn install(site: Site<'_>, parts: &mut Parts) -> Result<PartId, Diagnostics> {
    let title = format!("[builder] install Python {}", site.selection.python);
    if let Some(there) = parts.titled(&title) {
        return Ok(there);
    }
    let root = image(site, parts, "builder", &site.selection.build_base)?;
    let script = INSTALL_PYTHON.path();
    // It runs what it brings, whose path holds the patch version and the platform: so one step does both.
    let command = [
        UV,
        "run",
        // Nothing of a project is there, and nothing of one must be looked for.
        "--no-project",
        // An interpreter of the base is not meant, if there is one.
        "--managed-python",
        "python",
        // Modules are compiled by the script, all in one way.
        "-B",
        &script,
        PYTHONS,
    ];
    let variables = [
        ("UV_PYTHON_DOWNLOADS", "automatic"),
        ("UV_PYTHON_INSTALL_DIR", PYTHONS),
        // Archives are kept where it is said where.
        ("UV_PYTHON_CACHE_DIR", "/root/.cache/uv/python"),
        // Links in `~/.local/bin` are for people.
        ("UV_PYTHON_INSTALL_BIN", "0"),
    ];
    let platform = site.options.platform.to_string().replace('/', "-");
    let mut mounts = vec![
        bench::uv_mount(site, parts)?,
        INSTALL_PYTHON.mount(parts),
        StepMount::Cache {
            id: format!("wheelwright/python/v1/{platform}"),
            at: TargetPath::known(CACHE),
            // uv locks what it writes.
            sharing: Sharing::Shared,
        },
    ];
    let mut env = bench::env_with(site, &variables)?;
    if let Some(secret) = &site.spec.model.network.authority {
        let at = TargetPath::known(&format!("{AUTHORITY_AT}/{}", secret.value));
        // Nothing is there yet that could put it beside the authorities which uv knows.
        env.push(("SSL_CERT_FILE".to_owned(), at.to_string()));
        mounts.push(StepMount::Secret {
            id: secret.value.clone(),
            at,
        });
    }
    let step = Step {
        root,
        command: command.map(str::to_owned).to_vec(),
        env,
        directory: TargetPath::root(),
        network: StepNetwork::Direct,
        output: OutputFolder {
            at: TargetPath::known(PYTHONS),
            from: None,
        },
        mounts,
    };
    let managed = site.spec.model.managed_python.as_ref();
    let origin = managed.map(|managed| &managed.location);
    let origin = origin.or(site.selection.build_base.origin.as_ref());
    Ok(parts.add(title, origin, PartKind::Step(Box::new(step))))
}
