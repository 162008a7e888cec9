"""Makes folders that the image's user may write to, to be laid over the image.

Usage: make_writable.py BASE OUT USER PATH...

BASE is where the base image is seen. Standard library only.
"""

import os
import sys

# Python looks there by itself, unless PYTHONSAFEPATH is set.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import base_image


def main(base, out, user, *paths):
    uid, gid = base_image.owner(base, user)
    # First all of them: one may lead to another.
    made = [base_image.add_folder(base, out, path) for path in paths]
    for path in made:
        os.chown(out + path, uid, gid)
        os.chmod(out + path, 0o755)


if __name__ == "__main__":
    main(*sys.argv[1:])
