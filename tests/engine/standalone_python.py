"""Packs the interpreter that runs this as uv's managed interpreters are packed, with the list that uv reads of them.

Usage: standalone_python.py FOLDER

A stand-in for python-build-standalone, whose releases are not in reach of every machine that runs the tests: it loads
shared libraries of the system, where the real one has its own.
"""

import hashlib
import json
import os
import platform
import sys
import sysconfig
import tarfile

MAJOR, MINOR, PATCH = sys.version_info[:3]
NAME = f"python{MAJOR}.{MINOR}"
LEFT_OUT = ("__pycache__", "dist-packages", "site-packages", "test")


def chosen(entry):
    # Debian's lead to what an administrator may change.
    leads_away = entry.issym() and entry.linkname.startswith("/")
    return None if leads_away or os.path.basename(entry.name) in LEFT_OUT else entry


def pack(path):
    with tarfile.open(path, "w:gz") as archive:
        archive.add(os.path.realpath(sys.executable), f"python/bin/{NAME}")
        for link in ("python", "python3"):
            entry = tarfile.TarInfo(f"python/bin/{link}")
            entry.type, entry.linkname = tarfile.SYMTYPE, NAME
            archive.addfile(entry)
        archive.add(sysconfig.get_path("stdlib"), f"python/lib/{NAME}", filter=chosen)


def main(folder):
    os.makedirs(folder)
    archive = os.path.join(folder, "python.tar.gz")
    pack(archive)
    with open(archive, "rb") as packed:
        digest = hashlib.sha256(packed.read()).hexdigest()
    download = {
        "name": "cpython",
        "arch": {"family": platform.machine(), "variant": None},
        "os": "linux",
        "libc": "gnu",
        "major": MAJOR,
        "minor": MINOR,
        "patch": PATCH,
        "prerelease": "",
        "url": f"file://{archive}",
        "sha256": digest,
        "variant": None,
        "build": "1",
    }
    key = f"cpython-{MAJOR}.{MINOR}.{PATCH}-linux-{platform.machine()}-gnu"
    with open(os.path.join(folder, "downloads.json"), "w", encoding="utf-8") as downloads:
        json.dump({key: download}, downloads)


if __name__ == "__main__":
    main(*sys.argv[1:])
