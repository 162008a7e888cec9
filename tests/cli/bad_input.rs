//! Folders that nothing can be built from, each with what is said.

use std::fs;
use std::os::unix::fs::symlink;

use crate::folder::Folder;

#[test]
fn what_no_build_can_start_from_is_told() {
    let told = |files: &[(&str, &str)], arguments: &[&str]| Folder::of(files).refused(arguments);
    let dockerfile = "# syntax=wheelwright/frontend:0.1\n";
    let all = [
        told(&[], &[]),
        told(&[], &["nowhere"]),
        told(&[("pyproject.toml", "")], &[]),
        told(&[("wheelwright.toml", "")], &["-f", "wheelwright.toml"]),
        told(&[("Dockerfile", dockerfile)], &["-f", "Dockerfile"]),
        told(
            &[
                ("Dockerfile", dockerfile),
                ("pyproject.toml", "[tool.ruff]\n"),
            ],
            &["-f", "Dockerfile"],
        ),
        told(&[("pyproject.toml", "[project\n")], &[]),
    ];
    insta::assert_snapshot!(all.join("----\n"), @"
    error: there is no `pyproject.toml`, no lock file and no requirements file in the build context
     --> Dockerfile:1:1
      |
    1 |
      | ^
      |
      = help: run the build in the folder of the project, or name that folder as the context; to install a project that has a `setup.py` alone, write a `requirements.txt` with a line `.` and a line for each package that it needs
    ----
    error: there is no file `nowhere/pyproject.toml`
      = help: build in the folder of the project, or name the spec with `-f`, for example `-f pyproject.toml`
    ----
    error: there is no `[project]` table, no lock file and no requirements file in the build context
     --> pyproject.toml:1:1
      |
    1 |
      | ^
      |
      = help: write `[project]` with `name`, `version` and `dependencies`, or add a `requirements.txt`
    ----
    error: there is no `pyproject.toml`, no lock file and no requirements file in the build context
     --> wheelwright.toml:1:1
      |
    1 |
      | ^
      |
      = help: run the build in the folder of the project, or name that folder as the context; to install a project that has a `setup.py` alone, write a `requirements.txt` with a line `.` and a line for each package that it needs
    ----
    error: there is no `pyproject.toml`, no lock file and no requirements file in the build context
     --> Dockerfile:1:1
      |
    1 | # syntax=wheelwright/frontend:0.1
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: run the build in the folder of the project, or name that folder as the context; to install a project that has a `setup.py` alone, write a `requirements.txt` with a line `.` and a line for each package that it needs
    ----
    error: there is no `[project]` table, no lock file and no requirements file in the build context
     --> pyproject.toml:1:1
      |
    1 | [tool.ruff]
      | ^^^^^^^^^^^
      |
      = help: write `[project]` with `name`, `version` and `dependencies`, or add a `requirements.txt`
    ----
    error: not valid TOML: unclosed table, expected `]`
     --> pyproject.toml:1:9
      |
    1 | [project
      |         ^
    ");
}

#[test]
fn what_was_handed_over_by_mistake_is_told() {
    let told = |files: &[(&str, &str)], arguments: &[&str]| Folder::of(files).refused(arguments);
    let all = [
        told(&[("Dockerfile", "FROM python\n")], &["-f", "Dockerfile"]),
        told(
            &[(
                "uv.lock",
                "version = 1\nrequires-python = \">=3\"\n[[package]]\nname = \"a\"\n",
            )],
            &["-f", "uv.lock"],
        ),
        told(
            &[("requirements.txt", "fastapi = 1\n")],
            &["-f", "requirements.txt"],
        ),
    ];
    insta::assert_snapshot!(all.join("----\n"), @"
    error: this is a Dockerfile, expected a spec in TOML
     --> Dockerfile:1:1
      |
    1 | FROM python
      | ^^^^^^^^^^^
      |
      = help: remove the instructions and keep the `# syntax=` line: the project beside the file is built from its `pyproject.toml`
    ----
    error: this is a uv.lock, expected a spec or a `pyproject.toml`
     --> uv.lock:3:3
      |
    3 | [[package]]
      |   ^^^^^^^
      |
      = help: hand over the `pyproject.toml` beside it
    ----
    error: `= 1` is no version specifier, expected one such as `==1.0` or `>=1.0,<2`
     --> requirements.txt:1:1
      |
    1 | fastapi = 1
      | ^^^^^^^^^^^
      |
      = help: write `fastapi==1`
    ");
}

#[test]
fn what_is_no_readable_file_is_told() {
    let folder = Folder::of(&[]);
    fs::write(
        folder.path("pyproject.toml"),
        b"[project]\nname = \"\xff\"\n",
    )
    .unwrap();
    let no_text = folder.refused(&[]);
    let large = fs::File::create(folder.path("pyproject.toml")).unwrap();
    large.set_len(50 * 1024 * 1024).unwrap();
    let too_large = folder.refused(&[]);
    fs::remove_file(folder.path("pyproject.toml")).unwrap();
    symlink("pyproject.toml", folder.path("pyproject.toml")).unwrap();
    let a_loop = folder.refused(&[]);
    fs::remove_file(folder.path("pyproject.toml")).unwrap();
    fs::create_dir(folder.path("pyproject.toml")).unwrap();
    let a_folder = folder.refused(&[]);
    insta::assert_snapshot!([no_text, too_large, a_loop, a_folder].concat(), @r#"
    error: not valid UTF-8
     --> pyproject.toml:2:9
      |
    2 | name = "�"
      |         ^
      |
      = help: save `pyproject.toml` as UTF-8
    error: `pyproject.toml` has 52428800 bytes, which is more than a file of its kind ever needs (8388608 at most)
      = help: check that it is the right file, and remove what does not belong in it
    error: ./pyproject.toml: this link leads round in a circle; put the file itself there, or a link to a file inside the build context
    error: ./pyproject.toml: this is a folder, expected a file; name the file in it, or remove the folder
    "#);
}
