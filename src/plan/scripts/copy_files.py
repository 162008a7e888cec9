"""Copies the project's files as an image should have them, whatever the developer's umask and owner are.

Usage: copy_files.py FROM OUT AT [BASE USER PATH...]

Everything is root's and readable by all, and what anybody may execute all may; but below each PATH, a folder that
USER may write to, it is the user's. OUT will lie at AT of an image whose base is seen at BASE. Standard library only.
"""

import os
import shutil
import stat
import sys

# Python looks there by itself, unless PYTHONSAFEPATH is set.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import base_image


def copy(source, target):
    """Copies a file or a link; no pipe or socket is ever sent."""
    status = os.lstat(source)
    if stat.S_ISLNK(status.st_mode):
        os.symlink(os.readlink(source), target)
        return
    shutil.copyfile(source, target)
    os.chmod(target, 0o755 if status.st_mode & 0o111 else 0o644)


def copy_folder(source, target):
    for name in sorted(os.listdir(source)):
        inner, made = os.path.join(source, name), os.path.join(target, name)
        if os.path.isdir(inner) and not os.path.islink(inner):
            os.mkdir(made)
            os.chmod(made, 0o755)
            copy_folder(inner, made)
        else:
            copy(inner, made)


def inside(at, path):
    """Where a path of the image is in what will lie at AT: all of that for a folder above; None for another place."""
    at, path = at.rstrip("/") + "/", path.rstrip("/") + "/"
    if at.startswith(path):
        return ""
    return path[len(at) : -1] if path.startswith(at) else None


def give(out, place, path, uid, gid):
    """Gives what lies in a writable folder to its user."""
    top = os.path.join(out, place)
    if os.path.lexists(top) and not os.path.isdir(top):
        sys.exit(f"{path} is a file of the project, and `writable` lists folders")
    for folder, folders, files in os.walk(top):
        for name in folders + files:
            os.chown(os.path.join(folder, name), uid, gid, follow_symlinks=False)


def main(source, out, at, base=None, user=None, *paths):
    copy_folder(source, out)
    if paths:
        uid, gid = base_image.owner(base, user)
        for path in paths:
            place = inside(at, base_image.real(base, path))
            if place is not None:
                give(out, place, path, uid, gid)


if __name__ == "__main__":
    main(*sys.argv[1:])
