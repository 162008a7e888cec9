"""Lays files over a base image without disturbing what that has.

Usage: lay_files.py [--settle] FROM OUT BASE [USER PATH...]

FROM holds the files at their places; OUT will be laid over the image that is seen at BASE. A folder that the image has
keeps its owner and mode there, and where a link leads to another folder the files go there: a folder in place of a link
such as /bin would break the image. What lies below each PATH, a folder that USER may write to, is the user's. With
--settle the rest is root's and readable by all, whatever the umask and owner of its developer; else modes and owners
stay. Standard library only.
"""

import os
import shutil
import stat
import sys

# Python looks there by itself, unless PYTHONSAFEPATH is set.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import base_image
import copy_files


def keep(source, target):
    """Copies a file or a link as it is."""
    status = os.lstat(source)
    if stat.S_ISLNK(status.st_mode):
        os.symlink(os.readlink(source), target)
    elif stat.S_ISREG(status.st_mode):
        shutil.copyfile(source, target)
    else:
        # Pipes, sockets and devices belong to running systems.
        return
    keep_status(source, target, status)


def keep_status(source, target, status):
    os.chown(target, status.st_uid, status.st_gid, follow_symlinks=False)
    if not stat.S_ISLNK(status.st_mode):
        # After the owner: a change of that clears the bits for set-user-id.
        os.chmod(target, stat.S_IMODE(status.st_mode))
        for name in os.listxattr(source):
            os.setxattr(target, name, os.getxattr(source, name))


def lay(source, base, out, path, settled):
    """Lays the content of a folder at a path of the image, whose folder is there in OUT."""
    for name in sorted(os.listdir(source)):
        inner, place = os.path.join(source, name), path.rstrip("/") + "/" + name
        if os.path.isdir(inner) and not os.path.islink(inner):
            place = base_image.real(base, place)
            known = os.path.isdir(base.rstrip("/") + place) or os.path.isdir(out + place)
            place = base_image.add_folder(base, out, place)
            if not known and not settled:
                keep_status(inner, out + place, os.lstat(inner))
            lay(inner, base, out, place, settled)
        elif os.path.isdir(base.rstrip("/") + place) and not os.path.islink(base.rstrip("/") + place):
            sys.exit(f"{place} is a folder in the base image, and cannot become a file")
        else:
            (copy_files.copy if settled else keep)(inner, out + place)


def main(source, out, base, user=None, *paths, settled=False):
    lay(source, base, out, "/", settled)
    for path in paths:
        place = base_image.real(base, path)
        uid, gid = base_image.owner(base, user)
        copy_files.give(out, place.lstrip("/"), path, uid, gid)


if __name__ == "__main__":
    flags = [argument for argument in sys.argv[1:] if argument == "--settle"]
    main(*sys.argv[1 + len(flags) :], settled=bool(flags))
