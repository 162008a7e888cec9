"""Installs the project's wheel into a folder of its own, and looks whether it is there.

Usage: install_project.py [--compile-bytecode] WHEELS PREFIX NAME REQUIREMENT ARGUMENT...

WHEELS holds the wheel that was just built; ARGUMENT... is the installer's command line, to which REQUIREMENT is added.
An empty NAME takes the only wheel that is there, of which nothing else is known.
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
            return
    sys.exit(f"the installer ended well, and {name} is not in {' or '.join(folders)}")


def only(wheels):
    """The name and the path of the one wheel that is there."""
    built = sorted(name for name in os.listdir(wheels) if name.endswith(".whl"))
    if len(built) != 1:
        sys.exit(f"expected one wheel, and what was built is {', '.join(built) or 'nothing'}")
    return built[0].split("-")[0], os.path.join(wheels, built[0])


def main(wheels, prefix, name, requirement, *arguments):
    if not name:
        name, requirement = only(wheels)
    ended = subprocess.run([*arguments, requirement], check=False)
    if ended.returncode != 0:
        built = ", ".join(sorted(os.listdir(wheels))) or "nothing"
        sys.exit(f"cannot install {requirement}; what was built is {built}")
    check(prefix, name)


if __name__ == "__main__":
    if sys.argv[1] == "--compile-bytecode":
        from compile_bytecode import compile_below

        main(*sys.argv[2:])
        compile_below(sys.argv[3])
    else:
        main(*sys.argv[1:])
