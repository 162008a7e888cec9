"""Writes what a runtime needs beside its packages: a user with a name and a home, and a working directory.

Usage: prepare_root.py BASE OUT WORKDIR VENV [add NAME UID GID | login NAME UID GID | own NAME UID GID | find USER]

BASE is where the base image is seen, OUT an empty folder that will be laid over that image. Of VENV, which comes later,
the folders on the way are written. `add` names the ids that have no name yet, `login` does so for a user with a shell,
`own` is for the user NAME that must be ours. Standard library only.
"""

import os
import sys

# Python looks there by itself, unless PYTHONSAFEPATH is set.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import base_image


def append(base, out, name, row):
    """Copies a table of users or groups with one more row."""
    lines = [":".join(known) for known in base_image.table(base, name)]
    base_image.add_folder(base, out, "/etc")
    target = os.path.join(out, "etc", name)
    with open(target, "w", encoding="utf-8") as table:
        table.write("".join(line + "\n" for line in [*lines, ":".join(row)]))
    os.chmod(target, 0o644)


def add(base, out, name, uid, gid, shell="/sbin/nologin"):
    """Adds a user with a group and a home of its own, unless the ids have a name."""
    users, groups = base_image.table(base, "passwd"), base_image.table(base, "group")
    if not any(row[2:3] == [gid] for row in groups):
        taken = any(row[0] == name for row in groups)
        append(base, out, "group", [name + gid if taken else name, "x", gid, ""])
    if any(row[2:3] == [uid] for row in users):
        return
    # The name may be another user's: an entry of a name that is there already would never be found.
    if any(row[0] == name for row in users):
        name += uid
    home = f"/home/{name}"
    append(base, out, "passwd", [name, "x", uid, gid, "", home, shell])
    made = base_image.add_folder(base, out, home)
    os.chmod(out + made, 0o750)
    os.chown(out + made, int(uid), int(gid))


def login(base, out, name, uid, gid):
    """The same for a user who works in containers of the image."""
    shells = [shell for shell in ("/bin/bash", "/bin/sh") if os.path.exists(base.rstrip("/") + shell)]
    add(base, out, name, uid, gid, *shells[:1])


def own(base, out, name, uid, gid):
    """The same for a user that was asked for by its name."""
    for row in base_image.table(base, "passwd"):
        if row[0] == name and row[2] != uid:
            sys.exit(
                f"the base image has a user {name!r} of its own, {row[2]}:{row[3]}, where ours is {uid}:{gid}; write the ids"
                f" that are meant, `user = \"{row[2]}:{row[3]}\"` or `user = \"{uid}:{gid}\"`"
            )
    add(base, out, name, uid, gid)


def find(base, _out, user):
    """Fails where the base image has no such user, or no such group."""
    base_image.owner(base, user)


def main(base, out, workdir, venv, verb=None, *arguments):
    for key, path in (("workdir", workdir), ("venv", venv)):
        real = base_image.real(base, path)
        if real != path:
            sys.exit(f"the base image has links on the way to `{key}`: write {real!r} instead of {path!r}")
    base_image.add_folder(base, out, workdir)
    if os.path.dirname(venv) != "/":
        base_image.add_folder(base, out, os.path.dirname(venv))
    if verb is not None:
        {"add": add, "login": login, "own": own, "find": find}[verb](base, out, *arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
