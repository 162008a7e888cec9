"""Writes what a runtime needs beside its packages: a user with a name and a home, and a working directory.

Usage: prepare_root.py ETC OUT WORKDIR [add NAME HOME UID GID | find NAME]

ETC is /etc of the base image (read only), OUT an empty folder that will be laid over that image. Standard
library only: it runs in the build's base image, whatever that is.
"""

import os
import sys

# Laying a folder over one of the same name gives that one its mode: these are the well-known ones that are
# not 0755.
MODES = {"/tmp": 0o1777, "/var/tmp": 0o1777, "/root": 0o700}


def make_directory(out, path):
    """Makes a folder below OUT and the folders that lead to it."""
    made = ""
    for part in path.strip("/").split("/"):
        made += "/" + part
        os.makedirs(out + made, exist_ok=True)
        os.chmod(out + made, MODES.get(made, 0o755))


def read(etc, name):
    """The text of a table of users or groups; empty where the image has none."""
    try:
        with open(os.path.join(etc, name), encoding="utf-8") as table:
            return table.read()
    except FileNotFoundError:
        return ""


def append(etc, out, name, key, entry):
    """Copies a colon-separated table from ETC to OUT with one more entry, unless its id is taken."""
    text = read(etc, name)
    if any(line.split(":")[2:3] == [key] for line in text.splitlines()):
        return
    if text and not text.endswith("\n"):
        text += "\n"
    make_directory(out, "/etc")
    target = os.path.join(out, "etc", name)
    with open(target, "w", encoding="utf-8") as table:
        table.write(text + entry + "\n")
    os.chmod(target, 0o644)


def add(etc, out, name, home, uid, gid):
    """Adds a user with a group and a home of its own."""
    append(etc, out, "passwd", uid, f"{name}:x:{uid}:{gid}::{home}:/sbin/nologin")
    append(etc, out, "group", gid, f"{name}:x:{gid}:")
    make_directory(out, home)
    os.chmod(out + home, 0o750)
    os.chown(out + home, int(uid), int(gid))


def find(etc, _out, name):
    """Fails where the base image has no user of that name."""
    names = [line.split(":")[0] for line in read(etc, "passwd").splitlines()]
    if name not in names:
        sys.exit(f"the base image has no user {name!r}; write numeric ids such as \"10001:10001\", which get an entry")


def main(etc, out, workdir, verb=None, *arguments):
    make_directory(out, workdir)
    if verb is not None:
        {"add": add, "find": find}[verb](etc, out, *arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
