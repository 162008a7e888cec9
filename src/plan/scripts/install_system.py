"""Installs system packages and copies what they changed to a folder of its own.

Usage: install_system.py OUT CACHE PACKAGE...

A PACKAGE `a|b` is the first of these that the distribution has. In CACHE indexes and archives outlive the build.

Runs as root on the base image, whose file system is thrown away afterwards: OUT is laid over the same image. Standard
library only.
"""

import os
import sys

# Python looks there by itself, unless PYTHONSAFEPATH is set.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import changes
import package_managers


def main(out, cache, *packages):
    manager = package_managers.find()
    manager.prepare()
    before = changes.snapshot()
    manager.install(cache, packages)
    gone = changes.copy_changes(out, before)
    if gone:
        print("of the base image, packages replaced these files, which stay:", *gone, sep="\n  ")


if __name__ == "__main__":
    main(*sys.argv[1:])
