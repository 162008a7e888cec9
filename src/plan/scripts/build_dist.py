"""Builds a distribution of the project, and looks whether it has the version that it should.

Usage: build_dist.py FOLDER VERSION WHAT PLACE ARGUMENT...

ARGUMENT... is the command line that leaves the distribution in FOLDER. WHAT takes its version from PLACE; or it is
"sources", where these alone tell it and VERSION is what the build argument PLACE says. An empty VERSION allows any.
Runs with the interpreter of the build; standard library only.
"""

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from email.parser import HeaderParser

# The forms of a version that PEP 440 takes for the same.
VERSION = re.compile(
    r"v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<kind>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?P<pre>\d*))?"
    r"(?:-(?P<revision>\d+)|[-_.]?(?P<post>(?:post|rev|r)[-_.]?\d*))?"
    r"(?:[-_.]?(?P<dev>dev[-_.]?\d*))?"
    r"(?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?"
)
KINDS = {"alpha": "a", "beta": "b", "preview": "rc", "pre": "rc", "c": "rc"}


def number(text):
    """The number at the end of a part; without one it is 0."""
    return None if text is None else int(re.search(r"\d*$", text).group() or 0)


def normal(version):
    """What is the same for versions that PEP 440 takes for the same."""
    found = VERSION.fullmatch(version.strip().lower())
    if not found:
        return version
    part = found.groupdict()
    release = [int(digits) for digits in part["release"].split(".")]
    while release[1:] and release[-1] == 0:
        release.pop()
    kind = KINDS.get(part["kind"], part["kind"])
    post = number(part["revision"] or part["post"])
    local = [int(word) if word.isdigit() else word for word in re.split(r"[-_.]", part["local"] or "")]
    return [int(part["epoch"] or 0), release, kind, number(part["pre"]), post, number(part["dev"]), local]


def metadata(path):
    """The metadata of a wheel or a source distribution."""
    if path.endswith(".whl"):
        with zipfile.ZipFile(path) as wheel:
            named = [name for name in wheel.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)]
            return wheel.read(named[0]).decode()
    with tarfile.open(path) as sdist:
        named = [name for name in sdist.getnames() if re.fullmatch(r"[^/]+/PKG-INFO", name)]
        return sdist.extractfile(named[0]).read().decode()


def main(folder, version, what, place, *arguments):
    ended = subprocess.run(arguments, check=False)
    if ended.returncode != 0:
        sys.exit(ended.returncode)
    if not version:
        return
    for name in os.listdir(folder):
        if name.endswith((".whl", ".tar.gz")):
            built = HeaderParser().parsestr(metadata(os.path.join(folder, name)))["Version"]
            if normal(built) != normal(version):
                advice = f"see why {what} does not take the version from {place}"
                if what == "sources":
                    advice = f"change the version in the sources, or the build argument {place}"
                sys.exit(f"{name} has the version {built}, expected {version}; {advice}")


if __name__ == "__main__":
    main(*sys.argv[1:])
