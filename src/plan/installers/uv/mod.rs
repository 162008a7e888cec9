//! uv: `uv.lock`, installed by uv itself.
//!
//! Selected by `uv.lock`. The dependency step sees the manifest and the lock in a form in which only
//! dependencies count; it installs with `uv sync --locked`, so indexes, hashes, markers, sources, groups and
//! extras mean what uv says they mean.

mod lock;

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::plan::installers::{Installed, Installer};
use crate::plan::{
    Layer, NeededImage, OutputFolder, PartId, PartKind, Parts, Site, Step, StepMount, StepNetwork,
    Tree, WrittenFile,
};
use crate::project::{Facts, PYPROJECT};
use crate::spec::Spec;
use crate::values::{ImageRef, Platform, PythonVersion, TargetPath};
use lock::UvLock;

/// The uv that this release is tested with.
const PINNED_VERSION: &str = "0.13.8";
const REPOSITORY: &str = "ghcr.io/astral-sh/uv";
const LOCK: &str = "uv.lock";
const CACHE: &str = "/root/.cache/uv";
const PROJECT: &str = "/src";
/// Where the tool is seen while it is used; on every search path.
const TOOL: &str = "/usr/local/bin/uv";

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
        Ok(NeededImage { reference, origin })
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
        lock.check_fit(site.facts)?;
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
        let bench = Bench { site, base, tool };
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

/// Where steps with uv are made.
pub(in crate::plan) struct Bench<'a> {
    site: Site<'a>,
    base: PartId,
    tool: PartId,
}

impl<'a> Bench<'a> {
    /// The bench of an environment that was installed.
    pub(in crate::plan) fn of(
        site: Site<'a>,
        installed: &Installed,
        parts: &mut Parts,
    ) -> Result<Self, Diagnostics> {
        let image = site.image(&site.selection.tool.reference)?;
        let tool = parts.image(image, "[builder] image uv", None);
        Ok(Self {
            site,
            base: installed.base,
            tool,
        })
    }

    /// `uv` with arguments, without a cache and without a network.
    pub(in crate::plan) fn step(
        &self,
        arguments: &[&str],
        output: OutputFolder,
        mounts: Vec<StepMount>,
    ) -> Step {
        let command = ["uv"]
            .iter()
            .chain(arguments)
            .map(|argument| (*argument).to_owned())
            .collect();
        let tool = StepMount::Read {
            part: self.tool,
            select: TargetPath::known("/uv"),
            at: TargetPath::known(TOOL),
        };
        Step {
            root: self.base,
            command,
            env: self.env(),
            directory: TargetPath::root(),
            network: StepNetwork::None,
            output,
            mounts: [vec![tool], mounts].concat(),
        }
    }

    /// A step that may download: with the network of the build and the cache that all projects share.
    pub(in crate::plan) fn fetching_step(
        &self,
        arguments: &[&str],
        output: OutputFolder,
        mounts: Vec<StepMount>,
    ) -> Step {
        let cache = StepMount::Cache {
            id: self.cache_id(),
            at: TargetPath::known(CACHE),
        };
        let step = self.step(arguments, output, [mounts, vec![cache]].concat());
        Step {
            network: StepNetwork::Build,
            ..step
        }
    }

    /// Cached wheels differ by platform and C library, and those that were built here by Python version.
    fn cache_id(&self) -> String {
        let image = &self.site.selection.build_base.reference;
        let libc = if image.tag().is_some_and(|tag| tag.contains("alpine")) {
            "musl"
        } else {
            "glibc"
        };
        let platform = self.site.options.platform.to_string().replace('/', "-");
        format!(
            "wheelwright/uv/v1/{platform}-{libc}/py{}",
            self.site.selection.python.minor_release()
        )
    }

    fn env(&self) -> Vec<(String, String)> {
        let base = self.site.selection.build_base.reference.clone();
        let mut env = self
            .site
            .image(&base)
            .map(|image| image.config.env())
            .unwrap_or_default();
        let python = self.site.selection.python.to_string();
        let ours = [
            // Byte code that is checked by nothing: files do not change in an image, and the times that
            // the default check compares are set to one constant by us.
            ("PYC_INVALIDATION_MODE", "UNCHECKED_HASH"),
            ("UV_CACHE_DIR", CACHE),
            // The cache is another file system than the environment: a hard link would fail and warn.
            ("UV_LINK_MODE", "copy"),
            // Files that record when and from where something was installed make equal trees differ.
            ("UV_NO_INSTALLER_METADATA", "1"),
            // A progress bar is noise in a build log.
            ("UV_NO_PROGRESS", "1"),
            // The interpreter is the one of the image and of this version, or the step fails.
            ("UV_PYTHON", python.as_str()),
            ("UV_PYTHON_DOWNLOADS", "never"),
            ("UV_PROJECT_ENVIRONMENT", self.site.spec.model.venv.as_str()),
        ];
        env.extend(ours.map(|(name, value)| (name.to_owned(), value.to_owned())));
        if self.site.spec.model.compile_bytecode {
            env.push(("UV_COMPILE_BYTECODE".to_owned(), "1".to_owned()));
        }
        env
    }

    fn skeleton(&self, parts: &mut Parts) -> PartId {
        let venv = &self.site.spec.model.venv;
        let output = OutputFolder {
            at: venv.clone(),
            from: None,
        };
        // `--no-project`: nothing of a project is there, and nothing of one must be looked for.
        let step = self.step(&["venv", "--no-project", venv.as_str()], output, Vec::new());
        let title = format!("[builder] create virtual environment {venv}");
        parts.add(
            title,
            self.site.selection.build_base.origin.as_ref(),
            PartKind::Step(Box::new(step)),
        )
    }

    fn dependencies(&self, parts: &mut Parts, skeleton: PartId, project: PartId) -> PartId {
        let model = &self.site.spec.model;
        let mut arguments = vec![
            "sync",
            // The lock is what is installed; a lock that does not fit is an error.
            "--locked",
            // The project's own wheel is a part of its own, so that a change of code installs nothing here.
            "--no-install-project",
            // Path dependencies are copied, not linked to folders that the runtime does not have.
            "--no-editable",
            // Development groups are for `dev` and `test`.
            "--no-default-groups",
        ];
        arguments.extend(
            model
                .groups
                .iter()
                .flat_map(|group| ["--group", group.value.as_str()]),
        );
        arguments.extend(
            model
                .extras
                .iter()
                .flat_map(|extra| ["--extra", extra.value.as_str()]),
        );
        let output = OutputFolder {
            at: model.venv.clone(),
            from: Some(skeleton),
        };
        let directory = TargetPath::known(PROJECT);
        let files = StepMount::Read {
            part: project,
            select: TargetPath::root(),
            at: directory.clone(),
        };
        let step = Step {
            directory,
            ..self.fetching_step(&arguments, output, vec![files])
        };
        let origin = &self.site.facts.pyproject.dependencies_location;
        parts.add(
            "[builder] install dependencies from uv.lock",
            Some(origin),
            PartKind::Step(Box::new(step)),
        )
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

/// The version of the tool, and the line that asks for it.
fn tool_version(
    spec: &Spec,
    facts: &Facts,
) -> Result<(String, Option<crate::diagnostic::Location>), Diagnostics> {
    if let Some(asked) = &spec.model.installer_version {
        return Ok((asked.value.clone(), Some(asked.location.clone())));
    }
    let Some((_, required)) = facts
        .pyproject
        .required_tool_versions
        .iter()
        .find(|(tool, _)| tool == "uv")
    else {
        return Ok((PINNED_VERSION.to_owned(), None));
    };
    let unfit = |message: String, hint: &str| {
        Err(Diagnostic::error(message)
            .at(&required.location)
            .hint(hint)
            .into())
    };
    let Ok(specifiers) = VersionSpecifiers::from_str(&required.value) else {
        return unfit(
            format!("`{}` is no version specifier", required.value),
            "write one such as `>=0.9`",
        );
    };
    // An exact version names its own image; a range is met by the pinned version, or must be told.
    let exact = required
        .value
        .trim()
        .strip_prefix("==")
        .map(str::trim)
        .filter(|text| Version::from_str(text).is_ok());
    if let Some(version) = exact {
        return Ok((version.to_owned(), Some(required.location.clone())));
    }
    match Version::from_str(PINNED_VERSION) {
        Ok(pinned) if specifiers.contains(&pinned) => Ok((PINNED_VERSION.to_owned(), None)),
        _ => unfit(
            format!(
                "`tool.uv.required-version` is `{}`, and wheelwright pins uv {PINNED_VERSION}",
                required.value
            ),
            "set `installer-version` in `[tool.wheelwright]` to a version that is allowed",
        ),
    }
}
