"""Runs a command of the project's own on the image so far, and copies what it changed to a folder of its own.

Usage: run_step.py OUT --name=NAME [--inputs FOLDER] [--secret ID]... [--advice TEXT] [--writable USER PATH]... -- COMMAND...

Runs as root on the root of the image, which is thrown away afterwards: OUT is laid over the same image. FOLDER holds
files at their places, which the command sees; they are not shipped, unless it changes them. What it makes can be read
by all; below each PATH it is USER's. NAME is how errors call the command, and TEXT is said where it fails. Runs with the
environment's own interpreter; standard library only.
"""

import argparse
import os
import stat
import subprocess
import sys

# An isolated interpreter does not look there by itself.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import base_image
import changes
import copy_files

SECRETS = "/run/secrets"


def check_secret(secret):
    if not os.path.exists(os.path.join(SECRETS, secret)):
        sys.exit(
            f"the secret `{secret}` is not given, which a command of `[[run]]` reads; "
            f"add `--secret id={secret},env=NAME_OF_A_VARIABLE` or `--secret id={secret},src=FILE` to the build"
        )


def place_inputs(source, target):
    """Copies the inputs, and gives their paths."""
    placed = set()
    for name in sorted(os.listdir(source)):
        inner, made = os.path.join(source, name), os.path.join(target, name)
        is_folder = os.path.isdir(inner) and not os.path.islink(inner)
        if os.path.isdir(made) != is_folder and os.path.lexists(made):
            sys.exit(f"`inputs` has {made}, which is something else in the image")
        if is_folder:
            os.makedirs(made, exist_ok=True)
            placed |= place_inputs(inner, made)
            continue
        if os.path.lexists(made):
            os.remove(made)
        copy_files.copy(inner, made)
        placed.add(made)
    return placed


def run(command, name, advice):
    try:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode
    except OSError as error:
        hint = "; the image has no shell: write `command` as an array" if command[0] == "/bin/sh" else ""
        sys.exit(f"`{command[0]}` cannot be run: {error.strerror}{hint}")
    if code != 0:
        sys.exit(f"`{name}` ended with {code}" + (f"; {advice}" if advice else ""))


def make_readable(path):
    """What root makes for itself alone, the user of the image could not read."""
    status = os.lstat(path)
    if status.st_uid == 0 and not stat.S_ISLNK(status.st_mode):
        mode = stat.S_IMODE(status.st_mode)
        os.chmod(path, mode | 0o444 | (0o111 if mode & 0o111 else 0))


def main(command, options):
    for secret in options.secret:
        check_secret(secret)
    inputs = place_inputs(options.inputs, "/") if options.inputs else set()
    os.environ.setdefault("HOME", "/root")
    before = changes.snapshot()
    run(command, options.name, options.advice)
    after = changes.snapshot()
    for path in sorted(after):
        if changes.is_changed(before.get(path), after[path]):
            changes.copy(options.out, path)
            if path not in before and os.path.lexists(options.out + path):
                make_readable(options.out + path)
    for user, path in options.writable:
        uid, gid = base_image.owner("/", user)
        copy_files.give(options.out, base_image.real("/", path).lstrip("/"), path, uid, gid)
    gone = sorted(path for path in before if path not in after and path not in inputs)
    if gone:
        print("the command removed these files, which stay in the layers below:", *gone, sep="\n  ")


if __name__ == "__main__":
    end = sys.argv.index("--")
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--name")
    parser.add_argument("--inputs")
    parser.add_argument("--secret", action="append", default=[])
    parser.add_argument("--advice", default="")
    parser.add_argument("--writable", action="append", default=[], nargs=2)
    main(sys.argv[end + 1 :], parser.parse_args(sys.argv[1:end]))
