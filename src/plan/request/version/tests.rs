//! Which scheme a project uses, and what it is given.

use std::fmt::Write as _;

use crate::diagnostic::{Source, one_line};
use crate::plan::request::version::hand_over::hand_over;
use crate::plan::request::version::scheme;
use crate::plan::request::version::seen::Seen;
use crate::plan::request::version::versioningit::with_default_version;
use crate::project::{IniSection, Pyproject};
use crate::toml_document::Document;

/// The scheme of a manifest, the place that shows it, and all that it is given.
fn told_with(requires: &str, rest: &str, setup_cfg: &str) -> String {
    let text = format!(
        "[project]\nname = \"My.App\"\ndynamic = [\"version\"]\n[build-system]\nrequires = [{requires}]\n{rest}"
    );
    told_of(&text, setup_cfg)
}

fn told_of(manifest: &str, setup_cfg: &str) -> String {
    with_seen(manifest, setup_cfg, |seen| {
        let Some((scheme, place)) = scheme::find(seen) else {
            return "no scheme\n".to_owned();
        };
        match hand_over(seen, scheme, &place, "1.4.0") {
            Ok((handed_over, how)) => {
                format!("{place}: {} by {how}\n{handed_over:#?}\n", scheme.name)
            }
            Err(errors) => errors.iter().fold(String::new(), |mut all, error| {
                let _ = writeln!(all, "{}", one_line(error));
                all
            }),
        }
    })
}

fn with_seen(manifest: &str, setup_cfg: &str, look: impl Fn(&Seen<'_>) -> String) -> String {
    let project = Pyproject::read(&Source::new("pyproject.toml", manifest)).unwrap();
    let document = Document::parse(&project.source).unwrap();
    let setup_cfg = Source::new("setup.cfg", setup_cfg);
    look(&Seen {
        project: &project,
        root: document.root(),
        versioneer: IniSection::find(&setup_cfg, "versioneer"),
    })
}

/// The first line of that: the scheme and how it is passed on.
fn told(requires: &str, rest: &str) -> String {
    let text = told_with(requires, rest, "");
    text.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn each_scheme_is_known_by_its_build_system_and_told_in_its_own_way() {
    let all = [
        told(r#""setuptools", "setuptools_scm[toml]>=8""#, ""),
        told(
            r#""hatchling", "hatch-vcs""#,
            "[tool.hatch.version]\nsource = \"vcs\"",
        ),
        // Settings of hatch in `hatch.toml`, and setuptools-scm named beside the plugin that uses it.
        told(r#""setuptools-scm>=8", "hatchling", "hatch-vcs""#, ""),
        told(r#""flit_scm""#, "[tool.setuptools_scm]"),
        told(
            r#""pdm-backend""#,
            "[tool.pdm.version]\nsource = \"scm\"\nwrite_to = \"a.py\"",
        ),
        told(
            r#""hatchling", "uv-dynamic-versioning""#,
            "[tool.hatch.version]\nsource = \"uv-dynamic-versioning\"",
        ),
        told(
            r#""poetry-core", "poetry-dynamic-versioning""#,
            "[tool.poetry-dynamic-versioning]\nenable = true",
        ),
        told(
            r#""setuptools", "versioningit""#,
            "[tool.versioningit]\nwrite.file = \"a.py\"",
        ),
        told(r#""setuptools", "versioningit""#, ""),
        told(r#""setuptools", "setuptools-git-versioning<3""#, ""),
        told(
            r#""setuptools", "versioneer[toml]""#,
            "[tool.versioneer]\nparentdir_prefix = \"app-\"",
        ),
    ];
    insta::assert_snapshot!(all.join("\n"), @"
    pyproject.toml:5:27: setuptools-scm by SETUPTOOLS_SCM_PRETEND_VERSION_FOR_MY_APP
    pyproject.toml:7:10: hatch-vcs by SETUPTOOLS_SCM_PRETEND_VERSION
    pyproject.toml:5:47: hatch-vcs by SETUPTOOLS_SCM_PRETEND_VERSION
    pyproject.toml:5:13: flit-scm by SETUPTOOLS_SCM_PRETEND_VERSION
    pyproject.toml:7:10: pdm-backend by PDM_BUILD_SCM_VERSION
    pyproject.toml:7:10: uv-dynamic-versioning by UV_DYNAMIC_VERSIONING_BYPASS
    pyproject.toml:5:28: poetry-dynamic-versioning by POETRY_DYNAMIC_VERSIONING_BYPASS
    pyproject.toml:5:27: versioningit by default-version
    pyproject.toml:5:27: versioningit by PKG-INFO
    pyproject.toml:5:27: setuptools-git-versioning by PKG-INFO
    pyproject.toml:6:7: versioneer by /src/app-1.4.0
    ");
}

#[test]
fn what_takes_the_version_from_elsewhere_uses_no_scheme() {
    let all = [
        told(
            r#""setuptools", "setuptools-scm""#,
            "[tool.setuptools.dynamic]\nversion = {attr = \"a.b\"}",
        ),
        // setuptools-scm writes the file that setuptools reads.
        told(
            r#""setuptools", "setuptools-scm""#,
            "[tool.setuptools_scm]\n[tool.setuptools.dynamic]\nversion = {attr = \"a.b\"}",
        ),
        told(
            r#""setuptools", "setuptools-git-versioning""#,
            "[tool.setuptools.dynamic]\nversion = {file = \"V\"}",
        ),
        told(
            r#""setuptools", "setuptools-git-versioning""#,
            "[tool.setuptools-git-versioning]\nenabled = false",
        ),
        told(
            r#""hatchling", "hatch-vcs""#,
            "[tool.hatch.version]\npath = \"a.py\"",
        ),
        told(
            r#""pdm-backend""#,
            "[tool.pdm.version]\nsource = \"file\"\npath = \"a.py\"",
        ),
        told(
            r#""pdm-backend""#,
            "[tool.pdm.version]\nsource = \"call\"\ngetter = \"a:b\"",
        ),
        told(
            r#""poetry-core", "poetry-dynamic-versioning""#,
            "[tool.poetry-dynamic-versioning]\nvcs = \"git\"",
        ),
    ];
    insta::assert_snapshot!(all.join("\n"), @"
    no scheme
    pyproject.toml:5:27: setuptools-scm by SETUPTOOLS_SCM_PRETEND_VERSION_FOR_MY_APP
    no scheme
    no scheme
    no scheme
    no scheme
    no scheme
    no scheme
    ");
    let stated = "[project]\nname = \"a\"\nversion = \"0.0.0\"\n[build-system]\n\
                  requires = [\"poetry-core\", \"poetry-dynamic-versioning\", \"setuptools-scm\"]\n\
                  [tool.poetry-dynamic-versioning]\nenable = true\n";
    assert_eq!(told_of(stated, ""), "no scheme\n");
    // There the version is one that the plugin replaces.
    let replaced = format!("{stated}[tool.poetry]\nname = \"a\"\n");
    assert!(told_of(&replaced, "").contains("POETRY_DYNAMIC_VERSIONING_BYPASS"));
}

#[test]
fn files_are_handed_over_where_no_variable_is() {
    let all = [
        told_with(r#""setuptools", "setuptools-git-versioning""#, "", ""),
        told_with(
            r#""hatchling", "versioningit""#,
            "[tool.hatch.version]\nsource = \"versioningit\"\ndefault-version = \"0.1\"\n[tool.versioningit]\n",
            "",
        ),
        told_with(
            r#""hatchling", "versioningit""#,
            "[tool.hatch.version]\nsource = \"versioningit\"\n[tool.versioningit]\nvcs = {method = \"git\"}\n",
            "",
        ),
        told_with(
            r#""setuptools""#,
            "",
            "[metadata]\nname = a\n[versioneer]\nVCS = git\nparentdir_prefix = app-\n",
        ),
    ];
    insta::assert_snapshot!(all.join(""), @r#"
    pyproject.toml:5:27: setuptools-git-versioning by PKG-INFO
    HandedOver {
        sources: TargetPath(
            "/src",
        ),
        env: [],
        file: Some(
            TextFile {
                name: "PKG-INFO",
                text: "Metadata-Version: 2.1\nName: My.App\nVersion: 1.4.0\n",
            },
        ),
    }
    pyproject.toml:7:10: versioningit by default-version
    HandedOver {
        sources: TargetPath(
            "/src",
        ),
        env: [
            (
                "VERSIONINGIT_LOG_LEVEL",
                "CRITICAL",
            ),
        ],
        file: Some(
            TextFile {
                name: "pyproject.toml",
                text: "[project]\nname = \"My.App\"\ndynamic = [\"version\"]\n[build-system]\nrequires = [\"hatchling\", \"versioningit\"]\n[tool.hatch.version]\nsource = \"versioningit\"\ndefault-version = \"1.4.0\"\n[tool.versioningit]\n",
            },
        ),
    }
    pyproject.toml:7:10: versioningit by default-version
    HandedOver {
        sources: TargetPath(
            "/src",
        ),
        env: [
            (
                "VERSIONINGIT_LOG_LEVEL",
                "CRITICAL",
            ),
        ],
        file: Some(
            TextFile {
                name: "pyproject.toml",
                text: "[project]\nname = \"My.App\"\ndynamic = [\"version\"]\n[build-system]\nrequires = [\"hatchling\", \"versioningit\"]\n[tool.hatch.version]\nsource = \"versioningit\"\n[tool.versioningit]\ndefault-version = \"1.4.0\"\nvcs = {method = \"git\"}\n",
            },
        ),
    }
    setup.cfg:3:1: versioneer by /src/app-1.4.0
    HandedOver {
        sources: TargetPath(
            "/src/app-1.4.0",
        ),
        env: [],
        file: None,
    }
    "#);
}

#[test]
fn the_manifest_of_versioningit_stays_what_the_user_wrote() {
    let written = |settings: &str| {
        with_seen(settings, "", |seen| {
            with_default_version(seen, "1.4.0").unwrap()
        })
    };
    let all = [
        written("[tool.versioningit] # a comment\n# another\n[tool.other]\n"),
        written("[tool.versioningit]\nx = 1\ndefault-version = '0.1' # a comment\n"),
        written("[tool.versioningit.write]\nfile = \"a.py\"\n"),
        written("[tool]\n# lost\nversioningit = { write.file = \"a.py\" }\n"),
        written("tool.versioningit.write.file = \"a.py\"\n"),
        written("[tool.versioningit]"),
    ];
    insta::assert_snapshot!(all.join("---\n"), @r#"
    [tool.versioningit] # a comment
    default-version = "1.4.0"
    # another
    [tool.other]
    ---
    [tool.versioningit]
    x = 1
    default-version = "1.4.0" # a comment
    ---
    [tool.versioningit.write]
    file = "a.py"

    [tool.versioningit]
    default-version = "1.4.0"
    ---
    [tool.versioningit]
    default-version = "1.4.0"

    [tool.versioningit.write]
    file = "a.py"
    ---
    [tool.versioningit]
    default-version = "1.4.0"

    [tool.versioningit.write]
    file = "a.py"
    ---
    [tool.versioningit]
    default-version = "1.4.0"
    "#);
}

#[test]
fn a_versioneer_without_a_prefix_is_told_what_to_write() {
    let all = [
        told(r#""setuptools""#, "[tool.versioneer]\nVCS = \"git\""),
        told(r#""versioneer""#, ""),
        told(
            r#""versioneer""#,
            "[tool.versioneer]\nparentdir_prefix = \"../a/\"",
        ),
        told_with(r#""setuptools""#, "", "[versioneer]\nparentdir_prefix =\n")
            .trim_end()
            .to_owned(),
    ];
    insta::assert_snapshot!(all.join("\n"), @r#"
    pyproject.toml:6:7: versioneer takes the version of sources without version control from the name of their folder, and `parentdir_prefix` is not set; write `parentdir_prefix = "my-app-"` in `[tool.versioneer]`
    pyproject.toml:5:13: versioneer takes the version of sources without version control from the name of their folder, and `parentdir_prefix` is not set; write `parentdir_prefix = "my-app-"` in `[tool.versioneer]`
    pyproject.toml:7:20: `parentdir_prefix` is `../a/`, expected letters and digits with `-`, `_`, `.` or `+`, since a folder is named by it; write `parentdir_prefix = "my-app-"`
    setup.cfg:1:1: versioneer takes the version of sources without version control from the name of their folder, and `parentdir_prefix` is not set; write `parentdir_prefix = my-app-` in `[versioneer]`
    "#);
}
