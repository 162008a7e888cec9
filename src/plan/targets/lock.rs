//! `lock`: the lock file, made anew by the installer's own tool, alone in the root, for `--output`.
//!
//! The tool begins with the lock that is there and keeps its versions where they fit. `--build-arg UPGRADE=1` upgrades
//! all of them, `--build-arg UPGRADE=NAME,NAME` some.

use crate::context::ImageConfig;
use crate::diagnostic::{Diagnostics, rules};
use crate::options::BuildOptions;
use crate::plan::base::system_packages;
use crate::plan::installers;
use crate::plan::installers::Upgrade;
use crate::plan::model::{PartKind, PlanBuilder, StepName, Tree};
use crate::plan::request::site::Site;
use crate::plan::request::target::UPGRADE;
use crate::plan::targets::Built;
use crate::plan::uv::UvRunner;
use crate::values::{PackageName, TargetPath};

/// Adds the target.
pub(crate) fn build(site: Site<'_>, plan: &mut PlanBuilder) -> Result<Built, Diagnostics> {
    let upgrade = upgrade(site.options)?;
    // What no wheel tells, uv learns by building: on the base, and with the packages, of all builds.
    let base = system_packages::build_base(site, plan)?;
    let uv = UvRunner::new(site, base.root, plan)?;
    let locked = installers::of(site.selection.installer)?.lock(&uv, plan, &upgrade)?;
    let place = TargetPath::known(&format!("/{}", locked.file));
    let tree = Tree::path(locked.part, &place, &place);
    let title = StepName::new("lock", format!("lay out {}", locked.file));
    let tree = plan.add(title, None, PartKind::Tree(tree));
    Ok((tree, ImageConfig::empty(&site.options.platform)))
}

/// What is to be upgraded.
pub(crate) fn upgrade(options: &BuildOptions) -> Result<Upgrade, Diagnostics> {
    let text = options.build_args.get(UPGRADE).map_or("", String::as_str);
    match text.to_ascii_lowercase().as_str() {
        "" | "0" | "false" => return Ok(Upgrade::None),
        "1" | "true" | "all" => return Ok(Upgrade::All),
        _ => {}
    }
    let (mut names, mut problems) = (Vec::new(), Vec::new());
    for name in text.split([',', ' ']).filter(|name| !name.is_empty()) {
        match name.parse::<PackageName>() {
            Ok(name) => names.push(name),
            Err(error) => {
                let error = rules::INVALID_ARGUMENT
                    .report(format!("`--build-arg {UPGRADE}={text}`: {error}"));
                let hint = "write `1` for all packages, or names with commas between";
                problems.push(error.hint(hint));
            }
        }
    }
    Diagnostics::split(problems)?;
    Ok(Upgrade::Packages(names))
}
