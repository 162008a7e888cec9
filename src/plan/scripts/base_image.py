"""What the scripts beside this one ask of a base image: its users, its folders and its links.

BASE is where the file system of the image is seen: `/`, or a mount. Standard library only.
"""

import os
import stat
import sys

# As many links on one path as Linux follows.
MOST_LINKS = 40


def table(base, name):
    """The rows of a table of users or groups; none where the image has no such table."""
    try:
        with open(os.path.join(base, "etc", name), encoding="utf-8") as text:
            return [line.split(":") for line in text.read().splitlines()]
    except FileNotFoundError:
        return []


def entry(base, name, key):
    """The row of a table with a name."""
    rows = [row for row in table(base, name) if row[0] == key]
    if not rows:
        what = {"passwd": "user", "group": "group"}[name]
        sys.exit(f"the base image has no {what} {key!r}; write numeric ids such as \"10001:10001\", which get an entry")
    return rows[0]


def owner(base, user):
    """The ids of `UID[:GID]` or `NAME[:GROUP]`, the group of the user by default."""
    name, _, group = user.partition(":")
    if name.isdigit():
        uid = gid = int(name)
    else:
        row = entry(base, "passwd", name)
        uid, gid = int(row[2]), int(row[3])
    if group:
        gid = int(group if group.isdigit() else entry(base, "group", group)[2])
    return uid, gid


def real(base, path):
    """The path without links, as a container of the image would follow them."""
    done, rest, links = "", path.strip("/").split("/"), 0
    while rest:
        part = rest.pop(0)
        if part in ("", "."):
            continue
        if part == "..":
            done = os.path.dirname(done).rstrip("/")
            continue
        here = base.rstrip("/") + done + "/" + part
        if not os.path.islink(here):
            done += "/" + part
            continue
        links += 1
        if links > MOST_LINKS:
            sys.exit(f"the links on the way to {path} lead round in a circle in the base image")
        target = os.readlink(here)
        if target.startswith("/"):
            done = ""
        rest = target.split("/") + rest
    return done or "/"


def add_folder(base, out, path):
    """Makes a folder below OUT, and those that lead to it: each with the owner and the mode that it has in the base,
    since laying a folder over one of the same name gives that one its own. New ones are root's.

    The path where it was made, which is another one where the base has links on the way.
    """
    path = real(base, path)
    made = ""
    for part in path.strip("/").split("/"):
        made += "/" + part
        if os.path.isdir(out + made):
            continue
        try:
            known = os.lstat(base.rstrip("/") + made)
        except FileNotFoundError:
            known = None
        if known is not None and not stat.S_ISDIR(known.st_mode):
            sys.exit(f"{made} is a file in the base image, and {path} cannot be a folder")
        os.mkdir(out + made)
        if known is not None:
            os.chown(out + made, known.st_uid, known.st_gid)
        os.chmod(out + made, stat.S_IMODE(known.st_mode) if known else 0o755)
    return path
