//! uv: `uv.lock`, installed by uv itself.
//!
//! Selected by `uv.lock`. The dependency step sees the manifest and the lock in a form in which only
//! dependencies count; it installs with `uv sync --locked`, so indexes, hashes, markers, sources, groups and
//! extras mean what uv says they mean.

mod bench;
mod fit;
mod lock;
mod version;
mod wheel;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::installers::{Installed, Installer};
use crate::plan::{Layer, NeededImage, PartKind, Parts, Site, Tree, WrittenFile};
use crate::project::{Facts, PYPROJECT};
use crate::spec::Spec;
use crate::values::{ImageRef, Platform, PythonVersion, TargetPath};
pub(in crate::plan) use bench::Bench;
use bench::TOOL;
use lock::UvLock;
use version::{PINNED_VERSION, tool_version};

const REPOSITORY: &str = "ghcr.io/astral-sh/uv";
const LOCK: &str = "uv.lock";

pub(super) struct Uv;

/// The image of the pinned version.
pub(super) fn pinned_image() -> String {
    format!("{REPOSITORY}:{PINNED_VERSION}")
}

impl Installer for Uv {
    fn name(&self) -> &'static str {
        "uv"
    }

    fn evidence(&self) -> &'static [&'static str] {
        &[LOCK]
    }

    fn tool(&self, spec: &Spec, facts: &Facts) -> Result<NeededImage, Diagnostics> {
        let (version, origin) = tool_version(spec, facts)?;
        let reference = format!("{REPOSITORY}:{version}")
            .parse::<ImageRef>()
            .map_err(|error| {
                let mut problem = Diagnostic::error(format!("`installer-version`: {error}"));
                problem.location.clone_from(&origin);
                problem
            })?;
        let hint = "check `installer-version`, and that the engine can reach the registry";
        Ok(NeededImage {
            reference,
            origin,
            hint,
        })
    }

    fn python_fit(
        &self,
        facts: &Facts,
        platform: &Platform,
        candidates: &[PythonVersion],
    ) -> Result<Vec<PythonVersion>, Diagnostics> {
        Ok(read_lock(facts)?.python_fit(platform, candidates))
    }

    fn install(&self, site: Site<'_>, parts: &mut Parts) -> Result<Installed, Diagnostics> {
        let lock = read_lock(site.facts)?;
        fit::check(&lock, &site.facts.pyproject)?;
        check_names(site)?;
        let selection = site.selection;
        let base_image = site.image(&selection.build_base.reference)?;
        let base_name = selection.build_base.reference.familiar();
        let origin = selection.build_base.origin.as_ref();
        let base = parts.image(base_image, &format!("[builder] image {base_name}"), origin);
        let tool_image = site.image(&selection.tool.reference)?;
        let tool_name = selection.tool.reference.familiar();
        let tool = parts.image(
            tool_image,
            &format!("[builder] image {tool_name}"),
            selection.tool.origin.as_ref(),
        );
        let tool_tree = parts.add(
            "[builder] lay out uv",
            None,
            PartKind::Tree(Tree {
                of: tool,
                select: TargetPath::known("/uv"),
                at: TargetPath::known(TOOL),
                without: &[],
            }),
        );
        let bench = Bench::new(site, base, tool);
        let skeleton = bench.skeleton(parts);
        let manifest = WrittenFile {
            name: PYPROJECT,
            text: site.facts.pyproject.normalised.clone(),
        };
        let lock = WrittenFile {
            name: LOCK,
            text: lock.neutral_text(),
        };
        let project = parts.add(
            "[internal] write normalised pyproject.toml and uv.lock",
            None,
            PartKind::Written(vec![manifest, lock]),
        );
        let dependencies = bench.dependencies(parts, skeleton, project);
        let tool = Layer {
            title: "[builder] add uv".to_owned(),
            tree: tool_tree,
        };
        Ok(Installed {
            base,
            tool,
            skeleton,
            dependencies,
        })
    }
}

fn read_lock(facts: &Facts) -> Result<UvLock, Diagnostics> {
    match facts.text(LOCK) {
        Some(source) => UvLock::parse(&source?),
        None => Err(
            Diagnostic::error("there is no `uv.lock` in the build context")
                .at(&facts.pyproject.name.location)
                .hint("run `uv lock` and commit `uv.lock`")
                .into(),
        ),
    }
}

/// The groups and extras that the spec asks for are there.
fn check_names(site: Site<'_>) -> Result<(), Diagnostics> {
    let project = &site.facts.pyproject;
    let model = &site.spec.model;
    let known = |lists: &'_ [(
        crate::diagnostic::Spanned<String>,
        Vec<crate::diagnostic::Spanned<String>>,
    )]| {
        lists
            .iter()
            .map(|(name, _)| name.value.clone())
            .collect::<Vec<_>>()
    };
    let mut problems = Vec::new();
    for (what, asked, known) in [
        ("dependency group", &model.groups, known(&project.groups)),
        ("extra", &model.extras, known(&project.extras)),
    ] {
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        // Names of groups and extras compare as package names do (PEP 735, PEP 685).
        let normal = |name: &str| name.to_ascii_lowercase().replace(['_', '.'], "-");
        for name in asked.iter().filter(|name| {
            !names
                .iter()
                .any(|known| normal(known) == normal(&name.value))
        }) {
            let problem = if names.is_empty() {
                Diagnostic::error(format!(
                    "unknown {what} `{}`, the project has none",
                    name.value
                ))
            } else {
                crate::options::unknown_word(what, &name.value, &names)
            };
            problems.push(problem.at(&name.location));
        }
    }
    Diagnostics::split(problems).map(drop)
}
