"""Copies the project's tests, and what configures them, as an image should have them.

Usage: copy_tests.py FROM OUT BASE USER TESTS... -- BESIDE...

TESTS are folders and files of the project, of which one at least must be there; BESIDE are copied where they are there.
All of it is the user's, who may write beside the tests too. Standard library only.
"""

import os
import sys

# Python looks there by itself, unless PYTHONSAFEPATH is set.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import base_image
import copy_files


def take(source, out, name):
    """Copies a path of the project with the folders that lead to it; whether it is there."""
    inner, made = os.path.join(source, name), os.path.join(out, name)
    if not os.path.lexists(inner):
        return False
    folder = os.path.isdir(inner) and not os.path.islink(inner)
    os.makedirs(made if folder else os.path.dirname(made), exist_ok=True)
    if folder:
        copy_files.copy_folder(inner, made)
    elif not os.path.lexists(made):
        copy_files.copy(inner, made)
    return True


def main(source, out, base, user, *names):
    tests, beside = names[: names.index("--")], names[names.index("--") + 1 :]
    uid, gid = base_image.owner(base, user)
    found = [name for name in tests if take(source, out, name)]
    if not found:
        sys.exit(
            f"the project has no tests: there is no {' and no '.join(tests)} in the build context (an ignore file may"
            " hide it)"
        )
    for name in beside:
        take(source, out, name)
    for folder, folders, files in os.walk(out):
        if folder != out:
            os.chmod(folder, 0o755)
        for name in folders + files:
            os.chown(os.path.join(folder, name), uid, gid, follow_symlinks=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
