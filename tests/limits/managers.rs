//! The lock files of each package manager, grown to megabytes, and packages of a repository that need each other.

use std::fs;

use crate::ended::{Folder, LOCK, PROJECT, lines};

/// A case of `testdata/cases` with a lock file that has so many more packages.
fn grown(case: &str, lock: &str, packages: &str, before: &str) -> Folder {
    let path = format!("{}/testdata/cases/{case}", env!("CARGO_MANIFEST_DIR"));
    let folder = Folder::of(&[]);
    for entry in fs::read_dir(&path).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_file() {
            let text = fs::read_to_string(entry.path()).unwrap();
            let text = if name == lock {
                assert!(text.contains(before), "{before:?} is not in {lock}");
                text.replacen(before, &format!("{packages}{before}"), 1)
            } else {
                text
            };
            folder.write(&name, &text);
        } else {
            for file in fs::read_dir(entry.path()).unwrap() {
                let path = file.unwrap().path();
                let below = path.file_name().unwrap().to_str().unwrap();
                if path.is_file() {
                    let text = fs::read_to_string(&path).unwrap();
                    folder.write(&format!("{name}/{below}"), &text);
                }
            }
        }
    }
    folder
}

/// Files of a package, as TOML.
fn toml_files(package: usize, files: usize) -> String {
    lines(files, |file| {
        format!(
            "    {{file = \"p{package}-1.{file}-py3-none-any.whl\", hash = \"sha256:{package:032x}{file:032x}\"}},"
        )
    })
}

/// Packages and files of each: 5 MB of lock files with many packages, and with many files.
const SHAPES: [(usize, usize); 2] = [(7_000, 4), (5, 6_000)];

#[test]
fn lock_files_of_pdm_are_read_in_linear_time() {
    for (packages, files) in SHAPES {
        let more = lines(packages, |index| {
            format!(
                "[[package]]\nname = \"p{index}\"\nversion = \"1\"\ngroups = [\"default\"]\n\
                 dependencies = [\n    \"p{}>=1; python_version > '3.8'\",\n]\nfiles = [\n{}]\n",
                (index + 1) % packages,
                toml_files(index, files)
            )
        });
        grown(
            "pdm-app",
            "pdm.lock",
            &more,
            "[[package]]\nname = \"bottle\"",
        )
        .plan(&[])
        .unwrap();
    }
}

#[test]
fn lock_files_of_poetry_are_read_in_linear_time() {
    for (packages, files) in SHAPES {
        let more = lines(packages, |index| {
            format!(
                "[[package]]\nname = \"p{index}\"\nversion = \"1\"\ndescription = \"\"\noptional = false\n\
                 python-versions = \"*\"\ngroups = [\"main\"]\nfiles = [\n{}]\n\n[package.dependencies]\np{} = \
                 {{version = \"*\", markers = \"python_version > '3.8'\"}}\n",
                toml_files(index, files),
                (index + 1) % packages,
            )
        });
        grown(
            "poetry-app",
            "poetry.lock",
            &more,
            "[[package]]\nname = \"bottle\"",
        )
        .plan(&[])
        .unwrap();
    }
}

#[test]
fn lock_files_of_pipenv_are_read_in_linear_time() {
    for (packages, files) in SHAPES {
        let more = lines(packages, |index| {
            let hashes: Vec<String> = (0..files)
                .map(|file| format!("\"sha256:{index:032x}{file:032x}\""))
                .collect();
            format!(
                "\"p{index}\": {{\"hashes\": [{}], \"markers\": \"python_version > '3.8'\", \"version\": \"==1\"}},",
                hashes.join(",\n")
            )
        });
        grown("pipenv-app", "Pipfile.lock", &more, "\"bottle\": {")
            .plan(&[])
            .unwrap();
    }
    let nested = format!(
        "\"deep\": {}{},",
        "[".repeat(1_000_000),
        "]".repeat(1_000_000)
    );
    let error = grown("pipenv-app", "Pipfile.lock", &nested, "\"bottle\": {").refused(&[]);
    assert!(error.contains("Pipfile.lock"), "{error}");
}

#[test]
fn a_pylock_is_read_in_linear_time() {
    for (packages, files) in SHAPES {
        let more = lines(packages, |index| {
            let wheels = lines(files, |file| {
                format!(
                    "    {{ url = \"https://index.example.org/p{index}-1.{file}-py3-none-any.whl\", hashes = {{ \
                     sha256 = \"{index:032x}{file:032x}\" }} }},"
                )
            });
            format!("[[packages]]\nname = \"p{index}\"\nversion = \"1\"\nwheels = [\n{wheels}]\n")
        });
        grown("uv-pylock", "pylock.toml", &more, "[[packages]]")
            .plan(&[])
            .unwrap();
    }
}

#[test]
fn settings_in_ini_files_are_read_in_linear_time() {
    let folder = Folder::of(&[
        ("pyproject.toml", PROJECT),
        ("uv.lock", LOCK),
        (
            "setup.cfg",
            &lines(150_000, |index| {
                format!("[s{index}]\nkey{index} =\n    value")
            }),
        ),
    ]);
    folder.plan(&[]).unwrap();
    let one = format!("[metadata]\nname =\n{}", "    a b\n".repeat(600_000));
    folder.write("setup.cfg", &one);
    folder.plan(&[]).ok();
}

/// A workspace of packages `m0`, `m1` and so on, the first of which the project needs; each needs the next one, and the
/// last one the first, or none needs another.
fn workspace(count: usize, in_a_circle: bool) -> Folder {
    let named = lines(count, |index| format!("    \"m{index}\","));
    let manifest = format!(
        "{}[tool.uv.sources]\nm0 = {{ workspace = true }}\n[tool.uv.workspace]\nmembers = [\n{named}]\n",
        PROJECT.replace("[]", "[\"m0\"]")
    );
    let next = |index: usize| in_a_circle.then(|| (index + 1) % count);
    let needed = |next: Option<usize>| {
        next.map_or(String::new(), |next| {
            format!(
                "dependencies = [{{ name = \"m{next}\" }}]\n\n[package.metadata]\nrequires-dist = [{{ name = \
                 \"m{next}\", editable = \"m{next}\" }}]\n"
            )
        })
    };
    let packages = lines(count, |index| {
        format!(
            "[[package]]\nname = \"m{index}\"\nversion = \"1\"\nsource = {{ editable = \"m{index}\" }}\n{}",
            needed(next(index))
        )
    });
    let lock = LOCK.replace(
        "\n[[package]]",
        &format!("\n[manifest]\nmembers = [\"a\",\n{named}]\n\n[[package]]"),
    );
    let lock = format!("{lock}{}\n{packages}", needed(Some(0)));
    let folder = Folder::of(&[("pyproject.toml", &manifest), ("uv.lock", &lock)]);
    for index in 0..count {
        let needs = next(index).map_or(String::new(), |next| {
            format!(
                "dependencies = [\"m{next}\"]\n[tool.uv.sources]\nm{next} = {{ workspace = true }}\n"
            )
        });
        let text = format!(
            "[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n[project]\nname = \
             \"m{index}\"\nversion = \"1\"\n{needs}"
        );
        folder.write(&format!("m{index}/pyproject.toml"), &text);
    }
    folder
}

#[test]
fn members_of_a_workspace_may_be_many_and_need_each_other() {
    for count in [300, 1_000] {
        let plan = workspace(count, true).plan(&[]).unwrap();
        assert!(plan.contains("m299"), "{plan}");
    }
    let told = workspace(10_000, true).refused(&[]);
    assert!(told.contains("the limit is 1000"), "{told}");
    workspace(10_000, false).plan(&[]).unwrap();
}
