//! An interpreter that uv brings (a "managed Python" in uv's words), for bases that have none: plain distributions, GPU
//! images, distroless runtimes. It is a layer of its own, at the same path in the builder and in the image.
//!
//! uv knows the builds of python-build-standalone by their hashes, and the newest patch of a version is that of the
//! pinned uv.

use crate::context::{NeededImage, ResolvedImage};
use crate::diagnostic::Diagnostics;
use crate::plan::base::uv_image::UV;
use crate::plan::base::{build_env, uv_image};
use crate::plan::model::{
    Layer, OutputFolder, PartId, PartKey, PartKind, PlanBuilder, Sharing, Step, StepMount,
    StepName, StepNetwork, Tree,
};
use crate::plan::request::bases::is_managed;
use crate::plan::request::site::Site;
use crate::plan::scripts::INSTALL_PYTHON;
use crate::values::TargetPath;

/// Where interpreters lie.
const PYTHONS: &str = "/opt/python";
/// uv's cache while it brings one.
const CACHE: &str = "/root/.cache/uv";
/// Where a certificate authority is seen.
const AUTHORITY_AT: &str = "/run/secrets";

/// Adds a base image with the interpreter: the image, both together, and the layer with the interpreter where uv brings
/// it.
pub(crate) fn base(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    target: &str,
    base: &NeededImage,
) -> Result<(PartId, PartId, Vec<Layer>), Diagnostics> {
    let image = image(site, plan, target, base)?;
    if !is_managed(site) {
        return Ok((image, image, Vec::new()));
    }
    let python = site.selection.python;
    let tree = Tree::whole(install(site, plan)?, &TargetPath::known(PYTHONS));
    let layer = plan.layer(target, &format!("Python {python}"), None, tree);
    let join = PartKind::Merge {
        base: image,
        layers: vec![layer.clone()],
    };
    let root = plan.add(
        StepName::new(target, format!("join Python {python}")),
        None,
        join,
    );
    Ok((image, root, vec![layer]))
}

fn image(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    target: &str,
    base: &NeededImage,
) -> Result<PartId, Diagnostics> {
    let resolved: &ResolvedImage = site.image(&base.reference)?;
    let title = StepName::new(target, format!("image {}", base.reference.familiar()));
    Ok(plan.image(
        resolved,
        &site.options.platform,
        title,
        base.origin.as_ref(),
    ))
}

/// Adds the step in which uv brings the interpreter, on the build's base: uv looks there for the C library.
fn install(site: Site<'_>, plan: &mut PlanBuilder) -> Result<PartId, Diagnostics> {
    let title = StepName::new(
        "builder",
        format!("install Python {}", site.selection.python),
    );
    let key = PartKey::ManagedPython(site.selection.python);
    if let Some(known) = plan.known(&key) {
        return Ok(known);
    }
    let root = image(site, plan, "builder", &site.selection.build_base)?;
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
        uv_image::uv_mount(site, plan)?,
        INSTALL_PYTHON.mount(plan),
        StepMount::Cache {
            id: format!("wheelwright/python/v1/{platform}"),
            at: TargetPath::known(CACHE),
            // uv locks what it writes.
            sharing: Sharing::Shared,
        },
    ];
    let mut env = build_env::with(site, &variables)?;
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
        env,
        network: StepNetwork::Bare,
        mounts,
        ..Step::new(
            &site.options.platform,
            root,
            command.map(str::to_owned).to_vec(),
            OutputFolder::empty(TargetPath::known(PYTHONS)),
        )
    };
    let managed = site.spec.model.managed_python.as_ref();
    let origin = managed.map(|managed| &managed.location);
    let origin = origin.or(site.selection.build_base.origin.as_ref());
    let part = plan.add_step(title, origin, step);
    Ok(plan.remember(key, part))
}
