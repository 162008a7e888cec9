"""Writes what a runtime needs beside its packages: a user with a name and a home, and a working directory.

Usage: prepare_root.py ETC OUT WORKDIR [NAME HOME UID GID]

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


def append(etc, out, name, key, entry):
    """Copies a colon-separated table from ETC to OUT with one more entry, unless its id is taken."""
    try:
        with open(os.path.join(etc, name), encoding="utf-8") as table:
            text = table.read()
    except FileNotFoundError:
        text = ""
    if any(line.split(":")[2:3] == [key] for line in text.splitlines()):
        return
    if text and not text.endswith("\n"):
        text += "\n"
    make_directory(out, "/etc")
    target = os.path.join(out, "etc", name)
    with open(target, "w", encoding="utf-8") as table:
        table.write(text + entry + "\n")
    os.chmod(target, 0o644)


def main(etc, out, workdir, name=None, home=None, uid=None, gid=None):
    make_directory(out, workdir)
    if name is None:
        return
    append(etc, out, "passwd", uid, f"{name}:x:{uid}:{gid}::{home}:/sbin/nologin")
    append(etc, out, "group", gid, f"{name}:x:{gid}:")
    make_directory(out, home)
    os.chmod(out + home, 0o750)
    os.chown(out + home, int(uid), int(gid))


if __name__ == "__main__":
    main(*sys.argv[1:])
