"""Collects what was built of a project in one folder.

Usage: collect_dists.py OUT FOLDER...

Wheels for several interpreters may come out for each of them; the first is kept. Standard library only.
"""

import filecmp
import os
import shutil
import sys


def main(out, *folders):
    for folder in folders:
        for name in sorted(os.listdir(folder)):
            if not name.endswith((".whl", ".tar.gz")):
                continue
            path, kept = os.path.join(folder, name), os.path.join(out, name)
            if not os.path.exists(kept):
                shutil.copy(path, kept)
            elif not filecmp.cmp(path, kept, shallow=False):
                print(f"{name} came out twice with other bytes; that of the older Python is kept")


if __name__ == "__main__":
    main(*sys.argv[1:])
