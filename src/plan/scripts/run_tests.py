"""Runs the project's tests as the user of the image, and ends as they end.

Usage: run_tests.py [--record] USER REPORTS COMMAND...

REPORTS is given to the user, so that the tests can write there. With --record a failure of the tests is no failure of
ours: what COMMAND ended with is written to `exit-code` in REPORTS. Runs with the environment's own interpreter; standard
library only.
"""

import os
import subprocess
import sys

# Python looks there by itself, unless PYTHONSAFEPATH is set.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import base_image

# What pytest, and unittest from Python 3.12 on, end with where there was nothing to run.
NO_TESTS = 5


def home(uid):
    """The home of a user, as a container of the image would have it."""
    rows = [row for row in base_image.table("/", "passwd") if row[2:3] == [str(uid)]]
    return rows[0][5] if rows and len(rows[0]) > 5 else "/"


def run(command, uid, gid):
    """What the command ends with."""

    def become():
        os.setgroups([gid])
        os.setgid(gid)
        os.setuid(uid)

    environment = {**os.environ, "HOME": home(uid)}
    if "unittest" not in command:
        return subprocess.run(command, env=environment, preexec_fn=become, check=False).returncode
    # Until Python 3.12 it ends well where it has found no test.
    found_none = False
    process = subprocess.Popen(command, env=environment, preexec_fn=become, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        found_none = found_none or line.startswith("Ran 0 tests")
        print(line, end="", file=sys.stderr, flush=True)
    return process.wait() or (NO_TESTS if found_none else 0)


def main(record, user, reports, *command):
    uid, gid = base_image.owner("/", user)
    os.chown(reports, uid, gid)
    code = run(command, uid, gid)
    if record:
        with open(os.path.join(reports, "exit-code"), "w", encoding="utf-8") as file:
            file.write(f"{code}\n")
        return
    if code == NO_TESTS:
        sys.exit("there was no test to run")
    if code != 0:
        sys.exit(f"the tests failed: {' '.join(command)} ended with {code}")


if __name__ == "__main__":
    if sys.argv[1] == "--record":
        main(True, *sys.argv[2:])
    else:
        main(False, *sys.argv[1:])
