"""Brings the crates of a workspace into a folder, with the settings by which cargo takes them from there.

Usage: vendor_crates.py RUSTUP_HOME OUT WORKSPACE FLAG...

The manifests are in the folder WORKSPACE; FLAG... are cargo's. If the lock file does not
exist, the one that cargo creates is copied to OUT. No code of any crate runs. Standard library only.
"""

import os
import shutil
import subprocess
import sys

import toolchain

LOCK = "Cargo.lock"
# 1980-01-01: older than whatever is compiled of them, so that cargo never takes them for changed.
TIME = 315532800


def set_times(folder):
    for below, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            os.utime(os.path.join(below, name), (TIME, TIME), follow_symlinks=False)


def main(rustup_home, out, workspace, *flags):
    had_lock = os.path.exists(os.path.join(workspace, LOCK))
    vendor = os.path.join(out, "vendor")
    os.makedirs(vendor)
    manifest = os.path.join(workspace, "Cargo.toml")
    # With the version in the names of the folders a crate that is updated changes no other.
    command = ["cargo", "vendor", "--versioned-dirs", "--manifest-path", manifest, *flags, vendor]
    ended = subprocess.run(command, env=toolchain.environment(rustup_home), stdout=subprocess.PIPE, check=False)
    if ended.returncode != 0:
        sys.exit(ended.returncode if ended.returncode > 0 else 128 - ended.returncode)
    # What it prints are the settings.
    with open(os.path.join(out, "config.toml"), "wb") as config:
        config.write(ended.stdout)
    if not had_lock:
        shutil.copyfile(os.path.join(workspace, LOCK), os.path.join(out, LOCK))
    set_times(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
