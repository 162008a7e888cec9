"""Runs uv, and deletes the lock file that uv leaves in the environment that it changes.

Usage: run_uv.py ENVIRONMENT COMMAND...

uv has no option for another place of this file, and everybody may write to it, so it must not reach an image. A copy
could leave it out, but BuildKit then compares every path of the environment with the pattern: that took a third of a
clean build. Standard library only.
"""

import os
import subprocess
import sys


def delete_lock(environment):
    try:
        os.remove(os.path.join(environment, ".lock"))
    except FileNotFoundError:
        pass


def main(environment, *command):
    status = subprocess.run(command, check=False).returncode
    delete_lock(environment)
    # Python has the number of a signal as a negative status; shells add it to 128.
    sys.exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main(*sys.argv[1:])
