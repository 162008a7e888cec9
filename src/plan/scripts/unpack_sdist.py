"""Unpacks a source distribution.

Usage: unpack_sdist.py FOLDER OUT

The one source distribution in FOLDER has all in one folder of its own, whose content goes to OUT. Standard library
only.
"""

import os
import sys
import tarfile


def main(folder, out):
    names = [name for name in os.listdir(folder) if name.endswith(".tar.gz")]
    if len(names) != 1:
        sys.exit(f"one source distribution (*.tar.gz) is expected of the build backend, and it made {', '.join(names) or 'none'}")
    with tarfile.open(os.path.join(folder, names[0])) as sdist:
        if hasattr(tarfile, "data_filter"):
            sdist.extractall(out, filter="data")
        else:
            sdist.extractall(out)
    tops = os.listdir(out)
    if len(tops) != 1:
        sys.exit(f"{names[0]} is expected to have all in one folder, and has {', '.join(sorted(tops)) or 'nothing'}")
    # By another name first: it may hold something of its own name.
    holder = os.path.join(out, ".wheelwright-unpacked")
    os.rename(os.path.join(out, tops[0]), holder)
    for inner in os.listdir(holder):
        os.rename(os.path.join(holder, inner), os.path.join(out, inner))
    os.rmdir(holder)


if __name__ == "__main__":
    main(*sys.argv[1:])
