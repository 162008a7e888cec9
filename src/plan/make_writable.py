"""Makes folders that the image's user may write to, to be laid over the image.

Usage: make_writable.py OUT USER PATH...

Runs on the runtime's base, whose folders on the way to each PATH keep their owners and modes: laying a folder over one
of the same name gives that one its own. Standard library only.
"""

import grp
import os
import pwd
import stat
import sys


def owner(user):
    """The ids of `UID[:GID]` or `NAME[:GROUP]`, the group of the user by default."""
    name, _, group = user.partition(":")
    entry = None
    if not name.isdigit():
        entry = pwd.getpwnam(name)
    uid = entry.pw_uid if entry else int(name)
    if group:
        return uid, int(group) if group.isdigit() else grp.getgrnam(group).gr_gid
    return uid, entry.pw_gid if entry else uid


def main(out, user, *paths):
    uid, gid = owner(user)
    for path in paths:
        made = ""
        for part in path.strip("/").split("/"):
            made += "/" + part
            if os.path.exists(out + made):
                continue
            os.mkdir(out + made)
            try:
                known = os.stat(made)
            except FileNotFoundError:
                os.chmod(out + made, 0o755)
                continue
            if not stat.S_ISDIR(known.st_mode):
                sys.exit(f"{made} is a file in the base image, and {path} cannot be a folder")
            os.chown(out + made, known.st_uid, known.st_gid)
            os.chmod(out + made, stat.S_IMODE(known.st_mode))
    for path in paths:
        os.chown(out + path, uid, gid)
        os.chmod(out + path, 0o755)


if __name__ == "__main__":
    main(*sys.argv[1:])
