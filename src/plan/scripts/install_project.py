"""Installs the project's wheel into a folder of its own, and looks whether it is there.

Usage: install_project.py [--compile-bytecode] [--check-requires] WHEELS PREFIX NAME REQUIREMENT ARGUMENT...

WHEELS holds the wheel that was just built; ARGUMENT... is the installer's command line, to which REQUIREMENT is added.
An empty NAME takes the only wheel that is there, of which nothing else is known. --check-requires looks whether the
environment holds what the project says that it needs, where nobody knew that before the project was built.
Runs with the environment's own interpreter; standard library only.
"""

import csv
import os
import re
import subprocess
import sys
import sysconfig
from importlib import metadata


def normal(name):
    """Names compare without case and punctuation (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def check(prefix, name):
    """The distribution and every file of it is there."""
    paths = sysconfig.get_paths(vars={"base": prefix, "platbase": prefix})
    folders = sorted({paths["purelib"], paths["platlib"]})
    for found in metadata.distributions(path=folders):
        if normal(found.metadata["Name"]) == normal(name):
            # Not `files`, which leaves out what is not there from Python 3.12 on.
            rows = csv.reader((found.read_text("RECORD") or "").splitlines())
            lost = [row[0] for row in rows if row and not os.path.lexists(found.locate_file(row[0]))]
            if lost:
                sys.exit(f"{name} was installed without {', '.join(lost)}")
            return found
    sys.exit(f"the installer ended well, and {name} is not in {' or '.join(folders)}")


def check_requires(project):
    """What the project needs is in the environment. What it needs on some systems only is not looked at."""
    there = {normal(found.metadata["Name"]) for found in metadata.distributions() if found.metadata["Name"]}
    names = [re.match(r"[\w.-]+", line).group() for line in project.requires or [] if ";" not in line]
    missing = [name for name in names if normal(name) not in there]
    if missing:
        sys.exit(
            f"{project.metadata['Name']} needs {', '.join(missing)}, which only the build of it tells, and nothing"
            " installed; name what it needs in a requirements file, or write it as `dependencies` in `[project]` of"
            " `pyproject.toml`"
        )


def only(wheels):
    """The name and the path of the one wheel that is there."""
    built = sorted(name for name in os.listdir(wheels) if name.endswith(".whl"))
    if len(built) != 1:
        sys.exit(f"expected one wheel, and what was built is {', '.join(built) or 'nothing'}")
    return built[0].split("-")[0], os.path.join(wheels, built[0])


def main(looks, wheels, prefix, name, requirement, *arguments):
    if not name:
        name, requirement = only(wheels)
    ended = subprocess.run([*arguments, requirement], check=False)
    if ended.returncode != 0:
        built = ", ".join(sorted(os.listdir(wheels))) or "nothing"
        sys.exit(f"cannot install {requirement}; what was built is {built}")
    project = check(prefix, name)
    if looks:
        check_requires(project)


if __name__ == "__main__":
    given = sys.argv[1:]
    compiles, looks = (flag in given for flag in ("--compile-bytecode", "--check-requires"))
    rest = given[compiles + looks :]
    main(looks, *rest)
    if compiles:
        from compile_bytecode import compile_below

        compile_below(rest[1])
