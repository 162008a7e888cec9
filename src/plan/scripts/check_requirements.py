"""Looks whether an environment holds what was asked for, whole, and whether that goes together.

Usage: check_requirements.py NAME,NAME,... COMMAND...

NAMEs are distributions that must be there; COMMAND is the installer's own look at whether they go together. Runs with
the environment's own interpreter; standard library only.
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


def lost_files(distribution):
    """What the record of a distribution names and is not there."""
    # Not `files`, which leaves out what is not there from Python 3.12 on.
    rows = csv.reader((distribution.read_text("RECORD") or "").splitlines())
    return [row[0] for row in rows if row and not os.path.lexists(distribution.locate_file(row[0]))]


def main(names, *command):
    paths = sysconfig.get_paths()
    folders = sorted({paths["purelib"], paths["platlib"]})
    found = {}
    for distribution in metadata.distributions(path=folders):
        name = distribution.metadata["Name"]
        if name:
            found[normal(name)] = distribution
    missing = [name for name in names.split(",") if name and normal(name) not in found]
    if missing:
        sys.exit(f"the installer ended well, and {', '.join(missing)} is not in {' or '.join(folders)}")
    for name in sorted(found):
        lost = lost_files(found[name])
        if lost:
            sys.exit(f"{name} was installed without {', '.join(lost)}")
    ended = subprocess.run(command, check=False)
    if ended.returncode != 0:
        sys.exit("what was installed does not go together: change the requirements that are named above")


if __name__ == "__main__":
    main(*sys.argv[1:])
