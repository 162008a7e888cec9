"""Runs a script as if a folder was the root of the file system, which needs neither a container nor root's rights.

Usage: rooted.py ROOT SCRIPT ARGUMENT...

What the script does with absolute paths happens below ROOT; paths beside ROOT, in the folder of the test, stay as they
are. It holds for the script and the modules it imports. Commands that it starts see the real file system.
"""

import builtins
import functools
import os
import runpy
import shutil
import sys
import types

ROOT = sys.argv[1]
TEST = os.path.dirname(ROOT)

# How many of the first arguments are paths.
IN_OS = {
    "chmod": 1,
    "chown": 1,
    "getxattr": 1,
    "listdir": 1,
    "listxattr": 1,
    "lstat": 1,
    "makedirs": 1,
    "mkdir": 1,
    "mkfifo": 1,
    "open": 1,
    "readlink": 1,
    "remove": 1,
    "rename": 2,
    "rmdir": 1,
    "setxattr": 1,
    "stat": 1,
}
IN_PATH = {"exists": 1, "isdir": 1, "isfile": 1, "islink": 1, "lexists": 1}
IN_SHUTIL = {"copy": 2, "copyfile": 2, "copymode": 2, "rmtree": 1}


def real(path):
    is_ours = not isinstance(path, str) or not path.startswith("/") or path == TEST or path.startswith(TEST + "/")
    return path if is_ours else ROOT + path.rstrip("/")


def seen(path):
    """The path that the script knows for a real one."""
    return (path[len(ROOT) :] or "/") if path == ROOT or path.startswith(ROOT + "/") else path


def rooted(function, paths):
    @functools.wraps(function)
    def call(*arguments, **options):
        return function(*map(real, arguments[:paths]), *arguments[paths:], **options)

    return call


class Entry:
    """An entry of a folder, at the path that the script knows."""

    def __init__(self, entry):
        self.path, self.name, self.stat = seen(entry.path), entry.name, entry.stat


class Entries:
    def __init__(self, entries):
        self.entries = entries

    def __enter__(self):
        return map(Entry, self.entries)

    def __exit__(self, *_error):
        self.entries.close()


def walk(top):
    for folder, folders, files in os.walk(real(top)):
        yield seen(folder), folders, files


def module(original, functions, **others):
    copy = types.ModuleType(original.__name__)
    copy.__dict__.update(original.__dict__)
    copy.__dict__.update({name: rooted(getattr(original, name), paths) for name, paths in functions.items()})
    copy.__dict__.update(others)
    return copy


def enter():
    others = {
        "path": module(os.path, IN_PATH),
        "scandir": lambda path: Entries(os.scandir(real(path))),
        # The target of a link is text.
        "symlink": lambda target, path: os.symlink(target, real(path)),
        "walk": walk,
    }
    if os.geteuid() != 0:
        # Only root may; what a script becomes then is the user who runs the tests.
        others["setgroups"] = lambda groups: None
    sys.modules["os"] = module(os, IN_OS, **others)
    sys.modules["shutil"] = module(shutil, IN_SHUTIL)
    builtins.open = rooted(open, 1)


if __name__ == "__main__":
    script = sys.argv[2]
    sys.argv = sys.argv[2:]
    # Instead of the folder of this file, as Python does for a script.
    sys.path[0] = os.path.dirname(script)
    # Before the script, so that they keep to the real file system.
    import argparse  # noqa: F401
    import netrc  # noqa: F401
    import subprocess  # noqa: F401

    enter()
    runpy.run_path(script, run_name="__main__")
