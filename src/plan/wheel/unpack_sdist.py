"""Unpacks a source distribution.

Usage: unpack_sdist.py FOLDER OUT

The one source distribution in FOLDER has all in one folder of its own, whose content goes to OUT. Standard library
only.
"""

import os
import sys
import tarfile


def main(folder, out):
    (name,) = (name for name in os.listdir(folder) if name.endswith(".tar.gz"))
    with tarfile.open(os.path.join(folder, name)) as sdist:
        if hasattr(tarfile, "data_filter"):
            sdist.extractall(out, filter="data")
        else:
            sdist.extractall(out)
    (top,) = os.listdir(out)
    # By another name first: it may hold something of its own name.
    holder = os.path.join(out, ".unpacked")
    os.rename(os.path.join(out, top), holder)
    for inner in os.listdir(holder):
        os.rename(os.path.join(holder, inner), os.path.join(out, inner))
    os.rmdir(holder)


if __name__ == "__main__":
    main(*sys.argv[1:])
