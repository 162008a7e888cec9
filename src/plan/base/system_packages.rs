//! System packages: a layer of their own, made on the base that they are for and laid over it.
//!
//! A package manager changes a whole file system, with times, logs and caches that differ each time. A script of ours
//! runs the one that the base has and copies what the packages brought; the base below is never touched.

use crate::context::NeededImage;
use crate::diagnostic::{Diagnostics, Spanned, rules};
use crate::plan::base::managed_python;
use crate::plan::model::{
    Layer, NORMAL_TIME, OutputFolder, PartId, PartKind, PlanBuilder, Sharing, Step, StepMount,
    StepName, StepNetwork, Tree,
};
use crate::plan::request::bases;
use crate::plan::request::site::Site;
use crate::plan::scripts::INSTALL_SYSTEM;
use crate::values::{ParseError, SystemPackage, TargetPath};

/// A base image with its system packages.
pub(crate) struct Base {
    /// The image.
    pub(crate) image: PartId,
    /// What is laid over it: an interpreter where it has none, and its system packages if any are selected.
    pub(crate) layers: Vec<Layer>,
    /// All together: what commands run on.
    pub(crate) root: PartId,
}

/// Where indexes and archives are while packages are installed.
const CACHE: &str = "/mnt/cache";

/// Adds the base of the builder, named so in what the user sees.
pub(crate) fn build_base(site: Site<'_>, plan: &mut PlanBuilder) -> Result<Base, Diagnostics> {
    let packages = &site.selection.system_build;
    base(site, plan, "builder", &site.selection.build_base, packages)
}

/// What a developer misses in a slim image first.
const FOR_DEVELOPERS: &str = "git";

/// Adds the base of `dev`: with what builds need, what the runtime needs, and what developers do.
pub(crate) fn dev_base(site: Site<'_>, plan: &mut PlanBuilder) -> Result<Base, Diagnostics> {
    let model = &site.spec.model;
    let selection = site.selection;
    let mut packages = [selection.system_build.as_slice(), &selection.system_runtime].concat();
    match &model.system.dev {
        Some(dev) => packages.extend(dev.iter().cloned()),
        // Another image may have it, or know it by another name.
        None if model.from.is_none() && model.network.offline.is_none() => packages.push(Spanned {
            value: FOR_DEVELOPERS
                .parse()
                .map_err(|error: ParseError| rules::bug(error))?,
            location: site.facts.pyproject.place.clone(),
        }),
        None => {}
    }
    base(site, plan, "dev", &site.selection.build_base, &packages)
}

/// Adds the base of the runtime.
pub(crate) fn runtime_base(site: Site<'_>, plan: &mut PlanBuilder) -> Result<Base, Diagnostics> {
    let packages = &site.selection.system_runtime;
    base(site, plan, "base", &site.selection.runtime_base, packages)
}

fn base(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    target: &str,
    image: &NeededImage,
    packages: &[Spanned<SystemPackage>],
) -> Result<Base, Diagnostics> {
    let name = image.reference.familiar();
    let (part, root, mut layers) = managed_python::base(site, plan, target, image)?;
    let Some(first) = packages.first() else {
        return Ok(Base {
            image: part,
            layers,
            root,
        });
    };
    // In an order of our own: the same packages are the same step.
    let mut names: Vec<&str> = packages
        .iter()
        .map(|package| package.value.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let out = TargetPath::known("/mnt/out");
    let mut command = vec![
        "python3".to_owned(),
        INSTALL_SYSTEM.path(),
        out.to_string(),
        CACHE.to_owned(),
    ];
    command.extend(names.iter().map(|name| (*name).to_owned()));
    let mut env = bases::config(site, image)?.env();
    // Python packages of the distribution compile their modules: by hash, since times become one constant.
    env.push(("SOURCE_DATE_EPOCH".to_owned(), NORMAL_TIME.to_string()));
    let platform = site.options.platform.to_string().replace('/', "-");
    let cache = StepMount::Cache {
        // An image is of one distribution and release; with another image, its manager finds its own indexes.
        id: format!("wheelwright/system/v1/{platform}/{name}"),
        at: TargetPath::known(CACHE),
        // Package managers have a lock, and fail where it is taken.
        sharing: Sharing::Locked,
    };
    let step = Step {
        env,
        network: StepNetwork::Authority,
        mounts: vec![INSTALL_SYSTEM.mount(plan), cache],
        ..Step::new(
            &site.options.platform,
            root,
            command,
            OutputFolder::empty(out),
        )
    };
    let origin = Some(&first.location);
    let title = StepName::new(
        target,
        format!("install system packages {}", names.join(", ")),
    );
    let step = plan.add_step(title, origin, step);
    let tree = Tree::whole(step, &TargetPath::root());
    let layer = plan.layer(target, "system packages", None, tree);
    layers.push(layer);
    let join = PartKind::Merge {
        base: part,
        layers: layers.clone(),
    };
    let root = plan.add(StepName::new(target, "join system packages"), None, join);
    Ok(Base {
        image: part,
        layers,
        root,
    })
}
