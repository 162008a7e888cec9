"""Builds a wheel, unless one that is there is for this interpreter too.

Usage: build_once.py WHEELS ARGUMENT...

ARGUMENT... is the command line that builds it, WHEELS the folder of those that are there. They are for more than one
interpreter where they have no binary interface, or the stable one of this version or an older one. Runs with the
interpreter of the build; standard library only.
"""

import os
import re
import sys


def fits(name):
    """Whether a wheel is for this interpreter, and was so for another one before: by the tags in its name."""
    pythons, interfaces, _ = name.removesuffix(".whl").split("-")[-3:]
    for python in pythons.split("."):
        found = re.fullmatch(r"(py|cp)3(\d*)", python)
        if not found or int(found[2] or 0) > sys.version_info.minor:
            continue
        for interface in interfaces.split("."):
            if interface == "abi3" or (interface == "none" and found[1] == "py"):
                return True
    return False


def main(wheels, *arguments):
    for name in sorted(os.listdir(wheels)):
        if name.endswith(".whl") and fits(name):
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            print(f"{name} is for Python {version} too, no other is built")
            return
    os.execv(arguments[0], arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
