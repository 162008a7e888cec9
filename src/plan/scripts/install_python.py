"""Finishes an interpreter that uv has just brought, and that runs this: modules compiled, commands at a path without its
version, nothing beside it.

Usage: install_python.py FOLDER

FOLDER is where uv keeps interpreters; nothing else was in it before. Standard library only.
"""

import os
import shutil
import sys

# Python looks there by itself, unless PYTHONSAFEPATH is set.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import compile_bytecode


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.remove(path)


def main(folder):
    home = os.path.realpath(sys.base_prefix)
    if os.path.dirname(home) != folder:
        sys.exit(f"uv took the interpreter in {home}, and was to bring one to {folder}")
    # Locks, half of a download, a link with another name for the same.
    for name in os.listdir(folder):
        if name != os.path.basename(home):
            remove(os.path.join(folder, name))
    # It comes without: each start would compile what it imports, since the user of the image may not write here.
    compile_bytecode.compile_below(os.path.join(home, "lib"))
    commands = os.path.join(folder, "bin")
    os.mkdir(commands)
    major, minor = sys.version_info[:2]
    for name in ("python", "python3", f"python{major}.{minor}"):
        # A link of a file: the interpreter looks for its modules from where that leads to.
        os.symlink(os.path.join("..", os.path.basename(home), "bin", f"python{major}.{minor}"), os.path.join(commands, name))


if __name__ == "__main__":
    main(*sys.argv[1:])
