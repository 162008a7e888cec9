"""Lays out what is installed below a virtual environment as if it had been installed into the interpreter itself.

Usage: into_interpreter.py SOURCE OUT

SOURCE is an environment, or has the folders of one; what it holds is copied below OUT, to the directories that the
interpreter says are its own. Runs on the image that it is for, with the interpreter of an environment that was made from
the interpreter in question: where that starts, its links lead to the right one. Standard library only.
"""

import base64
import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from importlib import metadata

# What makes an environment one (PEP 405, and what uv writes beside that): the interpreter needs nothing of it.
OF_ENVIRONMENT = {"pyvenv.cfg", "CACHEDIR.TAG", ".gitignore", "lib64"}
# Whole names: packages bring scripts such as `python-argcomplete-check-easy-install-script`.
OF_SCRIPTS = re.compile(r"pythonw?[0-9.]*|activate(\.\w+|_this\.py)?|deactivate\.\w+|pydoc\.bat")
OF_PACKAGES = {"_virtualenv.py", "_virtualenv.pth"}


def own_interpreter():
    """The path of the interpreter that the environment was made from."""
    # Python 3.10 names the environment's interpreter here, which is a link.
    known = sys._base_executable
    return os.path.realpath(known) if known == sys.executable else known


def own_paths():
    """The directories of the interpreter itself, as it tells them outside the environment."""
    ask = "import json, sysconfig; print(json.dumps(sysconfig.get_paths()))"
    told = subprocess.run([own_interpreter(), "-I", "-c", ask], check=True, capture_output=True, text=True)
    return json.loads(told.stdout)


def normal(name):
    """Names compare without case and punctuation (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def distributions(folders):
    found = metadata.distributions(path=sorted(folders))
    return {normal(one.metadata["Name"]) for one in found if one.metadata["Name"]}


class Move:
    """From the directories of an environment to those of its interpreter."""

    def __init__(self, source, out, own):
        below = sysconfig.get_paths(vars={"base": source, "platbase": source})
        self.source, self.out, self.own = source, out, own
        # The most special first: everything else is data.
        self.places = [
            (below["purelib"], own["purelib"]),
            (below["platlib"], own["platlib"]),
            (below["scripts"], own["scripts"]),
            (source, own["data"]),
        ]
        self.packages, self.scripts = below["purelib"], below["scripts"]
        # Lengths and digests of what is not what it was.
        self.changed = {}

    def target(self, path):
        """The path that a file gets in the image."""
        for folder, to in self.places:
            if path.startswith(folder + os.sep):
                return os.path.join(to, os.path.relpath(path, folder))
        raise ValueError(f"{path} is not below {self.source}")

    def is_of_environment(self, path):
        folder, name = os.path.split(path)
        if folder == self.source:
            return name in OF_ENVIRONMENT
        if folder == self.scripts:
            return OF_SCRIPTS.fullmatch(name) is not None
        if folder == os.path.join(self.packages, "__pycache__"):
            return name.startswith("_virtualenv.")
        return folder == self.packages and name in OF_PACKAGES

    def files(self):
        for folder, folders, files in os.walk(self.source):
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            for name in sorted(files + links):
                path = os.path.join(folder, name)
                if not self.is_of_environment(path):
                    yield path

    def copy(self, path):
        to = self.out + self.target(path)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        if os.path.islink(path):
            os.symlink(os.readlink(path), to)
            return
        shutil.copyfile(path, to)
        shutil.copymode(path, to)
        if os.path.dirname(path) == self.scripts:
            self.name_interpreter(path, to)

    def name_interpreter(self, path, to):
        """The first line of a script names the environment's interpreter."""
        with open(to, "rb") as file:
            first, rest = file.readline(), file.read()
        if first.startswith(b"#!" + os.path.join(sys.prefix, "bin", "python").encode()):
            text = b"#!" + own_interpreter().encode() + b"\n" + rest
            with open(to, "wb") as file:
                file.write(text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text).digest()).rstrip(b"=").decode()
            self.changed[path] = [f"sha256={digest}", str(len(text))]

    def record(self, path):
        """Copies the list of the files of a distribution, with the places and digests that they have now."""
        packages = os.path.dirname(os.path.dirname(path))
        to = self.target(path)
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        with open(self.out + to, "w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file, lineterminator="\n")
            for name, *about in rows:
                of_row = os.path.normpath(os.path.join(packages, name))
                moved = os.path.relpath(self.target(of_row), os.path.dirname(os.path.dirname(to)))
                lines.writerow([moved, *self.changed.get(of_row, about)])


def main(source, out):
    own = own_paths()
    move = Move(source, out, own)
    brought = distributions({folder for folder, _ in move.places[:2]})
    there = distributions({own["purelib"], own["platlib"]})
    both = ", ".join(sorted(brought & there))
    if both:
        sys.exit(
            f"the interpreter has {both} already, and a layer cannot take away the files of another: take it out of the"
            " dependencies, choose a `from` without it, or leave `venv` as it is"
        )
    paths = list(move.files())
    scripts = any(os.path.dirname(path) == move.scripts for path in paths)
    if scripts and own["scripts"] not in os.environ.get("PATH", "").split(os.pathsep):
        sys.exit(
            f"the interpreter has its scripts in `{own['scripts']}`, which is not on the `PATH` of the image: add it to"
            " `PATH` in `[tool.wheelwright.env]`, or leave `venv` as it is"
        )
    for path in paths:
        move.copy(path)
    for path in paths:
        if path.endswith(".dist-info/RECORD"):
            move.record(path)


if __name__ == "__main__":
    main(*sys.argv[1:])
