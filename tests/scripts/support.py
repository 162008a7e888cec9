"""What the tests of the scripts share: a temporary folder, and runs of a script as a build step runs it."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections import namedtuple
from contextlib import contextmanager
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "src", "plan", "scripts")
sys.path.insert(0, SCRIPTS)

IS_ROOT = os.geteuid() == 0
# Root can give files to anybody, others only to themselves.
UID, GID = (12345, 12346) if IS_ROOT else (os.getuid(), os.getgid())
OWNER = f"{UID}:{GID}"

Ended = namedtuple("Ended", "code out err")

# Prints where an interpreter keeps its packages; with an argument, below that folder.
ASK_PACKAGES = (
    "import sys, sysconfig; below = {'base': sys.argv[1], 'platbase': sys.argv[1]} if sys.argv[1:] else None; "
    "print(sysconfig.get_paths(vars=below)['purelib'])"
)


class ScriptTest(unittest.TestCase):
    """A test of the script `script`, which stands in the folder of all scripts."""

    script = None
    maxDiff = None

    def setUp(self):
        self.folder = os.path.realpath(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        # Scripts that become another user must still get there.
        os.chmod(self.folder, 0o755)
        self.addCleanup(os.umask, os.umask(0o022))

    def path(self, *parts):
        """A path in the temporary folder."""
        return os.path.join(self.folder, *parts)

    def make(self, *parts, mode=None):
        """Makes a folder in the temporary folder; its path."""
        path = self.path(*parts)
        os.makedirs(path, exist_ok=True)
        if mode is not None:
            os.chmod(path, mode)
        return path

    def write(self, name, text="", mode=None):
        """Writes a file in the temporary folder, with the folders that lead to it; its path."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w" if isinstance(text, str) else "wb") as file:
            file.write(text)
        if mode is not None:
            os.chmod(path, mode)
        return path

    def link(self, target, name):
        """Makes a symbolic link in the temporary folder; its path."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(target, path)
        return path

    def read(self, *parts):
        """The text of a file in the temporary folder."""
        with open(self.path(*parts), encoding="utf-8") as file:
            return file.read()

    def program(self, name, code):
        """Writes a Python program that can be executed; its path."""
        return self.write(name, f"#!{sys.executable}\n{code}\n", mode=0o755)

    def tree(self, *parts):
        """The paths below a folder in the temporary folder; those of folders end in `/`."""
        top = self.path(*parts)
        found = []
        for folder, folders, files in os.walk(top):
            inner = os.path.relpath(folder, top)
            found += [os.path.normpath(os.path.join(inner, name)) for name in files]
            found += [os.path.normpath(os.path.join(inner, name)) + "/" for name in folders]
        return sorted(found)

    def mode(self, *parts):
        """The permissions of an entry in the temporary folder, as octal digits."""
        return f"{os.lstat(self.path(*parts)).st_mode & 0o7777:o}"

    def owner(self, *parts):
        """The ids of the owner of an entry in the temporary folder."""
        status = os.lstat(self.path(*parts))
        return f"{status.st_uid}:{status.st_gid}"

    def run_script(self, *arguments, root=None, python=sys.executable, env=None, without=(), umask=0o022, script=None):
        """Runs the script to its end. With `root`, that folder stands in for the root of the file system."""
        path = os.path.join(SCRIPTS, script or self.script)
        launcher = [] if root is None else [os.path.join(HERE, "rooted.py"), root]
        base = {
            "PATH": os.environ["PATH"],
            "HOME": self.folder,
            "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            # As the steps that compile modules have it.
            "PYTHONHASHSEED": "0",
        }
        variables = {name: value for name, value in {**base, **(env or {})}.items() if name not in without}
        ended = subprocess.run(
            [python, *launcher, path, *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=variables,
            umask=umask,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def check_success(self, ended, out=""):
        """The script ended well and printed this and nothing else."""
        self.assertEqual((ended.code, ended.err), (0, ""), ended.err)
        self.assertEqual(ended.out, out)

    def check_failure(self, ended, message, code=1):
        """The script failed with this message and printed no traceback."""
        self.assertEqual((ended.code, ended.err), (code, message + "\n"), ended.err)

    @contextmanager
    def fails_with(self, message):
        """The code in the block ends the script with this message."""
        with self.assertRaises(SystemExit) as raised:
            yield
        self.assertEqual(raised.exception.code, message)

    def patch(self, target, name, value):
        """Replaces an attribute until the test ends."""
        patcher = mock.patch.object(target, name, value)
        patcher.start()
        self.addCleanup(patcher.stop)

    def environment(self, *parts):
        """Makes a virtual environment; its folder."""
        return environment(self.path(*parts))

    def packages(self, environment, prefix=None):
        """Where the interpreter of an environment keeps packages: its own, or those below another folder."""
        command = [os.path.join(environment, "bin", "python"), "-c", ASK_PACKAGES, *([prefix] if prefix else [])]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def environment(folder):
    """Makes a virtual environment without pip; its folder."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder


def class_environment(test_class):
    """Makes a virtual environment for all tests of a class; its folder."""
    folder = os.path.realpath(tempfile.mkdtemp())
    test_class.addClassCleanup(shutil.rmtree, folder)
    return environment(os.path.join(folder, "venv"))


def distribution(folder, name, version="1", record="", requires=(), files=()):
    """Writes an installed distribution into a folder of packages."""
    info = os.path.join(folder, f"{name.replace('-', '_')}-{version}.dist-info")
    os.makedirs(info)
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {it}" for it in requires)]
    for path, text in [
        (os.path.join(info, "METADATA"), "\n".join(lines) + "\n"),
        (os.path.join(info, "RECORD"), record),
        *((os.path.join(folder, file), "") for file in files),
    ]:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
