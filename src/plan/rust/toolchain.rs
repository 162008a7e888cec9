//! The toolchain: from an image with the layout of the official ones, mounted where something is compiled, and laid into
//! the targets that people work in.

use crate::diagnostic::Diagnostics;
use crate::lock::cargo::{self, Backend};
use crate::plan::model::{Layer, PartId, PlanBuilder, StepMount, StepName, Tree};
use crate::plan::request::site::Site;
use crate::values::TargetPath;

/// Where the toolchain is, if the image does not say it: where the official images have it.
const RUSTUP_HOME: &str = "/usr/local/rustup";
const CARGO_HOME: &str = "/usr/local/cargo";

/// The toolchain of a build.
pub(crate) struct Toolchain {
    /// Where rustup keeps it.
    pub(crate) rustup_home: TargetPath,
    /// Where commands such as `cargo` are found, in `bin`.
    cargo_home: TargetPath,
    /// The version, where the image says it.
    version: Option<String>,
}

/// The toolchain; `None` if nothing of the project is compiled by one.
pub(crate) fn of(site: Site<'_>) -> Result<Option<Toolchain>, Diagnostics> {
    let Some(rust) = &site.selection.rust else {
        return Ok(None);
    };
    let env = site.image(&rust.image.reference)?.config.env();
    let stated = |wanted: &str| {
        let mut env = env.iter();
        env.find_map(|(name, value)| (name == wanted).then(|| value.clone()))
    };
    let path = |wanted: &str, usual: &str| {
        let stated = stated(wanted).and_then(|path| path.parse().ok());
        stated.unwrap_or_else(|| TargetPath::known(usual))
    };
    Ok(Some(Toolchain {
        rustup_home: path("RUSTUP_HOME", RUSTUP_HOME),
        cargo_home: path("CARGO_HOME", CARGO_HOME),
        version: stated("RUST_VERSION"),
    }))
}

/// Adds maturin as a layer, for developers who compile again after an edit; `environment` has it. `None` if something else
/// builds the wheel.
pub(crate) fn maturin(
    site: Site<'_>,
    plan: &mut PlanBuilder,
    stage: &str,
    environment: PartId,
) -> Result<Option<Layer>, Diagnostics> {
    let project = cargo::read(site.facts)?;
    let is_maturin = project.is_some_and(|project| project.backend == Backend::Maturin);
    // It is a program that needs no interpreter.
    let tree = Tree::path(
        environment,
        &TargetPath::known("/bin/maturin"),
        &TargetPath::known("/usr/local/bin/maturin"),
    );
    Ok(is_maturin.then(|| plan.layer(stage, "maturin", None, tree)))
}

impl Toolchain {
    /// Adds the image that holds it.
    fn image(site: Site<'_>, plan: &mut PlanBuilder) -> Result<Option<PartId>, Diagnostics> {
        let Some(rust) = &site.selection.rust else {
            return Ok(None);
        };
        let image = site.image(&rust.image.reference)?;
        let title = StepName::new(
            "wheel",
            format!("image {}", rust.image.reference.familiar()),
        );
        let platform = &site.options.platform;
        Ok(Some(plan.image(
            image,
            platform,
            title,
            rust.image.origin.as_ref(),
        )))
    }

    /// The toolchain at its place, to read.
    pub(super) fn mount(
        &self,
        site: Site<'_>,
        plan: &mut PlanBuilder,
    ) -> Result<Option<StepMount>, Diagnostics> {
        let at = &self.rustup_home;
        let image = Self::image(site, plan)?;
        Ok(image.map(|part| StepMount::bind_path(part, at.clone(), at.clone())))
    }

    /// The toolchain as a layer of a target, which is given to a user.
    pub(crate) fn layer(
        &self,
        site: Site<'_>,
        plan: &mut PlanBuilder,
        stage: &str,
        owner: Option<(u32, u32)>,
    ) -> Result<Option<Layer>, Diagnostics> {
        let Some(part) = Self::image(site, plan)? else {
            return Ok(None);
        };
        let mut tree = Tree {
            owner,
            ..Tree::path(part, &self.rustup_home, &self.rustup_home)
        };
        let commands = Tree::path(part, &self.cargo_home, &self.cargo_home);
        tree.paths.extend(commands.paths);
        Ok(Some(plan.layer(stage, "Rust toolchain", None, tree)))
    }

    /// The variables of an image that has it; `path` is its search path without it.
    pub(crate) fn variables(&self, path: &str) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("PATH", format!("{}/bin:{path}", self.cargo_home)),
            ("CARGO_HOME", self.cargo_home.to_string()),
            ("RUSTUP_HOME", self.rustup_home.to_string()),
        ];
        // Else rustup would download what the project pins by another name, such as `1.95`.
        let version = self.version.as_ref();
        variables.extend(version.map(|version| ("RUSTUP_TOOLCHAIN", version.clone())));
        variables
    }
}
